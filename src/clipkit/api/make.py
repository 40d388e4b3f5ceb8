"""The functions that make a Clip: from files, from other clips, from other libraries."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from clipkit import layouts
from clipkit.api.clip import Clip
from clipkit.api.verbs import Time, bad_value, seconds_of
from clipkit.catalog.layout import Layout
from clipkit.errors import ClipkitError, MediaError, ProjectError
from clipkit.project import document, edits
from clipkit.project.model import Composition, Input, LengthFrom, Media, Project, Still

if TYPE_CHECKING:
    from clipkit.catalog.layout import Shape
    from clipkit.layouts.react import Corner, Easing

Source = Clip | str | Path
"""A clip, or the path of a media file or of a saved project."""


def open(path: str | Path) -> Clip:
    """A clip of a media file, or of a saved project (`.clipkit`). The file is looked at when something is made of it.

    Raises:
        MediaError: ``file-not-found``, ``is-folder``.
        ProjectError: ``bad-document``, for a project.
    """
    if str(path).lower().endswith(".clipkit"):
        return load(path)
    if os.path.isdir(path):  # noqa: PTH112  Path's own raise where a folder on the way may not be read
        raise MediaError(
            "this is a folder, not a media file", code="is-folder", where=str(path), hint="name a file in it"
        )
    if not os.path.exists(path):  # noqa: PTH110
        raise MediaError(
            "there is no such file", code="file-not-found", where=str(path), hint="check the name and folder"
        )
    return Clip(edits.of_source(Media(path=str(path))))


def load(path: str | Path) -> Clip:
    """A clip from a saved project.

    Raises:
        MediaError: ``file-not-found`` or ``not-readable``.
        ProjectError: ``bad-document``, with a JSON pointer; ``newer-document``.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MediaError(
            "there is no such project", code="file-not-found", where=str(path), hint="check the name"
        ) from error
    except UnicodeDecodeError as error:
        raise ProjectError("this is not a project: it is no text", code="bad-document", where=str(path)) from error
    except OSError as error:
        raise MediaError(
            f"the project cannot be read: {error.strerror}",
            code="not-readable",
            where=str(path),
            hint="check the name and permissions",
        ) from error
    return Clip(document.loads(text, file.parent, where=str(path)))


def duet(
    mine: Source,
    other: Source,
    *,
    layout: str = "left-right",
    swap: bool = False,
    gain_mine_db: float = 0.0,
    gain_other_db: float = 0.0,
    offset: Time = 0,
    length_from: LengthFrom = "mine",
) -> Clip:
    """Mine beside another video. `offset` is when the other begins, in seconds of mine; it may be negative."""
    place = _layout(layout, swap=swap)
    return _composed(place, (mine, other), (gain_mine_db, gain_other_db), _signed(offset), length_from)


def react(
    mine: Source,
    other: Source,
    *,
    at: Corner | tuple[float, float] = "bottom-right",
    path: Sequence[tuple[Time, tuple[float, float]]] = (),
    scale: float = 0.33,
    shape: Shape = "rounded",
    border: int = 0,
    colour: tuple[int, int, int] = (255, 255, 255),
    easing: Easing = "ease-in-out",
    gain_mine_db: float = 0.0,
    gain_other_db: float = 0.0,
    offset: Time = 0,
    length_from: LengthFrom = "mine",
) -> Clip:
    """Mine in a small window over another video.

    Args:
        mine: What stands in the window.
        other: What fills the canvas.
        at: A corner of the safe zone, or the window's centre as fractions of the canvas.
        path: Where the centre is at given seconds: ``[(0, (0.7, 0.1)), (5, (0.1, 0.6))]``; overrides `at`.
        scale: Width of the window as a fraction of the canvas, 0.05 to 1.
        shape: ``rectangle``, ``rounded`` or ``circle``.
        border: Pixels, at a canvas 1080 wide.
        colour: Of the border, sRGB 0…255.
        easing: How the window moves: ``linear``, ``ease-in``, ``ease-out``, ``ease-in-out``.
        gain_mine_db: Of my sound.
        gain_other_db: Of the other's sound.
        offset: When the other begins, in seconds of mine; it may be negative.
        length_from: Whose length the result has.
    """
    points = tuple((float(seconds_of(t)), point) for t, point in path)
    place = _layout("react", at=at, path=points, scale=scale, shape=shape, border=border, colour=colour, easing=easing)
    return _composed(place, (mine, other), (gain_mine_db, gain_other_db), _signed(offset), length_from)


def still(path: str | Path, seconds: Time = 5) -> Clip:
    """A picture file shown for a while."""
    return Clip(edits.of_source(Still(path=str(path), duration=seconds_of(seconds))))


def of_text(text: str) -> Clip:
    """A clip from project JSON, as it comes through a pipe."""
    return Clip(document.loads(text, where="stdin"))


def _layout(kind: str, **params: object) -> Layout:
    try:
        return layouts.layout_class(kind)(kind=kind, **params)
    except ValidationError as error:
        raise bad_value(error) from error


def _composed(
    layout: Layout, sources: tuple[Source, Source], gains: tuple[float, float], offset: Fraction, length: LengthFrom
) -> Clip:
    clips = [source if isinstance(source, Clip) else open(source) for source in sources]
    starts = (Fraction(0), offset)
    try:
        inputs = tuple(
            Input(node=clip.project.root, gain_db=gain, start=start)
            for clip, gain, start in zip(clips, gains, starts, strict=True)
        )
        root = Composition(layout=layout, inputs=inputs, length_from=length)
    except ValidationError as error:
        raise bad_value(error) from error
    return Clip(edits.of_source(root))


def _signed(time: Time) -> Fraction:
    """A time that may be negative."""
    if isinstance(time, str) and time.strip().startswith("-"):
        return -seconds_of(time.strip()[1:])
    return seconds_of(time)


__all__ = ["ClipkitError", "Project", "Source", "duet", "load", "of_text", "open", "react", "still"]
