"""Smoother skin that stays skin."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import PIXELS
from clipkit.colour.planes import Bytes, Planes
from clipkit.raster import core
from clipkit.raster.bands import bands

_HUE: Final = (-0.45, 0.89)
"""Where skin of every tone lies from grey, as a direction in (U, V): near the line +I of a vectorscope."""


class SkinSmooth(SpatialEffect):
    """Softens blemishes where colours are those of skin; edges and the finest texture, pores and hair, are left."""

    kind: Literal["skin-smooth"] = "skin-smooth"
    strength: float = Field(0.6, ge=0, le=1, description="how much of the unevenness goes")
    radius: float = Field(16.0, ge=4, le=60, description="how large a blemish may be", json_schema_extra=PIXELS)

    def paint(self, picture: Planes, at: Moment) -> Planes:
        if self.strength == 0:
            return picture
        fine = at.blurred(picture, max(0.4, 1.2 * at.unit), luma_only=True)
        out = at.blurred(picture, max(0.8, self.radius / 2 * at.unit), luma_only=True)
        weights = self._where(picture, at)
        for codes, near, into, weight in bands(picture.y, fine.y, out.y, weights):
            uneven = core.small(core.difference(near, into), 14)
            uneven *= weight
            np.right_shift(uneven, 7, out=uneven)
            core.put(codes - uneven, into)
        np.copyto(out.u, picture.u)
        np.copyto(out.v, picture.v)
        return out

    def _where(self, picture: Planes, at: Moment) -> core.Difference:
        """How much is taken of each pixel, 0…127: what has the colours of skin, with soft edges."""
        codes = picture.u.astype(np.uint16)
        np.left_shift(codes, 8, out=codes)
        codes |= picture.v
        found = _skin().take(codes)
        grey = np.full(((found.shape[0] + 1) // 2, (found.shape[1] + 1) // 2), 128, np.uint8)
        soft = at.blurred(Planes(found, grey, grey), max(0.5, 4 * at.unit), luma_only=True).y
        weights = np.multiply(soft, np.uint16(round(127 * self.strength)), dtype=np.uint16)
        np.right_shift(weights, 8, out=weights)
        height, width = picture.y.shape
        large = np.repeat(np.repeat(weights.view(np.int16), 2, axis=0), 2, axis=1)
        return large[:height, :width]


@cache
def _skin() -> Bytes:
    """How much a colour is one of skin, 0…255, by U << 8 | V."""
    u, v = np.meshgrid(np.arange(256) - 128.0, np.arange(256) - 128.0, indexing="ij")
    along, beside = u * _HUE[0] + v * _HUE[1], np.abs(u * _HUE[1] - v * _HUE[0])
    strong = np.clip((along - 4) / 6, 0, 1) * np.clip((62 - along) / 12, 0, 1)
    near = np.clip((0.55 - beside / np.maximum(along, 1)) / 0.2, 0, 1)
    found: Bytes = np.rint(255 * strong * near).astype(np.uint8).reshape(-1)
    return found
