"""Pictures as planes: 4:2:0 of 8 bits, or 10, in numpy arrays that share memory with frames of libav."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from clipkit.colour.encoding import OUTPUT, encode
from clipkit.geometry import Box, Size
from clipkit.plan.facts import Orientation

Plane = NDArray[Any]
"""Bytes, or words that hold 10 bits."""

BLACK = (16, 128, 128)
DEEP = "yuv420p10le" if sys.byteorder == "little" else "yuv420p10be"
"""The format that keeps the 10 bits of HDR until the colour table."""

CLEAR = "yuva420p"
"""The format of what is keyed: with a plane that says how opaque each pixel is."""

_SCALERS = 64
"""Scalers that stay: one of 1080×1920 holds half a megabyte."""

_SIZES = 24
"""Sizes of which frames stay in a pool."""

_PLANAR = ("yuv420p", "yuvj420p")
_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


@dataclass(frozen=True, slots=True)
class Planes:
    """Luma of (height, width) and two chroma planes of half that, rounded up; any strides, as a turned view has.

    `alpha`, as large as luma, says how opaque a pixel is, 0…255; where it is None, all are.
    """

    y: Plane
    u: Plane
    v: Plane
    alpha: Plane | None = None

    def __iter__(self) -> Iterator[Plane]:
        return iter((self.y, self.u, self.v))

    @property
    def size(self) -> Size:
        return Size(self.y.shape[1], self.y.shape[0])

    def crop(self, box: Box) -> Planes:
        """The part inside a box whose corner is even, sharing memory."""
        right, bottom = box.x + box.width, box.y + box.height
        half = (slice(box.y // 2, (bottom + 1) // 2), slice(box.x // 2, (right + 1) // 2))
        whole = (slice(box.y, bottom), slice(box.x, right))
        return Planes(self.y[whole], self.u[half], self.v[half], None if self.alpha is None else self.alpha[whole])

    def upright(self, orientation: Orientation) -> Planes:
        """Mirrored and turned as a viewer sees it, sharing memory."""
        alpha = None if self.alpha is None else _turned(self.alpha, orientation)
        y, u, v = (_turned(plane, orientation) for plane in self)
        return Planes(y, u, v, alpha)

    def paste(self, other: Planes) -> None:
        """Copy another picture of the same size over this one, with how opaque it is."""
        for mine, theirs in zip(self, other, strict=True):
            mine[...] = theirs
        if self.alpha is not None:
            self.alpha[...] = 255 if other.alpha is None else other.alpha

    def fill(self, colour: tuple[int, int, int] = BLACK) -> None:
        """Paint all of it in one colour, as it is coded; by default the black of limited range in 8 bits."""
        for plane, value in zip(self, colour, strict=True):
            plane.fill(value)


def _turned(plane: Plane, orientation: Orientation) -> Plane:
    if orientation.mirrored:
        plane = plane[:, ::-1]
    return np.rot90(plane, -orientation.quarter_turns) if orientation.quarter_turns else plane


def code_of(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """A colour, sRGB 0…255, as the output codes it: Y, Cb, Cr."""
    y, u, v = (round(float(value)) for value in encode(np.asarray(colour, np.float32) / 255, OUTPUT))
    return y, u, v


def blank(size: Size, pixel_format: str = "yuv420p") -> av.VideoFrame:
    """A fresh frame of unset pixels."""
    return av.VideoFrame(size.width, size.height, pixel_format)


def planes_of(frame: av.VideoFrame) -> Planes:
    """A view into a 4:2:0 frame. Its rows are padded: the stride is never to be taken for the width."""
    whole = (frame.height, frame.width)
    shapes = (whole, *[((frame.height + 1) // 2, (frame.width + 1) // 2)] * 2, whole)
    sample = np.dtype(np.uint16 if frame.format.name == DEEP else np.uint8)
    return Planes(
        *(
            np.frombuffer(memoryview(plane), sample).reshape(-1, plane.line_size // sample.itemsize)[:height, :width]
            for plane, (height, width) in zip(frame.planes, shapes, strict=False)  # few have alpha
        )
    )


def _format_of(planes: Planes) -> str:
    if planes.alpha is not None:
        return CLEAR
    return DEEP if planes.y.dtype == np.uint16 else "yuv420p"


def frame_of(planes: Planes) -> av.VideoFrame:
    """A fresh frame that holds a copy."""
    frame = blank(planes.size, _format_of(planes))
    planes_of(frame).paste(planes)
    return frame


class FramePool:
    """Frames to paint on, made again of those that nobody holds any more.

    A fresh one of 1080×1920 costs the system 760 pages to zero, and its freed memory is what larger blocks fail to fit
    into. Not for use from several threads, though what it gave may be dropped on any.
    """

    def __init__(self) -> None:
        self._frames: OrderedDict[tuple[Size, str], list[av.VideoFrame]] = OrderedDict()

    def blank(self, size: Size, pixel_format: str = "yuv420p") -> av.VideoFrame:
        """A frame of unset pixels that nobody else holds."""
        frames = self._frames.setdefault((size, pixel_format), [])
        self._frames.move_to_end((size, pixel_format))
        if len(self._frames) > _SIZES:
            self._frames.popitem(last=False)
        for frame in frames:
            if sys.getrefcount(frame) <= _UNHELD:
                frame.make_writable()  # a filter graph or an encoder may still hold the pixels
                return frame
        frames.append(blank(size, pixel_format))
        return frames[-1]

    def copy_of(self, planes: Planes) -> av.VideoFrame:
        """A frame that holds a copy."""
        frame = self.blank(planes.size, _format_of(planes))
        planes_of(frame).paste(planes)
        return frame


def _unheld() -> int:
    """The references that `FramePool.blank` sees of a frame that is held by its list alone."""
    for held in [object()]:
        return sys.getrefcount(held)
    raise AssertionError


_UNHELD = _unheld()


class Scaler:
    """Brings a picture to 4:2:0 at a size, leaving colour as it is coded. Keeps a context: one for each use.

    Args:
        interpolation: The kernel; None for the one that suits the sizes.
        pool: Where to crop.
        deep: To 10 bits, of HDR; else to 8.
    """

    def __init__(self, interpolation: Interpolation | None, pool: FramePool, *, deep: bool = False) -> None:
        self._reformatter = VideoReformatter()
        self._interpolation = interpolation
        self._pool = pool
        self._formats = (DEEP,) if deep else _PLANAR

    def scale(self, frame: av.VideoFrame, size: Size, crop: Box) -> av.VideoFrame:
        """The part of a frame inside `crop`, an even box, at `size`; the frame itself where nothing is to be done."""
        if crop != Box(0, 0, frame.width, frame.height):
            frame = self._pool.copy_of(planes_of(self._reformat(frame, Size(frame.width, frame.height))).crop(crop))
        return self._reformat(frame, size)

    def _reformat(self, frame: av.VideoFrame, size: Size) -> av.VideoFrame:
        """Equal matrices and ranges on both sides keep libswscale from touching colour: the table does that, once."""
        planar = frame.format.name in self._formats
        if planar and (frame.width, frame.height) == (size.width, size.height):
            return frame
        interpolation = self._interpolation or _suited(frame, size)
        rgb = frame.format.is_rgb or frame.format.name.startswith("pal")
        return self._reformatter.reformat(
            frame,
            width=size.width,
            height=size.height,
            format=frame.format.name if planar else self._format_for(frame.format.name),
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if rgb else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=interpolation if planar else interpolation | Interpolation.ACCURATE_RND,
            threads=1,
        )

    def _format_for(self, name: str) -> str:
        """What a picture becomes. To libswscale the yuvj formats, of JPEG, are full range whatever else it is told."""
        return "yuvj420p" if name.startswith("yuvj") and self._formats == _PLANAR else self._formats[0]


class Scalers:
    """A scaler for each use, made when it is first asked for; the last used ones stay, as a window that grows asks for
    a size a frame. Not for use from several threads."""

    def __init__(self, pool: FramePool) -> None:
        self._pool = pool
        self._scalers: OrderedDict[object, Scaler] = OrderedDict()

    def get(self, key: object, interpolation: Interpolation | None = None, *, deep: bool = False) -> Scaler:
        """The scaler of a use, which always asks for it with the same words."""
        scaler = self._scalers.pop(key, None) or Scaler(interpolation, self._pool, deep=deep)
        self._scalers[key] = scaler
        if len(self._scalers) > _SCALERS:
            self._scalers.popitem(last=False)
        return scaler


def _suited(frame: av.VideoFrame, size: Size) -> Interpolation:
    """The cheapest kernel that looks right. libswscale widens it with the ratio, so that nothing aliases: for a picture
    that shrinks by a quarter and more, the triangle costs half of the cubic and keeps as much."""
    shrinks = 4 * size.width <= 3 * frame.width and 4 * size.height <= 3 * frame.height
    return Interpolation.BILINEAR if shrinks else Interpolation.BICUBIC


def to_rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A limited-range BT.709 frame as RGB, (height, width, 3)."""
    rgb = VideoReformatter().reformat(
        frame,
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=_EXACT,
    )
    return rgb.to_ndarray().astype(np.uint8, copy=False)


def from_rgb(pixels: NDArray[np.uint8]) -> av.VideoFrame:
    """RGB pixels, (height, width, 3), as a limited-range BT.709 4:2:0 frame."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    return VideoReformatter().reformat(
        frame,
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=_EXACT,
    )
