"""The time map: the one thing that changes when things show and how long they last.

A map says, for each moment of an output, which moment of its source is there. It is a row of pieces, each linear;
trim, speed, freeze and loop are all maps, and a chain of them is one map again.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Piece:
    """One linear stretch: output [start, end) shows source `source + (t − start) × factor`.

    `factor` is source seconds per output second; 0 holds one moment (a freeze, silent in sound).
    `follow` is the part of the factor that pitch follows; the rest is stretched with the pitch kept.
    """

    start: Fraction
    end: Fraction
    source: Fraction
    factor: Fraction = Fraction(1)
    follow: Fraction = Fraction(1)

    def at(self, t: Fraction) -> Fraction:
        return self.source + (t - self.start) * self.factor

    def shifted(self, by: Fraction) -> Piece:
        """The same stretch, `by` seconds later."""
        return Piece(self.start + by, self.end + by, self.source, self.factor, self.follow)


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
        index = bisect_right(self.pieces, t, key=lambda piece: piece.start) - 1
        if index < 0 or t >= self.pieces[index].end:
            return None
        return self.pieces[index].at(t)

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

    def _through(self, outer: Piece) -> list[Piece]:
        """The stretches of this map that one outer piece shows."""
        if outer.factor == 0:
            held = self.at(outer.source)
            return [] if held is None else [Piece(outer.start, outer.end, held, Fraction(0))]
        first, last = outer.source, outer.at(outer.end)
        parts = []
        for inner in self.pieces:
            low, high = max(first, inner.start), min(last, inner.end)
            if low < high:
                start = outer.start + (low - first) / outer.factor
                end = outer.start + (high - first) / outer.factor
                parts.append(Piece(start, end, inner.at(low), inner.factor * outer.factor, inner.follow * outer.follow))
        return parts

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
