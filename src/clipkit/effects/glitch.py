"""A signal that breaks up."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Clock, Moment, SpatialEffect
from clipkit.catalog.parameters import PIXELS
from clipkit.colour.planes import Planes
from clipkit.raster import noise
from clipkit.raster.channels import split
from clipkit.raster.place import moved


class Glitch(SpatialEffect):
    """In bursts, bands of the picture jump aside and red and blue come apart; between them it is whole."""

    kind: Literal["glitch"] = "glitch"
    strength: float = Field(0.5, ge=0, le=1, description="how far and how much of it jumps")
    share: float = Field(0.4, ge=0, le=1, description="of the time that is disturbed")
    rate: float = Field(12.0, ge=1, le=30, description="how often it changes", json_schema_extra={"unit": "a second"})
    split: float = Field(10.0, ge=0, le=60, description="how far red and blue come apart", json_schema_extra=PIXELS)
    seed: int = Field(1, ge=0, le=65535, description="another number, other faults")

    clock: ClassVar[Clock] = "input"

    def paint(self, picture: Planes, at: Moment) -> Planes:
        step = int(float(at.t) * self.rate)
        burst = noise.dice(self.seed, step // 4).random()  # disturbed for four steps, or not
        if self.strength == 0 or burst >= self.share:
            return picture
        dice = noise.dice(self.seed, step)
        out = at.blank()
        apart = round(self.split * at.unit * dice.uniform(0.4, 1))
        split(picture, lambda red: moved(red, apart, 0), lambda blue: moved(blue, -apart, 0), out)
        for _ in range(2 + round(10 * self.strength)):
            high = 2 * max(1, round(dice.uniform(0.004, 0.06) * at.size.height / 2))
            top = 2 * int(dice.integers(0, max(1, (at.size.height - high) // 2)))
            by = 2 * round(dice.normal(0, 0.16 * self.strength) * at.size.width / 2)
            for plane, scale in zip(out, (1, 2, 2), strict=True):
                band = plane[top // scale : (top + high) // scale]
                band[:] = np.roll(band, by // scale, axis=1)
        return out
