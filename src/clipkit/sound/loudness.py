"""Loudness and true peak as broadcasters measure them: ITU-R BS.1770-5, EBU R 128, in streaming form.

Both channels weigh the same in BS.1770, so a stereo sample is taken as one complex number: one FFT filters both, and
the square of its absolute value is the energy that the standard sums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.convolve import filtered, second_order
from clipkit.sound.truepeak import true_peak
from clipkit.sound.window import Samples, silence

SAMPLE_RATE = 48_000

_STEP = SAMPLE_RATE // 10
"""Gating blocks of 400 ms begin every 100 ms: energies are kept by the 100 ms."""

_PER_BLOCK = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OFFSET = -0.691  # so that 997 Hz at 0 dBFS in one channel measures −3.01

# BS.1770-5, tables 1 and 2: the head as a shelf, and the high-pass RLB, at 48 kHz; b then a.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))

_TAPS = 4_096
"""Of the filter as an impulse response, 85 ms: what lies beyond it is below −150 dB."""

_FILTERED = 3 * _STEP
_FFT = 18_750  # 2 × 3 × 5⁵, the next size that is fast for _FILTERED + _TAPS − 1


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a programme measures.

    Attributes:
        lufs: Integrated loudness, gated; −inf for silence.
        true_peak: dBTP, the peak of the waveform between the samples too; −inf for silence.
    """

    lufs: float
    true_peak: float


class Meter:
    """Measures stereo sound at 48 kHz, pushed in blocks of any size, in memory that grows by 80 bytes a second.

    Args:
        true_peak: Measure it too: two thirds of the time. Otherwise it is −inf.
    """

    def __init__(self, *, true_peak: bool = True) -> None:
        self._wants_peak = true_peak
        self._weight = _weighting()
        self._waiting = silence(0)
        self._history = np.zeros(_FFT - _FILTERED, np.complex64)
        self._energies: list[float] = []  # mean square of each 100 ms, both channels summed
        self._edge = silence(0)
        self._peak = 0.0

    def push(self, block: Samples) -> None:
        """Take the next samples, shape (n, 2)."""
        if self._wants_peak:
            self._measure_peak(block)
        waiting = np.concatenate((self._waiting, block))
        whole = len(waiting) // _FILTERED * _FILTERED
        for start in range(0, whole, _FILTERED):
            self._energies += self._filtered(waiting[start : start + _FILTERED])
        self._waiting = waiting[whole:]

    def result(self) -> Loudness:
        """What was measured so far."""
        return Loudness(_gated(self._all_energies()), decibels(self._peak))

    def momentary(self) -> NDArray[np.float64]:
        """LUFS of each 400 ms that begins on a tenth of a second, ungated; −inf where it is silent."""
        with np.errstate(divide="ignore"):
            momentary: NDArray[np.float64] = _OFFSET + 10 * np.log10(_blocks(self._all_energies()))
        return momentary

    def _measure_peak(self, block: Samples) -> None:
        self._edge, peak = true_peak(self._edge, block, self._peak)
        self._peak = max(self._peak, peak)

    def _filtered(self, part: Samples) -> list[float]:
        """Mean squares of the tenths of a second of a stretch of `_FILTERED` samples. Overlap-save."""
        row = np.concatenate((self._history, _complex(part)))
        self._history = row[_FILTERED:]
        heard = np.fft.ifft(np.fft.fft(row) * self._weight)[-_FILTERED:]
        power = heard.real**2 + heard.imag**2
        return [float(tenth) for tenth in power.reshape(-1, _STEP).mean(axis=1, dtype=np.float64)]

    def _all_energies(self) -> NDArray[np.float64]:
        """With the whole tenths of what waits to be filtered; of a sound shorter than a block, all of it as one."""
        history, count = self._history, len(self._waiting)
        rest = np.concatenate((self._waiting, silence(_FILTERED - count)))
        tail = self._filtered(rest)
        self._history = history
        energies = self._energies + tail[: count // _STEP]
        if len(energies) >= _PER_BLOCK:
            return np.array(energies)
        heard = len(self._energies) * _STEP + count
        total = sum(self._energies + tail) * _STEP
        return np.full(_PER_BLOCK, total / heard if heard else 0.0)


def measured(samples: Samples, *, true_peak: bool = True) -> Loudness:
    """Loudness and true peak of a whole sound, shape (n, 2) at 48 kHz."""
    meter = Meter(true_peak=true_peak)
    for start in range(0, len(samples), SAMPLE_RATE):
        meter.push(samples[start : start + SAMPLE_RATE])
    return meter.result()


def decibels(amplitude: float) -> float:
    """An amplitude in dB; −inf for 0."""
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf


def _complex(samples: Samples) -> NDArray[np.complex64]:
    """Left as the real part, right as the imaginary."""
    row: NDArray[np.complex64] = np.ascontiguousarray(samples, np.float32).view(np.complex64)[:, 0]
    return row


def _weighting() -> NDArray[np.complex64]:
    """The K-weighting as the spectrum of an impulse response of `_TAPS`, for blocks of `_FFT`."""
    response = second_order(*_SHELF, 2 * _TAPS) * second_order(*_HIGH_PASS, 2 * _TAPS)
    weight: NDArray[np.complex64] = np.fft.fft(filtered(response, _TAPS), _FFT).astype(np.complex64)
    return weight


def _blocks(energies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean squares of the gating blocks."""
    sums = np.concatenate(([0.0], np.cumsum(energies)))
    # A difference of sums may come out a hair below zero.
    means: NDArray[np.float64] = np.maximum(sums[_PER_BLOCK:] - sums[:-_PER_BLOCK], 0.0) / _PER_BLOCK
    return means


def _gated(energies: NDArray[np.float64]) -> float:
    """BS.1770-5, section 5: blocks above −70 LUFS, then those no more than 10 LU below the mean of these."""
    blocks = _blocks(energies)
    loud = blocks[blocks > _power(_ABSOLUTE_GATE)]
    if not len(loud):
        return -math.inf
    louder = loud[loud > loud.mean() * 10 ** (_RELATIVE_GATE / 10)]
    return _OFFSET + 10 * math.log10(float(louder.mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))
