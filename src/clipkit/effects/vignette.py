"""Darker corners."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.raster.blend import Weights, scaled
from clipkit.raster.mask import halved, rings


class Vignette(SpatialEffect):
    """Darkens towards the corners, where a lens has less light; the middle stays as it is."""

    kind: Literal["vignette"] = "vignette"
    strength: float = Field(0.5, ge=0, le=1, description="1 makes the corners black")
    size: float = Field(0.35, ge=0, le=1, description="how far from the middle it begins; 1 is the corner")
    x: float = Field(0.5, ge=0, le=1, description="the middle, as a fraction of the width")
    y: float = Field(0.5, ge=0, le=1, description="the middle, as a fraction of the height")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        luma, chroma = _gains(picture.y.shape, self.strength, self.size, self.x, self.y)
        out = at.blank()
        scaled(picture.y, luma, 16, out.y)
        scaled(picture.u, chroma, 128, out.u)
        scaled(picture.v, chroma, 128, out.v)
        return out


@lru_cache(maxsize=4)
def _gains(shape: tuple[int, int], strength: float, size: float, x: float, y: float) -> tuple[Weights, Weights]:
    """How much light of 256 is left of each sample of luma, and of chroma."""
    away = rings(shape, x, y)
    dark = np.clip((away - size) / max(1.2 - size, 1e-3), 0, 1)
    gains = np.rint(256 * (1 - strength * dark * dark * (3 - 2 * dark))).astype(np.uint16)
    return gains, halved(gains)
