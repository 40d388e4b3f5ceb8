"""Me, cut out of my background, over the other video."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.layout import Layer, Layout
from clipkit.geometry import Box, Fit, Size, even


class GreenScreen(Layout):
    """The other video fills the canvas; mine, which a key has cut out (`chroma-key`), stands over it."""

    kind: Literal["green-screen"] = "green-screen"
    scale: float = Field(1.0, ge=0.05, le=1, description="size of mine as a fraction of the canvas")
    at: tuple[float, float] | None = Field(
        None, description="its centre as fractions of the canvas; by default it stands on the bottom, in the middle"
    )
    fit: Fit = Field("cover", description="how the other video fills the canvas")

    sources: ClassVar[tuple[str | None, ...]] = ("mine", "other")

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Layer, ...]:
        width, height = (max(2, even(side * self.scale)) for side in (canvas.width, canvas.height))
        x, y = self.at or (0.5, 1 - height / canvas.height / 2)
        left, top = even(x * canvas.width - width / 2), even(y * canvas.height - height / 2)
        mine = Box.whole(canvas) if self.scale == 1 and self.at is None else Box(left, top, width, height)
        return Layer(1, Box.whole(canvas), self.fit), Layer(0, mine, "cover")
