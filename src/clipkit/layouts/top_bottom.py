"""One above the other: mine on top, the other below."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.layout import Layer, Layout
from clipkit.geometry import Box, Fit, Size, slices


class TopBottom(Layout):
    """Two panes of half the height; each picture fills its pane."""

    kind: Literal["top-bottom"] = "top-bottom"
    swap: bool = Field(False, description="put mine at the bottom")
    fit: Fit = Field("cover", description="how each picture fills its pane")

    sources: ClassVar[tuple[str | None, ...]] = ("mine", "other")

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Layer, ...]:
        top, bottom = (Box(0, y, canvas.width, height) for y, height in slices(canvas.height, 2))
        mine, other = (bottom, top) if self.swap else (top, bottom)
        return Layer(0, mine, self.fit), Layer(1, other, self.fit)
