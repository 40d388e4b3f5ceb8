"""A voice on one note: the phases of each short spectrum are set to zero, so every window becomes one pulse.

The pulses follow each other at the rate of the windows, which is the note (U. Zölzer, *DAFX*, ch. 7: robotization).
"""

from __future__ import annotations

import numpy as np

from clipkit.sound.window import Samples, silence

HOP = 480
"""Samples from pulse to pulse: 100 Hz at 48 kHz."""

_SIZE = 1_440  # three hops, 30 ms: formants are seen, syllables are not blurred
_LIFT = 1.6  # pulses have less power than what they are made of


class Robotizer:
    """Strength goes from the sound itself to the machine alone."""

    latency = _SIZE

    def __init__(self, strength: float) -> None:
        self._strength = np.float32(strength)
        self._window = np.sqrt(np.hanning(_SIZE + 1)[:_SIZE]).astype(np.float32)[:, None]
        self._input = silence(_SIZE - HOP)
        self._output = silence(_SIZE)
        self._ready = silence(HOP)  # so that there is always enough, however blocks are cut
        self._dry = silence(_SIZE)

    def push(self, block: Samples) -> Samples:
        """Take the next samples, shape (n, 2), and give as many, `latency` late."""
        row = np.concatenate((self._input, block))
        parts = [self._ready]
        while len(row) >= _SIZE:
            parts.append(self._pulse(row[:_SIZE]))
            row = row[HOP:]
        self._input = row
        ready = np.concatenate(parts)
        self._ready = ready[len(block) :]
        dry = np.concatenate((self._dry, block))
        self._dry = dry[len(block) :]
        mixed: Samples = dry[: len(block)] + self._strength * (ready[: len(block)] - dry[: len(block)])
        return mixed

    def _pulse(self, part: Samples) -> Samples:
        """The next `HOP` samples, with one more pulse in the middle of its window."""
        magnitude = np.abs(np.fft.rfft(part * self._window, axis=0))
        pulse = np.fft.fftshift(np.fft.irfft(magnitude, _SIZE, axis=0), axes=0)
        self._output += (_LIFT * pulse * self._window).astype(np.float32)
        done = self._output[:HOP]
        self._output = np.concatenate((self._output[HOP:], silence(HOP)))
        return done
