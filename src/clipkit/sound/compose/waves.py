"""Oscillators, envelopes and noise: what instruments are made of. All at 48 kHz, float32."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Signal: TypeAlias = NDArray[np.float32]
"""Sound of one channel, shape (n,), or of two, shape (2, n)."""

_TABLE = 8_192
_BRIGHTEST = 14_000.0
"""Hz; above it no harmonics are made, so none fold back."""
_LEVELS = 14
_LOWEST, _HIGHEST = 90.0, 16_000.0
"""Hz; the range of a table's cutoffs."""


def times(seconds: float) -> Signal:
    """Sample times of a sound that lasts `seconds`, shape (n,)."""
    return np.arange(max(round(seconds * RATE), 1), dtype=np.float32) / np.float32(RATE)


def phases(frequency: float, count: int, start: float = 0.0) -> NDArray[np.float64]:
    """Cycles run through at each of `count` samples; doubles, as a long note would lose its pitch in float32."""
    cycles: NDArray[np.float64] = start + np.arange(count, dtype=np.float64) * (frequency / RATE)
    return cycles


def sine(cycles: NDArray[np.float64]) -> Signal:
    """A sine from cycles."""
    folded = (cycles - np.floor(cycles)).astype(np.float32)
    wave: Signal = np.sin(np.float32(2 * np.pi) * folded)
    return wave


