"""A picture of what an alignment rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from clipkit.sound.alignment import Alignment

WIDTH, HEIGHT = 1600, 760
_MARGIN, _GAP = 72, 56
_PAPER, _FIELD, _INK, _SOFT = (18, 20, 26), (30, 34, 44), (236, 238, 242), (140, 146, 160)
_CURVE, _FOUND, _RIVAL, _STRAY = (92, 148, 236), (86, 200, 140), (244, 182, 74), (224, 108, 108)
_SPAN = 1.5  # milliseconds that the lower half shows to each side of the line, at least

_Box = tuple[int, int, int, int]


def drawn(found: Alignment, title: str) -> Image:
    """Above, how well the whole of the shorter recording fits at each place of the longer; below, its windows.

    The place that was found stands out above all others, or the alignment is not to be believed. The windows lie on one
    line, whose slope is the drift; how high a dot's peak is shows in its size.
    """
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    large, small = ImageFont.load_default(22), ImageFont.load_default(15)
    pen.text((_MARGIN, 20), title, _INK, large)
    half = (HEIGHT - 64 - 2 * _GAP) // 2
    upper = (_MARGIN, 80, WIDTH - _MARGIN, 80 + half - 20)
    lower = (_MARGIN, upper[3] + _GAP + 8, WIDTH - _MARGIN, HEIGHT - _GAP + 8)
    for box, words in (
        (upper, "likeness at each place, in seconds of the longer recording"),
        (lower, "each window of the shorter one: milliseconds beside the middle of the line"),
    ):
        pen.rectangle(box, _FIELD)
        pen.text((box[0], box[1] - 22), words, _SOFT, small)
    _curve(pen, found, upper)
    _windows(pen, found, lower)
    return picture


def _scale(low: float, high: float, first: int, last: int) -> Callable[[float], float]:
    return lambda value: first + (value - low) / max(high - low, 1e-9) * (last - first)


def _curve(pen: ImageDraw, found: Alignment, box: _Box) -> None:
    evidence = found.evidence
    columns = box[2] - box[0]
    edges = np.linspace(0, len(evidence.curve), columns + 1).astype(int)[:-1]
    tops = np.maximum.reduceat(evidence.curve, np.minimum(edges, len(evidence.curve) - 1))
    y = _scale(float(np.median(tops)), float(tops.max()), box[3] - 8, box[1] + 24)
    start, end = evidence.curve_start, evidence.curve_start + evidence.curve_step * len(evidence.curve)
    x = _scale(start, end, box[0], box[2])
    pen.line([(box[0] + n, min(y(float(top)), box[3])) for n, top in enumerate(tops)], _CURVE)
    drift = 1 + found.drift_ppm * 1e-6
    for offset, ink, word in ((found.rival_offset, _RIVAL, "next best"), (found.offset, _FOUND, "here")):
        if offset is not None:
            at = x(-offset / drift if evidence.swapped else offset)
            pen.line((at, box[1], at, box[3]), ink)
            pen.text((at + 4, box[1] + 3), word, ink)
    for second in _ticks(start, end):
        pen.text((x(second), box[3] + 6), f"{second:g}", _SOFT, anchor="ma")


def _windows(pen: ImageDraw, found: Alignment, box: _Box) -> None:
    evidence = found.evidence
    rate = 1 / (1 + found.drift_ppm * 1e-6) - 1 if evidence.swapped else found.drift_ppm * 1e-6
    low, high = float(evidence.times.min()), float(evidence.times.max())
    tilt = rate * (evidence.times - (low + high) / 2) * 1000
    values = tilt + np.clip(evidence.misses * 1000, -_SPAN, _SPAN)
    reach = max(_SPAN, float(np.abs(values).max()) * 1.1)
    x, y = _scale(low, high, box[0] + 30, box[2] - 30), _scale(-reach, reach, box[3], box[1])
    pen.line((x(low), y(float(tilt[0])), x(high), y(float(tilt[-1]))), _FOUND, 2)
    loudest = float(evidence.likeness.max())
    for time, value, size, agrees in zip(evidence.times, values, evidence.likeness, evidence.agreeing, strict=True):
        radius = 3 + 6 * float(size) / loudest
        pen.circle((x(float(time)), y(float(value))), radius, _FOUND if agrees else _STRAY)
    for share in (-0.8, 0, 0.8):
        pen.text((box[0] - 8, y(share * reach)), f"{share * reach:+.1f}", _SOFT, anchor="rm")
    for second in _ticks(low, high):
        pen.text((x(second), box[3] + 6), f"{second:g}", _SOFT, anchor="ma")


def _ticks(start: float, end: float) -> list[float]:
    step = next((step for step in (1, 2, 5, 10, 30, 60, 300) if (end - start) / step <= 16), 600)
    return [float(n) for n in range(int(np.ceil(start / step)) * step, int(end) + 1, step)]
