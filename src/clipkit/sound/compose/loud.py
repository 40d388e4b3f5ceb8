"""How loud a loop is, and the loop at a loudness with its peaks held: what comes last in a mix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.compose.waves import RATE, Signal
from clipkit.sound.limiter import Limiter
from clipkit.sound.window import Samples

_BLOCK = RATE // 10
_SIZE = 2 * _BLOCK
_TURN = RATE
"""Samples that a limiter runs over before and after the loop, so that it knows what is round the corner."""


def _weights() -> NDArray[np.float64]:
    """Power of the K-weighting of ITU-R BS.1770-5 (tables 1 and 2) at the frequencies of a block."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(_SIZE, 1 / RATE) / RATE)
    shelf = np.polyval((1.19839281085285, -2.69169618940638, 1.53512485958697), turn)
    shelf /= np.polyval((0.73248077421585, -1.69065929318241, 1.0), turn)
    rumble = np.polyval((1.0, -2.0, 1.0), turn) / np.polyval((0.99007225036621, -1.99004745483398, 1.0), turn)
    power: NDArray[np.float64] = np.abs(shelf * rumble) ** 2
    return power


def loudness(signal: Signal) -> float:
    """Integrated loudness in LUFS of sound of shape (channels, n), gated as ITU-R BS.1770-5 has it.

    Powers are taken from spectra of 0.2 s under a window whose squares add up to one, 0.1 s apart; four of them are a
    gating block. Within 0.1 LU of an exact meter on music. −70 where nothing is heard.
    """
    window = np.sin(np.pi * (np.arange(_SIZE) + 0.5) / _SIZE).astype(np.float32)
    weights = _weights()
    weights[1:-1] *= 2
    steps = max(signal.shape[-1] // _BLOCK - 1, 1)
    powers = np.zeros(steps)
    for side in signal:
        for first in range(0, steps, 64):
            frames = np.lib.stride_tricks.sliding_window_view(side, _SIZE)[first * _BLOCK :: _BLOCK][:64]
            frames = frames[: steps - first]
            spectra = np.fft.rfft(frames * window)
            powers[first : first + len(frames)] += (spectra.real**2 + spectra.imag**2) @ weights
    powers /= _SIZE * _BLOCK
    blocks = np.convolve(powers, np.full(4, 0.25), mode="valid") if steps >= 4 else powers
    heard = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(heard):
        return -70.0
    gated = heard[heard > heard.mean() / 10]
    return float(-0.691 + 10 * np.log10(gated.mean()))


def true_peak(samples: Samples) -> float:
    """Highest value between samples too, 1.0 is full scale: four times as many, as ITU-R BS.1770-5 annex 2 has it.

    Only where samples come within 3 dB of the highest is it looked at closer.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    taps = np.arange(-11, 13)
    phases = np.arange(1, 4)[:, None] / 4
    kernel = np.sinc(taps - phases) * np.cos(np.pi / 26 * (taps - phases)) ** 2
    for side in samples.T:
        loud = np.flatnonzero(np.abs(side) > 0.7 * peak)
        loud = loud[(loud >= 12) & (loud < len(side) - 13)]
        near = np.unique(np.concatenate([loud, loud - 1]))
        for first in range(0, len(near), 1 << 16):
            around = side[near[first : first + (1 << 16), None] + taps]
            peak = max(peak, float(np.abs(around @ kernel.T).max(initial=0.0)))
    return peak


def mastered(signal: Signal, target: float, ceiling: float) -> Samples:
    """A loop at a loudness, its true peaks held, shape (n, 2).

    Args:
        signal: Shape (2, n).
        target: LUFS; met within 0.1 LU unless that would take more than a limiter should do.
        ceiling: dBTP, never exceeded.
    """
    gain, limit = target - loudness(signal), ceiling - 0.3
    for _ in range(4):
        loop = _limited(signal.T * np.float32(_ratio(gain)), _ratio(limit))
        missing = target - loudness(np.ascontiguousarray(loop.T))
        over = 20 * np.log10(max(true_peak(loop), 1e-9)) - ceiling
        if abs(missing) < 0.1 and over <= 0:
            break
        gain += missing
        limit -= max(over + 0.02, 0.0)
    if over > 0:
        loop *= np.float32(_ratio(-over))
    return loop


def _limited(loop: Samples, ceiling: float) -> Samples:
    """Limited as if it came round for ever."""
    turn = min(_TURN, len(loop))
    limiter = Limiter(ceiling)
    parts = [limiter.push(np.ascontiguousarray(part)) for part in (loop[-turn:], loop, loop[:turn])]
    return np.concatenate([*parts, limiter.flush()])[turn : turn + len(loop)]


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))
