"""Edits of time, worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from clipkit.errors import ProjectError
from clipkit.plan.strip import Gathered, Strip, check_start
from clipkit.plan.types import Picture, Shot
from clipkit.project.ramp import Knot, ramp
from clipkit.project.time_edits import Boomerang, Freeze, Keep, Loop, Ramp, Reverse, SlowMotion, Speed, TimeEdit, Trim
from clipkit.project.timemap import Piece, TimeMap
from clipkit.time import clock

MAX_PIECES = 20_000
"""Stretches of a picture or a voice: loops of loops of ramps would come to any number."""


def applied(edit: TimeEdit, strip: Strip, gathered: Gathered, where: str) -> Strip:
    """A strip after an edit of time."""
    if isinstance(edit, Trim):
        return _trimmed(strip, edit, gathered, where)
    if isinstance(edit, Keep):
        return _kept(strip, edit, gathered, where)
    time = _map(edit, strip, where)
    if len(time.pieces) + max((len(part.pieces) for part in _maps(strip)), default=0) * _turns(edit) > MAX_PIECES:
        raise ProjectError(
            "the clip would come to too many stretches of time",
            code="too-many-stretches",
            where=where,
            hint="loop it fewer times, or export it first and loop the result",
        )
    strip = strip.through(time)
    if isinstance(edit, Speed | Ramp) and edit.slow_motion != "pick":
        strip = replace(strip, picture=_with_slow_motion(strip.picture, edit.slow_motion))
    return strip


def _map(edit: Speed | Ramp | Reverse | Freeze | Loop | Boomerang, strip: Strip, where: str) -> TimeMap:
    """What an edit does to the time of a strip."""
    duration = strip.duration
    match edit:
        case Speed():
            return TimeMap.speed(duration, edit.factor, pitch_follows=edit.pitch == "follow")
        case Ramp():
            unit = duration if edit.of == "length" else Fraction(1)
            knots = [Knot(knot.at * unit, knot.factor) for knot in edit.knots]
            return ramp(knots, duration, edit.curve, pitch_follows=edit.pitch == "follow")
        case Reverse():
            return TimeMap.reverse(duration)
        case Freeze():
            _check_moment(edit.at, duration, where)
            return TimeMap.freeze(duration, edit.at, edit.length)
        case Loop():
            return TimeMap.looped(Fraction(0), duration, duration * edit.times)
        case Boomerang():
            return TimeMap.boomerang(duration, 1 / strip.picture.rate)


def _check_moment(at: Fraction, duration: Fraction, where: str) -> None:
    if at > duration:
        raise ProjectError(
            f"{clock(at)} lies beyond the end, {clock(duration)}",
            code="start-beyond-end",
            where=f"{where}/at",
            hint=f"stand still at {clock(duration)} or before",
        )


def _with_slow_motion(picture: Picture, how: SlowMotion) -> Picture:
    if isinstance(picture, Shot):
        return replace(picture, slow_motion=how)
    return replace(picture, parts=tuple(_with_slow_motion(part, how) for part in picture.parts))


def _turns(edit: TimeEdit) -> int:
    """How often an edit shows the same again."""
    return edit.times if isinstance(edit, Loop) else 2 if isinstance(edit, Boomerang) else 1


def _maps(strip: Strip) -> Iterator[TimeMap]:
    yield from _of_picture(strip.picture)
    for voice in strip.voices:
        yield voice.time
        yield from (shape.time for shape in voice.envelopes)


def _of_picture(picture: Picture) -> Iterator[TimeMap]:
    yield picture.time
    yield from (step.time for step in picture.steps if step.time is not None)
    if not isinstance(picture, Shot):
        for part in picture.parts:
            yield from _of_picture(part)


def _trimmed(strip: Strip, trim: Trim, gathered: Gathered, where: str) -> Strip:
    check_start(trim.start, strip.duration, where)
    end = min(trim.end or strip.duration, strip.duration)
    if trim.end is not None and trim.end > strip.duration:
        gathered.notices.append(f"the input ends at {clock(strip.duration)}: cut there, not at {clock(trim.end)}")
    return strip.through(TimeMap.trim(trim.start, end))


def _kept(strip: Strip, keep: Keep, gathered: Gathered, where: str) -> Strip:
    """The stretches that are kept, end to end; what of them lies beyond the end is not there."""
    check_start(keep.ranges[0][0], strip.duration, f"{where}/ranges/0")
    if keep.ranges[-1][1] > strip.duration:
        gathered.notices.append(f"the input ends at {clock(strip.duration)}: nothing is kept beyond that")
    pieces: list[Piece] = []
    reached = Fraction(0)
    for start, end in keep.ranges:
        length = min(end, strip.duration) - start
        if length > 0:
            pieces.append(Piece(reached, reached + length, start))
            reached += length
    return strip.through(TimeMap(tuple(pieces)))
