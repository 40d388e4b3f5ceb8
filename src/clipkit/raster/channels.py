"""Red and blue by themselves: what lies apart when a lens or a cable bends colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, Planes
from clipkit.colour.rgb import KB, KR

Move: TypeAlias = Callable[[Bytes], Bytes]
"""A plane to one of the same shape, moved."""

# In codes of limited range, where luma has 219 steps and chroma 224 (BT.709): R = Y + red · (V − 128), and B alike.
_RED: Final = 2 * (1 - KR) * 219 / 224
_BLUE: Final = 2 * (1 - KB) * 219 / 224
_CODES: Final = np.arange(256) - 128


def split(picture: Planes, red: Move, blue: Move, out: Planes) -> None:
    """A picture with its red and blue moved; green stays where it is."""
    deltas = []
    moved = []
    for chroma, factor, weight, move in ((picture.v, _RED, KR, red), (picture.u, _BLUE, KB, blue)):
        plane = _component(picture.y, chroma, factor)
        there = move(plane)
        change = there.astype(np.int16)
        change -= plane
        change *= np.int16(round(weight * 256))
        deltas.append(change)
        moved.append(there)
    luma = deltas[0]
    luma += deltas[1]
    luma += np.int16(128)
    np.right_shift(luma, 8, out=luma)
    luma += picture.y
    np.clip(luma, 0, 255, out=luma)
    np.copyto(out.y, luma, casting="unsafe")
    _chroma(moved[0], luma, _RED, out.v)
    _chroma(moved[1], luma, _BLUE, out.u)


def _component(luma: Bytes, chroma: Bytes, factor: float) -> Bytes:
    """Red or blue at the size of luma."""
    offsets = np.rint(factor * _CODES).astype(np.int16).take(chroma)
    total = np.repeat(np.repeat(offsets, 2, axis=0), 2, axis=1)[: luma.shape[0], : luma.shape[1]]
    total += luma
    np.clip(total, 0, 255, out=total)
    return total.astype(np.uint8)


def _chroma(component: Bytes, luma: NDArray[np.int16], factor: float, out: Bytes) -> None:
    """The chroma of a component: (R − Y) / red over the upper and lower left pixel of each cell, where it is sited."""
    last = np.minimum(np.arange(out.shape[0]) * 2 + 1, luma.shape[0] - 1)
    difference = component[0::2, 0::2] - luma[0::2, 0::2]
    difference += component[last, ::2]
    difference -= luma[last, ::2]
    values = np.clip(np.rint(np.arange(-512, 512) / (2 * factor)) + 128, 0, 255).astype(np.uint8)
    np.copyto(out, values.take(difference + 512))
