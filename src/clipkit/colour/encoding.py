"""Between Y'CbCr code values and gamma-coded RGB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from clipkit.colour.rgb import Plane, Rgb, join, split

Matrix: TypeAlias = Literal["bt601", "bt709", "bt2020"]

Transfer: TypeAlias = Literal["sdr", "hlg", "pq"]
"""What code values mean as light: gamma-coded, or one of the two of BT.2100, with its primaries."""

# Kr and Kb: ITU-R BT.601-7 2.5.1, BT.709-6 item 3.2, BT.2020-2 table 4 (non-constant luminance).
_WEIGHTS: Final[dict[Matrix, tuple[float, float]]] = {
    "bt601": (0.299, 0.114),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How code values stand for R'G'B': the matrix, full (0…255) or limited (16…235, 16…240) range, the transfer.

    `peak` is the light of the brightest of a PQ picture, 1000…10000 cd/m²; all others leave it as it is.
    """

    matrix: Matrix
    full_range: bool
    transfer: Transfer = "sdr"
    peak: int = 1000

    @property
    def hdr(self) -> bool:
        """Whether a tone map is needed to show it in SDR."""
        return self.transfer != "sdr"

    @property
    def weights(self) -> tuple[float, float]:
        """Kr and Kb."""
        return _WEIGHTS[self.matrix]

    def black(self, bits: int = 8) -> float:
        """The code value of black luma."""
        return 0.0 if self.full_range else 16.0 * 2 ** (bits - 8)

    def spans(self, bits: int = 8) -> tuple[float, float]:
        """Code values from black to white in luma, and from end to end in chroma (BT.2100-2 table 9)."""
        if self.full_range:
            return 2.0**bits - 1, 2.0**bits - 1
        return 219.0 * 2 ** (bits - 8), 224.0 * 2 ** (bits - 8)


OUTPUT: Final = Encoding("bt709", False)
"""What clipkit writes."""


def decode(y: Plane, u: Plane, v: Plane, encoding: Encoding, bits: int = 8) -> Rgb:
    """R'G'B' of code values of so many bits (floats, shapes that broadcast); shape (..., 3), not clipped.

    Transfer and primaries stay those of the source: `hdr.to_sdr` follows.
    """
    kr, kb = encoding.weights
    luma_span, chroma_span = encoding.spans(bits)
    middle = 2.0 ** (bits - 1)
    grey = (y - encoding.black(bits)) / luma_span
    red = (v - middle) * ((2 - 2 * kr) / chroma_span)
    blue = (u - middle) * ((2 - 2 * kb) / chroma_span)
    return join(grey + red, grey - (kr * red + kb * blue) / (1 - kr - kb), grey + blue)


def encode(rgb: Rgb, encoding: Encoding) -> tuple[Plane, Plane, Plane]:
    """Y', Cb and Cr as float code values, neither rounded nor clipped; 0…1 gives the nominal range."""
    kr, kb = encoding.weights
    luma_span, chroma_span = encoding.spans()
    red, green, blue = split(rgb)
    grey = kr * red + (1 - kr - kb) * green + kb * blue
    u = (blue - grey) * (chroma_span / (2 - 2 * kb)) + 128.0
    v = (red - grey) * (chroma_span / (2 - 2 * kr)) + 128.0
    return grey * luma_span + encoding.black(), u, v
