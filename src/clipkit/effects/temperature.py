"""Warmer or colder light."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.light import daylight, to_gamma, to_linear
from clipkit.colour.rgb import Rgb

_D65: Final = 1e6 / 6504
_REACH: Final = 70  # mired; a full "85" warming filter shifts by 112


class Temperature(PointEffect):
    """Lights the scene with daylight of another colour temperature: gains in linear light, brightness kept."""

    kind: Literal["temperature"] = "temperature"
    shift: float = Field(0.0, ge=-1, le=1, description="1 is as warm as 4470 K, −1 as cold as 11900 K")

    def apply(self, rgb: Rgb) -> Rgb:
        wanted, neutral = daylight(1e6 / (_D65 + _REACH * self.shift)), daylight(1e6 / _D65)
        gains = np.array([a / b for a, b in zip(wanted, neutral, strict=True)], rgb.dtype)
        return to_gamma(to_linear(rgb) * gains)
