"""Colours too strong for a screen brought back inside."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.gamut import inside
from clipkit.colour.rgb import Rgb


class Gamut(PointEffect):
    """Weakens what would clip towards the grey of its luma, softly; hue and luma stay, and so do colours well inside.

    Meant as the last effect of a look that strengthens colours.
    """

    kind: Literal["gamut"] = "gamut"
    softness: float = Field(
        0.2, ge=0, le=0.9, description="which part of the way from grey to the edge gives way; 0 is a hard stop"
    )

    def apply(self, rgb: Rgb) -> Rgb:
        return inside(rgb, self.softness)
