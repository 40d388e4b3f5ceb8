"""A wheel of mirrors."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, radians, sin
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import DEGREES
from clipkit.colour.planes import Planes
from clipkit.raster.bands import bands
from clipkit.raster.mask import Field as Map
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
def _places(shape: tuple[int, int], segments: int, angle: float, zoom: float) -> NDArray[np.int32]:
    """The sample that shows at each place. Angles fold into one wedge; so do ways that lead out of the picture."""
    height, width = shape
    c, s = np.float32(cos(radians(angle)) / zoom), np.float32(sin(radians(angle)) / zoom)
    places = np.empty(shape, np.int32)
    for x, y, into in bands(*_wedge(shape, segments), places):
        _fold(x * s + y * c + np.float32(height / 2), height, into)
        into *= np.int32(width)
        into += _fold(x * c - y * s + np.float32(width / 2), width, np.empty_like(into))
    return places


@lru_cache(maxsize=2)
def _wedge(shape: tuple[int, int], segments: int) -> tuple[Map, Map]:
    """Where in an upright wedge each place lies, across and down from the middle: what angle and zoom leave alone."""
    across, down = grid(shape, 0.5, 0.5)
    away, half = np.hypot(across, down), np.float32(pi / segments)
    turn = np.abs((np.arctan2(down, across) + half) % (2 * half) - half)
    return away * np.cos(turn), away * np.sin(turn)


def _fold(place: NDArray[np.floating], length: int, out: NDArray[np.int32]) -> NDArray[np.int32]:
    """Places beyond an edge, mirrored back, as whole samples."""
    turns = np.floor((place + np.float32(length)) * np.float32(0.5 / length))
    back = np.abs(place - turns * np.float32(2 * length))
    np.minimum(back, np.float32(length - 1), out=back)
    np.copyto(out, back, casting="unsafe")
    return out
