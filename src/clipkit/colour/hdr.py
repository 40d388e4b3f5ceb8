"""From HLG and PQ to the gamma-coded BT.709 that all looks act on. Light is in cd/m², shape (..., 3).

The way: signal → light of the reference display → tone map → BT.709 primaries → gamma. Dark and middle tones keep
their place relative to a white of 203 cd/m², and highlights up to 1000, or what PQ was mastered to, share what is left
above.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.encoding import Transfer
from clipkit.colour.light import to_gamma
from clipkit.colour.rgb import Plane, Rgb, join, split

NOMINAL_PEAK: Final = 1000.0
"""The brightest that is told apart: the nominal peak of HLG (BT.2100-2 table 5), and of PQ that does not say more."""

REFERENCE_WHITE: Final = 203.0
"""HDR reference white, a matt white in the picture's main light (BT.2408-4 §2.1). It is the peak that is mapped to, so
that dark and middle tones stay as they are; the curve leaves reference white itself at 83 % of the SDR signal."""

# For a peak of 1000 the knee lies at 36 cd/m². At the report's own 0.5 it lies at 88, and of the signal only a tenth is
# left for what is brighter than white; phones put there a quarter of an outdoor picture, skies above all. For higher
# peaks the knee stays there, so that middle tones do not darken with what a file says of its brightest, until at about
# 4000 the reach is the report's own: with less the spline would overshoot.
_REACH: Final = 1.0
_LEAST_REACH: Final = 0.5

_DARK: Final = 1e-6
_PQ_PEAK: Final = 10_000.0

# The system gamma of a reference display of 1000 cd/m², and the luminance weights: BT.2100-2 table 5.
_SYSTEM_GAMMA: Final = 1.2
_RED, _GREEN, _BLUE = 0.2627, 0.6780, 0.0593

# BT.2100-2 table 5, the HLG OETF.
_A: Final = 0.17883277
_B: Final = 1 - 4 * _A
_C: Final = 0.5 - _A * float(np.log(4 * _A))

# BT.2100-2 table 4, as SMPTE ST 2084 §5.
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


# ---- transfer functions --------------------------------------------------------------------------------------


def hlg_to_scene(signal: Plane) -> Plane:
    """The inverse OETF of HLG (BT.2100-2 table 5): signal to scene light of 0…1; below black counts as black."""
    signal = np.maximum(signal, 0.0)
    dark = signal * signal / 3
    # Limited range ends at 109 %; components further out are no camera's, and would overflow the exponential.
    bright = (np.exp((np.minimum(signal, 1.1) - _C) / _A) + _B) / 12
    return np.where(signal <= 0.5, dark, bright)


def hlg_to_light(signal: Rgb) -> Rgb:
    """HLG to display light: the inverse OETF, then the OOTF, which acts on luminance (BT.2100-2 table 5)."""
    scene = hlg_to_scene(signal)
    red, green, blue = split(scene)
    luminance = _RED * red + _GREEN * green + _BLUE * blue
    gain: Plane = NOMINAL_PEAK * luminance ** (_SYSTEM_GAMMA - 1)
    return join(gain * red, gain * green, gain * blue)


def pq_to_light(signal: Plane) -> Plane:
    """The EOTF of PQ (SMPTE ST 2084, BT.2100-2 table 4)."""
    root = np.clip(signal, 0.0, 1.0) ** (1 / _M2)
    light: Plane = _PQ_PEAK * (np.maximum(root - _C1, 0.0) / (_C2 - _C3 * root)) ** (1 / _M1)
    return light


def light_to_pq(light: Plane) -> Plane:
    """The inverse of `pq_to_light`."""
    power = np.clip(light / _PQ_PEAK, 0.0, 1.0) ** _M1
    signal: Plane = ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2
    return signal


# ---- tone map ------------------------------------------------------------------------------------------------


def eetf(light: Plane, peak: float, target: float, reach: float = 0.5) -> Plane:
    """The EETF of BT.2390-7 §5.4 (since BT.2408-7 in its annex 5), black at 0 on both sides.

    Up to a knee nothing changes, then highlights bend smoothly so that `peak` becomes `target`; what is above is
    clipped. It works in PQ, where equal steps look equal.

    Args:
        light: In cd/m².
        peak: The brightest of the source.
        target: What it becomes; less than `peak`.
        reach: How far below the target the knee lies, as a share of the PQ range that is lost; the report has 0.5.
    """
    top, goal = light_to_pq(np.array((peak, target))).tolist()
    ceiling = goal / top
    knee = (1 + reach) * ceiling - reach
    place = np.minimum(light_to_pq(light) / top, 1.0)
    bent = _spline(np.maximum((place - knee) / (1 - knee), 0.0), knee, ceiling)
    return np.where(place < knee, light, pq_to_light(bent * top))


def _spline(t: Plane, knee: float, ceiling: float) -> Plane:
    """The Hermite spline from the knee, where its slope is 1, to the ceiling, where it is level."""
    t2, t3 = t * t, t * t * t
    return (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (3 * t2 - 2 * t3) * ceiling


def tone_mapped(light: Rgb, peak: float = NOMINAL_PEAK) -> Rgb:
    """Light of up to a peak of 1000 cd/m² or more within 203, by the EETF.

    Each component on its own lets highlights pale on their way to white, until skies and skin lose their colour; all
    in proportion to the brightest keeps them so colourful that clouds look painted. The mean of both does neither.
    """
    white, nominal, top = light_to_pq(np.array((REFERENCE_WHITE, NOMINAL_PEAK, peak))).tolist()
    reach = max(_REACH * (nominal - white) / (top - white), _LEAST_REACH)
    alone = eetf(light, peak, REFERENCE_WHITE, reach)
    strength = np.maximum(_strength(light), _DARK)
    gain = eetf(strength, peak, REFERENCE_WHITE, reach) / strength
    mapped: Rgb = 0.5 * (alone + gain * light)
    return mapped


def _strength(light: Rgb) -> Plane:
    """The brightest component, nearly, shape (..., 1): Σx³ / Σx². A maximum has a crease along all greys, of all
    places, and what interpolates a table cannot follow it."""
    red, green, blue = split(light)
    squares = red * red + green * green + blue * blue
    cubes = red * red * red + green * green * green + blue * blue * blue
    strength: Plane = (cubes / np.maximum(squares, _DARK))[..., None]
    return strength


# ---- primaries -----------------------------------------------------------------------------------------------

_Chromaticities = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

# x and y of red, green and blue, and of white D65: BT.709-6 item 1.3, BT.2020-2 table 3.
_BT709: Final[_Chromaticities] = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_BT2020: Final[_Chromaticities] = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
_D65: Final = (0.3127, 0.3290)


def _to_xyz(primaries: _Chromaticities) -> NDArray[np.float64]:
    """The matrix from linear RGB to XYZ: the primaries, each as bright as makes their sum white (SMPTE RP 177)."""
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in primaries]).T
    x, y = _D65
    white = np.array((x / y, 1.0, (1 - x - y) / y))
    return columns * np.linalg.solve(columns, white)


BT2020_TO_BT709: Final[NDArray[Any]] = np.linalg.solve(_to_xyz(_BT709), _to_xyz(_BT2020))
"""Linear RGB of BT.2020 primaries to that of BT.709; BT.2407-0 has the same to four digits."""


def to_bt709(rgb: Rgb) -> Rgb:
    """Linear BT.2020 to linear BT.709, white at 1. Colours outside of its gamut are clipped hard: the tone map has made
    the bright ones paler by then, and of the others cameras see few."""
    red, green, blue = split(rgb)
    rows = ((float(a), float(b), float(c)) for a, b, c in BT2020_TO_BT709)
    return np.clip(join(*(a * red + b * green + c * blue for a, b, c in rows)), 0.0, 1.0)


def to_sdr(rgb: Rgb, transfer: Transfer, peak: float = NOMINAL_PEAK) -> Rgb:
    """R'G'B' of a BT.2100 signal, PQ up to a peak, as gamma-coded BT.709 of 0…1; SDR stays as it is."""
    if transfer == "sdr":
        return rgb
    light = hlg_to_light(rgb) if transfer == "hlg" else pq_to_light(rgb)
    return to_gamma(to_bt709(tone_mapped(light, peak) / REFERENCE_WHITE))
