"""Another shape, filled with the picture out of focus."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import WHOLE, FramingEffect, Moment, Node, Part
from clipkit.catalog.parameters import PIXELS, Shape, shaped
from clipkit.colour.planes import Planes
from clipkit.geometry import Box, Size, contain, cover
from clipkit.raster.blend import tinted
from clipkit.raster.place import paste


class BlurFill(FramingEffect):
    """A frame of another shape; the whole picture stands in it, and behind it the same, larger and blurred.

    The shorter side of the result is as long as that of the input.
    """

    kind: Literal["blur-fill"] = "blur-fill"
    shape: Shape = Field("9:16", description="width to height of the result")
    radius: float = Field(70.0, ge=4, le=200, description="of the blur", json_schema_extra=PIXELS)
    dim: float = Field(0.25, ge=0, le=1, description="how much darker the background is; 1 is black")

    def framed(self, size: Size) -> Size:
        return shaped(self.shape, size)

    def taken(self, whole: Size, size: Size) -> tuple[Part, Size]:
        return WHOLE, contain(size.aspect, Box.whole(whole)).size

    def paint(self, picture: Planes, at: Moment) -> Planes:
        height, width = picture.y.shape
        inner = contain(Size(width, height).aspect, Box.whole(at.size))
        left, top, wide, high = cover(Size(width, height).aspect, at.size)
        sides = (width, height, width, height)
        box = [2 * round(share * side / 2) for share, side in zip((wide, high, left, top), sides, strict=True)]
        small = Size(at.size.width // 8, at.size.height // 8).even()
        behind = at.through(
            picture,
            Node("crop", f"{max(2, box[0])}:{max(2, box[1])}:{box[2]}:{box[3]}"),
            Node("scale", f"{small.width}:{small.height}:flags=area"),
            Node("gblur", f"sigma={max(0.5, self.radius / 16 * at.unit):.4f}"),
            Node("scale", f"{at.size.width}:{at.size.height}:flags=bilinear"),
        )
        out = at.blank()
        tinted(behind, (16, 128, 128), self.dim, out)
        paste(picture, inner.x, inner.y, out)
        return out
