"""Colour as the eye has it: CIE L*a*b*, differences in it, and colours that are worth asking about."""

from __future__ import annotations

import numpy as np

from clipkit.colour.light import to_gamma, to_linear

_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])

# The ColorChecker's 24 patches as sRGB (X-Rite, 2005), and the Monk Skin Tone Scale (Google, 2022).
_CHART = """
735244 c29682 627a9d 576c43 8580b1 67bdaa d67e2c 505ba6 c15a63 5e3c6c 9dbc40 e0a32e
383d96 469449 af363c e7c71f bb5695 0885a1 f3f3f2 c8c8c8 a0a0a0 7a7a79 555555 343434
"""
_SKIN = "f6ede4 f3e7db f7ead0 eadaba d7bd96 a07e56 825c43 604134 3a312a 292420"


def _hexes(text: str) -> np.ndarray:
    return np.array([list(bytes.fromhex(word)) for word in text.split()]) / 255


def skin() -> np.ndarray:
    """Ten tones, the lightest first."""
    return _hexes(_SKIN)


def coloured_skin() -> np.ndarray:
    """The tones that have a hue to keep, and the chart's two: of Lab chroma 10 and more."""
    tones = np.concatenate((skin(), _hexes(_CHART)[:2]))
    return tones[hue_chroma(tones)[1] >= 10]


def greys(count: int = 21) -> np.ndarray:
    return np.linspace(0, 1, count)[:, None].repeat(3, axis=1)


def natural() -> np.ndarray:
    """Colours as things have them: the chart in full light, at a half and at a fifth of it; skin; greys."""
    light = to_linear(_hexes(_CHART))
    return np.concatenate([*(to_gamma(light * part) for part in (1, 0.5, 0.2)), skin(), greys(12)])


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65, from sRGB; shape (..., 3)."""
    xyz = to_linear(np.clip(rgb, 0, 1)) @ _TO_XYZ.T / _TO_XYZ.sum(axis=1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), axis=-1)


def hue_chroma(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hue in degrees and chroma, of L*a*b*."""
    _, a, b = np.moveaxis(lab(rgb), -1, 0)
    return np.degrees(np.arctan2(b, a)), np.hypot(a, b)


def ciede2000(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The CIEDE2000 difference of L*a*b* colours (CIE 142-2001), as Sharma, Wu and Dalal write it (2005)."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    g = 1.5 - 0.5 * _seventh((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    c1, c2 = np.hypot(g * a1, b1), np.hypot(g * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, g * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    both = c1 * c2 > 0
    dh = np.where(both, (h2 - h1 + 180) % 360 - 180, 0)
    mean_h = np.where(both, h1 + dh / 2, h1 + h2) % 360
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * _cos(mean_h - 30) + 0.24 * _cos(2 * mean_h) + 0.32 * _cos(3 * mean_h + 6)
    t = t - 0.2 * _cos(4 * mean_h - 63)
    turn = -2 * _seventh(mean_c) * np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    light = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2))
    strength = (c2 - c1) / (1 + 0.045 * mean_c)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2)) / (1 + 0.015 * mean_c * t)
    return np.sqrt(np.maximum(light**2 + strength**2 + hue**2 + turn * strength * hue, 0))


def _cos(degrees: np.ndarray) -> np.ndarray:
    return np.cos(np.radians(degrees))


def _seventh(chroma: np.ndarray) -> np.ndarray:
    return np.sqrt(chroma**7 / (chroma**7 + 25.0**7))


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The mean CIEDE2000 difference of RGB colours."""
    return float(ciede2000(lab(one), lab(other)).mean())


def clipped(rgb: np.ndarray) -> float:
    """Which part of pixels has a component that 8 bits round to black or white."""
    return float(((rgb < 0.5 / 255) | (rgb > 254.5 / 255)).any(axis=-1).mean())
