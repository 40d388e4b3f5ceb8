"""Oklab: lightness 0…1 and two axes of colour, even to the eye (B. Ottosson, "A perceptual color space", 2020)."""

from __future__ import annotations

import numpy as np

from clipkit.colour.light import to_gamma, to_linear
from clipkit.colour.rgb import Plane, Rgb, join, split


def to_oklab(rgb: Rgb) -> tuple[Plane, Plane, Plane]:
    """Lightness, green to red, and blue to yellow, each (...), of gamma-coded RGB of shape (..., 3)."""
    red, green, blue = split(to_linear(rgb))
    long = np.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = np.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = np.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def from_oklab(lightness: Plane, a: Plane, b: Plane) -> Rgb:
    """The inverse of `to_oklab`; values may leave 0…1."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return to_gamma(
        join(
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
    )
