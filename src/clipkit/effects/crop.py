"""A part of the picture instead of all of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import FramingEffect, Moment, Part
from clipkit.catalog.parameters import Shape
from clipkit.colour.planes import Planes
from clipkit.geometry import Size, cover, even


class Crop(FramingEffect):
    """Keeps a part, given by its middle and size as fractions. The result has the size of that part.

    With `shape` it is the largest part of that shape inside of it. Keys move and resize what is seen; the size of the
    result stays that of the values given beside them.
    """

    kind: Literal["crop"] = "crop"
    x: float = Field(0.5, ge=0, le=1, description="middle of the part, across, as far as it has room")
    y: float = Field(0.5, ge=0, le=1, description="middle of the part, down, as far as it has room")
    width: float = Field(0.8, ge=0.05, le=1, description="of the part")
    height: float = Field(0.8, ge=0.05, le=1, description="of the part")
    shape: Shape | None = Field(None, description="width to height of the result, such as 9:16 or 1:1")

    def framed(self, size: Size) -> Size:
        _, _, width, height = self._part(size)
        return Size(max(2, even(width * size.width)), max(2, even(height * size.height)))

    def taken(self, whole: Size, size: Size) -> tuple[Part, Size]:
        return self._part(size), whole

    def _part(self, size: Size) -> Part:
        width, height = self.width, self.height
        if self.shape is not None:
            wide, high = (int(part) for part in self.shape.split(":"))
            part = Size(max(1, round(width * size.width)), max(1, round(height * size.height)))
            _, _, across, down = cover(part.aspect, Size(wide, high))
            width, height = width * across, height * down
        left = min(max(self.x - width / 2, 0.0), 1 - width)
        top = min(max(self.y - height / 2, 0.0), 1 - height)
        return left, top, width, height

    def paint(self, picture: Planes, at: Moment) -> Planes:
        return picture
