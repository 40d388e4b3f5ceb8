"""What a picture lacks, judged from its pixels, as ordinary effects: white balance, exposure, contrast, saturation.

Each is left alone within a band in which good pictures differ, and is mended in part beyond it. White balance follows
what is nearly grey: the densest place of weak colours in Oklab, so that a blue wall is no cast. Exposure looks at the
middle and at the brightest, so that a night with lamps in it stays a night.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clipkit.catalog.effect import PointEffect
from clipkit.colour.light import to_gamma, to_linear
from clipkit.colour.oklab import to_oklab
from clipkit.colour.rgb import luma
from clipkit.colour.table import chain
from clipkit.effects.contrast import Contrast
from clipkit.effects.exposure import Exposure
from clipkit.effects.gamut import Gamut
from clipkit.effects.saturation import Saturation
from clipkit.effects.temperature import Temperature
from clipkit.effects.tint import Tint

Pixels: TypeAlias = NDArray[np.float32]

MOST_CLIPPED: Final = 0.001
"""How many pixels more may come within a code of clipping, of those judged by: they are means of finer ones."""

_MIDDLE = float(np.log2(0.16))  # mean log luminance of an ordinary picture
_DARK = 0.1  # a picture whose brightest is darker is black, or a fade
_CAST_NEAR, _CAST_WIDTH, _CAST_LEAST = 0.07, 0.012, 0.008
_SHARE, _BRIGHT = 0.025, 0.72  # what is nearly grey must be a part of the picture, and in part bright
_SPAN, _SPAN_LEAST = 0.62, 0.46
_CHROMA = 0.022


@dataclass(frozen=True, slots=True)
class Settings:
    """Values of the effects' parameters; the defaults change nothing."""

    shift: float = 0.0
    """Of `temperature`."""
    tint: float = 0.0
    stops: float = 0.0
    contrast: float = 0.0
    pivot: float = 0.45
    saturation: float = 1.0

    def scaled(self, strength: float) -> Settings:
        """Part of the way to these from no change."""
        none = Settings(pivot=self.pivot)
        return self.between(none, 1.0 - strength)

    def between(self, other: Settings, part: float) -> Settings:
        """Part of the way from these to others."""
        pairs = {field.name: (getattr(self, field.name), getattr(other, field.name)) for field in fields(Settings)}
        return Settings(**{name: mine + part * (theirs - mine) for name, (mine, theirs) in pairs.items()})

    def rounded(self) -> Settings:
        """To values that people can read; what nobody would see is nothing."""
        names = {field.name: round(getattr(self, field.name), 2) for field in fields(Settings)}
        unseen = {"shift": 0.08, "tint": 0.08, "stops": 0.08, "contrast": 0.05}
        return Settings(**{name: 0.0 if abs(value) < unseen.get(name, 0) else value for name, value in names.items()})

    def effects(self) -> tuple[PointEffect, ...]:
        """All of them, in the order in which they apply."""
        return (
            Temperature(shift=self.shift),
            Tint(shift=self.tint),
            Exposure(stops=self.stops, protect=0.7),
            Contrast(amount=self.contrast, pivot=self.pivot),
            Saturation(amount=self.saturation),
            Gamut(softness=0.1),
        )


NOTHING: Final = Settings()


def judged(rgb: Pixels) -> Settings:
    """What pixels, shape (n, 3), want; no change where there is nothing to judge by."""
    if len(rgb) == 0 or float(np.quantile(luma(rgb), 0.99)) < _DARK:
        return Settings()
    settings = _balanced(rgb)
    settings = replace(settings, stops=_stops(_after(settings, rgb)))
    amount, pivot = _contrast(_after(settings, rgb))
    settings = replace(settings, contrast=amount, pivot=pivot)
    settings = replace(settings, saturation=_saturation(_after(settings, rgb)))
    return _without_clipping(settings, rgb)


def _after(settings: Settings, rgb: Pixels) -> Pixels:
    shown: Pixels = np.clip(chain([effect.apply for effect in settings.effects()[:-1]])(rgb), 0.0, 1.0)
    return shown


def _balanced(rgb: Pixels) -> Settings:
    """Temperature and tint that take the cast of what is nearly grey."""
    found = _grey(rgb)
    if found is None:
        return Settings()
    cast, part = found
    red, green, blue = np.log2(np.maximum(to_linear(cast), 1e-4)).tolist()
    wanted = red - blue
    shifts = np.linspace(-0.8, 0.8, 65)
    gains = [np.log2(np.maximum(to_linear(Temperature(shift=shift).apply(_ONE)), 1e-4)) for shift in shifts]
    rest = np.array([abs(wanted + gain[0] - gain[2]) for gain in gains])
    best = int(rest.argmin())
    red, green, blue = (value + float(gain) for value, gain in zip((red, green, blue), gains[best], strict=True))
    tint = float(np.clip((green - (red + blue) / 2) / 0.35, -0.5, 0.5))
    return Settings(shift=round(part * float(shifts[best]), 3), tint=round(part * tint, 3))


