"""Between Y'CbCr code values and gamma-coded RGB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from clipkit.colour.rgb import Plane, Rgb, join, split

Matrix: TypeAlias = Literal["bt601", "bt709", "bt2020"]

# Kr and Kb: ITU-R BT.601-7 2.5.1, BT.709-6 item 3.2, BT.2020-2 table 4 (non-constant luminance).
_WEIGHTS: Final[dict[Matrix, tuple[float, float]]] = {
    "bt601": (0.299, 0.114),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How code values of 8 bits stand for R'G'B': the matrix, and full (0…255) or limited (16…235, 16…240) range."""

    matrix: Matrix
    full_range: bool

    @property
    def weights(self) -> tuple[float, float]:
        """Kr and Kb."""
        return _WEIGHTS[self.matrix]

    @property
    def black(self) -> float:
        """The code value of black luma."""
        return 0.0 if self.full_range else 16.0

    @property
    def spans(self) -> tuple[float, float]:
        """Code values from black to white in luma, and from end to end in chroma."""
        return (255.0, 255.0) if self.full_range else (219.0, 224.0)


OUTPUT: Final = Encoding("bt709", False)
"""What clipkit writes."""


def decode(y: Plane, u: Plane, v: Plane, encoding: Encoding) -> Rgb:
    """R'G'B' of code values 0…255 (floats, shapes that broadcast); shape (..., 3), not clipped.

    The primaries stay those of the source: a conversion from BT.2020 primaries is an operation of its own.
    """
    kr, kb = encoding.weights
    luma_span, chroma_span = encoding.spans
    grey = (y - encoding.black) / luma_span
    red = (v - 128.0) * ((2 - 2 * kr) / chroma_span)
    blue = (u - 128.0) * ((2 - 2 * kb) / chroma_span)
    return join(grey + red, grey - (kr * red + kb * blue) / (1 - kr - kb), grey + blue)


def encode(rgb: Rgb, encoding: Encoding) -> tuple[Plane, Plane, Plane]:
    """Y', Cb and Cr as float code values, neither rounded nor clipped; 0…1 gives the nominal range."""
    kr, kb = encoding.weights
    luma_span, chroma_span = encoding.spans
    red, green, blue = split(rgb)
    grey = kr * red + (1 - kr - kb) * green + kb * blue
    u = (blue - grey) * (chroma_span / (2 - 2 * kb)) + 128.0
    v = (red - grey) * (chroma_span / (2 - 2 * kr)) + 128.0
    return grey * luma_span + encoding.black, u, v
