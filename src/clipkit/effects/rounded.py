"""Round corners."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import PIXELS, Hex
from clipkit.colour.planes import Planes
from clipkit.raster.blend import Weights, blend
from clipkit.raster.mask import halved
from clipkit.raster.place import codes_of


class Rounded(SpatialEffect):
    """Cuts the corners round, with smooth edges, and shows a colour behind them."""

    kind: Literal["rounded"] = "rounded"
    radius: float = Field(80.0, ge=0, le=960, description="of the corners", json_schema_extra=PIXELS)
    colour: Hex = Field("#000000", description="behind the corners, as #rrggbb")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        width, height = at.size.width, at.size.height
        radius = min(2 * round(self.radius * at.unit / 2), min(width, height) // 4 * 2)
        if radius < 2:
            return picture
        luma = _corner(radius)
        values = codes_of(self.colour)
        out = at.blank()
        masks = (luma, halved(luma), halved(luma))
        for plane, into, value, weights in zip(picture, out, values, masks, strict=True):
            np.copyto(into, plane)
            back, side = np.full((1, 1), value, np.uint8), len(weights)
            for rows, columns, turned in (
                (slice(None, side), slice(None, side), weights),
                (slice(None, side), slice(-side, None), weights[:, ::-1]),
                (slice(-side, None), slice(None, side), weights[::-1]),
                (slice(-side, None), slice(-side, None), weights[::-1, ::-1]),
            ):
                blend(back, plane[rows, columns], turned, into[rows, columns])
        return out


@lru_cache(maxsize=4)
def _corner(radius: int) -> Weights:
    """How much of 256 of each pixel of the upper left corner lies inside the arc."""
    away = radius - 0.5 - np.arange(radius)
    inside = radius - np.hypot(away[:, None], away[None])
    weights: Weights = np.rint(256 * np.clip(inside + 0.5, 0, 1)).astype(np.uint16)
    return weights
