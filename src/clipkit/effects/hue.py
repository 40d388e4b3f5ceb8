"""All colours turned around the wheel."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, turn


class Hue(PointEffect):
    """Turns the hue of every colour by the same angle; luma stays."""

    kind: Literal["hue"] = "hue"
    degrees: float = Field(
        0.0, ge=-180, le=180, description="positive from red to yellow to green", json_schema_extra={"unit": "degrees"}
    )

    def apply(self, rgb: Rgb) -> Rgb:
        angle = math.radians(self.degrees)
        return turn(rgb, math.cos(angle), math.sin(angle))
