"""Pictures between two frames: mixed, or moved along the motion between them.

Each depends on its two frames and on the moment alone, so it is the same wherever and by whomever it is painted.

Motion is found for the picture that is wanted, not for either frame (bilateral block matching; B.-D. Choi et al.,
"Motion-compensated frame interpolation using bilateral motion estimation", IEEE Trans. CSVT 17, 2007): for each block
of it the displacement is sought at which the first frame, so far back, and the second, so far on, look most alike. So
no pixel is left without a source and none has two. Where no displacement gains enough, the frames are mixed.
"""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from numpy.typing import NDArray

from clipkit.engine.planes import FramePool, Plane, Planes, planes_of
from clipkit.geometry import Size

_STEPS = 256
"""Steps from one frame to the next."""

_OTHER_SCENE = 28
"""Mean difference of luma, of 255, from which on the second frame is of another scene, and nothing lies between."""

_SMALL = 96_000
"""Pixels of the picture in which motion is sought."""

_REACH = 10
"""Its pixels that a block may move in each direction."""

_BLOCK = 8
_STILL = 0.6
"""Mean difference that a displacement must gain for each pixel of its length: flat areas stay where they are."""


def between(one: av.VideoFrame, two: av.VideoFrame, share: float, pool: FramePool, *, moving: bool) -> av.VideoFrame:
    """The picture at `share`, 0 to 1, of the way from one frame to another of the same size and format.

    Args:
        one, two: 4:2:0; not written to.
        share: How far.
        pool: Where to paint.
        moving: Along the motion; else the frames are mixed.
    """
    step = round(share * _STEPS)
    first, second = planes_of(one), planes_of(two)
    if step == 0 or _unlike(first.y, second.y):
        return one
    painted = pool.blank(Size(one.width, one.height), one.format.name)
    if moving:
        first, second = _moved(first, second, step / _STEPS)
    for out, a, b in zip(planes_of(painted), first, second, strict=True):
        _mix(out, a, b, step)
    return painted


