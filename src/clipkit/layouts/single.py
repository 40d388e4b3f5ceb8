"""One picture that fills the canvas."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from clipkit.catalog.layout import Layer, Layout
from clipkit.geometry import Box, Fit, Size, natural_fit


class Single(Layout):
    """One picture that fills the canvas, by its fit and around its focus."""

    kind: Literal["single"] = "single"
    fit: Fit | None = Field(
        None, description="how it fills the canvas; by default blur for landscape on portrait, else cover"
    )

    sources: ClassVar[tuple[str | None, ...]] = ("mine",)

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Layer, ...]:
        return (Layer(0, Box.whole(canvas), self.fit or natural_fit(sizes[0], canvas)),)
