"""The time map of a plan, drawn: when what shows, and how fast."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, TypeAlias

from PIL import Image, ImageDraw, ImageFont

from clipkit.plan.stretches import manner, shots, stretches
from clipkit.plan.types import Plan, Shot
from clipkit.time import clock

_Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont
_Colour: TypeAlias = tuple[int, int, int]

_WIDTH, _HEIGHT = 1200, 760
_LEFT, _RIGHT, _TOP, _GAP, _BOTTOM = 84, 24, 56, 64, 44
_SPEED = 180
"""Pixels of the lower chart, of the speed; the upper one, of times, takes what is left."""

_INK, _GRID, _PAPER = (40, 40, 48), (222, 224, 230), (255, 255, 255)
_COLOURS = ((38, 102, 204), (214, 90, 32), (34, 140, 84), (150, 64, 170))
_SPEEDS = (Fraction(1, 10), Fraction(3, 10), Fraction(1), Fraction(3), Fraction(10))


class _Chart(NamedTuple):
    """A box with scales: x of output time, y upwards from `low` to `high`."""

    top: int
    bottom: int
    seconds: float
    low: float
    high: float

    def x(self, t: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * t / self.seconds

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)


def plot(plan: Plan) -> Image.Image:
    """A picture of 1200×760: above, the time of each source by output time; below, how fast it plays.

    Stretches are labelled: their speed, and where a source stands still or plays backwards.
    """
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=15)
    shown = list(shots(plan.picture))
    seconds = float(plan.duration)
    split = _HEIGHT - _BOTTOM - _SPEED
    low, high = _sources(shown)
    times = _Chart(_TOP, split - _GAP, seconds, low, high)
    speeds = _Chart(split, _HEIGHT - _BOTTOM, seconds, -1.05, 1.05)
    draw.text((_LEFT, 16), f"source time by output time, {clock(plan.duration)}", _INK, font)
    draw.text((_LEFT, split - 26), "speed", _INK, font)
    for t in _ticks(seconds):
        for chart in (times, speeds):
            draw.line([(chart.x(t), chart.top), (chart.x(t), chart.bottom)], _GRID)
        draw.text((speeds.x(t), _HEIGHT - _BOTTOM + 8), f"{t:g} s", _INK, font, anchor="ma")
    for s in _ticks(high - low):
        _level(draw, times, low + s, f"{low + s:g} s", font)
    for speed in _SPEEDS:
        _level(draw, speeds, _log(speed), f"{float(speed):g}x", font)
    for index, shot in enumerate(shown):
        colour = _COLOURS[index % len(_COLOURS)]
        _draw_shot(draw, shot, times, speeds, colour)
        if len(shown) > 1:
            name = Path(plan.sources[shot.source].path).name
            draw.text((_WIDTH - _RIGHT, 14 + 18 * index), name, colour, font, anchor="ra")
    for index, shot in enumerate(shown):
        _label(draw, shot, times, _COLOURS[index % len(_COLOURS)], font)
    return image


def _draw_shot(draw: ImageDraw.ImageDraw, shot: Shot, times: _Chart, speeds: _Chart, colour: _Colour) -> None:
    for piece in shot.time.pieces:
        ends = ((float(piece.start), float(piece.source)), (float(piece.end), float(piece.at(piece.end))))
        draw.line([(times.x(t), times.y(s)) for t, s in ends], colour, 4 if piece.factor else 2)
        if piece.factor:
            level = speeds.y(_log(abs(piece.factor)))
            draw.line([(speeds.x(float(piece.start)), level), (speeds.x(float(piece.end)), level)], colour, 3)


def _label(draw: ImageDraw.ImageDraw, shot: Shot, chart: _Chart, colour: _Colour, font: _Font) -> None:
    """What each stretch does, beside its middle: on the side where the line is not, and where there is room."""
    taken = 0.0
    for row in stretches(shot.time):
        middle = (row[0].start + row[-1].end) / 2
        piece = next(piece for piece in row if piece.end >= middle)
        text = manner(row).replace("×", "x").replace("→", "to")  # the font that Pillow brings has no such signs
        width = draw.textlength(text, font=font)
        x, y = chart.x(float(middle)), chart.y(float(piece.at(middle))) - 26
        x += 6 if piece.factor < 0 else -width - 6 if piece.factor else -width / 2
        x = max(x, _LEFT + 4)
        if x > taken and x + width < _WIDTH:
            draw.text((x, y), text, colour, font)
            taken = x + width + 6


def _level(draw: ImageDraw.ImageDraw, chart: _Chart, value: float, text: str, font: _Font) -> None:
    y = chart.y(value)
    draw.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], _GRID)
    draw.text((_LEFT - 10, y), text, _INK, font, anchor="rm")


def _sources(shown: list[Shot]) -> tuple[float, float]:
    """The source times that are shown, from the least to the greatest."""
    ends = [float(s) for shot in shown for piece in shot.time.pieces for s in (piece.source, piece.at(piece.end))]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    return low, max(high, low + 0.1)


def _ticks(length: float) -> Iterator[float]:
    step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 3600) if length / step <= 12)
    return (step * n for n in range(int(length / step) + 1))


def _log(factor: Fraction) -> float:
    return math.log10(factor)
