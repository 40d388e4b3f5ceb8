"""A divider that moves over two pictures: before it lies one, behind it the other."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from clipkit.catalog.easing import Easing
from clipkit.catalog.layout import Layer, Layout, Part, Patch
from clipkit.catalog.motion import along
from clipkit.geometry import Box, Fit, Size, even, natural_fit

# Where the divider turns, so that something of either picture is always seen.
_FAR, _NEAR = 0.9, 0.1

Share = Annotated[float, Field(ge=0, le=1)]


class BeforeAfter(Layout):
    """The first picture up to a divider, the second beyond it; the divider swings, or moves along a path."""

    kind: Literal["before-after"] = "before-after"
    axis: Literal["x", "y"] = Field("x", description="x: before on the left, after on the right; y: above and below")
    seconds: float = Field(3.0, ge=0.1, le=600, description="how long one swing from end to end takes")
    path: tuple[tuple[Annotated[float, Field(ge=0)], Share], ...] = Field(
        (), description="how much of the canvas shows the first picture at given seconds, 0 to 1; instead of swinging"
    )
    easing: Easing = Field("ease-in-out", description="how the divider moves between two points")
    line: int = Field(6, ge=0, le=100, description="width of the divider in pixels at a canvas 1080 wide")
    colour: tuple[int, int, int] = Field((255, 255, 255), description="colour of the divider, sRGB")
    fit: Fit | None = Field(
        None, description="how both fill the canvas; by default blur for landscape on portrait, else cover"
    )

    sources: ClassVar[tuple[str | None, ...]] = ("before", "after")

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Part, ...]:
        across = self.axis == "x"
        side = canvas.width if across else canvas.height
        at = min(even(self._share(float(t)) * side), side)
        whole, width = Box.whole(canvas), even(self.line * canvas.width / 1080)
        before, after, line = (
            Box(first, 0, length, canvas.height) if across else Box(0, first, canvas.width, length)
            for first, length in ((0, at), (at, side - at), (even(at - width / 2), width))
        )
        layers = (
            Layer(n, whole, self.fit or natural_fit(sizes[n], canvas), clip=clip)
            for n, clip in enumerate((before, after))
        )
        return (*layers, Patch(line, self.colour)) if width else tuple(layers)

    def _share(self, t: float) -> float:
        """How much of the canvas shows the first picture at `t`."""
        path = [(time, (share,)) for time, share in self.path]
        if not path:
            t %= 2 * self.seconds
            path = [(0.0, (_FAR,)), (self.seconds, (_NEAR,)), (2 * self.seconds, (_FAR,))]
        return along(path, t, self.easing)[0]
