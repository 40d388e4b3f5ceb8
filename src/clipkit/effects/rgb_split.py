"""Red and blue beside the picture, as on a badly printed poster."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import DEGREES, PIXELS
from clipkit.colour.planes import Planes
from clipkit.raster.channels import split
from clipkit.raster.place import moved


class RgbSplit(SpatialEffect):
    """Moves red one way and blue the other; green stays."""

    kind: Literal["rgb-split"] = "rgb-split"
    distance: float = Field(12.0, ge=0, le=120, description="how far each moves", json_schema_extra=PIXELS)
    angle: float = Field(
        0.0, ge=-360, le=360, description="where red goes, clockwise from the right", json_schema_extra=DEGREES
    )

    def paint(self, picture: Planes, at: Moment) -> Planes:
        length = self.distance * at.unit
        x, y = round(length * cos(radians(self.angle))), round(length * sin(radians(self.angle)))
        if not (x or y):
            return picture
        out = at.blank()
        split(picture, lambda red: moved(red, x, y), lambda blue: moved(blue, -x, -y), out)
        return out