def _mix(out: Plane, one: Plane, two: Plane, step: int) -> None:
    wide = np.uint16 if out.dtype == np.uint8 else np.uint32
    mixed = one.astype(wide)
    np.multiply(mixed, wide(_STEPS - step), out=mixed)
    np.add(mixed, np.multiply(two, wide(step), dtype=wide), out=mixed)
    np.add(mixed, wide(_STEPS // 2), out=mixed)
    out[...] = np.right_shift(mixed, wide(8), out=mixed)


def _unlike(one: Plane, two: Plane) -> bool:
    scale = 1 if one.dtype == np.uint8 else 4
    apart = np.abs(one[::8, ::8].astype(np.float32) - two[::8, ::8].astype(np.float32)).mean()
    return bool(apart > _OTHER_SCENE * scale)


# ---- motion ------------------------------------------------------------------------------------------------------


def _moved(one: Planes, two: Planes, share: float) -> tuple[Planes, Planes]:
    """Both frames, each brought to where the motion has come to at `share`."""
    height, width = one.y.shape
    factor = max(1, round((height * width / _SMALL) ** 0.5))
    field = _field(_shrunk(one.y, factor), _shrunk(two.y, factor), share) * factor
    return _warped(one, -share * field), _warped(two, (1 - share) * field)


def _shrunk(plane: Plane, factor: int) -> NDArray[np.float32]:
    """Means of squares of `factor` pixels, at 8 bits."""
    height, width = plane.shape[0] // factor * factor, plane.shape[1] // factor * factor
    squares = plane[:height, :width].reshape(height // factor, factor, width // factor, factor)
    small: NDArray[np.float32] = squares.mean(axis=(1, 3), dtype=np.float32)
    return small / np.float32(1 if plane.dtype == np.uint8 else 4)


def _field(one: NDArray[np.float32], two: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Displacements from frame to frame of each block, shape (rows, columns, 2: down, right), in small pixels."""
    rows, columns = -(-one.shape[0] // _BLOCK), -(-one.shape[1] // _BLOCK)
    pad = ((_REACH, rows * _BLOCK - one.shape[0] + _REACH), (_REACH, columns * _BLOCK - one.shape[1] + _REACH))
    a, b = np.pad(one, pad, "edge"), np.pad(two, pad, "edge")
    best = np.full((rows, columns), np.inf, np.float32)
    field = np.zeros((rows, columns, 2), np.float32)
    for down, right in _displacements():
        cost = _costs(a, b, (round(-share * down), round(-share * right)), (down, right), (rows, columns))
        better = cost < best
        best[better] = cost[better]
        field[better] = (down, right)
    return _steady(field)


def _displacements() -> Iterator[tuple[int, int]]:
    reach = range(-_REACH, _REACH + 1)
    return ((down, right) for down in reach for right in reach)


def _costs(
    a: NDArray[np.float32], b: NDArray[np.float32], back: tuple[int, int], by: tuple[int, int], grid: tuple[int, int]
) -> NDArray[np.float32]:
    """How unlike the frames are at one displacement, by block and its neighbours, with what its length costs."""
    height, width = grid[0] * _BLOCK, grid[1] * _BLOCK
    top, left = _REACH + back[0], _REACH + back[1]
    low, side = top + by[0], left + by[1]
    apart = np.abs(a[top : top + height, left : left + width] - b[low : low + height, side : side + width])
    blocks = np.pad(apart.reshape(grid[0], _BLOCK, grid[1], _BLOCK).mean(axis=(1, 3)), 1, "edge")
    across = blocks[:, :-2] + 2 * blocks[:, 1:-1] + blocks[:, 2:]
    around = (across[:-2] + 2 * across[1:-1] + across[2:]) / 16
    cost: NDArray[np.float32] = around + np.float32(_STILL / _BLOCK * (by[0] ** 2 + by[1] ** 2) ** 0.5)
    return cost


def _steady(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median of each block and its eight neighbours: a block that moves alone was mistaken."""
    wide = np.pad(field, ((1, 1), (1, 1), (0, 0)), "edge")
    rows, columns = field.shape[:2]
    around = [wide[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    return np.median(np.stack(around), axis=0).astype(np.float32)


def _warped(planes: Planes, by: NDArray[np.float32]) -> Planes:
    """Each pixel from where a field of displacements, in pixels of luma, says."""
    height, width = planes.y.shape
    luma = _grown(by, height, width)
    half = luma[::2, ::2] * np.float32(0.5)
    return Planes(_taken(planes.y, luma), _taken(planes.u, half), _taken(planes.v, half))


def _grown(field: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """A field for each pixel, linear between the middles of blocks."""
    down = _between_middles(field, height, 0)
    return _between_middles(down, width, 1)


def _between_middles(field: NDArray[np.float32], count: int, axis: int) -> NDArray[np.float32]:
    blocks = field.shape[axis]
    place = np.clip((np.arange(count, dtype=np.float32) + 0.5) * (blocks / count) - 0.5, 0, blocks - 1)
    low = np.minimum(place.astype(np.intp), max(blocks - 2, 0))
    shape = [1, 1, 1]
    shape[axis] = count
    part = (place - low).astype(np.float32).reshape(shape)
    near, far = field.take(low, axis), field.take(np.minimum(low + 1, blocks - 1), axis)
    grown: NDArray[np.float32] = near + (far - near) * part
    return grown


def _taken(plane: Plane, by: NDArray[np.float32]) -> Plane:
    """Pixels from displaced places, bilinear; the edge is held."""
    height, width = plane.shape
    rows = np.clip(np.arange(height, dtype=np.float32)[:, None] + by[..., 0], 0, height - 1)
    columns = np.clip(np.arange(width, dtype=np.float32)[None, :] + by[..., 1], 0, width - 1)
    top, left = np.minimum(rows.astype(np.int32), height - 2), np.minimum(columns.astype(np.int32), width - 2)
    down, right = rows - top, columns - left
    flat, at = np.ascontiguousarray(plane).ravel(), top * width + left
    upper = flat[at] * (1 - right) + flat[at + 1] * right
    lower = flat[at + width] * (1 - right) + flat[at + width + 1] * right
    taken: Plane = (upper + (lower - upper) * down + np.float32(0.5)).astype(plane.dtype)
    return taken
