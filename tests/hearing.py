"""What songs sound like in numbers: where their onsets lie, how a loop joins, and what tells one kind from another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.compose.song import Composition

RATE = 48_000
HOP = 240
"""5 ms."""

_EDGES = (20, 60, 120, 250, 500, 1000, 2000, 4000, 8000, 16_000)

Numbers = NDArray[np.float64]


def flux(samples: NDArray[np.float32], low: float = 30, high: float = 16_000) -> Numbers:
    """How much louder each 5 ms is than what was before, summed over frequencies: onsets are its peaks. A loop."""
    size = 1024
    mono = np.concatenate([samples[-size // 2 :], samples, samples[: size // 2]]).mean(axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[::HOP]
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    kept = (hertz >= low) & (hertz < high)
    level = np.log1p(300 * np.abs(np.fft.rfft(frames * np.hanning(size), axis=1))[:, kept])
    # The frame that shows an onset first is centred half a window before it, so what is compared is 10 ms apart.
    rise: Numbers = np.maximum(level - np.roll(level, 2, axis=0), 0).mean(axis=1)
    return rise


def folded(samples: NDArray[np.float32], period: float, low: float = 30, high: float = 16_000) -> Numbers:
    """Mean flux at each 5 ms of a period in seconds, the first at its beginning."""
    rise = flux(samples, low, high)
    bins = round(period * RATE / HOP)
    phase = (np.arange(len(rise)) * HOP / RATE / period) % 1
    place = np.floor(phase * bins).astype(int)
    mean: Numbers = np.bincount(place, rise, bins) / np.maximum(np.bincount(place, minlength=bins), 1)
    return mean


def offset(samples: NDArray[np.float32], period: float) -> float:
    """Seconds from a grid of that period to where most onsets lie, −half a period … half a period."""
    curve = folded(samples, period)
    place = float(np.argmax(curve)) / len(curve) * period
    return place if place < period / 2 else place - period


def jump(samples: NDArray[np.float32], at: int) -> float:
    """How far the waveform below 5 kHz jumps at a sample, from where those before it lead; dBFS.

    Taken down to 12 kHz, so that nothing above is left that could foretell a jump; then a linear prediction of 32
    taps, fitted to the quarter of a second before, and its largest error within half a millisecond.
    """
    taps, step, fitted = 32, 4, 3000
    around = samples[at - step * (fitted + 40) : at + 200].mean(axis=1).astype(np.float64)
    kernel = np.sinc(np.arange(-64, 65) * 2 * 5000 / RATE) * np.hamming(129)
    smooth = np.convolve(around, kernel / kernel.sum(), mode="same")[::step]
    joint = fitted + 40
    rows = np.lib.stride_tricks.sliding_window_view(smooth, taps + 1)
    before = rows[joint - fitted : joint - taps - 20]
    weights = np.linalg.lstsq(before[:, :taps], before[:, taps], rcond=1e-7)[0]
    near = rows[joint - taps - 6 : joint - taps + 7]
    return float(20 * np.log10(np.abs(near[:, :taps] @ weights - near[:, taps]).max() + 1e-9))


def spectrum(samples: NDArray[np.float32]) -> Numbers:
    """Shares of the power in nine octaves, in dB."""
    power = (np.abs(np.fft.rfft(samples, axis=0)) ** 2).sum(axis=1)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    sums = np.add.reduceat(power, np.searchsorted(hertz, _EDGES))[:-1]
    shares: Numbers = 10 * np.log10(sums / sums.sum())
    return shares


def rhythm(song: Composition) -> Numbers:
    """Where in a bar onsets lie, in the bass, the middle and the treble: three rows of 16 steps."""
    bar = float(song.duration) / song.bars
    rows = []
    for low, high in ((30, 150), (200, 2500), (5000, 16_000)):
        curve = folded(song.samples, bar, low, high)
        steps = np.add.reduceat(np.roll(curve, 3), np.linspace(0, len(curve), 17)[:-1].astype(int))
        rows.append(steps / steps.sum())
    return np.concatenate(rows)


def features(song: Composition) -> Numbers:
    """Tempo, rhythm and spectrum in one row, each in units in which genres are about 1 apart."""
    return np.concatenate([[np.log2(song.bpm) * 4], rhythm(song) * 12, spectrum(song.samples) / 5])


def distances(rows: Numbers) -> Numbers:
    """Euclidean distance of each row from each, shape (n, n)."""
    apart: Numbers = np.sqrt(((rows[:, None] - rows[None]) ** 2).sum(axis=2))
    return apart
