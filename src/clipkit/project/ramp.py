"""A speed that changes: factors at moments of the source, and between them a line or a smooth curve.

Where the speed v changes along the source, the output time of a source moment is the integral of 1/v, a logarithm for a
line. A time map has linear pieces with exact ends. So a change is cut into pieces so short that each, though linear,
strays from the true curve by less than a quarter of a millisecond. Their ends are those of the true curve, rounded to
a hundredth of a sample one by one, so nothing adds up; moments that were named are ends themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple, TypeAlias

from clipkit.project.timemap import Piece, TimeMap

Curve: TypeAlias = Literal["linear", "smooth"]

NEAR = 0.000_25
"""Seconds by which a piece may stray from the curve."""

_STEP = 1.03
"""How much the factor may change in one piece: half a semitone, where the pitch follows."""

_SHORTEST = 0.002
"""Seconds of output below which a piece is not cut further."""

_GRID = 4_800_000
"""Ends of pieces to a second of output, counted from the knot before."""

# Gauss-Legendre quadrature of five points on 0…1 (Abramowitz & Stegun, table 25.4): exact to ten digits and more on the
# short pieces that count.
_NODES = (
    (0.5, 0.284_444_444_444_444_44),
    (0.230_765_344_947_158_45, 0.239_314_335_249_683_24),
    (0.769_234_655_052_841_55, 0.239_314_335_249_683_24),
    (0.046_910_077_030_668_0, 0.118_463_442_528_094_54),
    (0.953_089_922_969_332_0, 0.118_463_442_528_094_54),
)


class Knot(NamedTuple):
    """From this moment of the source on, or towards it, this many times as fast."""

    at: Fraction
    factor: Fraction


class _Stretch(NamedTuple):
    """A stretch of the source at one speed."""

    start: Fraction
    end: Fraction
    factor: Fraction


def ramp(knots: Sequence[Knot], duration: Fraction, curve: Curve, *, pitch_follows: bool) -> TimeMap:
    """The first `duration` seconds of a source at speeds that go from knot to knot.

    Args:
        knots: One or more, in order; two at one moment make a jump. Before the first its factor counts, after the last
            that one's.
        duration: Seconds of source.
        curve: How the factor goes from knot to knot, along the source: straight, or beginning and ending level.
        pitch_follows: As on a tape; else the pitch is kept.
    """
    pieces: list[Piece] = []
    at = Fraction(0)
    for start, end, factor in _joined(_stretches(knots, duration, curve)):
        first, last = max(start, Fraction(0)), min(end, duration)
        if first < last:
            until = at + (last - first) / factor
            pieces.append(Piece(at, until, first, factor, factor if pitch_follows else Fraction(1)))
            at = until
    return TimeMap(tuple(pieces))


def _stretches(knots: Sequence[Knot], duration: Fraction, curve: Curve) -> Iterator[_Stretch]:
    yield _Stretch(Fraction(0), knots[0].at, knots[0].factor)
    for one, two in pairwise(knots):
        if one.factor == two.factor:
            yield _Stretch(one.at, two.at, one.factor)
        elif one.at < two.at:
            yield from _changing(one, two, curve)
    yield _Stretch(knots[-1].at, duration, knots[-1].factor)


def _joined(stretches: Iterator[_Stretch]) -> Iterator[_Stretch]:
    """The same with those in one that go on at the same speed."""
    last: _Stretch | None = None
    for stretch in stretches:
        if stretch.start >= stretch.end:
            continue
        if last is not None and (last.end, last.factor) == (stretch.start, stretch.factor):
            last = last._replace(end=stretch.end)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last


def _changing(one: Knot, two: Knot, curve: Curve) -> Iterator[_Stretch]:
    """From one knot to the next, in pieces."""
    slowness = _Slowness(one, two, curve)
    parts = list(slowness.parts(Fraction(0), Fraction(1)))
    ends = accumulate((seconds for _, seconds in parts), initial=0.0)
    ticks = [round(end * _GRID) for end in ends]
    sources = [one.at, *(one.at + (two.at - one.at) * share for share, _ in parts)]
    for (start, end), (before, after) in zip(pairwise(sources), pairwise(ticks), strict=True):
        yield _Stretch(start, end, (end - start) / Fraction(max(after - before, 1), _GRID))


class _Slowness:
    """Output seconds by share of the way from one knot to the next."""

    def __init__(self, one: Knot, two: Knot, curve: Curve) -> None:
        self._from, self._by = float(one.factor), float(two.factor - one.factor)
        self._length = float(two.at - one.at)
        self._smooth = curve == "smooth"

    def _factor(self, share: float) -> float:
        return self._from + self._by * (share * share * (3 - 2 * share) if self._smooth else share)

    def _seconds(self, start: Fraction, end: Fraction) -> float:
        width = float(end - start)
        return self._length * width * math.fsum(w / self._factor(float(start) + x * width) for x, w in _NODES)

    def parts(self, start: Fraction, end: Fraction) -> Iterator[tuple[Fraction, float]]:
        """Where each piece ends and how many seconds it takes: halves, as long as a line would not do."""
        middle = (start + end) / 2
        first, second = self._seconds(start, middle), self._seconds(middle, end)
        ratio = self._factor(float(end)) / self._factor(float(start))
        bent = abs(first - second) / 2 > NEAR or max(ratio, 1 / ratio) > _STEP
        if bent and first + second > _SHORTEST:
            yield from self.parts(start, middle)
            yield from self.parts(middle, end)
        else:
            yield end, first + second
