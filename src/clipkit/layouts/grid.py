"""Panes in rows and columns."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.layout import Layer, Layout, Part, Patch
from clipkit.geometry import Box, Fit, Size, even, slices


class Grid(Layout):
    """Panes of one size in rows, filled row by row; those of a last row that is not full share its width."""

    kind: Literal["grid"] = "grid"
    columns: int | None = Field(
        None, ge=1, le=16, description="panes in a row; by default as many as make it about as high as wide"
    )
    gap: int = Field(0, ge=0, le=200, description="pixels between panes at a canvas 1080 wide")
    colour: tuple[int, int, int] = Field((0, 0, 0), description="colour of the gaps, sRGB")
    fit: Fit = Field("cover", description="how each picture fills its pane")

    sources: ClassVar[tuple[str | None, ...]] = ("mine", "other", None)

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Part, ...]:
        count, gap = len(sizes), even(self.gap * canvas.width / 1080)
        columns = min(count, self.columns or _columns(count, canvas))
        rows = slices(canvas.height, -(-count // columns), gap)
        ground = (Patch(Box.whole(canvas), self.colour),) if gap else ()
        layers = (
            Layer(row * columns + n, Box(x, y, width, height), self.fit)
            for row, (y, height) in enumerate(rows)
            for n, (x, width) in enumerate(slices(canvas.width, min(columns, count - row * columns), gap))
        )
        return (*ground, *layers)


def _columns(count: int, canvas: Size) -> int:
    """Fewer columns than rows on a portrait canvas, more on a landscape one."""
    return isqrt(count) if canvas.portrait else isqrt(count - 1) + 1
