"""Convolution with an impulse response, in order: reverberation, echoes, filters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.window import Samples

Impulse = NDArray[np.float64]
"""What a click of height 1 becomes: shape (n, 2), one column a side."""


class Convolver:
    """Both sides through an impulse response of their own. What comes out is in step with what goes in.

    Cheapest where blocks are about as long as the response.
    """

    latency = 0

    def __init__(self, impulse: Impulse) -> None:
        self._impulse = impulse
        self._history: NDArray[np.generic] = np.zeros((len(impulse) - 1, 2))
        self._spectra: dict[int, NDArray[np.complex128]] = {}

    def push(self, block: Samples) -> Samples:
        """Take the next samples, shape (n, 2), and give as many. Overlap-save."""
        if not len(block):
            return block
        row = np.concatenate((self._history, block))
        size = _fast(len(row))
        if size not in self._spectra:
            self._spectra = {size: np.fft.rfft(self._impulse, size, axis=0)}
        whole = np.fft.irfft(np.fft.rfft(row, size, axis=0) * self._spectra[size], size, axis=0)
        self._history = row[len(block) :]
        heard: Samples = whole[len(row) - len(block) : len(row)].astype(np.float32)
        return heard


def _fast(count: int) -> int:
    """The next size for which an FFT is fast: 2ⁿ, 3 × 2ⁿ or 5 × 2ⁿ."""
    power = 1 << (count - 1).bit_length()
    return min(size for size in (power, power * 3 // 4, power * 5 // 8) if size >= count)


def filtered(response: NDArray[np.complex128], taps: int) -> NDArray[np.float64]:
    """The first `taps` samples of the impulse response of a filter, given on the whole circle of an FFT."""
    impulse: NDArray[np.float64] = np.fft.ifft(response).real[:taps]
    return impulse


def second_order(b: tuple[float, float, float], a: tuple[float, float, float], size: int) -> NDArray[np.complex128]:
    """The response of a second-order section at the frequencies of an FFT of that size."""
    z = np.exp(-2j * np.pi * np.arange(size) / size)
    response: NDArray[np.complex128] = (b[0] + b[1] * z + b[2] * z**2) / (a[0] + a[1] * z + a[2] * z**2)
    return response
