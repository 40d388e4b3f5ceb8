"""Towards green or magenta."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.light import to_gamma, to_linear
from clipkit.colour.rgb import KG, Rgb


class Tint(PointEffect):
    """The white balance across the line from warm to cold: gains in linear light, brightness kept."""

    kind: Literal["tint"] = "tint"
    shift: float = Field(0.0, ge=-1, le=1, description="1 is magenta, −1 green")

    def apply(self, rgb: Rgb) -> Rgb:
        green = 2.0 ** (-0.35 * self.shift)
        gains = np.array((1.0, green, 1.0), rgb.dtype) / (1 - KG + KG * green)
        return to_gamma(to_linear(rgb) * gains)
