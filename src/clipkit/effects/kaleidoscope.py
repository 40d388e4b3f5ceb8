"""A wheel of mirrors."""

from __future__ import annotations

from functools import lru_cache
from math import pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import DEGREES
from clipkit.colour.planes import Planes
from clipkit.raster.mask import grid


class Kaleidoscope(SpatialEffect):
    """One wedge of the picture, mirrored around its middle as often as there are segments."""

    kind: Literal["kaleidoscope"] = "kaleidoscope"
    segments: int = Field(6, ge=2, le=24, description="how many pairs of mirror images")
    angle: float = Field(0.0, ge=-360, le=360, description="which wedge is shown", json_schema_extra=DEGREES)
    zoom: float = Field(1.0, ge=0.5, le=4, description="how much larger the wedge shows")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        out = at.blank()
        for plane, into in zip(picture, out, strict=True):
            places = _places(plane.shape, self.segments, self.angle, self.zoom)
            np.take(np.ascontiguousarray(plane).reshape(-1), places, out=into, mode="clip")
        return out


@lru_cache(maxsize=4)
def _places(shape: tuple[int, int], segments: int, angle: float, zoom: float) -> NDArray[np.intp]:
    """The sample that shows at each place. Angles fold into one wedge; so do ways that lead out of the picture."""
    height, width = shape
    across, down = grid(shape, 0.5, 0.5)
    away = np.hypot(across, down) / zoom
    wedge = pi / segments
    turn = np.abs((np.arctan2(down, across) + wedge) % (2 * wedge) - wedge) + np.radians(angle)
    x = _folded(away * np.cos(turn) + width / 2, width)
    y = _folded(away * np.sin(turn) + height / 2, height)
    places: NDArray[np.intp] = y * width + x
    return places


def _folded(place: NDArray[np.floating], length: int) -> NDArray[np.intp]:
    """Places beyond an edge, mirrored back."""
    back = np.abs((place + length) % (2 * length) - length)
    whole: NDArray[np.intp] = np.minimum(back.astype(np.intp), length - 1)
    return whole
