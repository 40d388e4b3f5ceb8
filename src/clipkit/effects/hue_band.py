"""One range of hues changed, the others left alone."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Plane, Rgb, hue_and_chroma, turn


class HueBand(PointEffect):
    """Turns, strengthens or lightens the colours around one hue; it fades out smoothly towards its edges and greys."""

    kind: Literal["hue-band"] = "hue-band"
    centre: float = Field(
        120.0, ge=0, le=360, description="the hue: 0 red, 120 green, 240 blue", json_schema_extra={"unit": "degrees"}
    )
    width: float = Field(
        60.0, ge=10, le=180, description="from the centre to either edge", json_schema_extra={"unit": "degrees"}
    )
    degrees: float = Field(
        0.0,
        ge=-90,
        le=90,
        description="how far to turn, positive from red to yellow",
        json_schema_extra={"unit": "degrees"},
    )
    saturation: float = Field(1.0, ge=0, le=2, description="0 is grey, 1 as it was, 2 twice as strong")
    brightness: float = Field(0.0, ge=-1, le=1, description="darker or lighter, strong colours more than weak ones")

    def apply(self, rgb: Rgb) -> Rgb:
        hue, chroma = hue_and_chroma(rgb)
        weight = self._weight(hue)
        angle, length = weight * math.radians(self.degrees), 1.0 + (self.saturation - 1.0) * weight
        turned = turn(rgb, length * np.cos(angle), length * np.sin(angle))
        light: Rgb = (0.5 * self.brightness * weight * np.minimum(chroma, 1.0))[..., None]
        return turned + light

    def _weight(self, hue: Plane) -> Plane:
        """1 at the centre, 0 at the edges: a raised cosine of the distance around the wheel."""
        away = np.abs((hue - math.radians(self.centre) + math.pi) % (2 * math.pi) - math.pi)
        weight: Plane = 0.5 + 0.5 * np.cos(np.pi * np.minimum(away / math.radians(self.width), 1.0))
        return weight
