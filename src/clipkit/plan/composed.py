"""Strips put together: at once, arranged by a layout, or one after another."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import ClassVar, Literal

from clipkit.catalog.layout import Layer, Layout
from clipkit.errors import ProjectError
from clipkit.geometry import Box, Fit, Size, natural_fit
from clipkit.plan.strip import Strip
from clipkit.plan.types import Envelope, Framing, Group, Voice
from clipkit.project.model import Composition, Input, Sequence
from clipkit.project.timemap import TimeMap
from clipkit.time import frame_count

JOIN = Fraction(1, 200)
"""Seconds that one sound takes to give way to the next: the 5 ms of every join."""


class InTurn(Layout):
    """Each source fills the canvas, when its time has come. No layout to ask for: what a sequence is made of."""

    kind: Literal["in-turn"] = "in-turn"
    fit: Fit | None = None

    sources: ClassVar[tuple[str | None, ...]] = (None,)

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Layer, ...]:
        whole = Box.whole(canvas)
        return tuple(Layer(n, whole, self.fit or natural_fit(size, canvas)) for n, size in enumerate(sizes))


# ---- at once -------------------------------------------------------------------------------------------------------


def check_sources(layout: Layout, count: int, where: str) -> None:
    """Refuse too many sources for a layout, or too few."""
    if layout.takes(count):
        return
    raise ProjectError(
        f"{layout.kind} does not take {count} sources",
        code="wrong-sources",
        where=f"{where}/inputs",
        hint=f"it takes {layout.roles()}",
    )


def at_once(layout: Layout, composition: Composition, strips: list[Strip], canvas: Size, where: str) -> Strip:
    """Strips on one timeline, arranged by a layout on a canvas."""
    inputs = composition.inputs
    length = _length(composition, strips, where)
    placed = [_placed(strip, part, length) for strip, part in zip(strips, inputs, strict=True)]
    group = Group(
        layout=layout,
        parts=tuple(strip.picture for strip in placed),
        framings=tuple(Framing(part.fit, part.focus) for part in inputs),
        time=TimeMap.identity(length),
        size=canvas,
        rate=strips[0].picture.rate,
    )
    return Strip(length, group, tuple(voice for strip in placed for voice in strip.voices))


def _length(composition: Composition, strips: list[Strip], where: str) -> Fraction:
    """How long a composition is: as one of its inputs, or as the first or last of them to end; what is to be trimmed
    ends it."""
    ends = [strip.duration + part.start for strip, part in zip(strips, composition.inputs, strict=True)]
    choices = {"mine": ends[0], "other": ends[-1], "shortest": min(ends), "longest": max(ends)}
    trims = [end for end, part in zip(ends, composition.inputs, strict=True) if part.when_short == "trim"]
    length = min([choices[composition.length_from], *trims])
    if length <= 0:
        raise ProjectError(
            "nothing is left after the offset", code="empty", where=f"{where}/inputs", hint="choose a smaller offset"
        )
    return length


def _placed(strip: Strip, part: Input, length: Fraction) -> Strip:
    """One input on the composition's timeline; silent beyond its ends, unless it loops.

    Before it begins its first picture stands still, after its end the last one; `black` shows neither.
    """
    rate = strip.picture.rate
    last = (frame_count(strip.duration, rate) - 1) / rate
    time = TimeMap.placed(strip.duration, part.start, length, last)
    if part.when_short == "black":
        time = TimeMap(tuple(piece for piece in time.pieces if piece.factor))
    elif part.when_short == "loop" and strip.duration + part.start < length:
        time = _looped(strip.duration, part.start, length)
    heard = replace(strip, voices=()) if part.muted else strip.louder(part.gain_db)
    return heard.through(time)


def _looped(duration: Fraction, start: Fraction, length: Fraction) -> TimeMap:
    """Again and again from `start`, which may be before zero, to `length`."""
    turns = TimeMap.looped(Fraction(0), duration, length - start)
    whole = TimeMap(tuple(piece.shifted(start) for piece in turns.pieces))
    if start >= 0:
        held = TimeMap.placed(duration, start, start, Fraction(0)).pieces
        return TimeMap((*held, *whole.pieces))
    return turns.after(TimeMap.trim(-start, length - start))


# ---- one after another ---------------------------------------------------------------------------------------------


def in_turn(sequence: Sequence, strips: list[Strip], canvas: Size | None) -> Strip:
    """Strips one after another, to the frame and the sample: each fills a canvas, by default the size of the main one.

    Where one begins its sound comes in over 5 ms while that of the one before goes on and falls silent, with equal
    power; where the one before is the same sound up to there, it simply goes on.
    """
    main = strips[sequence.main].picture
    starts = list(accumulate((strip.duration for strip in strips), initial=Fraction(0)))
    length = starts[-1]
    placed = [
        strip.through(TimeMap(tuple(piece.shifted(start) for piece in TimeMap.identity(strip.duration).pieces)))
        for strip, start in zip(strips, starts, strict=False)
    ]
    voices = [list(strip.voices) for strip in placed]
    for index, ((before, after), join) in enumerate(zip(pairwise(strips), starts[1:-1], strict=True)):
        if not _goes_on(before, after):
            voices[index] = [_falling(voice, join, length) for voice in voices[index]]
            voices[index + 1] = [_rising(voice, join, length) for voice in voices[index + 1]]
    group = Group(
        layout=InTurn(fit=sequence.fit),
        parts=tuple(strip.picture for strip in placed),
        framings=(Framing(),) * len(placed),
        time=TimeMap.identity(length),
        size=canvas or main.size,
        rate=main.rate,
    )
    return Strip(length, group, tuple(voice for row in voices for voice in row))


def _goes_on(before: Strip, after: Strip) -> bool:
    """Whether the sound of one strip is that of the other, further on."""
    if len(before.voices) != len(after.voices):
        return False
    return all(_continues(one, two) for one, two in zip(before.voices, after.voices, strict=True))


def _continues(one: Voice, two: Voice) -> bool:
    same = one.source == two.source and one.gain_db == two.gain_db and not one.envelopes and not two.envelopes
    if not (same and one.time.pieces and two.time.pieces):
        return False
    last, first = one.time.pieces[-1], two.time.pieces[0]
    return last.factor == first.factor == last.follow == first.follow == 1 and last.at(last.end) == first.source


def _falling(voice: Voice, join: Fraction, length: Fraction) -> Voice:
    """A voice that goes on beyond a join, and falls silent there."""
    pieces, end = voice.time.pieces, min(join + JOIN, length)
    if not pieces or pieces[-1].end != join:
        return voice
    time = TimeMap((*pieces[:-1], replace(pieces[-1], end=end)))
    fall = Envelope(TimeMap.identity(length), ((join, 1.0), (end, 0.0)))
    return replace(voice, time=time, envelopes=(*voice.envelopes, fall))


def _rising(voice: Voice, join: Fraction, length: Fraction) -> Voice:
    """A voice that comes in at a join."""
    if not voice.time.pieces or voice.time.pieces[0].start != join:
        return voice
    rise = Envelope(TimeMap.identity(length), ((join, 0.0), (min(join + JOIN, length), 1.0)))
    return replace(voice, envelopes=(*voice.envelopes, rise))
