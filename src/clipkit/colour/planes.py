"""A picture as three planes of bytes, YUV 4:2:0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Index: TypeAlias = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Planes:
    """`y` is (height, width); `u` and `v` are (⌈height/2⌉, ⌈width/2⌉). Rows are contiguous, at any distance.

    Raises:
        ValueError: The arrays are not such planes; C code relies on this check.
    """

    y: Bytes
    u: Bytes
    v: Bytes

    def __post_init__(self) -> None:
        height, width = self.y.shape
        cells = ((height + 1) // 2, (width + 1) // 2)
        if not (self.y.size and self.u.shape == cells == self.v.shape):
            raise ValueError(f"not 4:2:0: planes of {self.y.shape}, {self.u.shape} and {self.v.shape}")
        for plane in (self.y, self.u, self.v):
            if plane.dtype != np.uint8 or (plane.strides[1] != 1 and plane.shape[1] > 1):
                raise ValueError("planes hold bytes, side by side in each row")

    def writeable(self) -> Planes:
        """Itself, where all planes may be written to."""
        if not all(plane.flags.writeable for plane in (self.y, self.u, self.v)):
            raise ValueError("the planes to write to are read-only")
        return self
