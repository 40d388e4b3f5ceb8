"""Crisper edges."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import PIXELS
from clipkit.colour.planes import Planes
from clipkit.raster import core
from clipkit.raster.bands import bands


class Sharpen(SpatialEffect):
    """Adds to the brightness what blurring would take away (unsharp mask); colour is left alone."""

    kind: Literal["sharpen"] = "sharpen"
    amount: float = Field(0.7, ge=0, le=2, description="how much of the difference is added")
    radius: float = Field(2.0, ge=0.5, le=20, description="how wide an edge is", json_schema_extra=PIXELS)

    def paint(self, picture: Planes, at: Moment) -> Planes:
        out = at.blurred(picture, max(0.3, self.radius / 2 * at.unit), luma_only=True)
        amount = np.int16(round(64 * self.amount))  # at most 255 · 128, which a word holds
        for codes, into in bands(picture.y, out.y):
            detail = core.difference(codes, into)
            detail *= amount
            np.right_shift(detail, 6, out=detail)
            detail += codes
            core.put(detail, into)
        np.copyto(out.u, picture.u)
        np.copyto(out.v, picture.v)
        return out