@lru_cache(256)
def _swept(wave: str, frequency: float) -> Signal:
    """One cycle of a wave behind a lowpass of 12 dB an octave, for each cutoff: shape (levels, table)."""
    numbers = np.arange(1, max(2, min(int(_BRIGHTEST / frequency), _TABLE // 4)) + 1)
    cutoffs = np.geomspace(_LOWEST, _HIGHEST, _LEVELS)[:, None]
    partials = _partials(wave, numbers) / np.sqrt(1 + (numbers * frequency / cutoffs) ** 4)
    return _cycle(partials)


@lru_cache(256)
def _plucked(frequency: float, place: float, damping: float) -> Signal:
    """One cycle of a string after each of several times: high partials die first. Shape (levels, table)."""
    numbers = np.arange(1, max(2, min(int(_BRIGHTEST / frequency), 120)) + 1)
    ages = np.linspace(0, 1, _LEVELS)[:, None] ** 2 * 3.0
    partials = np.sin(np.pi * numbers * place) / numbers**1.1 * np.exp(-ages * damping * (numbers - 1) ** 1.25)
    return _cycle(partials)


def _partials(wave: str, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    odd = numbers % 2 == 1
    if wave == "saw":
        return 1 / numbers
    if wave == "square":
        return np.where(odd, 1.3 / numbers, 0)
    if wave == "triangle":
        return np.where(odd, 1.0 / numbers**2, 0)
    if wave == "pulse":  # a quarter of the cycle
        return np.sin(np.pi * numbers / 4) / numbers * 1.3
    assert wave == "organ", wave
    drawn = {1: 1.0, 2: 0.8, 3: 0.5, 4: 0.35, 6: 0.2, 8: 0.16}
    return np.array([drawn.get(int(number), 0.0) for number in numbers])


def _cycle(partials: NDArray[np.float64]) -> Signal:
    spectrum = np.zeros((len(partials), _TABLE // 2 + 1), np.complex64)
    spectrum[:, 1 : partials.shape[1] + 1] = -0.5j * partials * _TABLE
    cycle: Signal = np.fft.irfft(spectrum).astype(np.float32)
    return cycle


def _played(tables: Signal, cycles: NDArray[np.float64], level: Signal) -> Signal:
    """A table read at `cycles`, between the two rows around `level`."""
    place = (cycles * _TABLE).astype(np.int64) & (_TABLE - 1)
    row = np.minimum(level.astype(np.int64), _LEVELS - 2)
    share = level - row.astype(np.float32)
    place += row * _TABLE
    flat = tables.reshape(-1)
    near = flat[place]
    place += _TABLE
    played: Signal = near + share * (flat[place] - near)
    return played


def swept(wave: str, frequency: float, cycles: NDArray[np.float64], cutoff: Signal | float) -> Signal:
    """A wave behind a lowpass.

    Args:
        wave: ``saw``, ``square``, ``triangle``, ``pulse`` or ``organ``.
        frequency: Hz, of the note: no harmonic above 14 kHz is made.
        cycles: As `phases` gives them, bent as one likes.
        cutoff: Hz: at each sample, or one for all.
    """
    tables = _swept(wave, frequency)
    scale = (_LEVELS - 1) / np.log(_HIGHEST / _LOWEST)
    level = np.log(np.clip(cutoff, _LOWEST, _HIGHEST) / _LOWEST) * scale
    if np.ndim(level) == 0:
        row = min(int(level), _LEVELS - 2)
        table = tables[row] + np.float32(level - row) * (tables[row + 1] - tables[row])
        flat: Signal = table[(cycles * _TABLE).astype(np.int64) & (_TABLE - 1)]
        return flat
    return _played(tables, cycles, np.asarray(level, np.float32))


def plucked(frequency: float, cycles: NDArray[np.float64], place: float, damping: float, speed: float) -> Signal:
    """A plucked string: bright at first, round later.

    Args:
        frequency: Hz.
        cycles: As `phases` gives them.
        place: Where it is plucked, as a share of its length.
        damping: How much faster high partials die, about 0.02 (steel) to 0.2 (nylon, muted).
        speed: How fast it ages, 1 a second.
    """
    age = np.arange(len(cycles), dtype=np.float32) * np.float32(speed / RATE)
    level = np.sqrt(np.minimum(age / np.float32(3), 1)) * np.float32(_LEVELS - 1)
    return _played(_plucked(frequency, place, damping), cycles, level.astype(np.float32))


def envelope(count: int, attack: float, decay: float, sustain: float, held: float, release: float) -> Signal:
    """Rise, fall to `sustain`, and after `held` seconds to nothing; round at both ends, so that it never clicks."""
    time = np.arange(count, dtype=np.float32) / np.float32(RATE)
    body: Signal = np.float32(sustain) + np.float32(1 - sustain) * np.exp(-time / np.float32(decay))
    rising = max(min(round(attack * RATE), count), 1)
    body[:rising] *= np.sin(np.linspace(0, np.pi / 2, rising, dtype=np.float32)) ** 2
    first = min(max(round(held * RATE), 0), count)
    falling = np.arange(count - first, dtype=np.float32) / np.float32(max(release * RATE, 1))
    body[first:] *= np.cos(np.minimum(falling, 1) * np.float32(np.pi / 2)) ** 2
    return body


@lru_cache(64)
def _noise(centre: float, octaves: float, steep: float) -> Signal:
    """2.7 s of noise with a colour: a bell, or with `steep` all above `centre`; it repeats without a seam."""
    count = 1 << 17
    white = np.fft.rfft(np.random.default_rng(round(centre)).standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 1.0)
    if steep:
        response = 1 / np.sqrt(1 + (centre / hertz) ** (2 * steep)) / np.sqrt(1 + (hertz / 15_000) ** 6)
    else:
        response = np.exp(-((np.log2(hertz / centre) / octaves) ** 2))
    coloured = np.fft.irfft(white * response)
    noise: Signal = (coloured / coloured.std()).astype(np.float32)
    return noise


def noise(count: int, random: np.random.Generator, centre: float, octaves: float = 1.0, steep: float = 0.0) -> Signal:
    """`count` samples of coloured noise, RMS 1, that nobody has heard before: a stretch from a random place."""
    bed = _noise(centre, octaves, steep)
    first = int(random.integers(len(bed)))
    return np.resize(np.roll(bed, -first)[: min(count, len(bed))], count)


def saturate(signal: Signal, drive: float) -> Signal:
    """Rounds off peaks; quiet parts keep their level."""
    rounded: Signal = signal * np.float32(drive)
    np.tanh(rounded, out=rounded)
    rounded /= np.float32(drive)
    return rounded
