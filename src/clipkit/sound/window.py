"""A window on an endless row of samples: what arrives in order is kept for a while, by absolute index."""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""Stereo sound: shape (n, 2), float32, full scale ±1."""

HISTORY = 96_000
"""Samples kept behind the newest: 2 s at 48 kHz, more than any reader steps back (see `stretch`)."""


def silence(count: int) -> Samples:
    """`count` samples of nothing, shape (count, 2)."""
    return np.zeros((count, 2), np.float32)


class Window:
    """Samples [first, end) of a row that grows at its end; where nothing was put there is silence.

    Args:
        start: Index of the first sample. What is put before it is dropped.
    """

    __slots__ = ("_chunks", "end", "first")

    def __init__(self, start: int) -> None:
        self.first = start
        self.end = start
        self._chunks: deque[tuple[int, Samples]] = deque()

    def put(self, at: int, samples: Samples) -> None:
        """Add samples whose first has index `at`. What is there already wins; a gap before them is silence."""
        fresh = samples[max(0, self.end - at) :]
        if len(fresh):
            at = max(at, self.end)
            self._chunks.append((at, fresh))
            self.end = at + len(fresh)
            self._forget()

    def extend(self, end: int) -> None:
        """Silence up to index `end`."""
        self.end = max(self.end, end)

    def get(self, start: int, stop: int) -> Samples:
        """A copy of samples [start, stop), shape (stop − start, 2)."""
        out = silence(stop - start)
        for at, chunk in reversed(self._chunks):
            if at + len(chunk) <= start:
                break
            low, high = max(start, at), min(stop, at + len(chunk))
            if low < high:
                out[low - start : high - start] = chunk[low - at : high - at]
        return out

    def _forget(self) -> None:
        while (end := self._chunks[0][0] + len(self._chunks[0][1])) < self.end - HISTORY:
            self._chunks.popleft()
            self.first = end
