"""Where a window goes, on one picture: its path with times, and its outline where it rests or turns."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from clipkit.api.clip import Clip
from clipkit.catalog.layout import Layer, Layout
from clipkit.errors import ProjectError
from clipkit.geometry import Box, Size
from clipkit.layouts.react import React
from clipkit.plan.types import Group
from clipkit.time import clock

_DIM: Final = 0.45
_STEP: Final = Fraction(1, 10)
"""Seconds between two points that are drawn; each half second has a mark of its own."""

_LINE, _FAINT, _START, _INK = (255, 214, 10), (255, 255, 255), (48, 209, 88), (16, 16, 18)


def path_preview(clip: Clip) -> Image.Image:
    """The first picture of a composition, dimmed, with the way of the window that `react` moves.

    Dots stand half a second apart; at each point of the path is the outline of the window, with its time.

    Raises:
        ProjectError: ``no-path``: this is no react.
    """
    plan = clip.plan("mp4", copy=False)
    picture = plan.picture
    layout = picture.layout if isinstance(picture, Group) else None
    if not isinstance(picture, Group) or not isinstance(layout, React):
        raise ProjectError("only a react has a window that moves", code="no-path", hint="make it with clipkit react")
    sizes, canvas = tuple(part.size for part in picture.parts), plan.output.size
    image = ImageEnhance.Brightness(clip.frame(0)).enhance(_DIM)
    draw = ImageDraw.Draw(image)
    unit = canvas.width / 1080
    boxes = [_window(layout, sizes, canvas, n * _STEP) for n in range(int(plan.duration / _STEP) + 1)]
    centres = [(box.x + box.width / 2, box.y + box.height / 2) for box in boxes]
    draw.line(centres, fill=_LINE, width=max(2, round(6 * unit)), joint="curve")
    for x, y in centres[::5]:
        _dot(draw, x, y, 9 * unit)
    times = sorted({Fraction(stop[0]).limit_denominator(1000) for stop in layout.path if stop[0] <= plan.duration})
    for n, time in enumerate(times or [Fraction(0)]):
        box = _window(layout, sizes, canvas, time)
        _outline(draw, box, layout.shape, _START if n == 0 else _FAINT, unit)
        _label(draw, box, clock(time), unit)
    return image


def _window(layout: Layout, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> Box:
    window = layout.place(sizes, canvas, t)[-1]
    assert isinstance(window, Layer)
    return window.box


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    draw.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=_LINE, outline=_INK, width=max(1, int(radius / 5))
    )


def _outline(draw: ImageDraw.ImageDraw, box: Box, shape: str, colour: tuple[int, int, int], unit: float) -> None:
    corners = (box.x, box.y, box.x + box.width - 1, box.y + box.height - 1)
    width = max(2, round(5 * unit))
    if shape == "circle":
        draw.ellipse(corners, outline=colour, width=width)
    else:
        draw.rounded_rectangle(corners, 32 * unit if shape == "rounded" else 0, outline=colour, width=width)


def _label(draw: ImageDraw.ImageDraw, box: Box, text: str, unit: float) -> None:
    """The time, in a tag in the window's upper left corner."""
    font, pad = ImageFont.load_default(max(10, round(40 * unit))), round(10 * unit)
    left, top, right, bottom = draw.textbbox((box.x + 4 * pad, box.y + 4 * pad), text, font=font)
    draw.rounded_rectangle((left - pad, top - pad, right + pad, bottom + pad), pad, fill=_LINE)
    draw.text((box.x + 4 * pad, box.y + 4 * pad), text, fill=_INK, font=font)
