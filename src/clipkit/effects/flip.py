"""Mirror-inverted, or upside down."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import Moment, Node, SpatialEffect
from clipkit.colour.planes import Planes


class Flip(SpatialEffect):
    """Swaps left and right, top and bottom, or both."""

    kind: Literal["flip"] = "flip"
    direction: Literal["horizontal", "vertical", "both"] = Field("horizontal", description="what is swapped")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        if self.direction == "horizontal":
            return at.through(picture, Node("hflip"))
        flipped = Planes(picture.y[::-1], picture.u[::-1], picture.v[::-1])
        return flipped if self.direction == "vertical" else at.through(flipped, Node("hflip"))
