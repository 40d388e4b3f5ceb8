"""Another shape, filled with a colour."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import WHOLE, FramingEffect, Moment, Part
from clipkit.catalog.parameters import Hex, Shape, shaped
from clipkit.colour.planes import Planes
from clipkit.geometry import Box, Size, contain
from clipkit.raster.place import codes_of, fill, paste


class ColourFill(FramingEffect):
    """A frame of another shape; the whole picture stands in it, before a colour.

    The shorter side of the result is as long as that of the input.
    """

    kind: Literal["colour-fill"] = "colour-fill"
    shape: Shape = Field("9:16", description="width to height of the result")
    colour: Hex = Field("#101014", description="behind the picture, as #rrggbb")

    def framed(self, size: Size) -> Size:
        return shaped(self.shape, size)

    def taken(self, whole: Size, size: Size) -> tuple[Part, Size]:
        return WHOLE, contain(size.aspect, Box.whole(whole)).size

    def paint(self, picture: Planes, at: Moment) -> Planes:
        height, width = picture.y.shape
        inner = contain(Size(width, height).aspect, Box.whole(at.size))
        out = at.blank()
        fill(out, codes_of(self.colour))
        paste(picture, inner.x, inner.y, out)
        return out
