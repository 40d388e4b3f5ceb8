"""The colour table in numpy: what the C kernel is tested against, and what stands in where it was not built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, Index, Planes

_TONES = 256
_BAND = 32  # rows of cells at a time: the indices, eight bytes each, then stay in the second-level cache


def missing(planes: Planes, index: Index) -> NDArray[np.uint16]:
    """The codes U << 8 | V of the picture, ascending, whose entry in `index` (65536 of them) is zero."""
    seen = np.zeros(65536, bool)
    seen[planes.u.astype(np.uint16) << 8 | planes.v] = True
    return np.flatnonzero(seen & (index == 0)).astype(np.uint16)


def apply(source: Planes, out: Planes, index: Index, rows: Bytes) -> None:
    """Look a picture up, out of place.

    Args:
        source: What to read.
        out: What to write; it shares no memory with `source`.
        index: From each code to its row; shape (65536,).
        rows: Luma by luma, then Cb and Cr by the mean luma of the cell, halved twice: shape (n, 256 + 64 · 2).
    """
    for top in range(0, source.u.shape[0], _BAND):
        cells, lines = slice(top, top + _BAND), slice(2 * top, 2 * (top + _BAND))
        _band(
            Planes(source.y[lines], source.u[cells], source.v[cells]),
            Planes(out.y[lines], out.u[cells], out.v[cells]),
            index,
            rows,
        )


def _band(source: Planes, out: Planes, index: Index, rows: Bytes) -> None:
    values = rows.reshape(-1)
    base = index.take(source.u.astype(np.intp) << 8 | source.v).astype(np.intp) * rows.shape[1]
    for down in (0, 1):
        for along in (0, 1):
            phase = source.y[down::2, along::2]
            height, width = phase.shape
            out.y[down::2, along::2] = values.take(base[:height, :width] + phase)
    pair = base + _TONES + (_mean(source.y) >> 2) * 2
    out.u[:], out.v[:] = values.take(pair), values.take(pair + 1)


def _mean(y: Bytes) -> NDArray[np.uint16]:
    """The rounded mean of each 2×2 cell; repeating the last row or column of an odd picture leaves it exact."""
    height, width = y.shape
    if height % 2 or width % 2:
        y = np.pad(y, ((0, height % 2), (0, width % 2)), mode="edge")
    rows = y[0::2].astype(np.uint16) + y[1::2]
    mean: NDArray[np.uint16] = (rows[:, 0::2] + rows[:, 1::2] + np.uint16(2)) >> np.uint16(2)
    return mean
