"""Linear light, for the operations that mean light rather than code values."""

from __future__ import annotations

import numpy as np

from clipkit.colour.rgb import Rgb


def to_linear(rgb: Rgb) -> Rgb:
    """Gamma-coded to linear light, by the sRGB curve (IEC 61966-2-1), mirrored below zero."""
    size = np.abs(rgb)
    curve = ((size + 0.055) / 1.055) ** 2.4
    return np.copysign(np.where(size <= 0.04045, size / 12.92, curve), rgb)


def to_gamma(light: Rgb) -> Rgb:
    """The inverse of `to_linear`."""
    size = np.abs(light)
    curve = 1.055 * size ** (1 / 2.4) - 0.055
    return np.copysign(np.where(size <= 0.0031308, size * 12.92, curve), light)


def daylight(kelvin: float) -> tuple[float, float, float]:
    """Linear BT.709 components of daylight of a colour temperature of 4000…25000 K, of luminance 1.

    The CIE daylight locus (CIE 15:2004, 3.1) and the BT.709 primaries; 6504 K gives (1, 1, 1) nearly.
    """
    t = 1000 / kelvin
    x = (
        0.244063 + 0.09911 * t + 2.9678 * t**2 - 4.6070 * t**3
        if kelvin <= 7000
        else 0.237040 + 0.24748 * t + 1.9018 * t**2 - 2.0064 * t**3
    )
    y = -3.0 * x * x + 2.870 * x - 0.275
    big_x, big_z = x / y, (1 - x - y) / y
    return (
        3.2404542 * big_x - 1.5371385 - 0.4985314 * big_z,
        -0.9692660 * big_x + 1.8760108 + 0.0415560 * big_z,
        0.0556434 * big_x - 0.2040259 + 1.0572252 * big_z,
    )
