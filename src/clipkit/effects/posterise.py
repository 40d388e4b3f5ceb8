"""A poster printed with a few inks."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, within


class Posterise(PointEffect):
    """Rounds each component to a few evenly spaced values, black and white among them."""

    kind: Literal["posterise"] = "posterise"
    levels: int = Field(6, ge=2, le=64, description="how many values are left")

    def apply(self, rgb: Rgb) -> Rgb:
        steps = self.levels - 1
        return within(lambda x: np.floor(x * steps + 0.5) / steps, rgb)
