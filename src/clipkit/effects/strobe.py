"""Flashes, no more of them than are safe."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.effect import Clock, Moment, SpatialEffect
from clipkit.catalog.parameters import Hex
from clipkit.colour.planes import Planes
from clipkit.raster.blend import tinted
from clipkit.raster.place import codes_of


class Strobe(SpatialEffect):
    """Flashes of one colour that begin on thirds of a second: three a second at most, as WCAG 2.3.1 asks.

    They go by the clock of the output, so that a clip made faster flashes no faster; and keys choose among those
    thirds, so that no animation does either.
    """

    kind: Literal["strobe"] = "strobe"
    every: int = Field(
        2, ge=1, le=30, description="how far apart flashes are", json_schema_extra={"unit": "thirds of a second"}
    )
    share: float = Field(0.35, ge=0.05, le=0.8, description="of each such third that the flash lasts")
    strength: float = Field(0.85, ge=0, le=1, description="1 hides the picture in the flash")
    colour: Hex = Field("#ffffff", description="of the flash, as #rrggbb")

    clock: ClassVar[Clock] = "output"

    def paint(self, picture: Planes, at: Moment) -> Planes:
        third, rest = divmod(at.shown, Fraction(1, 3))
        if third % self.every or rest >= Fraction(round(self.share * 1000), 3000) or self.strength == 0:
            return picture
        out = at.blank()
        tinted(picture, codes_of(self.colour), self.strength, out)
        return out
