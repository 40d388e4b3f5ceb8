"""True peak: how high the waveform rises between its samples, by interpolation at four times the rate.

ITU-R BS.1770-5, annex 2, with a longer filter than the 12 taps a phase of its example: up to 20 kHz it is exact to
0.1 dB where that one falls 0.7 dB short.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.window import Samples

SIDE = 12
"""Samples that are seen on each side of a point."""

_PHASES = (0.25, 0.5, 0.75)


def _filters() -> NDArray[np.float32]:
    """A windowed sinc for each phase, shape (3, 2 × SIDE), of gain 1 at 0 Hz."""
    rows = []
    for phase in _PHASES:
        away = np.arange(-SIDE + 1, SIDE + 1) - phase
        row = np.sinc(away) * np.i0(5.0 * np.sqrt(1 - (away / SIDE) ** 2))
        rows.append(row / row.sum())
    return np.array(rows, np.float32)


_FILTERS = _filters()

RISE = float(np.abs(_FILTERS).sum(axis=1).max())
"""No point between samples lies higher than this many times the highest sample in sight."""


_PIECE = 256


def between(row: Samples, above: float = 0.0) -> NDArray[np.float32]:
    """The highest absolute value from each sample up to the next, of both channels.

    Args:
        row: Samples with `SIDE − 1` before the first that is asked about and `SIDE` after the last, shape (n, 2).
        above: What is no higher need not be exact: there the sample itself is enough.

    Returns:
        Shape (n − 2 × SIDE + 1,). The same for the same samples, wherever a row begins: sums are in a fixed order.
    """
    left, right = np.ascontiguousarray(row.T)
    loud = np.maximum(np.abs(left), np.abs(right))
    highest: NDArray[np.float32] = loud[SIDE - 1 : len(row) - SIDE].copy()
    for first, last in _runs(loud > above / RISE):
        _raise(highest[first:last], left[first : last + 2 * SIDE - 1], right[first : last + 2 * SIDE - 1])
    return highest


def _runs(hot: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of points, in whole pieces, that have a hot sample in sight."""
    count = len(hot) - 2 * SIDE + 1
    runs: list[tuple[int, int]] = []
    for first in range(0, count, _PIECE):
        last = min(first + _PIECE, count)
        if not hot[first : last + 2 * SIDE - 1].any():
            continue
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _raise(highest: NDArray[np.float32], *channels: NDArray[np.float32]) -> None:
    """Raise values to the points that the filters find behind each sample."""
    count = len(highest)
    part = np.empty(count, np.float32)
    for channel in channels:
        for weights in _FILTERS:
            point = weights[0] * channel[:count]
            for tap in range(1, 2 * SIDE):
                point += np.multiply(channel[tap : tap + count], weights[tap], out=part)
            np.maximum(highest, np.abs(point, out=point), out=highest)


def true_peak(edge: Samples, block: Samples, known: float) -> tuple[Samples, float]:
    """The true peak of a row that arrives in blocks.

    Args:
        edge: What the last call returned, at first nothing.
        block: The next samples, shape (n, 2).
        known: A peak known already; what cannot be higher is not looked at.

    Returns:
        The edge for the next call, and the peak of what came in so far: samples at once, what is between them as
        soon as both sides are there.
    """
    if not len(edge):
        edge = np.zeros((2 * SIDE - 1, 2), np.float32)
    row = np.concatenate((edge, block))
    peak = float(np.abs(row).max(initial=0.0))
    if peak * RISE > known and len(row) >= 2 * SIDE:
        peak = max(peak, float(between(row, max(known, peak)).max()))
    return row[len(row) - (2 * SIDE - 1) :], peak
