"""Smooth curves through control points that never overshoot them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from clipkit.colour.rgb import Plane

Point = tuple[float, float]


def slopes(points: Sequence[Point]) -> list[float]:
    """The slope at each point that keeps the cubic between two points monotone.

    F. N. Fritsch and R. E. Carlson, "Monotone Piecewise Cubic Interpolation", SIAM J. Numer. Anal. 17 (1980): start
    from the mean of the secants, level where they change sign, and shorten what leaves the circle of radius 3.
    """
    secants = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    inner = [(a + b) / 2 if a * b > 0 else 0.0 for a, b in pairwise(secants)]
    result = [secants[0], *inner, secants[-1]]
    for i, secant in enumerate(secants):
        length = np.hypot(result[i], result[i + 1])
        if length > 3 * abs(secant):
            shorter = 3 * abs(secant) / float(length)
            result[i], result[i + 1] = result[i] * shorter, result[i + 1] * shorter
    return result


def evaluate(points: Sequence[Point], x: Plane) -> Plane:
    """The curve at `x`, level before the first point and after the last.

    Args:
        points: Two or more, x strictly increasing.
        x: Any shape.
    """
    knots = np.array(points, x.dtype)
    slope = np.array(slopes(points), x.dtype)
    x = np.clip(x, knots[0, 0], knots[-1, 0])
    i = np.searchsorted(knots[1:-1, 0], x, side="right")
    width = (knots[1:, 0] - knots[:-1, 0])[i]
    return _hermite((x - knots[i, 0]) / width, knots[i, 1], knots[i + 1, 1], slope[i] * width, slope[i + 1] * width)


def _hermite(t: Plane, start: Plane, end: Plane, out: Plane, into: Plane) -> Plane:
    """The cubic on 0…1 with given ends and end slopes."""
    a = 2 * (start - end) + out + into
    b = 3 * (end - start) - 2 * out - into
    return ((a * t + b) * t + out) * t + start
