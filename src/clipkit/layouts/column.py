"""Panes one above the other, from the top down."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.layout import Layer, Layout, Part, Patch
from clipkit.geometry import Box, Fit, Size, even, slices


class Column(Layout):
    """Panes one above the other, from the top down."""

    kind: Literal["column"] = "column"
    gap: int = Field(0, ge=0, le=200, description="pixels between panes at a canvas 1080 wide")
    colour: tuple[int, int, int] = Field((0, 0, 0), description="colour of the gaps, sRGB")
    fit: Fit = Field("cover", description="how each picture fills its pane")

    sources: ClassVar[tuple[str | None, ...]] = ("mine", "other", None)

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Part, ...]:
        gap = even(self.gap * canvas.width / 1080)
        ground = (Patch(Box.whole(canvas), self.colour),) if gap else ()
        panes = slices(canvas.height, len(sizes), gap)
        layers = (Layer(n, Box(0, y, canvas.width, height), self.fit) for n, (y, height) in enumerate(panes))
        return (*ground, *layers)
