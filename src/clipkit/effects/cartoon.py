"""As if drawn: flat colours and dark outlines."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Moment, Node, SpatialEffect
from clipkit.colour.planes import Bytes, Planes
from clipkit.geometry import Size
from clipkit.raster import core
from clipkit.raster.bands import bands
from clipkit.raster.blend import between

_BLACK = np.full((1, 1), 16, np.uint8)


class Cartoon(SpatialEffect):
    """Smooths surfaces and keeps edges (a bilateral filter), lays brightness in steps and draws lines along edges."""

    kind: Literal["cartoon"] = "cartoon"
    levels: int = Field(8, ge=3, le=32, description="steps of brightness")
    lines: float = Field(0.7, ge=0, le=1, description="how dark the outlines are")
    colour: float = Field(1.3, ge=0, le=2, description="how strong colours are; 1 is as they were")

    def paint(self, picture: Planes, at: Moment) -> Planes:
        size = at.size
        small = Size(size.width // 2, size.height // 2).even()
        flat = at.through(
            picture,
            Node("scale", f"{small.width}:{small.height}:flags=area"),
            Node("bilateral", f"sigmaS={max(0.5, 2 * at.unit):.3f}:sigmaR=0.08:planes=7"),
            Node("scale", f"{size.width}:{size.height}:flags=bicubic"),
        )
        narrow = at.blurred(flat, max(0.5, 1.2 * at.unit), luma_only=True)
        wide = at.blurred(flat, max(0.8, 2.4 * at.unit), luma_only=True)
        steps, lines = self._steps(), np.int16(round(32 * self.lines))
        for codes, near, far in bands(flat.y, narrow.y, wide.y):
            ink = core.difference(far, near)  # a line is where a narrow blur is darker than a wide one
            ink -= np.int16(1)
            np.clip(ink, 0, 8, out=ink)
            ink *= -lines
            ink += np.int16(256)
            np.copyto(codes, between(_BLACK, steps.take(codes), ink.view(np.uint16)))
        stronger = np.clip((np.arange(256) - 128) * self.colour + 128.5, 16, 240).astype(np.uint8)
        for plane in (flat.u, flat.v):
            np.copyto(plane, stronger.take(plane))
        return flat

    def _steps(self) -> Bytes:
        """Luma in steps with soft edges, so that they do not flicker."""
        level = np.clip((np.arange(256) - 16) / 219, 0, 1) * (self.levels - 1)
        whole, rest = np.divmod(level, 1)
        soft = np.clip((rest - 0.5) * 3 + 0.5, 0, 1)
        codes: Bytes = np.rint(16 + 219 * np.minimum((whole + soft) / (self.levels - 1), 1)).astype(np.uint8)
        return codes
