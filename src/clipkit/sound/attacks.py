"""Where a sound sets in: moments at which its level jumps, found as it is read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.window import Samples

_BLOCK = 120
"""Samples over which a level is taken: 2.5 ms at 48 kHz."""

_BEFORE = 8
"""Blocks that a level is held against: 20 ms, two periods of 100 Hz."""

_JUMP = 10.0
"""How many times the energy of any block before: 10 dB. The pulses of a voice rise by less."""

_AFTER = 8
"""Blocks in which the sound may still rise, and how much of their energy must be there within the first two."""
_SUDDEN = 0.1

_ROW = 16
"""Blocks looked at together."""

_APART = 2400
"""Samples from one attack to the next: 50 ms."""

_FLOOR = 1e-6
"""Energy a sample, −60 dBFS, below which nothing sets in."""


class Attacks:
    """The attacks of a tape from one sample on, in order.

    Args:
        fetch: Source samples [start, stop), shape (stop − start, 2).
        first: Where to begin.
    """

    def __init__(self, fetch: Callable[[int, int], Samples], first: int) -> None:
        self._fetch = fetch
        self._at = first - _BEFORE * _BLOCK
        self._before: deque[float] = deque([np.inf], _BEFORE)
        self._last = first - _APART

    def until(self, stop: int) -> Iterator[tuple[int, bool]]:
        """Those before `stop` that were not given yet: the sample with which each begins, and whether it is sudden."""
        while self._at < stop:
            samples = self._fetch(self._at, self._at + (_ROW + _AFTER) * _BLOCK).astype(np.float64)
            levels = np.square(samples).reshape(_ROW + _AFTER, -1).mean(axis=1)
            for n in range(_ROW):
                quiet = max(self._before)
                if levels[n] > max(_JUMP * quiet, _FLOOR) and self._at - self._last >= _APART:
                    self._last = self._at
                    sudden = levels[n : n + 2].max() > _SUDDEN * levels[n : n + _AFTER].max()
                    yield self._at + _onset(samples[n * _BLOCK : (n + 1) * _BLOCK], quiet), bool(sudden)
                self._before.append(float(levels[n]))
                self._at += _BLOCK


def _onset(block: NDArray[np.float64], quiet: float) -> int:
    """The first sample of a block that is louder than what was before."""
    loud = np.square(block).max(axis=1) > max(4 * quiet, _FLOOR)
    return int(np.argmax(loud))
