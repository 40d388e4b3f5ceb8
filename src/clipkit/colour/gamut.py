"""Colours beyond the screen's, brought back inside on the line of constant luma."""

from __future__ import annotations

from typing import Final

import numpy as np

from clipkit.colour.rgb import Rgb, luma

EDGE: Final = 1 / 255
"""What comes back inside ends one code of 8 bits from black and from white, where it can be told from what clips."""

_TINY: Final = 1e-6


def inside(rgb: Rgb, softness: float) -> Rgb:
    """Weaken what would clip towards the grey of its luma; hue and luma stay, and so do colours well inside.

    How far a colour is on its way from grey to the edge of the RGB cube is bent by x/(1 + x) from a knee on, so that
    distinct colours stay distinct: the curve of the ACES Reference Gamut Compression (S-2020-001), applied between a
    colour and its grey.

    Args:
        rgb: Shape (..., 3).
        softness: Which part of that way gives way, 0 to 1; with 0 it is a hard stop at the edge.
    """
    level = luma(rgb)[..., None]
    away, grey = rgb - level, np.clip(level, 0.0, 1.0)
    room = np.maximum(np.where(away > 0, 1.0 - grey, grey) - EDGE, _TINY)
    reach = np.max(np.abs(away) / room, axis=-1, keepdims=True)
    result: Rgb = grey + away * (bent(reach, softness) / np.maximum(reach, _TINY))
    return result


def bent(reach: Rgb, softness: float) -> Rgb:
    """How far a colour reaches beyond its grey, 1 being the edge: 0…∞ to 0…1, the identity up to the knee."""
    if softness == 0:
        return np.minimum(reach, 1.0)
    knee = 1.0 - softness
    over: Rgb = np.maximum(reach - knee, 0.0) / softness
    return np.minimum(reach, knee) + softness * over / (1.0 + over)
