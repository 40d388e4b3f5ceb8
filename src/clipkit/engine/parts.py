"""Parts of a picture, as boxes of whole pairs of pixels: chroma of 4:2:0 has half the lines and columns."""

from __future__ import annotations

from clipkit.catalog.effect import WHOLE, Part
from clipkit.geometry import Box, Size
from clipkit.plan.facts import Orientation


def same_shape(size: Size, other: Size) -> bool:
    """Whether one fills the other to within a pixel."""
    return abs(size.width * other.height / size.height - other.width) <= 1


def even_box(size: Size, left: float, top: float, width: float, height: float) -> Box:
    """A part of a picture as a box with even corners and sides; all of it where the part is all of it."""
    if width >= 1 and height >= 1:
        return Box.whole(size)
    wide = min(size.width, max(2, 2 * round(width * size.width / 2)))
    high = min(size.height, max(2, 2 * round(height * size.height / 2)))
    x = min(2 * round(left * size.width / 2), (size.width - wide) // 2 * 2)
    y = min(2 * round(top * size.height / 2), (size.height - high) // 2 * 2)
    return Box(x, y, wide, high)


def part_of(visible: Box, part: tuple[float, float, float, float], turn: Orientation) -> Box:
    """A part of the upright picture as a box of the coded one, of which `visible` is to be seen: turned back, then
    mirrored back."""
    left, top, width, height = part
    for _ in range(turn.quarter_turns):
        left, top, width, height = top, 1 - left - width, height, width
    if turn.mirrored:
        left = 1 - left - width
    box = even_box(visible.size, left, top, width, height)
    return Box(visible.x + box.x, visible.y + box.y, box.width, box.height)


def whole_of(size: Size, part: Part) -> Size:
    """How large a picture is of which a part has a size."""
    return size if part == WHOLE else Size(round(size.width / part[2]), round(size.height / part[3])).even()


def corner_of(whole: Size, size: Size, part: Part) -> Box:
    """A part of a picture as a box of that size, with an even corner."""
    x = min(int(part[0] * whole.width), max(0, whole.width - size.width)) // 2 * 2
    y = min(int(part[1] * whole.height), max(0, whole.height - size.height)) // 2 * 2
    return Box(x, y, size.width, size.height)
