"""A look-up table inside the document, so that a draft outlives the `.cube` file it came from."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from clipkit.catalog.effect import PointEffect
from clipkit.colour.cube import MAX_SIZE, Cube, Triple
from clipkit.colour.rgb import Rgb

_EXACT: Final = 33**3
"""Larger tables are kept in 16 bits: a document of 129³ floats would have 34 MB."""


class Lut(PointEffect):
    """A 1D or 3D table, as `.cube` files hold; made by `Lut.of`. The default changes nothing."""

    kind: Literal["lut"] = "lut"
    dimensions: Literal[1, 3] = Field(1, description="1 for a curve per component, 3 for a cube of colours")
    size: int = Field(2, ge=2, le=65536, description="entries along each axis, at most 129 in three dimensions")
    low: Triple = Field((0.0, 0.0, 0.0), description="the input of the first entry")
    high: Triple = Field((1.0, 1.0, 1.0), description="the input of the last entry")
    bits: Literal[16, 32] = Field(32, description="of a number: 32 are a float, 16 count from `least` to `most`")
    least: float = Field(0.0, description="what 0 stands for in 16 bits")
    most: float = Field(1.0, description="what 65535 stands for in 16 bits")
    data: str = Field(
        "eNpjYEAGDfYwDAAMyQI+",
        description="the entries, red fastest, as little-endian numbers, deflated (zlib), in Base64; those of 16 bits "
        "one component after the other, each number as its difference from the one before",
    )

    @classmethod
    def of(cls, cube: Cube) -> Lut:
        """The effect that holds a cube: exactly up to 33³ entries, else to 1/131070 of its range."""
        place = {"dimensions": cube.dimensions, "size": cube.size, "low": cube.low, "high": cube.high}
        if len(cube.table) <= _EXACT:
            return cls(**place, data=_packed(cube.table.astype("<f4")))
        least, most = float(cube.table.min()), float(cube.table.max())
        most = most if most > least else least + 1
        levels = np.rint((cube.table.T.astype(np.float64) - least) * (65535 / (most - least))).astype(np.int32)
        data = _packed(np.diff(levels, axis=1, prepend=0).astype("<u2"))
        return cls(**place, bits=16, least=least, most=most, data=data)

    @model_validator(mode="after")
    def _whole(self) -> Lut:
        if self.size > MAX_SIZE[self.dimensions]:
            raise ValueError(f"a size of at most {MAX_SIZE[self.dimensions]} is allowed in {self.dimensions}D")
        if any(low >= high for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError("the domain is empty: low must lie below high")
        if not np.isfinite(self.cube.table).all():
            raise ValueError("the data holds what is no number")
        return self

    @cached_property
    def cube(self) -> Cube:
        """The table, unpacked."""
        return Cube(self.dimensions, self.size, self._table(), self.low, self.high)

    def _table(self) -> NDArray[np.float32]:
        if self.bits == 32:
            return np.frombuffer(self._unpacked(), "<f4").astype(np.float32).reshape(-1, 3)
        steps = np.frombuffer(self._unpacked(), "<u2").reshape(3, -1)
        levels = np.cumsum(steps, axis=1, dtype=np.uint16).T.astype(np.float32)
        return levels * np.float32((self.most - self.least) / 65535) + np.float32(self.least)

    def _unpacked(self) -> bytes:
        """The bytes of `data`, which may not unpack to more than the size says."""
        entry = 3 * self.bits // 8
        expected = entry * self.size**self.dimensions
        unpack = zlib.decompressobj()
        try:
            raw = unpack.decompress(base64.b64decode(self.data, validate=True), expected + 1)
        except (binascii.Error, zlib.error) as error:
            raise ValueError(f"the data does not unpack: {error}") from error
        if len(raw) != expected:
            raise ValueError(f"the data holds {len(raw) // entry} entries or more, not {expected // entry}")
        return raw

    def apply(self, rgb: Rgb) -> Rgb:
        return self.cube.apply(rgb)


def _packed(numbers: NDArray[np.generic]) -> str:
    return base64.b64encode(zlib.compress(numbers.tobytes(), 6)).decode()
