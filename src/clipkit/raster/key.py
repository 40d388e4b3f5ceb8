"""A screen of one colour made see-through: how much of each pixel is what stands before it, and in which colour.

A pixel at the edge is a mix of what stands there and the screen, so its green (or blue) exceeds its other two channels
by as much less as there is less screen in it: the colour difference of Vlahos (US patent 4,100,569, expired). In Y'CbCr
that excess depends on chroma alone, so it is a table of 65 536. What full excess is, is measured for each part of each
picture from the screen that shows there, so that a screen may be lit unevenly. Chroma has a quarter of the pixels;
between them luma says where the edge runs, by the local line through both (He & Sun, Fast Guided Filter, 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.encoding import OUTPUT, encode
from clipkit.colour.planes import Bytes, Planes

Field: TypeAlias = NDArray[np.floating[Any]]

_BLOCK: Final = 16
"""Samples of chroma on each side of the blocks for which the screen is measured."""

_RADIUS: Final = 2
"""Samples of chroma around one from which its line is fitted."""

_NOISE: Final = np.float32(40.0)
"""Variance of luma, in squared codes, up to which it is taken for grain rather than for an edge."""

_SURE: Final = 0.85
"""Share of a block's greatest excess from which a sample in it is screen and nothing else."""

_ALIKE: Final = 0.93
"""Share of its neighbours' excess below which a block is no lone screen, but mixed with what moves before it."""

_FLOOR: Final = np.float32(1 / 64)
"""The least opacity there is: below it is nothing but noise."""

_KR, _KG, _KB = 0.2126, 0.7152, 0.0722
_FROM_U, _FROM_V = 2 * (1 - _KB) / 224, 2 * (1 - _KR) / 224


@dataclass(frozen=True, slots=True)
class Screen:
    """The colour to make see-through: its codes, the channel (0…2) that exceeds the other two, and by how much."""

    y: float
    u: float
    v: float
    primary: int

    @property
    def excess(self) -> float:
        """By how much of full scale its primary exceeds the other two."""
        return float(_excess(np.asarray([self.u]), np.asarray([self.v]), self.primary)[0])


def screen_of(colour: tuple[int, int, int]) -> Screen:
    """The screen of a colour, sRGB 0…255."""
    y, u, v = (float(code) for code in encode(np.asarray(colour, np.float32) / 255, OUTPUT))
    return Screen(y, u, v, colour.index(max(colour)))


def cut(
    picture: Planes, screen: Screen, out: Planes, *, tolerance: float, softness: float, shrink: float, despill: float
) -> Bytes:
    """Cut out what stands before a screen: how opaque each pixel is, 0…255.

    Args:
        picture: BT.709 of limited range.
        screen: Its colour, as a whole.
        out: Where the colours of what stands before it are put; of the picture's size.
        tolerance: How much less coloured than `screen` it may be somewhere, 0…1.
        softness: The part of the way from screen to what stands before it over which opacity rises, 0…1: at 1 noise of
            the screen shows faintly, at 0 edges are hard.
        shrink: Moves the edge: inward above 0, outward below; −1…1.
        despill: How much of the screen's colour is taken out of what stands before it, 0…1.
    """
    table = _table(screen.primary)
    excess, tone = table.take(_codes(picture.u, picture.v)), _halved(picture.y)
    full, *bare = _screen((excess, tone, picture.u, picture.v), screen, tolerance)
    rough = np.clip(1 - excess / _enlarged(full, excess.shape), 0, 1)
    coarse = _ramp(rough, softness, shrink)
    alpha = np.repeat(np.repeat(coarse, 2, 0), 2, 1)[: len(picture.y), : picture.y.shape[1]]
    near = np.nonzero(_uneven(coarse))
    ys, xs = _pixels(near, picture.y.shape)
    alpha[ys, xs] = _ramp(_guided(rough, tone, picture.y, ys, xs), softness, shrink)
    _unmix(picture, out, alpha, bare)
    greenish = np.nonzero(table.take(_codes(out.u, out.v)) > 0)
    spill = table.take(_codes(out.u[greenish], out.v[greenish])) * np.float32(despill)
    for plane, step in zip((out.u, out.v), _without(screen.primary), strict=True):
        plane[greenish] = _code(plane[greenish] + spill * np.float32(step), 16, 240)
    return np.rint(alpha * 255).astype(np.uint8)


