"""Words that parameters of effects share."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final, TypeAlias

from pydantic import Field
from pydantic.config import JsonDict

from clipkit.geometry import Size, even

Hex: TypeAlias = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as #rrggbb, sRGB."""

Shape: TypeAlias = Annotated[str, Field(pattern=r"^[1-9]\d?:[1-9]\d?$")]
"""A shape as width to height, such as 9:16."""

PIXELS: Final[JsonDict] = {"unit": "pixels at 1080 wide"}
DEGREES: Final[JsonDict] = {"unit": "degrees"}
SECONDS: Final[JsonDict] = {"unit": "seconds"}


def components(colour: str) -> tuple[float, ...]:
    """Red, green and blue of #rrggbb, 0…1."""
    return tuple(part / 255 for part in bytes.fromhex(colour.removeprefix("#")))


def shaped(shape: str, size: Size) -> Size:
    """A size of that shape whose shorter side is as long as that of `size`; both even."""
    width, height = (int(part) for part in shape.split(":"))
    aspect, shorter = Fraction(width, height), min(size.width, size.height)
    if aspect >= 1:
        return Size(max(2, even(shorter * aspect)), shorter)
    return Size(shorter, max(2, even(shorter / aspect)))
