"""Less noise, with edges as they were."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.raster import core
from clipkit.raster.bands import bands


class Denoise(SpatialEffect):
    """Takes small differences out of two scales of detail, and out of colour, and leaves large ones.

    That is shrinkage of wavelet coefficients on a pyramid without steps, after Donoho and Johnstone, "Ideal spatial
    adaptation by wavelet shrinkage" (1994).
    """

    kind: Literal["denoise"] = "denoise"
    strength: float = Field(0.5, ge=0, le=1, description="1 takes differences of up to 12 codes of 255 for noise")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        limit = round(12 * self.strength)
        if limit == 0:
            return picture
        fine = at.blurred(picture, max(0.4, 1.2 * at.unit), luma_only=True)
        coarse = at.blurred(picture, max(0.8, 3 * at.unit))
        for codes, near, into in bands(picture.y, fine.y, coarse.y):
            taken = core.small(core.difference(codes, near), limit)
            taken += core.small(core.difference(near, into), max(1, limit // 2))
            core.put(codes - taken, into)
        for plane, soft in ((picture.u, coarse.u), (picture.v, coarse.v)):
            for codes, into in bands(plane, soft):
                core.put(codes - core.small(core.difference(codes, into), limit), into)
        return coarse
