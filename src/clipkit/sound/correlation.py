"""Where in a long recording windows of another one sound: generalised cross-correlation, block by block.

GCC-PHAT (C. Knapp, G. Carter, IEEE Trans. ASSP 24(4), 1976): the spectra are divided by their magnitude, so that every
frequency counts alike. A room, a telephone's band or a codec then only blurs the peak a little, where plain
correlation follows whatever is loudest. The longer recording keeps a part of its magnitudes, since what is strong in
the original is what survives the noise. With an exponent of 0.9 peaks are a quarter higher on noisy takes than with
1; at 0.7 they are higher still, but tonal music has side peaks a pitch period away.
Long recordings are taken in overlapping blocks (overlap-save).

Values are in units of their own standard deviation where nothing is alike: 4 is chance, 10 is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
"""Samples a second of what is compared: telephones end at 3.4 kHz, and little of a song survives noise above."""

BIN = 16
"""Shifts that are kept as one where all of a recording is searched: 2 ms."""

_BLOCK = 65_536
_AT_ONCE = 2  # more would not stay in the processor's cache
_BAND = (150, 3800)  # hertz: below is handling noise and hum, above the edge of the filter that brought it to 8 kHz
_KEPT = 0.9
_NOTHING = 1e-9  # of a spectrum: digital silence

Heard = NDArray[np.float32]
"""One channel of sound at `RATE`: shape (n,)."""

_Spectra = NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of the shorter recording: each `size` samples from one of `starts`, multiples of `BIN`."""

    size: int
    starts: tuple[int, ...]
    spectra: _Spectra

    @staticmethod
    def of(sound: Heard, size: int, starts: tuple[int, ...]) -> Windows:
        """Hann windows, whitened."""
        shape = np.hanning(size).astype(np.float32)
        spectra = np.fft.rfft(np.stack([sound[start : start + size] * shape for start in starts]), _BLOCK)
        return Windows(size, starts, _whitened(spectra, 1).conj())


def searched(sound: Heard, windows: Windows) -> NDArray[np.float16]:
    """How alike each window is to each place of a recording: (windows, bins).

    Bin k holds the greatest value of the shifts [k × BIN − size, …): windows may begin before the recording does.
    """
    step = (_BLOCK - windows.size) // BIN * BIN
    count = -(-(len(sound) + windows.size) // step)
    found = np.empty((len(windows.starts), count * step // BIN), np.float16)
    for first, blocks in _blocks(sound, windows.size, step, count):
        bins = slice(first * step // BIN, (first + len(blocks)) * step // BIN)
        for row, spectrum in zip(found, windows.spectra, strict=True):
            alike = np.abs(np.fft.irfft(blocks * spectrum, _BLOCK)[:, :step]) * _unit()
            row[bins] = alike.reshape(-1, BIN).max(axis=1)
    return found


def around(sound: Heard, windows: Windows, which: int, shift: int, reach: int) -> Heard:
    """How alike a window is to the places `shift` ± `reach`, in samples, signed: shape (2 × reach + 1,)."""
    rows, step, first = [], _BLOCK - windows.size, shift - reach
    for start in range(first, shift + reach + 1, step):
        spare = max((step - (2 * reach + 1)) // 2, 0)
        block = _cut(sound, start - spare, _BLOCK)
        alike = np.fft.irfft(_whitened(np.fft.rfft(block), _KEPT) * windows.spectra[which], _BLOCK) * _unit()
        rows.append(alike[spare : spare + step])
    return np.concatenate(rows)[: 2 * reach + 1].astype(np.float32)


def _blocks(sound: Heard, before: int, step: int, count: int) -> Iterator[tuple[int, _Spectra]]:
    """Some blocks at a time, whitened, with the number of the first."""
    for first in range(0, count, _AT_ONCE):
        rows = [_cut(sound, n * step - before, _BLOCK) for n in range(first, min(first + _AT_ONCE, count))]
        yield first, _whitened(np.fft.rfft(np.stack(rows)), _KEPT)


def _cut(sound: Heard, start: int, count: int) -> Heard:
    """`count` samples from `start` on, silence where there is nothing."""
    part = sound[max(start, 0) : max(start + count, 0)]
    return np.pad(part, (before := min(max(-start, 0), count - len(part)), count - len(part) - before))


def _whitened(spectra: NDArray[np.complexfloating], power: float) -> _Spectra:
    """Spectra over their magnitude to a power, within the band, each with a mean square of 1 there."""
    inside = _band()
    part = spectra[:, inside] if spectra.ndim == 2 else spectra[inside]
    size = np.abs(part)
    part = np.where(size > _NOTHING, part * np.maximum(size, _NOTHING) ** -power, 0)
    level = np.sqrt(np.mean(np.abs(part) ** 2, axis=-1, keepdims=True))
    white = np.zeros_like(spectra, np.complex64)
    white[..., inside] = part / np.maximum(level, _NOTHING)
    return white


@cache
def _band() -> slice:
    low, high = (round(hertz * _BLOCK / RATE) for hertz in _BAND)
    return slice(low, high)


def _unit() -> float:
    """What brings products of whitened spectra to a variance of 1: Parseval over the bins of the band."""
    band = _band()
    return float(_BLOCK / np.sqrt(2 * (band.stop - band.start)))
