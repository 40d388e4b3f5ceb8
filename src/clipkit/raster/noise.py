"""Noise from seeds: the same for the same seed and step, whoever asks."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes
from clipkit.raster.bands import bands
from clipkit.raster.core import put

Tile: TypeAlias = NDArray[np.int8]

_SIDE: Final = 1024
"""A tile repeats after so many pixels; each picture begins at another place of it, so no eye finds that out."""


def dice(seed: int, step: int) -> np.random.Generator:
    """Random numbers for one step of time."""
    return np.random.Generator(np.random.PCG64((seed, step)))


@lru_cache(maxsize=4)
def grain(size: float, shape: tuple[int, int]) -> Tile:
    """Grains of a size in pixels, enough to begin anywhere in the first tile and cover a plane: Gaussian noise, blurred
    to that size, with a deviation of 32."""
    white = np.random.Generator(np.random.PCG64(7)).standard_normal((_SIDE, _SIDE), dtype=np.float32)
    sigma = max(0.0, size - 1) * 0.5
    frequency = np.fft.fftfreq(_SIDE)[:, None] ** 2 + np.fft.rfftfreq(_SIDE)[None] ** 2
    soft = np.fft.irfft2(np.fft.rfft2(white) * np.exp(-2 * np.pi**2 * sigma**2 * frequency), (_SIDE, _SIDE))
    tile: Tile = np.clip(np.rint(soft * (32 / soft.std())), -127, 127).astype(np.int8)
    rows, columns = (np.arange(side + _SIDE) % _SIDE for side in shape)
    return tile.take(rows, axis=0).take(columns, axis=1)


def add(
    plane: Bytes, tile: Tile, strength: float, dice: np.random.Generator, out: Bytes, *, toned: bool = False
) -> None:
    """A plane with noise: at strength 1 with a deviation of 12 codes.

    Args:
        plane: What to add it to.
        tile: The noise, at least a tile larger than the plane.
        strength: 0…1.
        dice: Where in the tile to begin.
        out: As `plane`; it may be the same.
        toned: In proportion to 4 · y · (1 − y), so that black and white stay.
    """
    height, width = plane.shape
    top, left = (int(place) for place in dice.integers(0, _SIDE, 2))
    amount = np.int16(round(strength * 96))  # of 256: 32 · 96 / 256 = 12
    for codes, here, into in bands(plane, tile[top : top + height, left : left + width], out):
        total = here.astype(np.int16)
        if toned:
            spread = np.multiply(codes, np.subtract(np.uint16(255), codes, dtype=np.uint16), dtype=np.uint16)
            np.right_shift(spread, 7, out=spread)
            total *= spread.view(np.int16)  # below 128 · 128
            np.right_shift(total, 7, out=total)
        total *= amount
        np.right_shift(total, 8, out=total)
        total += codes
        put(total, into)
