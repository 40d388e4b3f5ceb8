"""A picture as three planes, YUV 4:2:0: of bytes, or of 10 bits in words of 16."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.uint16]
Index: TypeAlias = NDArray[np.uint32]
Fixed: TypeAlias = NDArray[np.int16]
"""Code values of 8 bits times 128."""


@dataclass(frozen=True, slots=True)
class _Planes:
    """`y` is (height, width); `u` and `v` are (⌈height/2⌉, ⌈width/2⌉). Rows are contiguous, at any distance.

    Raises:
        ValueError: The arrays are not such planes; C code relies on this check.
    """

    y: NDArray[Any]
    u: NDArray[Any]
    v: NDArray[Any]

    sample: ClassVar[type[np.generic]]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return iter((self.y, self.u, self.v))

    def __post_init__(self) -> None:
        height, width = self.y.shape
        cells = ((height + 1) // 2, (width + 1) // 2)
        if not (self.y.size and self.u.shape == cells == self.v.shape):
            raise ValueError(f"not 4:2:0: planes of {self.y.shape}, {self.u.shape} and {self.v.shape}")
        for plane in (self.y, self.u, self.v):
            apart = plane.strides[1] != plane.itemsize and plane.shape[1] > 1
            if plane.dtype != self.sample or apart or not plane.flags.aligned:
                raise ValueError(f"planes hold {self.sample.__name__}, side by side in each row")


@dataclass(frozen=True, slots=True)
class Planes(_Planes):
    """Samples of 8 bits."""

    y: Bytes
    u: Bytes
    v: Bytes

    sample: ClassVar[type[np.generic]] = np.uint8

    def writeable(self) -> Planes:
        """Itself, where all planes may be written to."""
        if not all(plane.flags.writeable for plane in (self.y, self.u, self.v)):
            raise ValueError("the planes to write to are read-only")
        return self


@dataclass(frozen=True, slots=True)
class DeepPlanes(_Planes):
    """Samples of 10 bits; the six bits above them do not count."""

    y: Words
    u: Words
    v: Words

    sample: ClassVar[type[np.generic]] = np.uint16
