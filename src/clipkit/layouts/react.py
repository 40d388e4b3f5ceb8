"""A small window with me over the other video, at rest or moving along a path."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from clipkit.catalog.easing import Easing
from clipkit.catalog.layout import Frame, Layer, Layout, Shape
from clipkit.catalog.motion import along
from clipkit.geometry import Box, Fit, Size, even

Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]
Point = tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]]
Moment = Annotated[float, Field(ge=0)]
Scale = Annotated[float, Field(ge=0.05, le=1)]

# How softly the shadow of the window ends, in pixels of a canvas 1080 wide.
_SPREAD = 18

# What every app leaves free of its own buttons, in pixels of 1080×1920: left, top, right, bottom.
SAFE = (65, 269, 140, 672)


class React(Layout):
    """The other video fills the canvas; mine stands over it in a window."""

    kind: Literal["react"] = "react"
    at: Corner | Point = Field("bottom-right", description="a corner, or the centre as fractions of the canvas")
    path: tuple[tuple[Moment, Point] | tuple[Moment, Point, Scale], ...] = Field(
        (), description="where the centre is at given seconds, and how wide the window is then; it overrides `at`"
    )
    easing: Easing = Field("ease-in-out", description="how the window moves between points of the path")
    scale: Scale = Field(0.33, description="width of the window as a fraction of the canvas")
    shape: Shape = Field("rounded", description="outline of the window")
    border: int = Field(0, ge=0, le=100, description="border in pixels at a canvas 1080 wide")
    colour: tuple[int, int, int] = Field((255, 255, 255), description="colour of the border, sRGB")
    shadow: float = Field(0.0, ge=0, le=1, description="how dark the window's shadow is on the video behind it")
    fit: Fit = Field("cover", description="how the other video fills the canvas")

    sources: ClassVar[tuple[str | None, ...]] = ("mine", "other")

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Layer, ...]:
        unit = canvas.width / 1080
        window, (x, y) = self._window(sizes[0], canvas, float(t))
        box = Box(even(x - window.width / 2), even(y - window.height / 2), window.width, window.height)
        border, spread = round(self.border * unit), round(_SPREAD * unit)
        frame = Frame(self.shape, round(32 * unit), border, self.colour, self.shadow, spread if self.shadow else 0)
        return Layer(1, Box.whole(canvas), self.fit), Layer(0, box, "cover", frame=frame)

    def _window(self, mine: Size, canvas: Size, t: float) -> tuple[Size, tuple[float, float]]:
        """The size of the window at `t`, and its centre in pixels."""
        if not self.path:
            window = self._shaped(self.scale, mine, canvas)
            if isinstance(self.at, str):
                return window, self._corner(self.at, window, canvas)
            return window, (self.at[0] * canvas.width, self.at[1] * canvas.height)
        stops = [(time, (*centre, *(scale or (self.scale,)))) for time, centre, *scale in self.path]
        x, y, scale = along(stops, t, self.easing)
        return self._shaped(scale, mine, canvas), (x * canvas.width, y * canvas.height)

    def _shaped(self, scale: float, mine: Size, canvas: Size) -> Size:
        """The window keeps the shape of my video; a circle is as high as it is wide."""
        width = max(2, even(canvas.width * scale))
        height = width if self.shape == "circle" else max(2, even(width / mine.aspect))
        return Size(width, min(height, canvas.height))

    @staticmethod
    def _corner(corner: str, window: Size, canvas: Size) -> tuple[float, float]:
        """The centre of a window that stands in a corner of the safe zone."""
        left, top, right, bottom = (
            round(edge * side) for edge, side in zip(SAFE, (canvas.width / 1080, canvas.height / 1920) * 2, strict=True)
        )
        x = left + window.width / 2 if "left" in corner else canvas.width - right - window.width / 2
        y = top + window.height / 2 if "top" in corner else canvas.height - bottom - window.height / 2
        return x, y
