"""How something moves between points in time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from clipkit.catalog.easing import EASE, Easing


def along(path: Sequence[tuple[float, tuple[float, ...]]], t: float, easing: Easing) -> tuple[float, ...]:
    """Where a path is at `t`: at rest before its first point and after its last, exactly on each at its time.

    Args:
        path: Times in seconds, each with as many numbers; at least one. In any order.
        t: Seconds.
        easing: How it moves from point to point.
    """
    points = sorted(path, key=lambda point: point[0])
    for (t0, a), (t1, b) in pairwise(points):
        if t0 <= t < t1:
            k = EASE[easing]((t - t0) / (t1 - t0))
            return tuple(p + (q - p) * k for p, q in zip(a, b, strict=True))
    return points[0][1] if t < points[0][0] else points[-1][1]
