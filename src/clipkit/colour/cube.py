"""Look-up tables from colour to colour, as `.cube` files hold them; see `cube_text`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.rgb import Rgb

MAX_SIZE: Final[dict[int, int]] = {1: 65536, 3: 129}
"""The most entries along an axis, by dimensions. Adobe allows 256³, which is 200 MB of a look."""

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """A look-up table from RGB to RGB.

    `table` has shape (size, 3), or (size³, 3) with red running fastest; `low` and `high` are the inputs of its first
    and last entry.
    """

    dimensions: Literal[1, 3]
    size: int
    table: NDArray[np.float32]
    low: Triple = (0.0, 0.0, 0.0)
    high: Triple = (1.0, 1.0, 1.0)
    title: str = ""

    def apply(self, rgb: Rgb) -> Rgb:
        """The colours looked up: tetrahedral (3D) or linear (1D); inputs outside the domain take its edge."""
        low, high = np.array(self.low, rgb.dtype), np.array(self.high, rgb.dtype)
        place = np.clip((rgb - low) / (high - low), 0.0, 1.0) * (self.size - 1)
        return self._linear(place) if self.dimensions == 1 else self._tetrahedral(place)

    def _linear(self, place: Rgb) -> Rgb:
        cell = np.minimum(place.astype(np.intp), self.size - 2)
        channel = np.arange(3)
        first, second = self.table[cell, channel], self.table[cell + 1, channel]
        between: Rgb = first + (second - first) * (place - cell).astype(place.dtype)
        return between

    def _tetrahedral(self, place: Rgb) -> Rgb:
        """Walk from the cell's dark corner to its light one along the axes, the longest way first.

        The four corners passed are those of the tetrahedron around the colour (Kasson, Plouffe and Nin, "A tetrahedral
        interpolation technique for color space conversion", SPIE 1909, 1993). Greys stay on the diagonal.
        """
        steps = np.array((1, self.size, self.size**2))
        cell = np.minimum(place.astype(np.intp), self.size - 2)
        way = (place - cell).astype(place.dtype)
        order = np.argsort(-way, axis=-1, kind="stable")
        corner = cell[..., 0] + cell[..., 1] * self.size + cell[..., 2] * self.size**2
        here = self.table[corner]
        result: Rgb = here.astype(place.dtype)
        for rank in range(3):
            axis = order[..., rank : rank + 1]
            corner = corner + steps[axis[..., 0]]
            there = self.table[corner]
            result += (there - here) * np.take_along_axis(way, axis, axis=-1)
            here = there
        return result
