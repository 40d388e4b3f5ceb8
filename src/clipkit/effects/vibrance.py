"""Stronger colours where they are weak."""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, hue_and_chroma, luma

_SKIN: Final = math.radians(22)
"""The hue of skin of every tone; on a vectorscope, the line near +I."""


class Vibrance(PointEffect):
    """Saturation that spares colours that are strong already, and skin."""

    kind: Literal["vibrance"] = "vibrance"
    amount: float = Field(0.0, ge=-1, le=1, description="1 nearly doubles weak colours, −1 nearly removes them")

    def apply(self, rgb: Rgb) -> Rgb:
        hue, chroma = hue_and_chroma(rgb)
        weak = 1.0 - np.minimum(chroma, 1.0)
        skin = np.maximum(np.cos(hue - _SKIN), 0.0) ** 6
        grey = luma(rgb)[..., None]
        gain = 1.0 + self.amount * weak * (1.0 - 0.7 * skin)
        result: Rgb = grey + gain[..., None] * (rgb - grey)
        return result