def _unmix(picture: Planes, out: Planes, alpha: Field, bare: list[Field]) -> None:
    """Take the screen out of the pixels that are mixed with it. Of those that are all screen nobody sees the colour."""
    for plane, own in zip(out, picture, strict=True):
        np.copyto(plane, own)
    at = np.nonzero((alpha > 0) & (alpha < 1))
    base = _sampled(bare[0], at[0] / 2, at[1] / 2)
    out.y[at] = _code(base + (picture.y[at] - base) / np.maximum(alpha[at], _FLOOR), 16, 235)
    opaque = _halved(alpha)
    at = np.nonzero((opaque > 0) & (opaque < 1))
    for plane, own, mean in zip((out.u, out.v), (picture.u, picture.v), bare[1:], strict=True):
        base = _sampled(mean, *at)
        plane[at] = _code(base + (own[at] - base) / np.maximum(opaque[at], _FLOOR), 16, 240)


def _excess(u: Field, v: Field, primary: int) -> Field:
    blue, red = (u - 128) * _FROM_U, (v - 128) * _FROM_V  # both less luma
    channels = [red, (red * _KR + blue * _KB) / -_KG, blue]
    own = channels.pop(primary)
    found: Field = (own - np.maximum(channels[0], channels[1])).astype(np.float32)
    return found


@lru_cache(maxsize=3)
def _table(primary: int) -> Field:
    """The excess of a primary by U << 8 | V."""
    codes = np.arange(256, dtype=np.float32)
    return np.ascontiguousarray(_excess(codes[:, None], codes[None], primary)).ravel()


def _codes(u: Bytes, v: Bytes) -> NDArray[np.uint16]:
    codes: NDArray[np.uint16] = np.left_shift(u, 8, dtype=np.uint16)
    codes |= v
    return codes


def _without(primary: int) -> tuple[float, float]:
    """What is added to U and V where a primary is lowered by all of full scale, and luma is kept."""
    own = (_KR, _KG, _KB)[primary]
    return (own - (primary == 2)) / _FROM_U, (own - (primary == 0)) / _FROM_V


def _code(values: Field, low: int, high: int) -> Bytes:
    return np.rint(np.clip(values, low, high)).astype(np.uint8)


# ---- opacity -------------------------------------------------------------------------------------------------------


def _uneven(coarse: Field) -> NDArray[np.bool_]:
    """The samples of chroma around which opacity is not the same everywhere: all others are as they are."""
    inner = (coarse > 0) & (coarse < 1)
    for axis in (0, 1):  # and edges from 0 to 1 at once
        low, high = (coarse[1:], coarse[:-1]) if axis == 0 else (coarse[:, 1:], coarse[:, :-1])
        jump = low != high
        (inner[1:] if axis == 0 else inner[:, 1:])[...] |= jump
        (inner[:-1] if axis == 0 else inner[:, :-1])[...] |= jump
    for axis in (0, 1):
        wide = np.pad(inner, [(_RADIUS, _RADIUS) if side == axis else (0, 0) for side in (0, 1)])
        length = inner.shape[axis]
        inner = np.logical_or.reduce(
            [wide[k : k + length] if axis == 0 else wide[:, k : k + length] for k in range(2 * _RADIUS + 1)]
        )
    return inner


def _pixels(samples: tuple[NDArray[np.intp], ...], shape: tuple[int, ...]) -> tuple[NDArray[np.intp], ...]:
    """The pixels of samples of chroma."""
    ys, xs = (np.repeat(2 * place, 4) + np.tile(steps, len(place)) for place, steps in zip(samples, _FOUR, strict=True))
    inside = (ys < shape[0]) & (xs < shape[1])
    return ys[inside], xs[inside]


_FOUR = (np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))


def _guided(rough: Field, tone: Field, luma: Bytes, ys: NDArray[np.intp], xs: NDArray[np.intp]) -> Field:
    """Opacity of pixels: that of their chroma samples, and what luma says of the pixels within them."""
    mean, tones = _mean(rough), _mean(tone)
    slope = (_mean(rough * tone) - mean * tones) / (_mean(tone * tone) - tones * tones + _NOISE)
    smooth = [_between(plane, ys, xs) for plane in (rough, slope, tone)]
    found: Field = smooth[0] + smooth[1] * (luma[ys, xs] - smooth[2])
    return found


def _ramp(alpha: Field, softness: float, shrink: float) -> Field:
    """Opacity with its ends cut off, where there is noise."""
    width, middle = max(softness, 0.02), 0.5 + shrink / 2
    ramp: Field = np.clip((alpha - np.float32(middle - width / 2)) / np.float32(width), 0, 1)
    ramp[ramp < _FLOOR] = 0
    return ramp


# ---- the screen as it is lit ---------------------------------------------------------------------------------------


