"""A picture of a song: its waveform, beats, bars and sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, HEIGHT = 1600, 360
_MARGIN, _TOP, _BOTTOM = 24, 64, 44
_PAPER, _INK, _SOFT = (18, 20, 26), (236, 238, 242), (120, 126, 140)
_WAVE, _BEAT, _BAR, _BEST = (92, 148, 236), (70, 76, 90), (244, 182, 74), (86, 200, 140)
_PARTS = ((36, 44, 62), (52, 40, 60), (34, 54, 50), (60, 52, 36), (56, 38, 40), (40, 52, 62))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn, in seconds.

    Attributes:
        title: Stands above.
        seconds: How long the song is.
        waveform: Values in equal distances, 0…1.
        beats, bars: Where they begin.
        sections: Label, start and end of each.
        best: Where a good 15 s begin; None draws nothing.
    """

    title: str
    seconds: float
    waveform: Sequence[float]
    beats: Sequence[float]
    bars: Sequence[float]
    sections: Sequence[tuple[str, float, float]]
    best: float | None = None


def drawn(sheet: Sheet) -> Image:
    """The picture: sections as fields with their names, bars and beats as lines, the waveform over them."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    large, small = ImageFont.load_default(22), ImageFont.load_default(15)
    floor, middle = HEIGHT - _BOTTOM, (_TOP + HEIGHT - _BOTTOM) / 2
    scale = (WIDTH - 2 * _MARGIN) / max(sheet.seconds, 1e-6)

    def x(time: float) -> float:
        return _MARGIN + time * scale

    pen.text((_MARGIN, 18), sheet.title, _INK, large)
    colours = {label: _PARTS[index % len(_PARTS)] for index, label in enumerate(_labels(sheet.sections))}
    for label, start, end in sheet.sections:
        pen.rectangle((x(start), _TOP, x(end) - 1, floor), colours[label])
        pen.text((x(start) + 6, _TOP + 4), label, _SOFT, small)
    for beat in sheet.beats if len(sheet.beats) * 4 < WIDTH else ():
        pen.line((x(beat), floor - 16, x(beat), floor), _BEAT)
    for bar in sheet.bars:
        pen.line((x(bar), floor - 26, x(bar), floor), _BAR)
    _wave(pen, sheet.waveform, middle, (floor - _TOP) / 2 - 30)
    if sheet.best is not None:
        end = min(sheet.best + 15, sheet.seconds)
        pen.rectangle((x(sheet.best), floor + 3, x(end), floor + 7), _BEST)
    for time in _ticks(sheet.seconds):
        pen.text((x(time), floor + 12), f"{int(time // 60)}:{time % 60:02.0f}", _SOFT, small, anchor="ma")
    return picture


def _wave(pen: object, waveform: Sequence[float], middle: float, reach: float) -> None:
    """A column for each pixel, as tall as the loudest of what it stands for."""
    from PIL import ImageDraw

    assert isinstance(pen, ImageDraw.ImageDraw)
    columns = WIDTH - 2 * _MARGIN
    loudest = max(waveform, default=0.0) or 1.0
    for column in range(columns):
        first = column * len(waveform) // columns
        last = max((column + 1) * len(waveform) // columns, first + 1)
        tall = max(waveform[first:last], default=0.0) / loudest * reach
        pen.line((_MARGIN + column, middle - tall, _MARGIN + column, middle + tall), _WAVE)


def _labels(sections: Sequence[tuple[str, float, float]]) -> list[str]:
    return list(dict.fromkeys(label for label, _, _ in sections))


def _ticks(seconds: float) -> list[float]:
    step = next((step for step in (1, 2, 5, 10, 15, 30, 60, 120) if seconds / step <= 16), 300)
    return [float(time) for time in range(0, int(seconds) + 1, step)]
