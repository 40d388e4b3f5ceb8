"""Blacks lifted to grey, as on a print left in the sun."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, within


class Fade(PointEffect):
    """Lifts black and leaves the middle and white nearly as they were: x + lift · (1 − x)³."""

    kind: Literal["fade"] = "fade"
    amount: float = Field(0.0, ge=0, le=1, description="1 lifts black to a quarter of white")

    def apply(self, rgb: Rgb) -> Rgb:
        return within(lambda x: x + 0.25 * self.amount * (1.0 - x) ** 3, rgb)