def _screen(planes: tuple[NDArray[np.generic], ...], screen: Screen, tolerance: float) -> list[Field]:
    """What planes (the excess first) would be of bare screen, for each block."""
    excess = planes[0]
    down, across = (-(-side // _BLOCK) for side in excess.shape)
    edge = ((0, down * _BLOCK - excess.shape[0]), (0, across * _BLOCK - excess.shape[1]))
    blocks = [np.pad(plane, edge, mode="edge").reshape(down, _BLOCK, across, _BLOCK) for plane in planes]
    top = blocks[0].max(axis=(1, 3), keepdims=True)
    sure = (blocks[0] >= _SURE * top) & (blocks[0] >= (1 - tolerance) * screen.excess)
    count = sure.sum(axis=(1, 3), dtype=np.float32)
    means = [(block * sure).sum(axis=(1, 3), dtype=np.float32) / np.maximum(count, 1) for block in blocks]
    wide = np.pad(means[0], 1, mode="edge")
    most = np.max([wide[y : y + down, x : x + across] for y in range(3) for x in range(3)], axis=0)
    known = (count >= _BLOCK * _BLOCK / 10) & (means[0] >= _ALIKE * most)
    whole = (screen.excess, screen.y, screen.u, screen.v)
    return _spread(means, known, whole)


def _spread(means: list[Field], known: NDArray[np.bool_], whole: tuple[float, ...]) -> list[Field]:
    """Blocks where no screen is seen take after the nearest that show some; where none do, the screen as a whole."""
    if not known.any():
        return [np.full(known.shape, value, np.float32) for value in whole]
    missing, radius = np.ones(known.shape, bool), 1
    found = [np.zeros(known.shape, np.float32) for _ in means]
    while missing.any():
        weight = _mean(known.astype(np.float32), radius)
        near = missing & (weight > 1e-6)
        for plane, mean in zip(found, means, strict=True):
            plane[near] = _mean(mean * known, radius)[near] / weight[near]
        missing &= ~near
        radius *= 2
    return found


# ---- sizes ---------------------------------------------------------------------------------------------------------


def _mean(plane: Field, radius: int = _RADIUS) -> Field:
    """The mean over a square around each sample; edges are held."""
    for axis in (0, 1):
        length = plane.shape[axis]
        wide = np.pad(plane, [(radius, radius) if side == axis else (0, 0) for side in (0, 1)], mode="edge")
        plane = np.add.reduce([wide[k : k + length] if axis == 0 else wide[:, k : k + length] for k in _taps(radius)])
    return plane * np.float32(1 / (2 * radius + 1) ** 2)


def _taps(radius: int) -> range:
    return range(2 * radius + 1)


def _halved(plane: NDArray[np.generic]) -> Field:
    """The mean of the four pixels of each sample of chroma; of fewer at an odd edge."""
    wide = np.pad(plane, [(0, side % 2) for side in plane.shape], mode="edge").astype(np.float32, copy=False)
    rows = wide[0::2] + wide[1::2]
    return (rows[:, 0::2] + rows[:, 1::2]) * np.float32(0.25)


def _between(plane: Field, ys: NDArray[np.intp], xs: NDArray[np.intp]) -> Field:
    """Values of chroma samples at pixels, by lines between the samples."""
    above, left = (ys - 1) >> 1, (xs - 1) >> 1
    down = np.where(ys & 1, np.float32(0.25), np.float32(0.75))
    right = np.where(xs & 1, np.float32(0.25), np.float32(0.75))
    rows = [np.clip(above + n, 0, plane.shape[0] - 1) for n in (0, 1)]
    columns = [np.clip(left + n, 0, plane.shape[1] - 1) for n in (0, 1)]
    top, bottom = (plane[row, columns[0]] * (1 - right) + plane[row, columns[1]] * right for row in rows)
    found: Field = top * (1 - down) + bottom * down
    return found


def _places(samples: NDArray[Any], blocks: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Field]:
    """Between which two of a row of blocks samples lie, and how far on the way from one to the next."""
    place = ((samples + 0.5) / _BLOCK - 0.5).clip(0, blocks - 1).astype(np.float32)
    first = place.astype(np.intp)
    return first, np.minimum(first + 1, blocks - 1), place - first


def _sampled(blocks: Field, ys: NDArray[Any], xs: NDArray[Any]) -> Field:
    """Values of blocks at samples of chroma, between the middles of blocks by lines."""
    (top, bottom, down), (left, right, across) = (
        _places(places, count) for places, count in zip((ys, xs), blocks.shape, strict=True)
    )
    upper = blocks[top, left] * (1 - across) + blocks[top, right] * across
    lower = blocks[bottom, left] * (1 - across) + blocks[bottom, right] * across
    found: Field = upper * (1 - down) + lower * down
    return found


def _enlarged(blocks: Field, shape: tuple[int, ...]) -> Field:
    """The same for each sample of a plane."""
    top, bottom, down = _places(np.arange(shape[0]), blocks.shape[0])
    left, right, across = _places(np.arange(shape[1]), blocks.shape[1])
    wide = blocks[:, left] * (1 - across) + blocks[:, right] * across
    found: Field = wide[top] * (1 - down)[:, None] + wide[bottom] * down[:, None]
    return found
