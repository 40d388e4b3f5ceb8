"""What every colour operation is made of: the array type, luma, chroma and hue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.floating[Any]]
"""One component, any shape. float32 in a table; every operation keeps the precision it is given."""

Rgb: TypeAlias = NDArray[np.floating[Any]]
"""Shape (..., 3): gamma-coded BT.709/sRGB, nominal 0…1; values may lie outside."""

KR, KG, KB = 0.2126, 0.7152, 0.0722
"""Luma weights, ITU-R BT.709-6 item 3.2."""


def split(rgb: Rgb) -> tuple[Plane, Plane, Plane]:
    """The three components as views."""
    return rgb[..., 0], rgb[..., 1], rgb[..., 2]


def join(red: Plane, green: Plane, blue: Plane) -> Rgb:
    """Shape (..., 3) from three components.

    The components lie one after another in memory behind the interleaved shape: elementwise numpy keeps that order,
    and each component stays contiguous, which halves the time of most effects.
    """
    rgb: Rgb = np.moveaxis(np.stack((red, green, blue)), 0, -1)
    return rgb


def luma(rgb: Rgb) -> Plane:
    """The weighted sum of the components, shape (...). Written out: a BLAS product may sum in another order."""
    red, green, blue = split(rgb)
    grey: Plane = KR * red + KG * green + KB * blue
    return grey


def within(curve: Callable[[Rgb], Rgb], rgb: Rgb) -> Rgb:
    """Apply a curve that is defined on 0…1 only; what lies outside keeps its distance from the range."""
    inside = np.clip(rgb, 0.0, 1.0)
    return curve(inside) + (rgb - inside)


def smoothstep(low: float, high: float, x: Plane) -> Plane:
    """0 below `low`, 1 above `high`, a cubic with level ends between."""
    t: Plane = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def hue_and_chroma(rgb: Rgb) -> tuple[Plane, Plane]:
    """Hue in radians (red 0, green 2π/3, blue −2π/3) and chroma (0 for greys, 1 for pure red, green and blue).

    The circular form of HSV's hexagon, without its case distinctions: A. Hanbury, "Constructing cylindrical coordinate
    colour spaces", Pattern Recognition Letters 29 (2008).
    """
    red, green, blue = split(rgb)
    alpha = red - 0.5 * (green + blue)
    beta = (0.75**0.5) * (green - blue)
    return np.arctan2(beta, alpha), np.hypot(alpha, beta)


def tint(degrees: float) -> tuple[float, float, float]:
    """The direction of a hue as an offset of length 1 without luma; degrees as in HSV (0 red, 120 green, 240 blue)."""
    pure = [max(0.0, min(1.0, abs((degrees / 60 + shift) % 6 - 3) - 1)) for shift in (0, 4, 2)]
    grey = KR * pure[0] + KG * pure[1] + KB * pure[2]
    length = sum((value - grey) ** 2 for value in pure) ** 0.5
    red, green, blue = ((value - grey) / length for value in pure)
    return red, green, blue


def turn(rgb: Rgb, cosine: Plane | float, sine: Plane | float) -> Rgb:
    """Multiply each colour's (Cb, Cr), seen as a complex number, by cosine + i·sine; luma stays.

    A positive angle runs from red over yellow to green; a length other than 1 changes the saturation.
    """
    y = luma(rgb)
    cb, cr = (rgb[..., 2] - y) / (2 - 2 * KB), (rgb[..., 0] - y) / (2 - 2 * KR)
    blue = (cb * cosine - cr * sine) * (2 - 2 * KB)
    red = (cb * sine + cr * cosine) * (2 - 2 * KR)
    return join(y + red, y - (KR * red + KB * blue) / KG, y + blue)
