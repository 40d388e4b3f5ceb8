"""A stretch of time with its picture and its sound: what a node comes to, on its own timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from clipkit.errors import PlanError, ProjectError
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import Foreign, Picture, Shot, Step, Voice
from clipkit.project.timemap import TimeMap
from clipkit.project.values import Unknown
from clipkit.time import clock


@dataclass(frozen=True, slots=True)
class Strip:
    """Seconds, picture and voices of a node. All maps lead from the node's own time to that of a source."""

    duration: Fraction
    picture: Picture
    voices: tuple[Voice, ...]

    def through(self, outer: TimeMap) -> Strip:
        """The strip as it shows through another map."""
        voices = tuple(
            replace(
                voice,
                time=voice.time.after(outer),
                envelopes=tuple(replace(shape, time=shape.time.after(outer)) for shape in voice.envelopes),
            )
            for voice in self.voices
        )
        return Strip(outer.end, through(self.picture, outer), voices)

    def with_step(self, step: Step) -> Strip:
        """The strip with one more operation on its picture."""
        return replace(self, picture=replace(self.picture, steps=(*self.picture.steps, step)))

    def louder(self, gain_db: float) -> Strip:
        """The strip with all its sound changed by `gain_db`."""
        return replace(self, voices=louder(self.voices, gain_db))


def louder(voices: tuple[Voice, ...], gain_db: float) -> tuple[Voice, ...]:
    """Voices with `gain_db` more."""
    return tuple(replace(voice, gain_db=voice.gain_db + gain_db) for voice in voices)


def through(picture: Picture, outer: TimeMap) -> Picture:
    """A picture as it shows through another map."""
    retimed = (step if step.time is None else _step(step, step.time.after(outer), outer.end) for step in picture.steps)
    steps = tuple(step for step in retimed if step is not None)
    if isinstance(picture, Shot):
        return replace(picture, time=picture.time.after(outer), steps=steps)
    parts = tuple(through(part, outer) for part in picture.parts)
    return replace(picture, time=picture.time.after(outer), parts=parts, steps=steps)


def _step(step: Step, time: TimeMap, end: Fraction) -> Step | None:
    """A step at other times; None for a look on none of the frames in [0, end)."""
    if isinstance(step, Foreign) or (step.moving and time.pieces):
        return replace(step, time=time)
    if time.covers(end):
        return replace(step, time=None)
    return replace(step, time=time) if time.pieces else None


@dataclass(slots=True)
class Gathered:
    """What working out a project gathers on the way: the sources that are read, and what is worth saying."""

    facts: Mapping[str, MediaFacts]
    sources: list[MediaFacts] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def index(self, facts: MediaFacts) -> int:
        """The place of a source among those that are read."""
        if facts not in self.sources:
            self.sources.append(facts)
            self.notices += facts.notices
        return self.sources.index(facts)


def check_start(start: Fraction, duration: Fraction, where: str) -> None:
    """Refuse what would begin when all is over."""
    if start >= duration:
        raise ProjectError(
            f"the start, {clock(start)}, lies beyond the end, {clock(duration)}",
            code="start-beyond-end",
            where=f"{where}/start",
            hint=f"start before {clock(duration)}",
        )


def unknown(value: object, where: str) -> PlanError:
    """What to raise for a kind that this build does not know."""
    kind = value.kind if isinstance(value, Unknown) else type(value).__name__
    return PlanError(
        f"this build does not know the kind {kind!r}",
        code="unknown-kind",
        where=where,
        hint="a newer clipkit or a plug-in made it; the project is kept as it is",
    )
