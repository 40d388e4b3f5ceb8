"""The level of a clip's sound over time as a picture, with its pauses marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clipkit.api.silence import Pauses

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

_SIZE = (1600, 400)
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 16, 16, 40
_FLOOR = -80.0
_PAPER, _INK, _GRID = (255, 255, 255), (38, 50, 56), (224, 228, 231)
_SOUND, _PAUSE, _LINE = (25, 118, 210), (255, 224, 178), (211, 47, 47)


def draw(found: Pauses) -> Image.Image:
    """Level in dBFS in blue, what counts as silent below the red line, pauses on orange: 1600×400, RGB."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", _SIZE, _PAPER)
    brush = ImageDraw.Draw(image)
    seconds = max(float(found.duration), 0.01)
    width, height = _SIZE[0] - _LEFT - _RIGHT, _SIZE[1] - _TOP - _BOTTOM

    def across(t: float) -> float:
        return _LEFT + width * t / seconds

    def down(level: float) -> float:
        return _TOP + height * min(max(level / _FLOOR, 0.0), 1.0)

    for start, end in found.stretches:
        brush.rectangle((across(float(start)), _TOP, across(float(end)), _TOP + height), fill=_PAUSE)
    for level in range(0, int(_FLOOR) - 1, -20):
        brush.line((_LEFT, down(level), _LEFT + width, down(level)), fill=_GRID)
        brush.text((8, down(level) - 6), f"{level} dB", fill=_INK)
    step = next(step for step in (0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600) if seconds / step <= 20 or step == 3600)
    for n in range(int(seconds / step) + 1):
        brush.line((across(n * step), _TOP, across(n * step), _TOP + height), fill=_GRID)
        brush.text((across(n * step) - 8, _TOP + height + 8), f"{n * step:g} s", fill=_INK)
    times = np.arange(len(found.levels.level)) / 100
    _columns(brush, [across(t) for t in times], [down(v) for v in found.levels.level], _TOP + height)
    line = [(across(t), down(v)) for t, v in zip(times[::10], found.levels.threshold[::10], strict=True)]
    if len(line) > 1:
        brush.line(line, fill=_LINE, width=2)
    return image


def _columns(brush: ImageDraw.ImageDraw, xs: list[float], ys: list[float], bottom: int) -> None:
    """The loudest level of each column of pixels."""
    highest: dict[int, float] = {}
    for x, y in zip(xs, ys, strict=True):
        highest[int(x)] = min(y, highest.get(int(x), bottom))
    for x, y in highest.items():
        brush.line((x, y, x, bottom), fill=_SOUND)
