"""Squares of one colour, over all of the picture or a part that nobody should recognise."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import Moment, Node, SpatialEffect
from clipkit.catalog.parameters import PIXELS
from clipkit.colour.planes import Planes
from clipkit.raster.place import copy, paste


class Pixelate(SpatialEffect):
    """Means over squares. The part is given by its middle and its size, as fractions of the picture."""

    kind: Literal["pixelate"] = "pixelate"
    block: float = Field(36.0, ge=2, le=200, description="side of a square", json_schema_extra=PIXELS)
    x: float = Field(0.5, ge=0, le=1, description="middle of the part, across")
    y: float = Field(0.5, ge=0, le=1, description="middle of the part, down")
    width: float = Field(1.0, ge=0, le=1, description="of the part; 1 is all of it")
    height: float = Field(1.0, ge=0, le=1, description="of the part; 1 is all of it")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        side = max(2, 2 * round(self.block * at.unit / 2))
        squares = Node("pixelize", f"w={side}:h={side}")
        top, bottom = _range(self.y, self.height, at.size.height)
        left, right = _range(self.x, self.width, at.size.width)
        if right - left < 2 or bottom - top < 2:
            return picture
        if (right, bottom) == (at.size.width, at.size.height) and not (left or top):
            return at.through(picture, squares)
        luma = (slice(top, bottom), slice(left, right))
        chroma = (slice(top // 2, (bottom + 1) // 2), slice(left // 2, (right + 1) // 2))
        part = at.through(Planes(picture.y[luma], picture.u[chroma], picture.v[chroma]), squares)
        out = at.blank()
        copy(picture, out)
        paste(part, left, top, out)
        return out


def _range(middle: float, share: float, length: int) -> tuple[int, int]:
    """Where a part begins and ends, on even pixels; the edge of the picture where it reaches that."""
    first = max(0, 2 * round((middle - share / 2) * length / 2))
    last = 2 * round((middle + share / 2) * length / 2)
    return first, length if last >= length - 1 else max(first, last)
