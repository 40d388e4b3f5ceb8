"""Red and blue by themselves: what lies apart when a lens or a cable bends colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from clipkit.colour.planes import Bytes, Planes
from clipkit.colour.rgb import KB, KR
from clipkit.raster.bands import bands
from clipkit.raster.core import put

Move: TypeAlias = Callable[[Bytes], Bytes]
"""A plane to one of the same shape, moved."""

# In codes of limited range, where luma has 219 steps and chroma 224 (BT.709): R = Y + red · (V − 128), and B alike.
_RED: Final = 2 * (1 - KR) * 219 / 224
_BLUE: Final = 2 * (1 - KB) * 219 / 224

_CELLS: Final = 64
"""Rows of cells at a time, for the sake of the cache."""


def split(picture: Planes, red: Move, blue: Move, out: Planes) -> None:
    """A picture with its red and blue moved; green stays where it is."""
    reds, blues = _component(picture.y, picture.v, _RED), _component(picture.y, picture.u, _BLUE)
    moved_reds, moved_blues = red(reds), blue(blues)
    for codes, r, b, r2, b2, into in bands(picture.y, reds, blues, moved_reds, moved_blues, out.y):
        luma = np.subtract(r2, r, dtype=np.int16)
        luma *= np.int16(round(KR * 256))
        other = np.subtract(b2, b, dtype=np.int16)
        other *= np.int16(round(KB * 256))
        luma += other
        luma += np.int16(128)
        np.right_shift(luma, 8, out=luma)
        luma += codes
        put(luma, into)
    _chroma(moved_reds, out.y, _RED, out.v)
    _chroma(moved_blues, out.y, _BLUE, out.u)


def _component(luma: Bytes, chroma: Bytes, factor: float) -> Bytes:
    """Red or blue at the size of luma."""
    found = np.empty_like(luma)
    offsets = np.subtract(chroma, np.int16(128), dtype=np.int16)
    offsets *= np.int16(round(factor * 128))  # at most 128 · 232, which a word holds
    np.right_shift(offsets, 7, out=offsets)
    wide = np.empty((len(offsets), luma.shape[1]), np.int16)
    wide[:, ::2], wide[:, 1::2] = offsets, offsets[:, : luma.shape[1] // 2]
    for start in (0, 1):
        for codes, offset, into in bands(luma[start::2], wide, found[start::2]):
            put(offset[: len(codes)] + codes, into)
    return found


def _chroma(component: Bytes, luma: Bytes, factor: float, out: Bytes) -> None:
    """The chroma of a component: (R − Y) / red over the two left pixels of each cell, where it is sited."""
    values = np.clip(np.rint(np.arange(-512, 512) / (2 * factor)) + 128, 0, 255).astype(np.uint8)
    height = luma.shape[0]
    for row in range(0, out.shape[0], _CELLS):
        top = slice(2 * row, 2 * (row + _CELLS), 2)
        low = np.minimum(np.arange(2 * row + 1, 2 * min(row + _CELLS, out.shape[0]), 2), height - 1)
        difference = np.subtract(component[top, ::2], luma[top, ::2], dtype=np.int16)
        difference += component[low][:, ::2]
        difference -= luma[low][:, ::2]
        difference += np.int16(512)
        values.take(difference, out=out[row : row + _CELLS], mode="clip")
