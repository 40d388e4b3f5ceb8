"""The colour tables in numpy: what the C kernel is tested against, and what stands in where it was not built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, DeepPlanes, Fixed, Index, Planes, Words

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
        rows: Luma by luma, then Cb and Cr by the mean luma of the cell; shape (n, 256 + 256 · 2).
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
    pair = base + _TONES + _mean(source.y) * 2
    out.u[:], out.v[:] = values.take(pair), values.take(pair + 1)


def _mean(y: Bytes) -> NDArray[np.uint16]:
    """The rounded mean of each 2×2 cell; repeating the last row or column of an odd picture leaves it exact."""
    mean: NDArray[np.uint16] = (_sum(y) + np.uint16(2)) >> np.uint16(2)
    return mean


def _sum(y: Bytes | Words) -> NDArray[np.uint16]:
    """The sum of each 2×2 cell, at an odd edge with its last samples repeated."""
    height, width = y.shape
    words: NDArray[np.uint16] = y.astype(np.uint16)
    if height % 2 or width % 2:
        words = np.pad(words, ((0, height % 2), (0, width % 2)), mode="edge")
    rows = words[0::2] + words[1::2]
    total: NDArray[np.uint16] = rows[:, 0::2] + rows[:, 1::2]
    return total


# ---- the lattice for 10 bits -------------------------------------------------------------------------------------

_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
_LUMAS, _MEANS = 4 * 257, 4 * 66
_TEN_BITS = np.uint16(1023)


def missing10(planes: DeepPlanes, index: Index) -> NDArray[np.uint16]:
    """The cells U / 8 · 128 + V / 8 of the picture's colours, ascending, whose entry in `index` is zero."""
    seen = np.zeros(128 * 128, bool)
    seen[_cell(planes.u & _TEN_BITS, planes.v & _TEN_BITS)] = True
    return np.flatnonzero(seen & (index == 0)).astype(np.uint16)


def apply10(source: DeepPlanes, out: Planes, index: Index, rows: Fixed) -> None:
    """Look a picture of 10 bits up in the cells of a lattice, to one of 8, out of place.

    Args:
        source: What to read.
        out: What to write; it shares no memory with `source`.
        index: From each cell to its row; shape (128²,).
        rows: Code values times 128 at the four corners, which lie side by side: luma at every fourth of luma, then all
            of Cb, then all of Cr, at every 64th of the sum of the cell's four lumas; shape (n, 4 · (257 + 66 + 66)).
    """
    for top in range(0, source.u.shape[0], _BAND):
        cells, lines = slice(top, top + _BAND), slice(2 * top, 2 * (top + _BAND))
        _deep_band(
            (source.y[lines] & _TEN_BITS, source.u[cells] & _TEN_BITS, source.v[cells] & _TEN_BITS),
            Planes(out.y[lines], out.u[cells], out.v[cells]),
            index,
            rows,
        )


def _deep_band(source: tuple[Words, Words, Words], out: Planes, index: Index, rows: Fixed) -> None:
    y, u, v = source
    place = _Place(u, v, index, rows)
    for down in (0, 1):
        for along in (0, 1):
            out.y[down::2, along::2] = place.between(y[down::2, along::2])
    mean = (_sum(y) + np.uint16(8)) >> np.uint16(4)  # in 8 bits
    out.u[:] = place.between(mean, first=_LUMAS)
    out.v[:] = place.between(mean, first=_LUMAS + _MEANS)


def _cell(u: Words, v: Words) -> NDArray[np.intp]:
    """The cell of each colour."""
    return (u >> 3).astype(np.intp) * 128 + (v >> 3)


class _Place:
    """Where colours lie in their cells: the rows of these, and the weights of the four corners, of 64 together."""

    def __init__(self, u: Words, v: Words, index: Index, rows: Fixed) -> None:
        self._values = rows.reshape(-1)
        self._row = index.take(_cell(u, v)).astype(np.intp) * rows.shape[1]
        ways = [(8 - part, part) for part in ((u & 7).astype(np.int32), (v & 7).astype(np.int32))]
        self._weights = [ways[0][down] * ways[1][along] for down, along in _CORNERS]

    def between(self, tone: Words, first: int = 0) -> NDArray[np.int32]:
        """The values at tones whose lowest two bits lie between two nodes; those begin at `first`."""
        height, width = tone.shape
        part = (tone & 3).astype(np.int32)
        at = self._row[:height, :width] + (tone - part + first)  # four corners a node, four steps from node to node
        total = np.full(tone.shape, 1 << 14, np.int32)
        for corner, weight in enumerate(self._weights):
            below, above = self._values.take(at + corner), self._values.take(at + corner + 4)
            total += weight[:height, :width] * (below * (4 - part) + above * part)
        return total >> 15
