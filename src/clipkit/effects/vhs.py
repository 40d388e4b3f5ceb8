"""A tape that was played too often."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from clipkit.catalog.effect import Clock, Moment, Node, SpatialEffect
from clipkit.colour.planes import Bytes, Planes
from clipkit.raster import noise
from clipkit.raster.place import moved


class Vhs(SpatialEffect):
    """Soft lines, colours that bleed to the right, noise, a band of bad tracking that wanders, and torn lines below."""

    kind: Literal["vhs"] = "vhs"
    strength: float = Field(0.6, ge=0, le=1, description="how worn the tape is")
    seed: int = Field(1, ge=0, le=65535, description="another number, other faults")

    clock: ClassVar[Clock] = "input"

    def paint(self, picture: Planes, at: Moment) -> Planes:
        if self.strength == 0:
            return picture
        dice = noise.dice(self.seed, int(at.t * 30))
        wide = max(0.4, 3 * self.strength * at.unit)
        out = at.through(picture, Node("gblur", f"sigma={wide:.4f}:sigmaV=0.1:planes=1"))
        bleed = at.through(picture, Node("gblur", f"sigma={2.5 * wide:.4f}:sigmaV={0.4 * wide:.4f}:planes=6"))
        shift = round(5 * self.strength * at.unit)
        np.copyto(out.u, moved(bleed.u, shift, 0))
        np.copyto(out.v, moved(bleed.v, shift, round(at.unit)))
        self._lines(out.y, at)
        noise.add(out.y, noise.grain(1.5 * max(1.0, at.unit), out.y.shape), 0.5 * self.strength, dice, out.y)
        for plane in (out.u, out.v):
            noise.add(plane, noise.grain(2.5 * max(1.0, at.unit), plane.shape), 0.35 * self.strength, dice, plane)
        self._tracking(out, at, dice)
        return out

    def _lines(self, luma: Bytes, at: Moment) -> None:
        """Every other pair of lines a little darker."""
        step = max(2, round(3 * at.unit))
        for start in range(step // 2):
            rows = luma[start::step]
            rows -= ((rows - np.minimum(rows, 16)) >> 3).astype(np.uint8) if self.strength > 0.3 else np.uint8(0)

    def _tracking(self, out: Planes, at: Moment, dice: np.random.Generator) -> None:
        """Two bands whose lines are torn aside: one wanders upwards in seven seconds, one stands at the bottom."""
        height = at.size.height
        wander = height - int(float(at.t) / 7 % 1 * 1.2 * height)
        for top, rows, reach in ((wander, 0.05, 40), (height - round(0.018 * height), 0.018, 90)):
            first, last = max(0, top) // 2 * 2, min(height, top + round(rows * height)) // 2 * 2
            if first >= last:
                continue
            steps = dice.integers(0, 3, (last - first) // 2).cumsum() % 7 / 7
            ragged = np.rint(steps * reach * self.strength * at.unit).astype(int) // 2 * 2
            for line, by in enumerate(ragged):
                row = first + 2 * line
                for plane, part, scale in ((out.y, slice(row, row + 2), 1), (out.u, row // 2, 2), (out.v, row // 2, 2)):
                    plane[part] = np.roll(plane[part], int(by) // scale, axis=-1)
            snow = dice.random((last - first, 24)) < 0.3 * self.strength
            for row, column in np.argwhere(snow):
                left = int(column / 24 * at.size.width + dice.integers(0, max(1, at.size.width // 24)))
                out.y[first + row, left : left + round(14 * at.unit)] = 225
