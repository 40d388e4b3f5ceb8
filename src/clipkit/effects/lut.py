"""A look-up table inside the document, so that a draft outlives the `.cube` file it came from."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import cached_property
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from clipkit.catalog.effect import PointEffect
from clipkit.colour.cube import MAX_SIZE, Cube, Triple
from clipkit.colour.rgb import Rgb


class Lut(PointEffect):
    """A 1D or 3D table, as `.cube` files hold; made by `Lut.of`. The default changes nothing."""

    kind: Literal["lut"] = "lut"
    dimensions: Literal[1, 3] = Field(1, description="1 for a curve per component, 3 for a cube of colours")
    size: int = Field(2, ge=2, le=65536, description="entries along each axis, at most 129 in three dimensions")
    low: Triple = Field((0.0, 0.0, 0.0), description="the input of the first entry")
    high: Triple = Field((1.0, 1.0, 1.0), description="the input of the last entry")
    data: str = Field(
        "eNpjYEAGDfYwDAAMyQI+",
        description="the entries, red fastest: little-endian float32, deflated (zlib), in Base64",
    )

    @classmethod
    def of(cls, cube: Cube) -> Lut:
        """The effect that holds a cube."""
        data = base64.b64encode(zlib.compress(cube.table.astype("<f4").tobytes(), 9)).decode()
        return cls(dimensions=cube.dimensions, size=cube.size, low=cube.low, high=cube.high, data=data)

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
        table = np.frombuffer(self._unpacked(), "<f4").astype(np.float32).reshape(-1, 3)
        return Cube(self.dimensions, self.size, table, self.low, self.high)

    def _unpacked(self) -> bytes:
        """The bytes of `data`, which may not unpack to more than the size says."""
        expected = 12 * self.size**self.dimensions
        unpack = zlib.decompressobj()
        try:
            raw = unpack.decompress(base64.b64decode(self.data, validate=True), expected + 1)
        except (binascii.Error, zlib.error) as error:
            raise ValueError(f"the data does not unpack: {error}") from error
        if len(raw) != expected:
            raise ValueError(f"the data holds {len(raw) // 12} entries or more, not {expected // 12}")
        return raw

    def apply(self, rgb: Rgb) -> Rgb:
        return self.cube.apply(rgb)
