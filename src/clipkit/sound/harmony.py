"""Where the notes change: the surest sign of a bar, since chords move with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.onsets import FRAME_RATE, NOTE_RATE, Signal

_SILENT = 1e-3
_APPEARS = 0.3


class Harmony:
    """The notes of a piece, so that those of any stretch are had at once.

    Args:
        notes: As in `Onsets`: bass and what is above it.
    """

    def __init__(self, notes: Signal) -> None:
        self._sums = np.concatenate((np.zeros((1, notes.shape[1])), np.cumsum(notes, axis=0, dtype=float)))

    def change(self, moments: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
        """How much other notes sound in the `reach` frames after each moment than before it.

        Shape (moments, 2), bass and above: 0 for the same notes, 1 for others, half for notes where there was silence.
        """
        start, middle, end = (self._until(moments + shift) for shift in (-reach, 0, reach))
        before, after = middle - start, end - middle
        halves = [_unlike(before[:, half], after[:, half]) for half in (slice(0, 12), slice(12, 24))]
        return np.stack(halves, axis=1)

    def _until(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums up to moments, between two frames too. A frame of notes is centred on its moment."""
        place = np.clip(moments * NOTE_RATE / FRAME_RATE + 0.5, 0, len(self._sums) - 1)
        whole = np.minimum(place.astype(int), len(self._sums) - 2)
        part = (place - whole)[:, None]
        sums: NDArray[np.float64] = self._sums[whole] * (1 - part) + self._sums[whole + 1] * part
        return sums


def _unlike(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    one, other = np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)
    angle = 1 - (before * after).sum(axis=1) / np.maximum(one * other, 1e-6)
    unlike: NDArray[np.float64] = np.where(one * other > _SILENT, angle, 0.5 * (np.abs(one - other) > _APPEARS))
    return unlike
