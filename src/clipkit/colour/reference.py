"""The colour table in numpy: what the C kernel is tested against, and what stands in where it was not built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, Planes

_BAND = 32  # rows of cells at a time: the indices, eight bytes each, then stay in the second-level cache


def missing(planes: Planes, have: Bytes) -> NDArray[np.uint16]:
    """The codes U << 8 | V of the picture, ascending, whose entry in `have` (65536 bytes) is zero."""
    seen = np.zeros(65536, bool)
    seen[planes.u.astype(np.uint16) << 8 | planes.v] = True
    return np.flatnonzero(seen & (have == 0)).astype(np.uint16)


def apply(source: Planes, out: Planes, luma: Bytes, chroma: Bytes) -> None:
    """Look a picture up, out of place.

    Args:
        source: What to read.
        out: What to write; it shares no memory with `source`.
        luma: Luma by code and luma: shape (65536, 256).
        chroma: Cb and Cr by code and the mean luma of the cell, halved twice: shape (65536, 64, 2).
    """
    for top in range(0, source.u.shape[0], _BAND):
        cells, rows = slice(top, top + _BAND), slice(2 * top, 2 * (top + _BAND))
        _band(
            Planes(source.y[rows], source.u[cells], source.v[cells]),
            Planes(out.y[rows], out.u[cells], out.v[cells]),
            luma.reshape(-1),
            chroma.reshape(-1, 2),
        )


def _band(source: Planes, out: Planes, luma: Bytes, chroma: Bytes) -> None:
    code = source.u.astype(np.intp) << 8 | source.v
    base = code << 8
    for down in (0, 1):
        for along in (0, 1):
            phase = source.y[down::2, along::2]
            height, width = phase.shape
            out.y[down::2, along::2] = luma.take(base[:height, :width] | phase)
    pair = chroma.take(code << 6 | _mean(source.y) >> 2, axis=0)
    out.u[:], out.v[:] = pair[..., 0], pair[..., 1]


def _mean(y: Bytes) -> NDArray[np.uint16]:
    """The rounded mean of each 2×2 cell; repeating the last row or column of an odd picture leaves it exact."""
    height, width = y.shape
    if height % 2 or width % 2:
        y = np.pad(y, ((0, height % 2), (0, width % 2)), mode="edge")
    rows = y[0::2].astype(np.uint16) + y[1::2]
    mean: NDArray[np.uint16] = (rows[:, 0::2] + rows[:, 1::2] + np.uint16(2)) >> np.uint16(2)
    return mean
