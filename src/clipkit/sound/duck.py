"""The gain of what makes room for speech."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SETTLE = 0.1
"""Of the release that nothing is done in, so that the end of a word is not swelled over."""


class Ducking:
    """A gain over time: lower while somebody speaks. Straight lines in dB.

    Args:
        stretches: Samples [start, end) of speech, in order of their starts; they may overlap.
        db: How much lower.
        attack, release, look_ahead: In samples: the fall begins `look_ahead` before a stretch and takes `attack`; the
            rise is over `release` after it. Between two stretches too close for both, the gain stays down.
    """

    def __init__(
        self, stretches: Sequence[tuple[int, int]], db: float, attack: int, release: int, look_ahead: int
    ) -> None:
        points: list[tuple[float, float]] = []
        for start, end in _merged(stretches, attack + release):
            points += [
                (start - look_ahead, 0.0),
                (start - look_ahead + attack, -db),
                (max(end + _SETTLE * release, start - look_ahead + attack), -db),
                (max(end + release, start - look_ahead + attack + 1), 0.0),
            ]
        self._times = np.array([time for time, _ in points])
        self._levels = np.array([level for _, level in points])

    def gain(self, start: int, stop: int) -> NDArray[np.float32]:
        """The factor at each of samples [start, stop), shape (stop − start,)."""
        if not len(self._times):
            return np.ones(stop - start, np.float32)
        levels = np.interp(np.arange(start, stop), self._times, self._levels)
        factors: NDArray[np.float32] = (10 ** (levels / 20)).astype(np.float32)
        return factors


def _merged(stretches: Sequence[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in stretches:
        if merged and start - merged[-1][1] < gap:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
