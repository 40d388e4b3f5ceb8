"""Light that spills over."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import PIXELS
from clipkit.colour.planes import Bytes, Planes
from clipkit.raster.bands import bands
from clipkit.raster.blend import mix


class Glow(SpatialEffect):
    """Bright parts shine into what is around them, as through a mist filter: their blur is laid over as light is."""

    kind: Literal["glow"] = "glow"
    strength: float = Field(0.5, ge=0, le=1, description="how much light spills over")
    threshold: float = Field(0.55, ge=0, le=0.95, description="from which brightness on; 0 lets all of it shine")
    radius: float = Field(60.0, ge=2, le=200, description="how far it spills", json_schema_extra=PIXELS)

    def paint(self, picture: Planes, at: Moment) -> Planes:
        if self.strength == 0:
            return picture
        out = at.blank()
        np.copyto(out.y, self._light().take(picture.y))
        np.copyto(out.u, picture.u)
        np.copyto(out.v, picture.v)
        shine = at.blurred(out, max(0.5, self.radius / 2 * at.unit))
        # Light on light (screen): y + s − y · s, with s of 0…255 and y from black.
        for codes, into in bands(picture.y, shine.y):
            room = np.subtract(np.uint16(251), codes, dtype=np.uint16)
            room *= into
            np.right_shift(room, 8, out=room)
            room += codes
            np.minimum(room, np.maximum(codes, 235), out=room)
            np.copyto(into, room, casting="unsafe")
        for plane, soft in ((picture.u, shine.u), (picture.v, shine.v)):
            mix(plane, soft, 0.25, soft)
        return shine

    def _light(self) -> Bytes:
        """How much each code of luma shines, 0…255."""
        level = np.clip((np.arange(256) - 16) / 219, 0, 1)
        over = np.clip((level - self.threshold) / (1 - self.threshold), 0, 1)
        return np.rint(255 * self.strength * over * level).astype(np.uint8)
