"""Stronger or weaker colours."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, luma


class Saturation(PointEffect):
    """Moves every colour away from, or towards, the grey of its luma."""

    kind: Literal["saturation"] = "saturation"
    amount: float = Field(1.0, ge=0, le=2, description="0 is grey, 1 as it was, 2 twice as strong")

    def apply(self, rgb: Rgb) -> Rgb:
        grey = luma(rgb)[..., None]
        return grey + self.amount * (rgb - grey)
