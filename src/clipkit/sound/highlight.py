"""Where a piece is at its best: the stretch that a short would take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from clipkit.sound.beats import Beats
from clipkit.sound.onsets import FRAME_RATE, Signal

_NEW_PART: Final = 1.5
"""Decibels that beginning with a part of the piece is worth."""
_SOFT: Final = 1e-9


def highlight(levels: Signal, beats: Beats, seconds: float = 15.0) -> float:
    """Where the best `seconds` begin: a bar, rather that of a new part, from which on the piece is loudest.

    Args:
        levels: (frames,): mean squares, as in `Onsets`.
        beats: Its grid; without bars, any whole second may be the one.
        seconds: How long a stretch.

    Returns:
        Seconds; 0 for a piece that is not longer.
    """
    count = round(seconds * FRAME_RATE)
    if len(levels) <= count:
        return 0.0
    sums = np.concatenate(([0.0], np.cumsum(levels, dtype=float)))
    parts = [part.start for part in beats.sections]

    def worth(start: float) -> float:
        first = round(start * FRAME_RATE)
        mean = (sums[first + count] - sums[first]) / count
        return float(10 * np.log10(mean + _SOFT)) + (_NEW_PART if _among(start, parts) else 0.0)

    starts = beats.bars or tuple(float(second) for second in range(len(levels) // FRAME_RATE))
    fitting = [start for start in starts if round(start * FRAME_RATE) + count <= len(levels)]
    return max(fitting, key=worth, default=0.0)


def _among(start: float, parts: Sequence[float]) -> bool:
    return any(abs(start - part) < 0.5 / FRAME_RATE for part in parts)
