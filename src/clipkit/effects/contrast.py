"""More or less difference between light and dark."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, within


class Contrast(PointEffect):
    """An S-curve with a slope of 2^amount at its pivot; black and white stay, so nothing clips."""

    kind: Literal["contrast"] = "contrast"
    amount: float = Field(0.0, ge=-1, le=1, description="−1 halves the difference around the pivot, 1 doubles it")
    pivot: float = Field(0.45, ge=0.1, le=0.9, description="the brightness that stays as it is")

    def apply(self, rgb: Rgb) -> Rgb:
        slope = float(2.0**self.amount)
        if slope < 1:  # an S-curve would be steep at its ends
            return self.pivot + (rgb - self.pivot) * slope
        return within(lambda x: self._bend(x, slope), rgb)

    def _bend(self, x: Rgb, slope: float) -> Rgb:
        """Two power curves that meet at the pivot with the same slope."""
        below: Rgb = self.pivot * (np.minimum(x, self.pivot) / self.pivot) ** slope
        room = 1 - self.pivot
        above: Rgb = room * (np.minimum(1 - x, room) / room) ** slope
        return below + room - above
