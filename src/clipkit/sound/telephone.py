"""A telephone line: a narrow band from one speaker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.convolve import Convolver, filtered
from clipkit.sound.window import Samples

SAMPLE_RATE = 48_000
BAND = (300.0, 3_400.0)
"""Hz, as analogue lines carry (ITU-T G.712)."""

_ORDER = 4
_TAPS = 4_096
_DRIVE = 2.5  # how hard the little speaker is driven; tanh keeps it below 1


class Telephone:
    """Strength goes from the sound itself to the line alone."""

    latency = 0

    def __init__(self, strength: float) -> None:
        self._strength = np.float32(strength)
        impulse = _band_pass()
        self._line = Convolver(np.stack([impulse, impulse], axis=1))
        self._speaker = Convolver(np.stack([impulse, impulse], axis=1))

    def push(self, block: Samples) -> Samples:
        """Take the next samples, shape (n, 2), and give as many."""
        heard = self._line.push(block).mean(axis=1, keepdims=True)
        driven = np.tanh(_DRIVE * heard) / np.float32(_DRIVE)
        rung = self._speaker.push(np.repeat(driven, 2, axis=1))  # what distortion adds outside of the band is not heard
        mixed: Samples = block + self._strength * (rung - block)
        return mixed


def _band_pass() -> NDArray[np.float64]:
    """Butterworth slopes of minimum phase, so that what is heard is not late: analogue prototypes on a fine grid."""
    frequency = np.fft.fftfreq(4 * _TAPS, 1 / SAMPLE_RATE)
    low, high = BAND
    with np.errstate(divide="ignore"):
        up = 1 / np.sqrt(1 + (low / np.maximum(np.abs(frequency), 1e-3)) ** (2 * _ORDER))
        down = 1 / np.sqrt(1 + (np.abs(frequency) / high) ** (2 * _ORDER))
    return filtered(_minimum_phase(up * down), _TAPS)


def _minimum_phase(magnitude: NDArray[np.float64]) -> NDArray[np.complex128]:
    """The causal response with that magnitude, by its cepstrum (A. Oppenheim, R. Schafer, ch. 13)."""
    cepstrum = np.fft.ifft(np.log(np.maximum(magnitude, 1e-6))).real
    half = len(cepstrum) // 2
    cepstrum[1:half] *= 2
    cepstrum[half + 1 :] = 0
    response: NDArray[np.complex128] = np.exp(np.fft.fft(cepstrum))
    return response
