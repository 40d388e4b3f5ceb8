"""Pauses: where a recording falls back to its own noise.

Nothing here is a fixed loudness. The floor around a moment is the 10th percentile of the level within ten seconds to
either side, and what counts as sound begins three tenths of the way from there to the loudest (95th percentile): in a
quiet room that is far below speech, beside a street only a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.window import Samples, silence

SAMPLE_RATE = 48_000
HOP = 480
"""Samples of a level: 10 ms."""

_RUMBLE = 240
_AROUND = 2
_REACH = 1000
_SHARE = 0.3
_LEAST_OVER = 6.0  # dB over the floor: less is the noise's own flicker
_LEAST_UNDER = 12.0  # dB below the loudest: a recording without contrast has no pauses
_QUIETEST = -80.0  # dBFS

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of a recording, and where it counts as silent: dBFS for each 10 ms, shape (n,)."""

    level: Row
    threshold: Row


class LevelMeter:
    """Takes a recording in blocks; keeps 800 bytes a second."""

    def __init__(self) -> None:
        self._waiting = silence(0)
        self._before = silence(_RUMBLE)
        self._powers: list[Row] = []

    def push(self, block: Samples) -> None:
        """Take the next samples, shape (n, 2)."""
        row = np.concatenate((self._waiting, self._without_rumble(block)))
        whole = len(row) // HOP * HOP
        squares = np.square(row[:whole], dtype=np.float64).max(axis=1)  # one silent side is no silence
        self._powers.append(squares.reshape(-1, HOP).mean(axis=1))
        self._waiting = row[whole:]

    def _without_rumble(self, block: Samples) -> Samples:
        """Less the mean of the last 5 ms: what handling, wind and traffic have below 90 Hz only flickers."""
        row = np.concatenate((self._before, block))
        self._before = row[len(block) :]
        sums = np.cumsum(row, axis=0, dtype=np.float64)
        clear: Samples = (block - (sums[_RUMBLE:] - sums[:-_RUMBLE]) / _RUMBLE).astype(np.float32)
        return clear

    def levels(self, threshold: float | None = None) -> Levels:
        """What was measured; `threshold` in dBFS takes the place of the recording's own."""
        power = _smooth(np.concatenate([*self._powers, np.zeros(0)]))
        level = 10 * np.log10(np.maximum(power, 10 ** (_QUIETEST / 10)))
        own = _threshold(level) if threshold is None else np.full(len(level), threshold)
        return Levels(level, own)


def _smooth(power: Row) -> Row:
    """The mean of each level and two to either side, 50 ms: a flicker of noise is no sound."""
    if len(power) < 2 * _AROUND + 1:
        return power
    padded = np.pad(power, _AROUND, mode="edge")
    means: Row = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1).mean(axis=1)
    return means


def _threshold(level: Row) -> Row:
    if not len(level):
        return level
    loud = float(np.percentile(level, 95))
    floor = _floor(level)
    own = floor + np.maximum(_SHARE * (loud - floor), _LEAST_OVER)
    # Below the quietest that is told apart, all is silent.
    threshold: Row = np.maximum(np.minimum(own, loud - _LEAST_UNDER), _QUIETEST + 3)
    return threshold


def _floor(level: Row) -> Row:
    """The 10th percentile around each moment, worked out every second."""
    at = np.arange(0, len(level), 100)
    found = [np.percentile(level[max(n - _REACH, 0) : n + _REACH], 10) for n in at]
    floor: Row = np.interp(np.arange(len(level)), at, found)
    return floor


def pauses(levels: Levels, least: float, margin: float) -> list[tuple[float, float]]:
    """Pauses in seconds [start, end), in order.

    Args:
        levels: Of the recording.
        least: Seconds below the threshold that make a pause.
        margin: Seconds at each end of a pause that are left to what is before and after it; none at the start and the
            end of the recording, where nothing is.
    """
    quiet = levels.level < levels.threshold
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    found = []
    for first, last in edges.reshape(-1, 2).tolist():
        if last - first < round(least * SAMPLE_RATE / HOP):
            continue
        start = first * HOP / SAMPLE_RATE + (margin if first else 0.0)
        end = last * HOP / SAMPLE_RATE - (margin if last < len(quiet) else 0.0)
        if start < end:
            found.append((start, end))
    return found
