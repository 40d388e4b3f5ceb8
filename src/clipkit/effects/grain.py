"""The grain of film."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Clock, Moment, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.raster import noise


class Grain(SpatialEffect):
    """Noise that is new with each picture of a film: strongest in the midtones, none in black and white."""

    kind: Literal["grain"] = "grain"
    strength: float = Field(0.3, ge=0, le=1, description="1 is a pushed film")
    size: float = Field(1.6, ge=1, le=6, description="of a grain", json_schema_extra={"unit": "pixels at 1080 wide"})
    colour: float = Field(0.25, ge=0, le=1, description="0 is grey grain, 1 that of each colour for itself")
    rate: float = Field(24.0, ge=1, le=60, description="how often it changes", json_schema_extra={"unit": "a second"})
    seed: int = Field(1, ge=0, le=65535, description="another number, another grain")

    clock: ClassVar[Clock] = "input"

    def paint(self, picture: Planes, at: Moment) -> Planes:
        if self.strength == 0:
            return picture
        out = at.blank()
        dice = noise.dice(self.seed, int(at.t * round(self.rate * 1000) / 1000))
        size = max(1.0, self.size * at.unit)
        noise.add(picture.y, noise.grain(size, picture.y.shape), self.strength, dice, out.y, toned=True)
        for plane, into in ((picture.u, out.u), (picture.v, out.v)):
            if self.colour:
                noise.add(plane, noise.grain(size / 2, plane.shape), 0.6 * self.strength * self.colour, dice, into)
            else:
                np.copyto(into, plane)
        return out
