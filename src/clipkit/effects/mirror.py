"""Half a picture, twice."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, SpatialEffect
from clipkit.colour.planes import Planes


class Mirror(SpatialEffect):
    """One half, and its mirror image in place of the other."""

    kind: Literal["mirror"] = "mirror"
    keep: Literal["left", "right", "top", "bottom"] = Field("left", description="the half that stays")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        out = at.blank()
        for plane, into in zip(picture, out, strict=True):
            np.copyto(into, plane)
            across = self.keep in ("left", "right")
            whole, target = (plane, into) if across else (plane.T, into.T)
            half = whole.shape[1] // 2
            if self.keep in ("left", "top"):
                target[:, -half:] = whole[:, :half][:, ::-1]
            else:
                target[:, :half] = whole[:, -half:][:, ::-1]
        return out
