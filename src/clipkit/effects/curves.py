"""Tone curves drawn through points."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from clipkit.catalog.effect import PointEffect
from clipkit.colour import curve
from clipkit.colour.rgb import Plane, Rgb, join, split, within

Value = Annotated[float, Field(ge=0, le=1)]
Points = tuple[tuple[Value, Value], ...]


def _rising(points: Points) -> Points:
    if any(a[0] >= b[0] for a, b in pairwise(points)):
        raise ValueError("each point must lie to the right of the one before")
    return points


Curve = Annotated[Points, Field(min_length=2, max_length=16), AfterValidator(_rising)]

STRAIGHT: Points = ((0.0, 0.0), (1.0, 1.0))


class Curves(PointEffect):
    """A curve for each component, then one for all: monotone cubics, so no curve overshoots its points."""

    kind: Literal["curves"] = "curves"
    master: Curve = Field(STRAIGHT, description="2 to 16 points [in, out] from 0 to 1, for all components")
    red: Curve = Field(STRAIGHT, description="2 to 16 points [in, out] from 0 to 1, for red")
    green: Curve = Field(STRAIGHT, description="2 to 16 points [in, out] from 0 to 1, for green")
    blue: Curve = Field(STRAIGHT, description="2 to 16 points [in, out] from 0 to 1, for blue")

    def apply(self, rgb: Rgb) -> Rgb:
        return within(self._curve, rgb)

    def _curve(self, rgb: Rgb) -> Rgb:
        each = zip((self.red, self.green, self.blue), split(rgb), strict=True)
        red, green, blue = (_follow(self.master, _follow(points, x)) for points, x in each)
        return join(red, green, blue)


def _follow(points: Points, x: Plane) -> Plane:
    return x if points == STRAIGHT else curve.evaluate(points, x)
