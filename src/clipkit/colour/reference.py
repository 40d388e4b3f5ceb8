"""The colour tables in numpy: what the C kernel is tested against, and what stands in where it was not built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, DeepPlanes, Index, Planes, Words

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

_SIDE = 129
_DEEP_TONES = 257
_CORNERS = (0, 1, _SIDE, _SIDE + 1)
_TEN_BITS = np.uint16(1023)


def missing10(planes: DeepPlanes, index: Index) -> NDArray[np.uint16]:
    """The nodes U / 8 · 129 + V / 8 around the picture's colours, ascending, whose entry in `index` is zero."""
    seen = np.zeros(_SIDE * _SIDE, bool)
    node = _node(planes.u & _TEN_BITS, planes.v & _TEN_BITS)
    for corner in _CORNERS:
        seen[node + corner] = True
    return np.flatnonzero(seen & (index == 0)).astype(np.uint16)


def apply10(source: DeepPlanes, out: Planes, index: Index, rows: Words) -> None:
    """Look a picture of 10 bits up between the nodes of a lattice, to one of 8, out of place.

    Args:
        source: What to read.
        out: What to write; it shares no memory with `source`.
        index: From each node to its row; shape (129²,).
        rows: Code values times 256: luma at every fourth of luma, then Cb and Cr at every 64th of the sum of the
            cell's four lumas; shape (n, 257 + 65 · 2).
    """
    for top in range(0, source.u.shape[0], _BAND):
        cells, lines = slice(top, top + _BAND), slice(2 * top, 2 * (top + _BAND))
        _deep_band(
            (source.y[lines] & _TEN_BITS, source.u[cells] & _TEN_BITS, source.v[cells] & _TEN_BITS),
            Planes(out.y[lines], out.u[cells], out.v[cells]),
            index,
            rows,
        )


def _deep_band(source: tuple[Words, Words, Words], out: Planes, index: Index, rows: Words) -> None:
    y, u, v = source
    place = _Place(u, v, index, rows)
    for down in (0, 1):
        for along in (0, 1):
            out.y[down::2, along::2] = place.between(y[down::2, along::2], bits=2)
    total = _sum(y)
    out.u[:] = place.between(total, bits=6, first=_DEEP_TONES, step=2)
    out.v[:] = place.between(total, bits=6, first=_DEEP_TONES + 1, step=2)


def _node(u: Words, v: Words) -> NDArray[np.intp]:
    """The corner of the cell around each colour."""
    return (u >> 3).astype(np.intp) * _SIDE + (v >> 3)


class _Place:
    """Where colours lie between the nodes of U and V: four rows each, with weights of 64 together."""

    def __init__(self, u: Words, v: Words, index: Index, rows: Words) -> None:
        node, du, dv = _node(u, v), (u & 7).astype(np.uint32), (v & 7).astype(np.uint32)
        self._values = rows.reshape(-1)
        self._rows = [index.take(node + corner).astype(np.intp) * rows.shape[1] for corner in _CORNERS]
        self._weights = [(8 - du) * (8 - dv), (8 - du) * dv, du * (8 - dv), du * dv]

    def between(self, tone: Words, bits: int, first: int = 0, step: int = 1) -> NDArray[np.uint32]:
        """The values at tones whose lowest `bits` lie between two columns; columns begin at `first`, `step` apart."""
        at = (tone >> bits).astype(np.intp) * step + first
        whole, part = np.uint32(1 << bits), tone.astype(np.uint32) & np.uint32((1 << bits) - 1)
        value = self._across(at) * (whole - part) + self._across(at + step) * part
        rounded: NDArray[np.uint32] = (value + np.uint32(1 << (13 + bits))) >> np.uint32(14 + bits)
        return rounded

    def _across(self, at: NDArray[np.intp]) -> NDArray[np.uint32]:
        height, width = at.shape
        total = np.zeros(at.shape, np.uint32)
        for row, weight in zip(self._rows, self._weights, strict=True):
            total += self._values.take(row[:height, :width] + at) * weight[:height, :width]
        return total
