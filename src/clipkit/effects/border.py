"""A frame around the picture."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipkit.catalog.effect import FramingEffect, Moment, Part
from clipkit.catalog.parameters import PIXELS, Hex
from clipkit.colour.planes import Planes
from clipkit.geometry import Size, cover, even
from clipkit.raster.place import codes_of, fill, paste


class Border(FramingEffect):
    """A border of one colour. The size stays: the picture gets smaller inside of it."""

    kind: Literal["border"] = "border"
    width: float = Field(40.0, ge=0, le=300, description="of the border", json_schema_extra=PIXELS)
    colour: Hex = Field("#ffffff", description="of the border, as #rrggbb")

    def taken(self, whole: Size, size: Size) -> tuple[Part, Size]:
        edge = self._edge(whole)
        inner = Size(whole.width - 2 * edge, whole.height - 2 * edge)
        return cover(size.aspect, inner), inner

    def paint(self, picture: Planes, at: Moment) -> Planes:
        edge = self._edge(at.size)
        out = at.blank()
        fill(out, codes_of(self.colour))
        paste(picture, edge, edge, out)
        return out

    def _edge(self, whole: Size) -> int:
        """Pixels, even, that leave some of the picture."""
        return min(even(self.width * whole.width / 1080), (min(whole.width, whole.height) - 2) // 4 * 2)
