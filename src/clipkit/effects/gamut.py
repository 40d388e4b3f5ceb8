"""Colours too strong for a screen brought back inside."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import Rgb, luma

_EDGE: Final = 1 / 255
"""What comes back inside ends one code of 8 bits from black and from white, where it can be told from what clips."""

_TINY: Final = 1e-6


class Gamut(PointEffect):
    """Weakens what would clip towards the grey of its luma; hue and luma stay, and so do colours well inside.

    Meant as the last effect of a look that strengthens colours. How far a colour is on its way from grey to the edge of
    the RGB cube is bent by x/(1 + x) from a knee on, so that distinct colours stay distinct: the curve of the ACES
    Reference Gamut Compression (S-2020-001), on the line of constant luma.
    """

    kind: Literal["gamut"] = "gamut"
    softness: float = Field(
        0.2, ge=0, le=0.9, description="which part of the way from grey to the edge gives way; 0 is a hard stop"
    )

    def apply(self, rgb: Rgb) -> Rgb:
        level = luma(rgb)[..., None]
        away, grey = rgb - level, np.clip(level, 0.0, 1.0)
        room = np.maximum(np.where(away > 0, 1.0 - grey, grey) - _EDGE, _TINY)
        reach = np.max(np.abs(away) / room, axis=-1, keepdims=True)
        result: Rgb = grey + away * (self._bent(reach) / np.maximum(reach, _TINY))
        return result

    def _bent(self, reach: Rgb) -> Rgb:
        """0…∞ to 0…1: the identity up to the knee."""
        if self.softness == 0:
            return np.minimum(reach, 1.0)
        knee = 1.0 - self.softness
        over: Rgb = np.maximum(reach - knee, 0.0) / self.softness
        return np.minimum(reach, knee) + self.softness * over / (1.0 + over)
