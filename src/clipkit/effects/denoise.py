"""Less noise, with edges as they were."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.raster import core


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
        fine, coarse = at.blurred(picture, max(0.4, 1.2 * at.unit)), at.blurred(picture, max(0.8, 3 * at.unit))
        noise = core.small(core.difference(picture.y, fine.y), limit)
        noise += core.small(core.difference(fine.y, coarse.y), max(1, limit // 2))
        core.without(picture.y, noise, coarse.y)
        for mine, soft in ((picture.u, coarse.u), (picture.v, coarse.v)):
            core.without(mine, core.small(core.difference(mine, soft), limit), soft)
        return coarse
