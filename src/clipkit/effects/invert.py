"""The negative."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb


class Invert(PointEffect):
    """Swaps light and dark, and every colour for its complement."""

    kind: Literal["invert"] = "invert"
    amount: float = Field(1.0, ge=0, le=1, description="0 is the picture, 0.5 flat grey, 1 the negative")

    def apply(self, rgb: Rgb) -> Rgb:
        return rgb + self.amount * (1.0 - 2.0 * rgb)
