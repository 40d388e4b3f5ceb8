"""Two inks."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.catalog.parameters import Hex, components
from clipkit.colour.rgb import Rgb, luma


class Duotone(PointEffect):
    """Draws the picture's luma as a ramp from one colour to another."""

    kind: Literal["duotone"] = "duotone"
    dark: Hex = Field("#1b1f5e", description="the colour of black, as #rrggbb")
    light: Hex = Field("#ffd9b8", description="the colour of white, as #rrggbb")
    amount: float = Field(1.0, ge=0, le=1, description="0 is the picture as it was, 1 the two inks alone")

    def apply(self, rgb: Rgb) -> Rgb:
        dark, light = np.array((components(self.dark), components(self.light)), rgb.dtype)
        inked: Rgb = dark + luma(rgb)[..., None] * (light - dark)
        return rgb + self.amount * (inked - rgb)
