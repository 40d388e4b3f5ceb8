"""Contact sheets: every filter on a frame, or moments of a clip, as one labelled picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clipkit.api.clip import Clip
from clipkit.api.make import open as open_clip
from clipkit.api.verbs import Time
from clipkit.catalog.effect import Effect, PointEffect
from clipkit.errors import ClipkitError
from clipkit.geometry import Box as Area
from clipkit.geometry import Size, contain
from clipkit.library import filters
from clipkit.time import clock

Pixels = NDArray[np.uint8]

_PAPER, _INK, _FAINT = (250, 249, 247), (32, 32, 36), (128, 126, 122)
_MARGIN, _GAP = 32, 16
_LABEL = 16
_THUMB = 240
"""Width of filter thumbnails, which are at most 16/9 as high."""


def filter_sheet(clip: Clip, at: Time | None = None, *, columns: int | None = None) -> Image.Image:
    """Every filter on one frame of a clip, by category, the original first; 9 in a row if it is upright, else 6.

    The frame is rendered once; each look is then evaluated on its thumbnail.
    """
    moment = clip.duration / 2 if at is None else at
    small = _thumbnail(clip.frame(moment), _THUMB)
    pictures = [("original", "", small)]
    rgb = np.asarray(small, np.float32) / np.float32(255)
    pictures += [(look.name, look.category, _coloured(rgb, look.effects)) for look in filters.listed()]
    return _laid_out(pictures, columns or (9 if small.height > small.width else 6))


def contact_sheet(clip: Clip | str | Path, *, columns: int = 5, count: int = 10, width: int = 240) -> Image.Image:
    """`count` moments of a clip, evenly apart, with their times below; `width` is of one picture, in pixels."""
    source = clip if isinstance(clip, Clip) else open_clip(clip)
    plan = source.plan("mp4", copy=False)
    small = _reduced(plan.output.size, width)
    times = [plan.duration * (2 * index + 1) / (2 * count) for index in range(count)]
    frames = _sized(source, small).frames(list[Time](times))
    pictures = [(clock(time), "", Image.fromarray(frame)) for time, frame in zip(times, frames, strict=True)]
    return _laid_out(pictures, columns)


def overview(clips: Sequence[tuple[str, Callable[[], Clip]]], *, columns: int = 5, width: int = 240) -> Image.Image:
    """A picture of each of some clips, named, all of one size; a plain one of those that cannot be shown."""
    room = Size(width, width * 4 // 3)
    pictures = [(name, *_card(opened, room)) for name, opened in clips]
    return _laid_out(pictures or [("nothing here", "", Image.new("RGB", (width, width), _FAINT))], columns)


def _card(opened: Callable[[], Clip], room: Size) -> tuple[str, Image.Image]:
    """How long a clip is, and a picture from its first third on a card."""
    card = Image.new("RGB", (room.width, room.height), _INK)
    try:
        clip = opened()
        duration = clip.duration
        size = clip.plan("mp4", copy=False).output.size
        picture = _sized(clip, _reduced(size, room.width)).frame(duration / 3)
    except ClipkitError as error:
        return error.message, card
    box = contain(Size(picture.width, picture.height).aspect, Area(0, 0, room.width, room.height))
    card.paste(picture.resize((box.width, box.height)), (box.x, box.y))
    return clock(duration), card


def _sized(clip: Clip, size: Size) -> Clip:
    """The clip at a small size: composing what nobody will see costs the most."""
    return clip.with_output(target="source", size=size)


def _reduced(size: Size, width: int) -> Size:
    width = min(width, size.width)
    return Size(max(width, 16), max(round(width / Fraction(size.width, size.height)), 16)).even()


def _thumbnail(image: Image.Image, width: int) -> Image.Image:
    whole = Size(image.width, image.height)
    box = contain(whole.aspect, Area(0, 0, width, width * 16 // 9))
    return image.resize((box.width, box.height), Image.Resampling.LANCZOS)


def _coloured(rgb: NDArray[np.float32], effects: Sequence[Effect]) -> Image.Image:
    for effect in effects:
        if isinstance(effect, PointEffect):
            rgb = effect.apply(rgb)
    pixels: Pixels = np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(pixels)


# ---- the page ----------------------------------------------------------------------------------------------------


def _laid_out(pictures: list[tuple[str, str, Image.Image]], columns: int) -> Image.Image:
    """Pictures of one size in rows, each with its label and what stands below it."""
    width, height = pictures[0][2].size
    columns = max(1, min(columns, len(pictures)))
    rows = -(-len(pictures) // columns)
    line = _LABEL + 6
    lines = 2 if any(below for _, below, _ in pictures) else 1
    step_x, step_y = width + _GAP, height + 8 + lines * line + _GAP
    size = (2 * _MARGIN + columns * step_x - _GAP, 2 * _MARGIN + rows * step_y - _GAP)
    page = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(page)
    for index, (label, below, picture) in enumerate(pictures):
        row, column = divmod(index, columns)
        x, y = _MARGIN + column * step_x, _MARGIN + row * step_y
        page.paste(picture, (x, y))
        _write(draw, (x, y + height + 6), label, _LABEL, _INK, width)
        _write(draw, (x, y + height + 6 + line), below, _LABEL - 2, _FAINT, width)
    return page


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, ink: tuple[int, int, int], room: int
) -> None:
    """One line of text, shortened where it is wider than the picture above it."""
    font = ImageFont.load_default(size)
    while text and draw.textlength(text, font) > room:
        text = text[:-2] + "…" if len(text) > 2 else ""
    draw.text(at, text, ink, font)
