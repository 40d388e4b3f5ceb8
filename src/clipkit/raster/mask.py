"""Weights for each sample of a picture, drawn once and kept by their makers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.raster.blend import Weights

Field = NDArray[np.float32]


def grid(shape: tuple[int, int], x: float, y: float) -> tuple[Field, Field]:
    """The distance of each pixel from a point, across (1, width) and down (height, 1), in pixels.

    The point is given as fractions of the picture; pixels are measured at their centres.
    """
    height, width = shape
    across = np.arange(width, dtype=np.float32)[None] + np.float32(0.5 - x * width)
    down = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5 - y * height)
    return across, down


def rings(shape: tuple[int, int], x: float, y: float) -> Field:
    """How far each pixel is from a point; 1 is as far as a corner is from the middle of an ellipse in the frame."""
    height, width = shape
    across, down = grid(shape, x, y)
    away: Field = np.hypot(across / np.float32(width), down / np.float32(height)) * np.float32(2**0.5)
    return away


def halved(weights: Weights) -> Weights:
    """Weights of the chroma samples: the mean of their four pixels, of fewer at an odd edge."""
    height, width = weights.shape
    padded = np.pad(weights, ((0, height % 2), (0, width % 2)), mode="edge").astype(np.uint32)
    rows = padded[0::2] + padded[1::2]
    return ((rows[:, 0::2] + rows[:, 1::2] + 2) >> 2).astype(np.uint16)
