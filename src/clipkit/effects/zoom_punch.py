"""A jolt towards the picture, on the beat."""

from __future__ import annotations

from math import exp, log
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from clipkit.catalog.effect import Clock, Moment, SpatialEffect
from clipkit.catalog.parameters import SECONDS
from clipkit.colour.planes import Planes
from clipkit.raster.warp import inside, zoomed


class ZoomPunch(SpatialEffect):
    """Jumps closer at given times, or on every beat, and falls back."""

    kind: Literal["zoom-punch"] = "zoom-punch"
    zoom: float = Field(1.2, ge=1, le=3, description="how much closer")
    decay: float = Field(0.35, ge=0.05, le=3, description="until it is back", json_schema_extra=SECONDS)
    times: tuple[Annotated[float, Field(ge=0)], ...] = Field((), description="when, in seconds, instead of beats")
    bpm: float = Field(120.0, ge=20, le=300, description="beats a minute")
    first: float = Field(0.0, ge=0, le=60, description="when the first beat is", json_schema_extra=SECONDS)
    x: float = Field(0.5, ge=0, le=1, description="where to, as a fraction of the width")
    y: float = Field(0.5, ge=0, le=1, description="where to, as a fraction of the height")

    clock: ClassVar[Clock] = "input"

    def paint(self, picture: Planes, at: Moment) -> Planes:
        zoom = 1 + (self.zoom - 1) * self._closeness(float(at.t))
        if zoom <= 1.001:
            return picture
        out = at.blank()
        zoomed(picture, zoom, inside(self.x, zoom), inside(self.y, zoom), out)
        return out

    def _closeness(self, t: float) -> float:
        """1 at a beat, a hundredth of that after `decay`, then nothing."""
        since = self._since(t)
        return exp(log(0.01) * since / self.decay) if 0 <= since < self.decay else 0.0

    def _since(self, t: float) -> float:
        """Seconds since the last beat; −1 before the first."""
        if self.times:
            return min((t - time for time in self.times if time <= t), default=-1.0)
        return (t - self.first) % (60 / self.bpm) if t >= self.first else -1.0
