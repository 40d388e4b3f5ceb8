"""Pictures that can be seen through: cut out, coloured, and laid over others."""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

from clipkit.catalog.effect import KeyEffect
from clipkit.colour import planes as colour
from clipkit.engine.planes import CLEAR, FramePool, Planes, planes_of
from clipkit.geometry import Box, Size
from clipkit.raster.mask import halved

Weights = NDArray[np.uint16]


def cut(frame: av.VideoFrame, key: KeyEffect, pool: FramePool) -> av.VideoFrame:
    """What a key leaves of a frame."""
    kept = pool.blank(Size(frame.width, frame.height), CLEAR)
    planes = planes_of(kept)
    assert planes.alpha is not None
    planes.alpha[...] = key.cut(colour.Planes(*planes_of(frame)), colour.Planes(*planes))
    return kept


def with_alpha(frame: av.VideoFrame, of: av.VideoFrame, pool: FramePool) -> av.VideoFrame:
    """A frame that is as opaque as another of its size."""
    kept = pool.blank(Size(frame.width, frame.height), CLEAR)
    coloured = planes_of(frame)
    planes_of(kept).paste(Planes(coloured.y, coloured.u, coloured.v, planes_of(of).alpha))
    return kept


def clear(size: Size, pool: FramePool) -> av.VideoFrame:
    """A frame of nothing."""
    frame = pool.blank(size, CLEAR)
    planes = planes_of(frame)
    planes.fill()
    assert planes.alpha is not None
    planes.alpha.fill(0)
    return frame


def lay(canvas: Planes, picture: Planes) -> None:
    """Mix a picture into a canvas of its size, by how opaque it is; chroma by the mean of its four pixels.

    Colours are not multiplied by it, so that nothing dark gathers at edges.
    """
    assert picture.alpha is not None
    seen = _seen(picture.alpha)
    if seen is None:
        return
    canvas, picture = canvas.crop(seen), picture.crop(seen)
    assert picture.alpha is not None
    weights = picture.alpha.astype(np.uint16)
    weights += weights >> 7  # 0…256
    small = halved(weights)
    for under, over, weight in zip(canvas, picture, (weights, small, small), strict=True):
        mixed = under * (256 - weight)
        mixed += over * weight
        mixed += 128
        mixed >>= 8
        np.copyto(under, mixed, casting="unsafe")


def _seen(alpha: NDArray[np.uint8]) -> Box | None:
    """The box, of even corners, outside of which nothing shows."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return None
    y, x = int(rows[0]) // 2 * 2, int(columns[0]) // 2 * 2
    return Box(x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y)
