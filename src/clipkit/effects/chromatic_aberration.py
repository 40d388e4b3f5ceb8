"""Colours that part towards the corners, as behind a cheap lens."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import PIXELS
from clipkit.colour.planes import Bytes, Planes
from clipkit.raster.channels import split
from clipkit.raster.warp import zoomed_plane


class ChromaticAberration(SpatialEffect):
    """Red shows a little larger than green and blue a little smaller; nothing moves in the middle."""

    kind: Literal["chromatic-aberration"] = "chromatic-aberration"
    strength: float = Field(
        6.0, ge=0, le=40, description="how far red and blue move at the left and right edge", json_schema_extra=PIXELS
    )

    def paint(self, picture: Planes, at: Moment) -> Planes:
        if self.strength == 0:
            return picture
        reach = self.strength * at.unit / (at.size.width / 2)
        out = at.blank()
        split(picture, lambda red: _zoomed(red, 1 + reach), lambda blue: _zoomed(blue, 1 / (1 + reach)), out)
        return out


def _zoomed(plane: Bytes, zoom: float) -> Bytes:
    out = np.empty_like(plane)
    zoomed_plane(plane, zoom, 0.5, 0.5, out)
    return out
