"""Turned: upright again, level again, or at an angle."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import WHOLE, FramingEffect, Moment, Node, Part
from clipkit.catalog.parameters import DEGREES, Hex
from clipkit.colour.planes import Planes
from clipkit.geometry import Size
from clipkit.raster.place import codes_of
from clipkit.raster.warp import turned

_TURNS = ((), (Node("transpose", "clock"),), (Node("hflip"), Node("vflip")), (Node("transpose", "cclock"),))


class Rotate(FramingEffect):
    """Turns clockwise. By 90, −90, 180 … degrees every pixel stays, and the frame turns with the picture; by others the
    frame stays and is filled: by enlarging the picture, or with a colour in its corners."""

    kind: Literal["rotate"] = "rotate"
    degrees: float = Field(90.0, ge=-360, le=360, description="clockwise", json_schema_extra=DEGREES)
    fill: bool = Field(True, description="enlarge the picture until no corner shows")
    colour: Hex = Field("#000000", description="of the corners, where it is not enlarged, as #rrggbb")

    def framed(self, size: Size) -> Size:
        return Size(size.height, size.width) if self.degrees % 180 == 90 else size

    def taken(self, whole: Size, size: Size) -> tuple[Part, Size]:
        upright = (whole.width < whole.height) == (size.width < size.height)
        return WHOLE, whole if upright else Size(whole.height, whole.width)

    def paint(self, picture: Planes, at: Moment) -> Planes:
        turns, rest = int(self.degrees // 90), self.degrees % 90
        height, width = picture.y.shape
        if rest == 0 and (at.size == Size(width, height)) == (turns % 2 == 0 or width == height):
            return at.through(picture, *_TURNS[turns % 4])
        out = at.blank()
        corners = None if self.fill else codes_of(self.colour)
        turned(picture, self.degrees, self._zoom(Size(width, height), at.size) if self.fill else 1.0, corners, out)
        return out

    def _zoom(self, size: Size, into: Size) -> float:
        """How much larger a turned picture must be to fill a frame."""
        c, s = abs(cos(radians(self.degrees))), abs(sin(radians(self.degrees)))
        return max((into.width * c + into.height * s) / size.width, (into.width * s + into.height * c) / size.height)
