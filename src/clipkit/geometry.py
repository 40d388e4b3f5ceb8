"""Sizes, boxes and fits, in whole pixels. Video is 4:2:0, so what is placed is placed on even pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from clipkit.errors import ProjectError

Fit = Literal["contain", "cover", "blur"]

MIN_SIDE, MAX_SIDE = 16, 8192


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def aspect(self) -> Fraction:
        """Width over height."""
        return Fraction(self.width, self.height)

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.width * self.height

    @property
    def portrait(self) -> bool:
        """Higher than wide, or square."""
        return self.height >= self.width

    def even(self) -> Size:
        """The nearest size not larger that 4:2:0 can hold."""
        return Size(max(2, self.width // 2 * 2), max(2, self.height // 2 * 2))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; `x`, `y` is its top left corner and may lie outside of what holds it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    def within(self, other: Box) -> Box:
        """The part of it inside another box; of no width or height where they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Box(x, y, max(0, right - x), max(0, bottom - y))

    @staticmethod
    def whole(size: Size) -> Box:
        """The box that covers all of `size`."""
        return Box(0, 0, size.width, size.height)


def parse_size(text: str) -> Size:
    """Read `1080x1920`.

    Raises:
        ProjectError: ``bad-size`` when it is no size, odd, or outside 16…8192 a side.
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s*[xX×]\s*(\d{1,6})\s*", text)
    if not match:
        raise ProjectError(f"{text!r} is not a size", code="bad-size", hint="write WIDTHxHEIGHT, such as 1080x1920")
    return checked_size(Size(int(match[1]), int(match[2])))


def checked_size(size: Size) -> Size:
    """The size itself when video of that size can be written; else a ProjectError ``bad-size``."""
    if size.even() != size:
        raise ProjectError(
            f"{size} has an odd side", code="bad-size", hint=f"4:2:0 video needs even sides: {size.even()}"
        )
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (size.width, size.height)):
        raise ProjectError(
            f"{size} cannot be made", code="bad-size", hint=f"each side is {MIN_SIDE} to {MAX_SIDE} pixels"
        )
    return size


def natural_fit(size: Size, canvas: Size) -> Fit:
    """How a picture fills a canvas where nobody says: a landscape one on a portrait canvas stands whole over a blurred
    copy of itself; all others are cropped to fill."""
    return "blur" if canvas.height > canvas.width and size.width > size.height else "cover"


def slices(length: int, count: int, gap: int = 0) -> tuple[tuple[int, int], ...]:
    """`length` pixels in `count` slices of nearly the same size with `gap` between them: start and size of each.

    All lies on even pixels, so with an odd length the last slice is the odd one.
    """
    starts = [even(Fraction(n * (length + gap), count)) for n in range(count)]
    ends = [*(start - gap for start in starts[1:]), length]
    return tuple((start, max(0, end - start)) for start, end in zip(starts, ends, strict=True))


def even(value: float | Fraction) -> int:
    """The nearest even whole number."""
    return 2 * round(value / 2)


def contain(aspect: Fraction, into: Box) -> Box:
    """The largest even box of that aspect inside `into`, centred on even pixels."""
    if aspect >= into.size.aspect:
        width, height = into.width, min(into.height, max(2, even(into.width / aspect)))
    else:
        width, height = min(into.width, max(2, even(into.height * aspect))), into.height
    return Box(
        into.x + (into.width - width) // 4 * 2,
        into.y + (into.height - height) // 4 * 2,
        width,
        height,
    )


def cover(aspect: Fraction, into: Size, focus: tuple[float, float] = (0.5, 0.5)) -> tuple[float, float, float, float]:
    """What part of a picture of that aspect fills `into`: left, top, width, height as fractions of the picture.

    `focus` is the point, as fractions, that stays as near to the middle as the edges allow.
    """
    width = min(1.0, float(into.aspect / aspect))
    height = min(1.0, float(aspect / into.aspect))
    left = min(max(focus[0] - width / 2, 0.0), 1 - width)
    top = min(max(focus[1] - height / 2, 0.0), 1 - height)
    return left, top, width, height
