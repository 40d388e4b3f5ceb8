"""More or less light."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.light import to_gamma, to_linear
from clipkit.colour.rgb import Rgb


class Exposure(PointEffect):
    """Multiplies linear light by 2^stops, as opening the lens would; brightened highlights roll off below white."""

    kind: Literal["exposure"] = "exposure"
    stops: float = Field(
        0.0, ge=-3, le=3, description="how much lighter, doubling with each", json_schema_extra={"unit": "stops"}
    )
    protect: float = Field(
        0.5, ge=0, le=1, description="how far down highlights begin to roll off; 0 lets them clip as a sensor does"
    )

    def apply(self, rgb: Rgb) -> Rgb:
        lit = to_gamma(to_linear(rgb) * 2.0**self.stops)
        return self._roll_off(lit) if self.stops > 0 and self.protect > 0 else lit

    def _roll_off(self, rgb: Rgb) -> Rgb:
        """Bend what lies above a knee so that the old white lands on white.

        The extended curve of Reinhard et al., "Photographic Tone Reproduction for Digital Images" (2002), equation 4,
        scaled to begin at the knee with slope 1.
        """
        knee = 1.0 - 0.6 * self.protect
        white = (float(to_gamma(np.array(2.0**self.stops))) - knee) / (1 - knee)
        over: Rgb = np.maximum(rgb - knee, 0.0) / (1 - knee)
        return np.minimum(rgb, knee) + (1 - knee) * over * (1 + over / white**2) / (1 + over)
