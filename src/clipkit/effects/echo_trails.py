"""Movement that leaves its image behind."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.catalog.parameters import SECONDS
from clipkit.colour.planes import Planes
from clipkit.raster.blend import mix


class EchoTrails(SpatialEffect):
    """Mixes in what showed a while ago, and twice and three times as long ago, each weaker than the one before."""

    kind: Literal["echo-trails"] = "echo-trails"
    echoes: int = Field(3, ge=1, le=6, description="how many")
    delay: float = Field(0.1, ge=0.02, le=1, description="from one to the next", json_schema_extra=SECONDS)
    strength: float = Field(0.5, ge=0, le=0.9, description="of the first echo; each further one is as much of that")

    @property
    def earlier(self) -> tuple[Fraction, ...]:
        delay = Fraction(round(self.delay * 1000), 1000)
        return tuple(delay * (echo + 1) for echo in range(self.echoes))

    def paint(self, picture: Planes, at: Moment) -> Planes:
        # From the last echo to the present: each is covered by the next one to so much of it.
        weights = [self.strength ** (echo + 1) for echo in range(len(at.earlier))]
        below, total = at.earlier[-1], weights[-1]
        out = at.blank()
        for shown, weight in zip((*at.earlier[-2::-1], picture), (*weights[-2::-1], 1.0), strict=True):
            total += weight
            for old, new, into in zip(below, shown, out, strict=True):
                mix(old, new, weight / total, into)
            below = out
        return out