_ONE: Final = np.full(3, 0.5, np.float32)


def _grey(rgb: Pixels) -> tuple[Pixels, float] | None:
    """The colour of what is nearly grey, and how far it is to be trusted; None where there is none, or it is grey."""
    lightness, a, b = to_oklab(rgb)
    fit = (lightness > 0.3) & (rgb.max(axis=-1) < 0.995) & (np.hypot(a, b) < _CAST_NEAR)
    if fit.sum() < max(20, _SHARE * len(rgb)):
        return None
    colours = np.stack((a[fit], b[fit]), axis=-1)
    weights = lightness[fit] ** 2 * np.exp(-((np.hypot(*colours.T) / 0.04) ** 2) / 2)
    cells, edges_a, edges_b = np.histogram2d(a[fit], b[fit], 28, ((-0.07, 0.07), (-0.07, 0.07)), weights=weights)
    around = sum(np.roll(cells, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1))
    row, column = np.unravel_index(int(np.argmax(around)), cells.shape)
    centre = np.array([edges_a[row] + 0.0025, edges_b[column] + 0.0025])
    for _ in range(5):  # mean shift
        near = weights * np.exp(-(((colours - centre) ** 2).sum(axis=1)) / (2 * _CAST_WIDTH**2))
        centre = (colours * near[:, None]).sum(axis=0) / max(float(near.sum()), 1e-9)
    length = float(np.hypot(*centre))
    picked = np.hypot(*(colours - centre).T) < _CAST_WIDTH
    if length < _CAST_LEAST or picked.sum() < _SHARE * len(rgb):
        return None
    if float(np.quantile(lightness[fit][picked], 0.9)) < _BRIGHT:
        return None
    mean: Pixels = to_gamma(to_linear(rgb[fit][picked]).mean(axis=0)).astype(np.float32)
    return mean, 1.0 - _CAST_LEAST / length


def _stops(rgb: Pixels) -> float:
    """Lighter where the middle is dark and the brightest leaves room; darker where much is burnt, or all is light."""
    level, light = luma(rgb), luma(to_linear(rgb))
    missing = _MIDDLE - float(np.log2(np.maximum(light, 0.002)).mean())
    low, high = np.quantile(level, (0.02, 0.99))
    if missing > 0:
        headroom = max(0.0, float(np.log2(0.85 / max(float(to_linear(high)), 0.01))))
        clear = 1.0 - float(np.clip((low - 0.1) / 0.12, 0.0, 1.0))  # haze has room above, but wants contrast
        stops = clear * 0.9 * min(headroom, max(missing - 0.4, 0.0))
    else:
        burnt = float((level > 0.985).mean())
        band = 0.0 if 0.12 < burnt < 0.45 else 1.1  # more is a white ground, such as paper
        stops = max(-0.9 * max(-missing - band, 0.0), -0.7)
    return round(float(np.clip(stops, -1.2, 2.0)), 3) if abs(stops) > 0.08 else 0.0


def _contrast(rgb: Pixels) -> tuple[float, float]:
    level = luma(rgb)
    low, middle, high = np.quantile(level, (0.03, 0.5, 0.97)).tolist()
    span = high - low
    pivot = round(float(np.clip((low + high + middle) / 3, 0.25, 0.7)), 3)
    if span >= _SPAN_LEAST or span < 0.02:
        return 0.0, pivot
    return round(float(np.clip(np.log2(_SPAN / span), 0.0, 1.0)), 3), pivot


def _saturation(rgb: Pixels) -> float:
    """Stronger where colours are weak; what has hardly any is meant to be without."""
    _, a, b = to_oklab(rgb)
    chroma = float(np.hypot(a, b).mean())
    if not 0.006 < chroma < _CHROMA:
        return 1.0
    return round(1.0 + min(0.25, 0.5 * (_CHROMA / chroma - 1.0)), 3)


def _without_clipping(settings: Settings, rgb: Pixels) -> Settings:
    """As much of the settings as clips hardly anything that did not clip before."""
    before = _clipped(rgb)
    for tenths in range(10, 0, -1):
        part = settings.scaled(tenths / 10)
        if _clipped(chain([effect.apply for effect in part.effects()])(rgb)) <= before + MOST_CLIPPED:
            return part
    return Settings()


def _clipped(rgb: Pixels) -> float:
    codes = np.rint(np.clip(rgb, 0.0, 1.0) * 255)
    return float(((codes <= 1) | (codes >= 254)).any(axis=-1).mean())
