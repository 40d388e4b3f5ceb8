"""Darker corners."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.raster.bands import bands
from clipkit.raster.blend import Weights, between
from clipkit.raster.mask import halved, rings


class Vignette(SpatialEffect):
    """Darkens towards the corners, where a lens has less light; the middle stays as it is."""

    kind: Literal["vignette"] = "vignette"
    strength: float = Field(0.5, ge=0, le=1, description="1 makes the corners black")
    size: float = Field(0.35, ge=0, le=1, description="how far from the middle it begins; 1 is the corner")
    x: float = Field(0.5, ge=0, le=1, description="the middle, as a fraction of the width")
    y: float = Field(0.5, ge=0, le=1, description="the middle, as a fraction of the height")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        strength = np.uint16(round(256 * self.strength))
        luma, chroma = _dark(picture.y.shape, self.size, self.x, self.y)
        out = at.blank()
        for plane, dark, neutral, into in zip(picture, (luma, chroma, chroma), (16, 128, 128), out, strict=True):
            for codes, weights, part in bands(plane, dark, into):
                left = np.uint16(256) - ((weights * strength) >> np.uint16(8))
                np.copyto(part, between(np.full((1, 1), neutral, np.uint8), codes, left))
        return out


@lru_cache(maxsize=4)
def _dark(shape: tuple[int, int], size: float, x: float, y: float) -> tuple[Weights, Weights]:
    """How much darker each sample of luma gets, and of chroma, at full strength: 0…255 of 256.

    The strength is no part of it, so that to animate that draws nothing anew.
    """
    beyond = np.clip((rings(shape, x, y) - size) / max(1.2 - size, 1e-3), 0, 1)
    dark = np.rint(255 * beyond * beyond * (3 - 2 * beyond)).astype(np.uint16)
    return dark, halved(dark)
