"""Filters, rooms and echoes on a loop: what rings on past its end is at its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.compose.waves import RATE, Signal

_TAPS = 4_096


def convolved(signal: Signal, kernel: Signal) -> Signal:
    """`signal` with `kernel`, circular, in place, block by block: memory does not grow with a long kernel.

    Args:
        signal: Shape (channels, n).
        kernel: Shape (k,) or (channels, k).
    """
    count, taps = signal.shape[-1], kernel.shape[-1]
    size = 1 << max((4 * taps - 1).bit_length(), 15)
    step = size - taps + 1
    spectrum = np.fft.rfft(kernel, size)
    tail = np.zeros((len(signal), taps - 1), np.float32)
    for start in range(0, count, step):
        block = signal[:, start : start + step]
        length = block.shape[-1]
        done = np.fft.irfft(np.fft.rfft(block, size) * spectrum, size)[:, : length + taps - 1]
        done[:, : taps - 1] += tail
        tail = done[:, length:].astype(np.float32)
        signal[:, start : start + length] = done[:, :length]
    # What is left belongs to the beginning; a kernel longer than the loop goes round more than once.
    for start in range(0, taps - 1, count):
        part = tail[:, start : start + count]
        signal[:, : part.shape[-1]] += part
    return signal


@lru_cache(64)
def band(low: float, high: float) -> Signal:
    """A kernel that takes away what lies below `low` (18 dB an octave) and above `high` (12); minimum phase."""
    hertz = np.maximum(np.fft.rfftfreq(2 * _TAPS, 1 / RATE), 1.0)
    return _minimum_phase(1 / np.sqrt(1 + (low / hertz) ** 6) / np.sqrt(1 + (hertz / high) ** 4))


def _minimum_phase(response: NDArray[np.float64]) -> Signal:
    """The kernel of a magnitude response that begins as soon as it can, so that nothing rings before a stroke.

    By the folded cepstrum: Oppenheim and Schafer, *Discrete-Time Signal Processing*, on the Hilbert transform.
    """
    size = 2 * _TAPS
    cepstrum = np.fft.irfft(np.log(np.maximum(response, 1e-5)), size)
    cepstrum[1:_TAPS] *= 2
    cepstrum[_TAPS + 1 :] = 0
    kernel = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)), size)[:_TAPS]
    kernel[-512:] *= np.cos(np.linspace(0, np.pi / 2, 512)) ** 2
    return kernel.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Room:
    """A reverb: dense noise that dies away, high notes first, different on the left and on the right.

    Attributes:
        decay: Seconds to fall by 60 dB at 1 kHz.
        damping: Hz, above which it dies twice as fast.
        predelay: Seconds before the first reflection.
    """

    decay: float = 1.6
    damping: float = 5000.0
    predelay: float = 0.014

    def kernel(self) -> Signal:
        """Shape (2, n), of energy 1 a side."""
        random = np.random.default_rng(97)
        count = round(min(self.decay * 1.05, 5.0) * RATE)
        time = np.arange(count) / RATE
        hertz = np.fft.rfftfreq(count, 1 / RATE)
        white = np.fft.rfft(random.standard_normal((2, count)))
        tail = np.zeros((2, count))
        edges = (150.0, 500.0, self.damping, 2.2 * self.damping, 24_000.0)
        # Lengths of the bands: bass dies a little sooner than the middle, or a mix turns to mud.
        for low, high, share in zip(edges, edges[1:], (0.85, 1.0, 0.5, 0.28), strict=False):
            kept = np.fft.irfft(white * ((hertz >= low) & (hertz < high)), count)
            tail += kept * np.exp(-6.9 * time / (self.decay * share))
        tail *= np.minimum(time / 0.012, 1)
        for at in (0.0031, 0.0073, 0.0117, 0.0171, 0.0239, 0.0311):
            for side in tail:
                side[round(at * random.uniform(0.8, 1.3) * RATE)] += random.choice((-1, 1)) * 2.2
        quiet = np.zeros((2, round(self.predelay * RATE)))
        whole = np.concatenate([quiet, tail], axis=1)
        whole *= np.minimum(np.arange(whole.shape[1])[::-1] / (0.05 * RATE), 1)
        kernel: Signal = (whole / np.sqrt(np.sum(whole**2, axis=1, keepdims=True))).astype(np.float32)
        return kernel


@dataclass(frozen=True, slots=True)
class Echo:
    """A delay in time with the song that goes from side to side and gets darker.

    Attributes:
        steps: Sixteenths between repeats.
        feedback: How loud each repeat is to the one before.
    """

    steps: float = 3.0
    feedback: float = 0.45
    high: float = 3800.0

    def __call__(self, sent: Signal, step: float) -> Signal:
        """The repeats alone, shape (2, n), of a send of shape (1, n); `step` is a sixteenth in samples."""
        out = np.zeros((2, sent.shape[1]), np.float32)
        wave = sent.copy()
        gain = 1.0
        for number in range(1, 7):
            wave = convolved(wave, band(220.0, self.high))
            gain *= self.feedback if number > 1 else 1.0
            late = round(number * self.steps * step)
            near = 0.85 if number % 2 else 0.35
            moved = np.roll(wave[0], late) * np.float32(gain)
            out[0] += np.float32(near) * moved
            out[1] += np.float32(1.2 - near) * moved
        return out
