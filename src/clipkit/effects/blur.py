"""Out of focus."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.colour.planes import Planes


class Blur(SpatialEffect):
    """Spreads every point, as a lens out of focus does: a Gaussian with a deviation of half the radius."""

    kind: Literal["blur"] = "blur"
    radius: float = Field(
        24.0, ge=0, le=200, description="how far a point spreads", json_schema_extra={"unit": "pixels at 1080 wide"}
    )

    def paint(self, picture: Planes, at: Moment) -> Planes:
        sigma = self.radius / 2 * at.unit
        return at.blurred(picture, sigma) if sigma >= 0.1 else picture
