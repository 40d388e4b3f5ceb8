"""Enhance: what a clip lacks, judged from moments of it, as ordinary effects with their values.

A scene has one value of each, so that nothing pumps. Where scenes want different ones, keyframes take a second to go
from one to the other; where they want nearly the same, they get the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from clipkit.api.judgement import NOTHING, Pixels, Settings, judged
from clipkit.colour.rgb import luma
from clipkit.geometry import Size
from clipkit.project.keys import Key, Keys
from clipkit.project.picture_edits import Apply

if TYPE_CHECKING:
    from clipkit.api.clip import Clip

_EVERY: Final = Fraction(1, 2)
_FEWEST, _MOST = 6, 120
_SIDE: Final = 192
"""Moments are judged at about this size: noise weighs nothing then."""
_PIXELS: Final = 40_000
_RAMP: Final = Fraction(1)
_SHORTEST: Final = Fraction(3, 2)
_CUT: Final = 0.45
"""How different two histograms are, from 0 to 1, that are of two scenes."""

_ALIKE: Final = Settings(shift=0.12, tint=0.12, stops=0.25, contrast=0.15, pivot=1.0, saturation=0.12)
_PLACES: Final = (("shift", 0), ("tint", 1), ("stops", 2), ("contrast", 3), ("saturation", 4))
"""Each value, and the effect that it is of."""
_NAMES: Final = {"tint": "shift", "contrast": "amount", "saturation": "amount"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A stretch of a clip in seconds, its pixels in some moments, and what it wants."""

    start: Fraction
    end: Fraction
    pixels: tuple[Pixels, ...]
    settings: Settings = NOTHING


def edits(clip: Clip, strength: float) -> tuple[Apply, ...]:
    """The effects that a clip wants, in order; none where it is well as it is."""
    scenes = [_judged(scene) for scene in _scenes(clip)]
    return _effects(_alike_joined(scenes), strength)


# ---- scenes ------------------------------------------------------------------------------------------------------


def _scenes(clip: Clip) -> list[Scene]:
    plan = clip.with_output(target="source", keep_hdr=False).plan("mp4", copy=False)
    count = min(max(_FEWEST, math.ceil(plan.duration / _EVERY)), _MOST)
    times = [plan.duration * (2 * index + 1) / (2 * count) for index in range(count)]
    frames = clip.with_output(target="source", size=_small(plan.output.size)).frames([*times])
    moments = [frame.reshape(-1, 3).astype(np.float32) / np.float32(255) for frame in frames]
    levels = [np.histogram(luma(rgb), bins=16, range=(0, 1))[0] / len(rgb) for rgb in moments]
    borders = [
        (before + after) / 2
        for (before, after), (one, other) in zip(pairwise(times), pairwise(levels), strict=True)
        if np.abs(one - other).sum() / 2 > _CUT
    ]
    kept = _far_apart([Fraction(0), *borders], plan.duration)
    return [
        Scene(start, end, tuple(rgb for time, rgb in zip(times, moments, strict=True) if start <= time < end))
        for start, end in pairwise([*kept, plan.duration])
    ]


def _far_apart(borders: Sequence[Fraction], end: Fraction) -> list[Fraction]:
    """The borders without those of scenes too short to settle in."""
    kept = [borders[0]]
    for border in borders[1:]:
        if border - kept[-1] >= _SHORTEST and end - border >= _SHORTEST:
            kept.append(border)
    return kept


def _small(size: Size) -> Size:
    scale = min(1.0, _SIDE / max(size.width, size.height))
    return Size(max(round(size.width * scale), 16), max(round(size.height * scale), 16)).even()


def _judged(scene: Scene) -> Scene:
    if not scene.pixels:
        return scene
    pixels = np.concatenate(scene.pixels)
    return Scene(scene.start, scene.end, scene.pixels, judged(pixels[:: max(1, len(pixels) // _PIXELS)]))


def _alike_joined(scenes: Sequence[Scene]) -> list[Scene]:
    """Neighbours that want nearly the same become one scene, judged anew."""
    joined = [scenes[0]]
    for scene in scenes[1:]:
        last = joined[-1]
        if _alike(last.settings, scene.settings):
            joined[-1] = _judged(Scene(last.start, scene.end, (*last.pixels, *scene.pixels)))
        else:
            joined.append(scene)
    return joined


def _alike(one: Settings, other: Settings) -> bool:
    names = [field.name for field in fields(Settings)]
    return all(abs(getattr(one, name) - getattr(other, name)) <= getattr(_ALIKE, name) for name in names)


# ---- effects -----------------------------------------------------------------------------------------------------


def _effects(scenes: Sequence[Scene], strength: float) -> tuple[Apply, ...]:
    settings = [scene.settings.scaled(strength).rounded() for scene in scenes]
    found = []
    for name, place in _PLACES:
        values = [getattr(one, name) for one in settings]
        if all(value == getattr(NOTHING, name) for value in values):
            continue
        parameter = _NAMES.get(name, name)
        keys = {parameter: _keys(scenes, values)} if len(set(values)) > 1 else {}
        if name == "contrast" and keys:
            keys |= _pivots(scenes, [one.pivot for one in settings])
        found.append(Apply(effect=settings[0].effects()[place], keys=keys))
    return (*found, Apply(effect=settings[0].effects()[-1])) if found else ()


def _pivots(scenes: Sequence[Scene], values: Sequence[float]) -> dict[str, Keys]:
    return {"pivot": _keys(scenes, values)} if len(set(values)) > 1 else {}


def _keys(scenes: Sequence[Scene], values: Sequence[float]) -> Keys:
    """From one scene's value to the next one's within a second around the border, at rest elsewhere."""
    keys: list[Key] = []
    for (before, after), (old, new) in zip(pairwise(scenes), pairwise(values), strict=True):
        border, half = after.start, min(_RAMP, before.end - before.start, after.end - after.start) / 2
        keys += [Key(time=border - half, value=old, easing="ease-in-out"), Key(time=border + half, value=new)]
    return tuple(_apart(keys))


def _apart(keys: Sequence[Key]) -> list[Key]:
    """Without a second key at one time."""
    return [key for key, before in zip(keys, (None, *keys), strict=False) if before is None or key.time > before.time]
