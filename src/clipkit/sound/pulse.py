"""A pulse through a piece: which periods repeat, and where the beats of one of them fall.

The beats of a period are found by dynamic programming after D. P. W. Ellis, “Beat tracking by dynamic programming”
(Journal of New Music Research 36, 2007): they should fall on onsets, and as regularly as may be.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.onsets import FRAME_RATE, Signal

_WINDOW: Final = 12 * FRAME_RATE
"""Frames within which repeats are looked for: a tempo may drift over a piece, hardly within 12 s."""
LONGEST: Final = 5 * FRAME_RATE
"""The longest lag that repeats are looked for at, in frames: a bar of 48 BPM."""
_TIGHT: Final = 1600.0
"""How much a beat that comes early or late costs: this times the square of the logarithm of how much."""


def envelope(rises: Signal) -> Signal:
    """(frames,): onsets of all bands as one row, none much louder than the others, about its mean within a second."""
    soft = np.sqrt(smoothed(rises, 2)).sum(axis=1)
    around = smoothed(soft[:, None], FRAME_RATE)[:, 0]
    lifted = np.maximum(soft - around, 0)
    row: Signal = (lifted / max(float(lifted.std()), 1e-9)).astype(np.float32)
    return row


def smoothed(rows: Signal, width: int) -> Signal:
    """Rows averaged over `width` frames before and after, with weights that fall like a triangle."""
    kernel = np.bartlett(2 * width + 1).astype(np.float32)
    kernel /= kernel.sum()
    return np.stack([np.convolve(column, kernel, "same") for column in rows.T], axis=1)


def repeats(row: Signal) -> NDArray[np.float64]:
    """How much a row is like itself so many frames later, from 0 to LONGEST: 1 at 0, the mean over windows."""
    total = np.zeros(LONGEST + 1)
    for start in range(0, max(len(row) - _WINDOW // 2, 1), _WINDOW // 2):
        part = row[start : start + _WINDOW]
        part = part - part.mean()
        spectrum = np.fft.rfft(part, 2 * _WINDOW)
        total += np.fft.irfft(np.abs(spectrum) ** 2)[: LONGEST + 1] / np.maximum(
            len(part) - np.arange(LONGEST + 1), _WINDOW // 4
        )
    likeness: NDArray[np.float64] = total / max(total[0], 1e-12)
    return likeness


def beats_of(row: Signal, period: float) -> NDArray[np.int64]:
    """The frames of the best row of beats about `period` frames apart, through all of a piece.

    Beats go on through silence, at the period.
    """
    low, high = max(int(period / 1.6), 1), int(period * 1.6) + 1
    lags = np.arange(low, high + 1)
    cost = (-_TIGHT * np.log(lags / period) ** 2).astype(np.float32)
    score = np.zeros(len(row) + high, np.float32)  # what lies before the piece costs and gives nothing
    back = np.zeros(len(row), np.int64)
    local = _near(row, period)
    for start in range(0, len(row), low):  # `low` frames at once: none of them can follow another
        here = np.arange(start, min(start + low, len(row)))
        reach = score[here[:, None] + high - lags] + cost
        best = reach.argmax(axis=1)
        score[here + high] = local[here] + reach[np.arange(len(here)), best]
        back[here] = here - lags[best]
    last = len(row) - 1 - int(period)
    end = max(last, 0) + int(score[max(last, 0) + high :].argmax())
    found = []
    while end >= 0:
        found.append(end)
        end = int(back[end])
    return np.array(found[::-1], np.int64)


def _near(row: Signal, period: float) -> Signal:
    """Onsets, a little blurred: a beat that is off by a thirty-second part of a period is still on."""
    width = period / 32
    reach = np.arange(-round(3 * width) - 1, round(3 * width) + 2)
    return np.convolve(row, np.exp(-0.5 * (reach / width) ** 2), "same").astype(np.float32)
