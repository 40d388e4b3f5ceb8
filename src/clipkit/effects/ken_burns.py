"""A slow move across the picture, for stills and for calm."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.easing import EASE, Easing
from clipkit.catalog.effect import Clock, Moment, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.raster.warp import inside, zoomed


class KenBurns(SpatialEffect):
    """From one part of the picture to another while it lasts. Keys on the first part's numbers move that freely."""

    kind: Literal["ken-burns"] = "ken-burns"
    zoom: float = Field(1.0, ge=1, le=5, description="how much closer at the beginning")
    x: float = Field(0.5, ge=0, le=1, description="the middle at the beginning, as a fraction of the width")
    y: float = Field(0.5, ge=0, le=1, description="the middle at the beginning, as a fraction of the height")
    to_zoom: float = Field(1.25, ge=1, le=5, description="how much closer at the end")
    to_x: float = Field(0.5, ge=0, le=1, description="the middle at the end")
    to_y: float = Field(0.45, ge=0, le=1, description="the middle at the end")
    easing: Easing = Field("ease-in-out", description="how it gets there")

    clock: ClassVar[Clock] = "input"

    def paint(self, picture: Planes, at: Moment) -> Planes:
        gone = EASE[self.easing](min(1.0, float(at.t / at.duration)) if at.duration else 1.0)
        zoom = self.zoom * (self.to_zoom / self.zoom) ** gone  # equal factors in equal times look steady
        x, y = self.x + (self.to_x - self.x) * gone, self.y + (self.to_y - self.y) * gone
        if zoom <= 1.0001:
            return picture
        out = at.blank()
        zoomed(picture, zoom, inside(x, zoom), inside(y, zoom), out)
        return out
