"""What a span is made of, as JSON: two spans that say the same have the same bytes.

It holds all that can change a frame and nothing that cannot: media by digest, never by path; time counted from the
span's own start, so that a span which only moved is still itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from pydantic import JsonValue

from clipkit.plan.describe import as_json
from clipkit.plan.types import Encode, Foreign, Framed, Group, Picture, Plan, Shot, Step
from clipkit.project.timemap import TimeMap


def span_document(plan: Plan, span: Encode, digests: Sequence[str]) -> JsonValue:
    """All that decides the packets of a span, of `plan` and of its media; None where somebody else's code does too.

    Args:
        plan: What the span belongs to.
        span: One of `plan.spans`.
        digests: Of the content of each of `plan.sources`.
    """
    start, stop = span.start / plan.output.rate, span.stop / plan.output.rate
    picture = _within(plan.picture, start, stop, [index / plan.output.rate for index in range(span.frames)])
    shots = list(_shots(picture))
    if any(isinstance(step, Foreign) for part in (*shots, *_around(picture)) for step in part.steps):
        return None
    used = sorted({shot.source for shot in shots})
    output = plan.output
    return {
        "frames": span.frames,
        "size": as_json(output.size),
        "rate": as_json(output.rate),
        "video": as_json(output.video),
        "encoding": as_json(output.encoding),
        "fit": plan.fit,
        "picture": as_json(picture),
        "sources": {
            str(index): [digests[index], as_json(plan.sources[index].zero), as_json(plan.sources[index].picture)]
            for index in used
        },
        # A span between copies shows what the decoder gives, whatever the rest of this says of sizes and colours.
        **({"as_coded": as_json(output.as_coded)} if output.as_coded else {}),
    }


def _shots(picture: Picture) -> Iterator[Shot]:
    if isinstance(picture, Shot):
        if picture.time.pieces:
            yield picture
    else:
        for part in picture.parts:
            yield from _shots(part)


def _around(picture: Picture) -> Iterator[Group | Framed]:
    """What is made of other pictures."""
    if not isinstance(picture, Shot):
        yield picture
        for part in picture.parts:
            yield from _around(part)


def _within(picture: Picture, start: Fraction, stop: Fraction, times: Sequence[Fraction]) -> Picture:
    """The picture between two output times, on a clock that begins with the first; it is looked at at `times`."""
    outer = TimeMap.trim(start, stop)
    time = picture.time.after(outer)
    if not time.pieces:  # it does not show in the span: of it, only the size can matter to what does
        return Shot(-1, time, picture.size, Fraction(0))
    steps = tuple(step for whole in picture.steps if (step := _step_within(whole, outer, times)) is not None)
    if isinstance(picture, Shot):
        return replace(picture, time=time, steps=steps)
    parts = tuple(_within(part, start, stop, times) for part in picture.parts)
    if isinstance(picture, Framed) and not picture.moving:
        time = TimeMap(())
    return replace(picture, time=time, parts=parts, steps=steps)


def _step_within(step: Step, outer: TimeMap, times: Sequence[Fraction]) -> Step | None:
    """A look that is on none of the frames is not there, one that is on all of them has no end."""
    if isinstance(step, Foreign) or step.time is None:
        return step
    cut = replace(step, time=step.time.after(outer), begins=outer.pieces[0].source if step.by_output else step.begins)
    on = [cut.on(t) for t in times]
    if not any(on):
        return None
    return replace(cut, time=None) if all(on) and not cut.moving else cut
