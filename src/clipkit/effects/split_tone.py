"""One hue into the shadows, another into the highlights."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field
from pydantic.config import JsonDict

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, luma, smoothstep, tint

_DEGREES: JsonDict = {"unit": "degrees"}
_STRENGTH = 0.3  # at amount 1, the length of the offset in RGB


class SplitTone(PointEffect):
    """Adds colour without luma; it fades out at black and at white, which stay neutral."""

    kind: Literal["split-tone"] = "split-tone"
    shadow_hue: float = Field(210.0, ge=0, le=360, description="hue of the shadows", json_schema_extra=_DEGREES)
    shadow_amount: float = Field(0.0, ge=0, le=1, description="how much of it")
    highlight_hue: float = Field(40.0, ge=0, le=360, description="hue of the highlights", json_schema_extra=_DEGREES)
    highlight_amount: float = Field(0.0, ge=0, le=1, description="how much of it")
    balance: float = Field(0.0, ge=-1, le=1, description="−1 gives more to the shadows, 1 more to the highlights")

    def apply(self, rgb: Rgb) -> Rgb:
        grey = np.clip(luma(rgb), 0.0, 1.0)
        middle = 0.45 - 0.3 * self.balance
        light = smoothstep(middle - 0.45, middle + 0.45, grey)
        room = _STRENGTH * np.sqrt(4.0 * grey * (1.0 - grey))
        dark = np.array(tint(self.shadow_hue), rgb.dtype) * self.shadow_amount
        bright = np.array(tint(self.highlight_hue), rgb.dtype) * self.highlight_amount
        result: Rgb = rgb + (room * (1.0 - light))[..., None] * dark + (room * light)[..., None] * bright
        return result
