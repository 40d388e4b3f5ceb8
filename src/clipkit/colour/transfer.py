"""The look of a picture, as a function of colour that gives other pictures something of it.

Lightness takes the reference's distribution by its quantiles; the two axes of colour take its mean in shadows, middle
and highlights, and its spread by the linear Monge-Kantorovich map (F. Pitié and A. Kokaram, "The Linear
Monge-Kantorovitch Linear Colour Mapping for Example-Based Colour Transfer", CVMP 2007), all in Oklab. A picture of a
forest is green because of what it shows, so the map is held by rails: tones move by at most 0.12 at slopes of 0.5 to 2,
greys take on a cast of at most 0.045, colours get at most 1.6 times stronger, and skin keeps its hue to 8° and its
strength to a third, unless the reference is all of one colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clipkit.colour import curve
from clipkit.colour.gamut import EDGE, bent
from clipkit.colour.oklab import from_oklab, to_oklab
from clipkit.colour.rgb import Plane, Rgb, smoothstep

Floats: TypeAlias = NDArray[np.float64]

_SHARES: Final = np.linspace(0.02, 0.98, 9)
_BANDS: Final = (0.25, 0.5, 0.75)
_TONE, _TONE_SHIFT, _SLOPE = 0.8, 0.12, (0.5, 2.0)
_CAST, _CAST_LENGTH = 0.7, 0.045
_SPREAD: Final = (0.1, 1.6)
_SOFTNESS: Final = 0.2
_SKIN_HUE, _SKIN_WIDTH = math.radians(55), math.radians(40)
_SKIN_TURN, _SKIN_STRENGTH = math.radians(8), (0.75, 1.33)


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """What is kept of a picture: quantiles of lightness, mean colours of its bands, and how colours spread."""

    lightness: Floats
    """At the shares from 2 to 98 %; shape (9,)."""
    casts: Floats
    """Mean a and b of its darkest, middle and lightest third; shape (3, 2)."""
    spread: Floats
    """Covariance of a and b; shape (2, 2)."""


ORDINARY: Final = Palette(
    np.array((0.2, 0.32, 0.41, 0.48, 0.55, 0.62, 0.7, 0.8, 0.9)), np.zeros((3, 2)), 0.0013 * np.eye(2)
)
"""The mean of sixteen ordinary photographs and film frames: what a look is for that is for no clip in particular."""


def palette(rgb: Rgb) -> Palette:
    """The palette of pixels, shape (..., 3)."""
    lightness, a, b = (plane.astype(np.float64).ravel() for plane in to_oklab(np.clip(rgb, 0.0, 1.0)))
    colours = np.stack((a, b), axis=-1)
    thirds = np.array_split(np.argsort(lightness, kind="stable"), 3)
    whole = colours.mean(axis=0)
    casts = np.array([colours[third].mean(axis=0) if len(third) else whole for third in thirds])
    return Palette(np.quantile(lightness, _SHARES), casts, np.cov(colours.T, bias=True))


def transfer(reference: Palette, source: Palette = ORDINARY) -> Callable[[Rgb], Rgb]:
    """What gives pictures like `source` the look of `reference`; from and to gamma-coded RGB of 0…1."""
    points, matrix = _tones(reference, source), _map(reference, source)
    casts = np.array([_shortened(cast) for cast in reference.casts - source.casts @ matrix])
    coloured = float(smoothstep(0.2, 0.45, np.sqrt(np.linalg.det(matrix))))

    def applied(rgb: Rgb) -> Rgb:
        lightness, a, b = to_oklab(np.clip(rgb, 0.0, 1.0))
        toned = curve.evaluate(points, lightness)
        room = smoothstep(0.0, 0.3, toned) * (1.0 - smoothstep(0.8, 1.0, toned))
        shift_a, shift_b = (room * np.interp(toned, _BANDS, casts[:, axis]) for axis in (0, 1))
        new_a, new_b = matrix[0, 0] * a + matrix[0, 1] * b + shift_a, matrix[1, 0] * a + matrix[1, 1] * b + shift_b
        return _fitted(toned, *_skin_kept(a, b, new_a, new_b, coloured))

    return applied


def _tones(reference: Palette, source: Palette) -> tuple[curve.Point, ...]:
    """The curve from the source's lightness to the reference's, within its rails."""
    x = np.linspace(0.0, 1.0, 9)
    shares = np.concatenate(((0.0,), _SHARES, (1.0,)))
    from_, to = (np.concatenate(((0.0,), part.lightness, (1.0,))) for part in (source, reference))
    wanted = np.interp(np.interp(x, np.maximum.accumulate(from_ + 1e-6 * np.arange(11)), shares), shares, to)
    y = x + np.clip(_TONE * (wanted - x), -_TONE_SHIFT, _TONE_SHIFT)
    y[0] = np.clip(0.3 * (to[1] - from_[1]), 0.0, 0.06)
    y[-1] = 1.0 - np.clip(0.3 * (from_[-2] - to[-2]), 0.01, 0.06)
    least, most = (slope / 8 for slope in _SLOPE)
    for i in range(1, 9):
        y[i] = np.clip(y[i], y[i - 1] + least, y[i - 1] + most)
    top = y[-1] if y[-1] < 1 else 0.99
    for i in range(8, 0, -1):
        y[i] = min(y[i], top - (8 - i) * least)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _map(reference: Palette, source: Palette) -> Floats:
    """The symmetric matrix that turns one spread into the other, its gains within their rails."""
    noise = 1e-4 * np.eye(2)
    root, unroot = _power(source.spread + noise, 0.5), _power(source.spread + noise, -0.5)
    whole = unroot @ _power(root @ (reference.spread + noise) @ root, 0.5) @ unroot
    gains, axes = np.linalg.eigh(whole)
    held: Floats = (axes * np.clip(gains, *_SPREAD)) @ axes.T
    return held


def _power(symmetric: Floats, exponent: float) -> Floats:
    values, axes = np.linalg.eigh(symmetric)
    power: Floats = (axes * np.maximum(values, 1e-12) ** exponent) @ axes.T
    return power


def _shortened(cast: Floats) -> Floats:
    cast = _CAST * cast
    shorter: Floats = cast * min(1.0, _CAST_LENGTH / max(float(np.hypot(*cast)), 1e-9))
    return shorter


def _skin_kept(a: Plane, b: Plane, new_a: Plane, new_b: Plane, share: float) -> tuple[Plane, Plane]:
    """The new colours, but a share of those of skin within reach of the old ones."""
    hue, chroma = np.arctan2(b, a), np.hypot(a, b)
    away = np.abs((hue - _SKIN_HUE + math.pi) % (2 * math.pi) - math.pi)
    skin = share * (1.0 - smoothstep(0.5, 1.0, away / _SKIN_WIDTH)) * smoothstep(0.006, 0.016, chroma)
    skin = skin * (1.0 - smoothstep(0.16, 0.24, chroma))
    turn = (np.arctan2(new_b, new_a) - hue + math.pi) % (2 * math.pi) - math.pi
    held_hue = hue + np.clip(turn, -_SKIN_TURN, _SKIN_TURN)
    held = np.clip(np.hypot(new_a, new_b), _SKIN_STRENGTH[0] * chroma, _SKIN_STRENGTH[1] * chroma)
    kept_a, kept_b = held * np.cos(held_hue), held * np.sin(held_hue)
    return new_a + skin * (kept_a - new_a), new_b + skin * (kept_b - new_b)


def _fitted(lightness: Plane, a: Plane, b: Plane) -> Rgb:
    """RGB, with what a screen cannot show brought inside on the line of constant lightness."""
    shown, beyond = np.zeros_like(lightness), np.full_like(lightness, 2.0)
    for _ in range(12):  # halving: how much stronger each colour could be, up to twice, to 1/2048
        between = (shown + beyond) / 2
        rgb = from_oklab(lightness, between * a, between * b)
        fits = ((rgb >= EDGE) & (rgb <= 1 - EDGE)).all(axis=-1)
        shown, beyond = np.where(fits, between, shown), np.where(fits, beyond, between)
    reach = 1.0 / np.maximum(shown, 1e-3)
    scale = bent(reach, _SOFTNESS) / reach
    return np.clip(from_oklab(lightness, scale * a, scale * b), 0.0, 1.0)
