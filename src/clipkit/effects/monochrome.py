"""Black and white, with a say in how light each colour turns out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour.rgb import KB, KG, KR, Rgb, join


class Monochrome(PointEffect):
    """A weighted sum of the components; brightness is kept where the weights add up to 1.

    More red is a red filter before the lens: light skin, dark sky.
    """

    kind: Literal["monochrome"] = "monochrome"
    red: float = Field(KR, ge=-2, le=3, description="weight of red")
    green: float = Field(KG, ge=-2, le=3, description="weight of green")
    blue: float = Field(KB, ge=-2, le=3, description="weight of blue")

    def apply(self, rgb: Rgb) -> Rgb:
        grey = self.red * rgb[..., 0] + self.green * rgb[..., 1] + self.blue * rgb[..., 2]
        return join(grey, grey, grey)
