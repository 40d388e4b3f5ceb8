"""A sharp band between blur, which makes streets look like models."""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin
from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import DEGREES, PIXELS
from clipkit.colour.planes import Planes
from clipkit.raster.blend import Weights, blend
from clipkit.raster.mask import grid, halved


class TiltShift(SpatialEffect):
    """Sharp along a band, and more out of focus the farther from it."""

    kind: Literal["tilt-shift"] = "tilt-shift"
    centre: float = Field(0.5, ge=0, le=1, description="middle of the band, as a fraction of the height")
    width: float = Field(0.2, ge=0, le=1, description="of the sharp band, as a fraction of the height")
    angle: float = Field(0.0, ge=-90, le=90, description="of the band, clockwise", json_schema_extra=DEGREES)
    radius: float = Field(36.0, ge=0, le=200, description="of the blur farthest away", json_schema_extra=PIXELS)

    def paint(self, picture: Planes, at: Moment) -> Planes:
        sigma = self.radius / 2 * at.unit
        if sigma < 0.3:
            return picture
        near, far = at.blurred(picture, max(0.2, sigma / 3)), at.blurred(picture, sigma)
        out = at.blank()
        some, all_of_it = _weights(picture.y.shape, self.centre, self.width, self.angle)
        for sharp, soft, softest, first, second, into in zip(picture, near, far, some, all_of_it, out, strict=True):
            blend(sharp, soft, first, soft)
            blend(soft, softest, second, into)
        return out


@lru_cache(maxsize=4)
def _weights(
    shape: tuple[int, int], centre: float, width: float, angle: float
) -> tuple[tuple[Weights, Weights, Weights], tuple[Weights, Weights, Weights]]:
    """For each plane, how much shows of the slight blur, and over it of the strong one."""
    across, down = grid(shape, 0.5, centre)
    away = np.abs(down * np.float32(cos(radians(angle))) - across * np.float32(sin(radians(angle))))
    beyond = np.clip((away / shape[0] - width / 2) / 0.3, 0, 1)
    first = np.rint(256 * np.clip(beyond * 3, 0, 1)).astype(np.uint16)
    second = np.rint(256 * np.clip(beyond * 1.5 - 0.5, 0, 1)).astype(np.uint16)
    first_half, second_half = halved(first), halved(second)
    return (first, first_half, first_half), (second, second_half, second_half)
