"""Side by side: mine on the left, the other on the right."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.layout import Layer, Layout
from clipkit.geometry import Box, Fit, Size, slices


class LeftRight(Layout):
    """Two panes of half the width; each picture is whole, centred on a blurred copy of itself."""

    kind: Literal["left-right"] = "left-right"
    swap: bool = Field(False, description="put mine on the right")
    fit: Fit = Field("blur", description="how each picture fills its pane")

    sources: ClassVar[tuple[str | None, ...]] = ("mine", "other")

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Layer, ...]:
        left, right = (Box(x, 0, width, canvas.height) for x, width in slices(canvas.width, 2))
        mine, other = (right, left) if self.swap else (left, right)
        return Layer(0, mine, self.fit), Layer(1, other, self.fit)
