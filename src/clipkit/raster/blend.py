"""Two planes as one, and planes scaled around a neutral value. All in whole numbers, rounded once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, Planes
from clipkit.raster.bands import bands

Weights = NDArray[np.uint16]
"""Of each sample, 0…256."""


def mix(under: Bytes, over: Bytes, amount: float, out: Bytes) -> None:
    """``under + amount · (over − under)`` with an amount of 0…1, in steps of 1/256."""
    blend(under, over, np.full((1, 1), round(256 * amount), np.uint16), out)


def blend(under: Bytes, over: Bytes, weights: Weights, out: Bytes) -> None:
    """`mix` with a weight for each sample: 0 leaves `under`, 256 is `over`. Each may be a single sample."""
    for below, above, weight, into in bands(under, over, weights, out):
        np.copyto(into, between(below, above, weight))


def between(under: Bytes, over: Bytes, weights: Weights) -> Bytes:
    """`blend` of a few rows, as a new array."""
    total = np.empty(np.broadcast_shapes(under.shape, over.shape, weights.shape), np.uint16)
    np.multiply(over, weights, out=total)
    total += np.uint16(128)
    total += np.multiply(under, np.uint16(256) - weights, dtype=np.uint16)
    np.right_shift(total, 8, out=total)
    return total.astype(np.uint8)


def scaled(plane: Bytes, gains: Weights, neutral: int, out: Bytes) -> None:
    """Samples brought nearer to a neutral value: ``neutral + gain · (sample − neutral)``, with gains of 0…256.

    Neutral is 16 for luma, which is black, and 128 for chroma, which is grey.
    """
    blend(np.full((1, 1), neutral, np.uint8), plane, gains, out)


def tinted(picture: Planes, colour: tuple[int, int, int], amount: float, out: Planes) -> None:
    """A picture mixed with one colour, which covers all of it at an amount of 1."""
    for plane, code, into in zip(picture, colour, out, strict=True):
        mix(plane, np.full((1, 1), code, np.uint8), amount, into)
