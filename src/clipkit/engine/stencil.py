"""The outline of a layer and its shadow: drawn once with Pillow, then blended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clipkit.catalog.layout import Frame
from clipkit.colour.encoding import OUTPUT, encode
from clipkit.engine.planes import BLACK, Planes
from clipkit.geometry import Box, Size

_FINER = 4  # outlines are drawn four times as large and reduced, which antialiases them

Weights = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class _Blend:
    """One plane's mask. Rows [first, last) take the picture as it is; above and below them it is mixed.

    The mix is ``(under · under_weight + over · over_weight + colour + 128) >> 8`` with weights of 0…256.
    """

    first: int
    last: int
    under: Weights
    over: Weights
    colour: Weights

    def apply(self, canvas: NDArray[np.uint8], picture: NDArray[np.uint8]) -> None:
        canvas[self.first : self.last] = picture[self.first : self.last]
        for rows in (slice(0, self.first), slice(self.last, None)):
            mixed = canvas[rows] * self.under[rows] + picture[rows] * self.over[rows] + self.colour[rows]
            canvas[rows] = (mixed + 128) >> 8


@dataclass(frozen=True, slots=True)
class Stencil:
    """The outline of a layer of one size."""

    blends: tuple[_Blend, _Blend, _Blend]

    def paste(self, canvas: Planes, picture: Planes) -> None:
        """Lay a picture of the stencil's size over that part of the canvas."""
        for blend, mine, theirs in zip(self.blends, canvas, picture, strict=True):
            blend.apply(mine, theirs)


def stencil(frame: Frame, size: Size) -> Stencil | None:
    """The stencil of an outline at a size; None for a plain rectangle, which needs no blending."""
    return _stencil(replace(frame, shadow=0.0, spread=0), size)


@lru_cache(maxsize=32)
def _stencil(frame: Frame, size: Size) -> Stencil | None:
    if frame.shape == "rectangle" and frame.border == 0:
        return None
    outer = _coverage(frame, size, 0)
    inner = _coverage(frame, size, frame.border) if frame.border else outer
    colour = encode(np.asarray(frame.colour, np.float32) / 255, OUTPUT)
    y = _blend(outer, inner, float(colour[0]))
    u, v = (_blend(_halved(outer), _halved(inner), float(value)) for value in colour[1:])
    return Stencil((y, u, v))


def _coverage(frame: Frame, size: Size, inset: int) -> NDArray[np.float32]:
    """How much of each pixel lies inside the outline, 0…1; `inset` pixels in from it."""
    from PIL import Image, ImageDraw  # 3 MB that a render without outlines does without

    width, height = size.width * _FINER, size.height * _FINER
    image = Image.new("L", (width, height))
    edge = inset * _FINER
    box = (edge, edge, width - 1 - edge, height - 1 - edge)
    draw = ImageDraw.Draw(image)
    if frame.shape == "circle":
        draw.ellipse(box, fill=255)
    else:
        radius = max(0, frame.radius - inset) * _FINER if frame.shape == "rounded" else 0
        draw.rounded_rectangle(box, radius, fill=255)
    reduced = image.resize((size.width, size.height), Image.Resampling.BOX)
    return np.asarray(reduced, np.float32) / np.float32(255)


def _halved(coverage: NDArray[np.float32]) -> NDArray[np.float32]:
    """Coverage of the chroma samples: the mean of their four pixels."""
    height, width = coverage.shape
    padded = np.pad(coverage, ((0, height % 2), (0, width % 2)), mode="edge")
    mean: NDArray[np.float32] = padded.reshape(padded.shape[0] // 2, 2, -1, 2).mean(axis=(1, 3), dtype=np.float32)
    return mean


def _blend(outer: NDArray[np.float32], inner: NDArray[np.float32], colour: float) -> _Blend:
    over = np.rint(inner * 256).astype(np.uint16)
    under = 256 - np.maximum(np.rint(outer * 256).astype(np.uint16), over)
    border = ((256 - under - over) * colour).astype(np.uint16)
    plain = np.flatnonzero((over == 256).all(axis=1))
    first, last = (int(plain[0]), int(plain[-1]) + 1) if plain.size else (0, 0)
    return _Blend(first, last, under.astype(np.uint16), over, border)


@dataclass(frozen=True, slots=True)
class Shadow:
    """The shadow of a layer of one size: what is left of what it falls on, of 256, around the layer's box."""

    margin: int
    luma: Weights
    chroma: Weights

    def fall(self, canvas: Planes, box: Box) -> None:
        """Darken a canvas around and behind a box, towards black."""
        reach = Box(box.x - self.margin, box.y - self.margin, self.luma.shape[1], self.luma.shape[0])
        seen = reach.within(Box.whole(canvas.size))
        if not (seen.width and seen.height):
            return
        x, y = seen.x - reach.x, seen.y - reach.y
        part = (slice(y, y + seen.height), slice(x, x + seen.width))
        small = (slice(y // 2, (y + seen.height + 1) // 2), slice(x // 2, (x + seen.width + 1) // 2))
        weights = (self.luma[part], self.chroma[small], self.chroma[small])
        for plane, weight, black in zip(canvas.crop(seen), weights, BLACK, strict=True):
            plane[...] = (plane * weight + (256 - weight) * black + 128) >> 8


@lru_cache(maxsize=32)
def shadow(frame: Frame, size: Size) -> Shadow | None:
    """The shadow of an outline at a size, drawn once: a Gaussian of `spread` pixels, a third of it further down."""
    if frame.shadow == 0:
        return None
    from PIL import Image, ImageFilter

    margin = (3 * frame.spread + 3) // 2 * 2
    height, width = size.height + 2 * margin, size.width + 2 * margin
    shape = np.zeros((height, width), np.float32)
    shape[margin : margin + size.height, margin : margin + size.width] = _coverage(frame, size, 0)
    shape = np.roll(shape, frame.spread // 3, axis=0)
    drawn = Image.fromarray(np.rint(shape * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(frame.spread))
    dark = np.asarray(drawn, np.float32) * np.float32(frame.shadow / 255)
    left = np.subtract(1, dark, dtype=np.float32)
    luma, chroma = (np.rint(part * 256).astype(np.uint16) for part in (left, _halved(left)))
    return Shadow(margin, luma, chroma)
