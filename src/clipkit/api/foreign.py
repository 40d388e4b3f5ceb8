"""What other libraries do: the callables that a plan names, handed to the engine, which knows none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clipkit.engine.mix import SoundCall
from clipkit.engine.steps import ForeignCall
from clipkit.plan.types import Bus, Foreign, ForeignSound, Picture, Plan, Shot, Voice


def foreign_calls(plan: Plan) -> Mapping[Foreign, ForeignCall]:
    """The callables for a plan's foreign steps; MoviePy is imported only where there are any."""
    steps = set(_foreign(plan.picture))
    if not steps:
        return {}
    from clipkit.interop.moviepy import effect_call

    return {step: effect_call(step.name, dict(step.params), step.duration) for step in steps}


def _foreign(picture: Picture) -> list[Foreign]:
    inner = [] if isinstance(picture, Shot) else [step for part in picture.parts for step in _foreign(part)]
    return inner + [step for step in picture.steps if isinstance(step, Foreign)]


def sound_calls(plan: Plan) -> Mapping[ForeignSound, SoundCall]:
    """The callables for a plan's foreign sound effects; their libraries are imported only where there are any."""
    steps = set(_foreign_sounds(plan.sound.voices)) if plan.sound else set()
    if not steps:
        return {}
    from clipkit.interop.sound_effects import call

    return {step: call(step.library, step.name, dict(step.params)) for step in steps}


def _foreign_sounds(voices: Iterable[Voice]) -> Iterator[ForeignSound]:
    for voice in voices:
        if isinstance(voice.source, Bus):
            if isinstance(voice.source.step, ForeignSound):
                yield voice.source.step
            yield from _foreign_sounds(voice.source.voices)
