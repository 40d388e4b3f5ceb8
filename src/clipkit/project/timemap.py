"""The time map: the one thing that changes when things show and how long they last.

A map says, for each moment of an output, which moment of its source is there. It is a row of pieces, each linear;
trim, speed, ramp, reverse, freeze and loop are all maps, and a chain of them is one map again, exactly.

Ranges are half-open, so time that runs backwards needs a word: a frame that is on show in [a, b) is on show in (a, b]
when it is played backwards. An `Instant` says from which side it is meant.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment of a source: what is there from `at` on; or, where `before` is set, what was there until `at`."""

    at: Fraction
    before: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One linear stretch: output [start, end) shows source `source + (t − start) × factor`.

    `factor` is source seconds per output second: negative plays backwards, 0 holds one moment (a freeze, silent in
    sound), and then `before` is that moment's. `follow` is the part of the factor that pitch follows, always positive;
    the rest is stretched with the pitch kept.
    """

    start: Fraction
    end: Fraction
    source: Fraction
    factor: Fraction = Fraction(1)
    follow: Fraction = Fraction(1)
    before: bool = False

    def at(self, t: Fraction) -> Fraction:
        return self.source + (t - self.start) * self.factor

    def instant(self, t: Fraction, *, before: bool = False) -> Instant:
        """The source moment at `t`, or, with `before`, just before it."""
        return Instant(self.at(t), before != (self.factor < 0) if self.factor else self.before)

    def shifted(self, by: Fraction) -> Piece:
        """The same stretch, `by` seconds later."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Pieces in order of output time, without overlap; gaps between them show nothing."""

    pieces: tuple[Piece, ...]

    @staticmethod
    def identity(duration: Fraction) -> TimeMap:
        return TimeMap((Piece(Fraction(0), duration, Fraction(0)),))

    @staticmethod
    def within(start: Fraction, end: Fraction) -> TimeMap:
        """[start, end) as it is, and nothing before or after."""
        return TimeMap((Piece(start, end, start),))

    @staticmethod
    def trim(start: Fraction, end: Fraction) -> TimeMap:
        """Output [0, end − start) shows source [start, end)."""
        return TimeMap((Piece(Fraction(0), end - start, start),))

    @staticmethod
    def speed(duration: Fraction, factor: Fraction, *, pitch_follows: bool) -> TimeMap:
        """`duration` seconds of source in `duration / factor` seconds."""
        follow = factor if pitch_follows else Fraction(1)
        return TimeMap((Piece(Fraction(0), duration / factor, Fraction(0), factor, follow),))

    @property
    def end(self) -> Fraction:
        return self.pieces[-1].end if self.pieces else Fraction(0)

    def at(self, t: Fraction) -> Fraction | None:
        """The source moment that shows at output time `t`; None where nothing does."""
        piece = self.piece(t)
        return None if piece is None else piece.at(t)

    def instant(self, t: Fraction, *, before: bool = False) -> Instant | None:
        """As `at`, with the side from which it is meant; with `before`, of what shows just before `t`."""
        piece = self.piece(t, before=before)
        return None if piece is None else piece.instant(t, before=before)

    def piece(self, t: Fraction, *, before: bool = False) -> Piece | None:
        """The piece that holds `t`, or, with `before`, what is just before it."""
        index = (bisect_left if before else bisect_right)(self.pieces, t, key=_start) - 1
        if index < 0 or t > self.pieces[index].end or (t == self.pieces[index].end and not before):
            return None
        return self.pieces[index]

    def covers(self, end: Fraction) -> bool:
        """Whether something shows at every moment of [0, end)."""
        reached = Fraction(0)
        for piece in self.pieces:
            if piece.start > reached:
                break
            reached = piece.end
        return reached >= end

    def after(self, outer: TimeMap) -> TimeMap:
        """This map seen through `outer`: outer's output → outer's source, which is this map's output → its source."""
        return TimeMap(tuple(part for piece in outer.pieces for part in self._through(piece)))

    def _through(self, outer: Piece) -> Iterator[Piece]:
        """The stretches of this map that one outer piece shows."""
        if outer.factor == 0:
            held = self.instant(outer.source, before=outer.before)
            if held is not None:
                yield Piece(outer.start, outer.end, held.at, Fraction(0), before=held.before)
            return
        low, high = sorted((outer.source, outer.at(outer.end)))
        first = max(bisect_right(self.pieces, low, key=_start) - 1, 0)
        inner = self.pieces[first : bisect_left(self.pieces, high, key=_start)]
        for piece in inner if outer.factor > 0 else reversed(inner):
            near, far = max(low, piece.start), min(high, piece.end)
            if near < far:
                near, far = (near, far) if outer.factor > 0 else (far, near)
                yield Piece(
                    start=outer.start + (near - outer.source) / outer.factor,
                    end=outer.start + (far - outer.source) / outer.factor,
                    source=piece.at(near),
                    factor=piece.factor * outer.factor,
                    follow=piece.follow * outer.follow,
                    before=piece.before,
                )

    @staticmethod
    def reverse(duration: Fraction) -> TimeMap:
        """`duration` seconds of source, played backwards."""
        return TimeMap((Piece(Fraction(0), duration, duration, Fraction(-1)),))

    @staticmethod
    def freeze(duration: Fraction, at: Fraction, length: Fraction) -> TimeMap:
        """`duration` seconds of source that stand still at `at` for `length` seconds; at the end, on what came last."""
        pieces = (
            Piece(Fraction(0), at, Fraction(0)),
            Piece(at, at + length, at, Fraction(0), before=at == duration),
            Piece(at + length, duration + length, at),
        )
        return TimeMap(tuple(piece for piece in pieces if piece.start < piece.end))

    @staticmethod
    def boomerang(duration: Fraction, turn: Fraction) -> TimeMap:
        """There and back again; `turn`, the length of a frame, is passed over at both turns, so that none shows twice.

        The second turn is where it begins anew.
        """
        back = max(duration - 2 * turn, Fraction(0))
        there = Piece(Fraction(0), duration, Fraction(0))
        return TimeMap((there, Piece(duration, duration + back, duration - turn, Fraction(-1))) if back else (there,))

    @staticmethod
    def placed(duration: Fraction, at: Fraction, until: Fraction, last: Fraction) -> TimeMap:
        """Something `duration` long on a timeline [0, until), beginning at `at`, which may be before zero.

        Before it begins its first moment is held; after its end, the moment `last`.
        """
        start, end = min(max(at, Fraction(0)), until), min(max(at + duration, Fraction(0)), until)
        pieces = (
            Piece(Fraction(0), start, Fraction(0), Fraction(0)),
            Piece(start, end, start - at),
            Piece(end, until, last, Fraction(0)),
        )
        return TimeMap(tuple(piece for piece in pieces if piece.start < piece.end))

    @staticmethod
    def looped(source: Fraction, length: Fraction, duration: Fraction) -> TimeMap:
        """`duration` seconds that show source [source, source + length) again and again."""
        turns = -(-duration // length)
        starts = (turn * length for turn in range(turns))
        return TimeMap(tuple(Piece(start, min(start + length, duration), source) for start in starts))


def _start(piece: Piece) -> Fraction:
    return piece.start
