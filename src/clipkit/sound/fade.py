"""Short fades at joins, where a jump of the waveform would click."""

from __future__ import annotations

import numpy as np

from clipkit.sound.window import Samples

FADE = 240
"""Samples of a join: 5 ms at 48 kHz."""


def cross(earlier: Samples, later: Samples, first: int, length: int, *, alike: bool) -> Samples:
    """Go from one sound over to another.

    Args:
        earlier, later: The same stretch of both, shape (n, 2).
        first: Where in the fade the stretch begins, in samples.
        length: Samples of the whole fade.
        alike: Both are nearly the same waveform, whose amplitudes add: the gains then sum to 1. Those of unrelated
            sounds, whose powers add, have squares that sum to 1; on like sounds that would be a bump of 3 dB.
    """
    along = (first + np.arange(len(later)) + 0.5) / length * (np.pi / 2)
    share = np.sin(along) ** 2  # begins and ends level: a kink of the gain would be heard at −58 dB
    rise, fall = (share, 1 - share) if alike else (np.sin(np.pi / 2 * share), np.cos(np.pi / 2 * share))
    mixed: Samples = (later * rise[:, None] + earlier * fall[:, None]).astype(np.float32)
    return mixed
