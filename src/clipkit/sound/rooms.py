"""Impulse responses of rooms and echoes, made of seeded noise: the same ones everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.convolve import Impulse

SAMPLE_RATE = 48_000

_REPEAT = round(0.28 * SAMPLE_RATE)
_REPEATS = 6
_FIRST = 0.6
_SOFTER = 0.55  # −5.2 dB a repeat: the sixth has −31 dB
_SPREAD = 0.6  # how far repeats lie to the sides

_HALL_SECONDS = 1.8  # to −60 dB
_PREDELAY = round(0.018 * SAMPLE_RATE)
_REFLECTIONS = ((11, 0.5, 0.7), (19, 0.8, 0.5), (27, 0.4, 0.6), (38, 0.6, 0.4), (51, 0.35, 0.5))
"""Early reflections: milliseconds, left, right."""

_BANDS = ((250.0, 1.15), (2_000.0, 1.0), (6_000.0, 0.62), (24_000.0, 0.35))
"""Up to which frequency, and how long reverberation lasts there, as a part of the whole: air and cloth eat treble."""


def echoes(strength: float) -> Impulse:
    """The direct sound and its repeats."""
    out = np.zeros((_REPEATS * _REPEAT + 64, 2))
    out[0] = 1
    duller = np.ones(1)
    for n in range(1, _REPEATS + 1):
        duller = np.convolve(duller, (0.25, 0.5, 0.25))
        side = _SPREAD if n % 2 else -_SPREAD
        level = _FIRST * strength * _SOFTER ** (n - 1)
        gains = level * np.sqrt(np.array([1 + side, 1 - side]))
        out[n * _REPEAT : n * _REPEAT + len(duller)] += duller[:, None] * gains
    return out


def hall(strength: float) -> Impulse:
    """The direct sound, early reflections, and noise that fades, each band in its own time (J. A. Moorer, 1979)."""
    count = round(_HALL_SECONDS * max(length for _, length in _BANDS) * SAMPLE_RATE)
    tail = _tail(count)
    out = np.zeros((_PREDELAY + count, 2))
    out[_PREDELAY:] = 0.8 * tail / np.sqrt((tail**2).sum(axis=0))
    for milliseconds, left, right in _REFLECTIONS:
        out[round(milliseconds * SAMPLE_RATE / 1000)] += 0.35 * np.array([left, right])
    out *= strength
    out[0] = 1 - 0.25 * strength
    return out


def _tail(count: int) -> NDArray[np.float64]:
    """Noise of shape (count, 2) that fades by 60 dB in a time that depends on the frequency."""
    spectrum = np.fft.rfft(np.random.default_rng(1729).normal(size=(count, 2)), axis=0)
    frequency = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    seconds = np.arange(count)[:, None] / SAMPLE_RATE
    out, low = np.zeros((count, 2)), 60.0
    for high, length in _BANDS:
        band = ((frequency >= low) & (frequency < high))[:, None]
        out += np.fft.irfft(spectrum * band, count, axis=0) * 10 ** (-3 * seconds / (_HALL_SECONDS * length))
        low = high
    return out
