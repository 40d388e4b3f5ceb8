"""A camera in the hand."""

from __future__ import annotations

from math import pi, sin
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.effect import Clock, Moment, SpatialEffect
from clipkit.catalog.parameters import PIXELS
from clipkit.colour.planes import Planes
from clipkit.raster import noise
from clipkit.raster.warp import zoomed


class Shake(SpatialEffect):
    """Moves the picture about, smoothly and never the same way; it is enlarged so that no edge comes in."""

    kind: Literal["shake"] = "shake"
    distance: float = Field(18.0, ge=0, le=120, description="how far it moves at most", json_schema_extra=PIXELS)
    speed: float = Field(5.0, ge=0.2, le=15, description="of its turns", json_schema_extra={"unit": "a second"})
    seed: int = Field(1, ge=0, le=65535, description="another number, another hand")

    clock: ClassVar[Clock] = "input"

    def paint(self, picture: Planes, at: Moment) -> Planes:
        reach = self.distance * at.unit
        if reach == 0:
            return picture
        width, height = at.size.width, at.size.height
        zoom = 1 / max(0.2, 1 - 2 * reach / min(width, height))
        x, y = self._place(float(at.t))
        out = at.blank()
        zoomed(picture, zoom, 0.5 + x * reach / zoom / width, 0.5 + y * reach / zoom / height, out)
        return out

    def _place(self, t: float) -> tuple[float, float]:
        """Where the camera points, −1…1: for each direction three waves whose rates have no common measure."""
        phases = noise.dice(self.seed, 0).uniform(0, 2 * pi, (2, 3))
        waves = ((0.5, 0.37), (0.3, 0.83), (0.2, 1.71))
        x, y = (
            sum(
                size * sin(2 * pi * rate * self.speed * t * (1 + 0.13 * axis) + phase[axis_wave])
                for axis_wave, (size, rate) in enumerate(waves)
            )
            for axis, phase in enumerate(phases)
        )
        return x, y
