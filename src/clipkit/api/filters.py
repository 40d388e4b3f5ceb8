"""The library of looks from Python: `ck.filters.list()`, `find`, `sheet`, `make`, `export`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clipkit import folders
from clipkit.api.make import open as open_clip
from clipkit.catalog.effect import Effect, PointEffect
from clipkit.colour import cube_text
from clipkit.colour.table import Function, mix
from clipkit.colour.transfer import ORDINARY, Palette, palette, transfer
from clipkit.errors import ClipkitError, ProjectError, StoreError
from clipkit.geometry import Size
from clipkit.library import filters
from clipkit.library.filter import USER, Filter
from clipkit.library.filters import Broken, broken, find
from clipkit.store.atomic import replacing
from clipkit.store.names import checked_name
from clipkit.store.oserrors import explained

if TYPE_CHECKING:
    from PIL import Image

    from clipkit.api.clip import Clip
    from clipkit.api.verbs import Time

__all__ = ["Broken", "Filter", "broken", "export", "find", "list", "make", "sheet"]

_SIZE = 33
_SIDE = 256
"""A palette is that of a picture reduced to about this size: noise is no part of a look."""
_MOMENTS = 8


def list() -> tuple[Filter, ...]:
    """Every filter that can be used, by category, then name; `broken()` has the rest."""
    return filters.listed()


def sheet(clip: Clip | str | Path, at: Time | None = None) -> Image.Image:
    """Every filter on one frame of a clip, its middle or `at`, labelled: a Pillow image."""
    from clipkit.api.clip import Clip
    from clipkit.api.sheet import filter_sheet

    return filter_sheet(clip if isinstance(clip, Clip) else open_clip(clip), at)


def make(
    name: str, picture: Clip | str | Path, *, clip: Clip | str | Path | None = None, force: bool = False
) -> Filter:
    """Derive a look from a reference picture and keep it in the user's folder as ``user/NAME``.

    Args:
        name: What to call it, with or without ``user/``.
        picture: A picture or a clip that looks as others shall; of a clip, 8 moments.
        clip: What it shall be for; by default an ordinary picture stands for it.
        force: Replace the user's own filter of that name, if it was made so too.

    Raises:
        StoreError: ``bad-name``, ``file-exists``, or what keeps the file from being written.
        MediaError: what is wrong with the picture.
    """
    name = checked_name(name.removeprefix(f"{USER}/"), "a filter")
    folder = folders.user_filters()
    path = folder / f"{name}.cube"
    _refuse(name, path, force)
    reference = _palette(picture)
    look = transfer(reference, ORDINARY if clip is None else _palette(clip))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, folder, StoreError) from error
    _write(path, cube_text.text_of(look, _SIZE, name), force=force, error=StoreError)
    return find(f"{USER}/{name}")


def export(
    name: str | Filter, out: str | Path, *, size: int = _SIZE, strength: float = 1.0, force: bool = False
) -> Path:
    """Write a filter as a 3D `.cube` for other editors: gamma-coded BT.709/sRGB in and out, over 0…1.

    Args:
        name: A filter or its name.
        out: The file to write.
        size: Entries along each axis, 2 to 129; 33 suits every editor.
        strength: 0 to 1.
        force: Replace a file that is there.

    Raises:
        ProjectError: ``unknown-filter``, ``bad-value``, ``not-a-table``: it does more than colour.
        RenderError: ``file-exists``, or what keeps the file from being written.
    """
    look = name if isinstance(name, Filter) else find(name)
    if not 0 <= strength <= 1:
        raise ProjectError(f"{strength:g} is outside of the range", code="bad-value", hint="a strength is 0 to 1")
    function = mix(functions(look.effects, look.name), strength)
    path = Path(out)
    if path.suffix.lower() != ".cube":
        raise ProjectError(
            "a filter is exported as a .cube", code="unknown-output", where=str(out), hint="name it *.cube"
        )
    _write(path, cube_text.text_of(function, size, look.title), force=force)
    return path


def functions(effects: Sequence[Effect], name: str = "it") -> Sequence[Function]:
    """The effects as functions of colour.

    Raises:
        ProjectError: ``not-a-table``, where one of them looks beyond a pixel's own colour.
    """
    if other := next((effect.kind for effect in effects if not isinstance(effect, PointEffect)), None):
        raise ProjectError(
            f"{name} has {other}, which no table can hold",
            code="not-a-table",
            hint="only looks of colour alone can be exported",
        )
    return [effect.apply for effect in effects if isinstance(effect, PointEffect)]


def _refuse(name: str, path: Path, force: bool) -> None:
    there = filters.own(name)
    if there is None or (force and there == path):
        return
    hint = f"choose another name, or remove {there}" if force else "choose another name, or replace it with --force"
    raise StoreError(f"there is a filter user/{name} already", code="file-exists", where=str(there), hint=hint)


def _palette(source: Clip | str | Path) -> Palette:
    from clipkit.api.clip import Clip

    clip = source if isinstance(source, Clip) else open_clip(source)
    plan = clip.with_output(target="source").plan("mp4", copy=False)
    count = 1 if all(facts.still for facts in plan.sources) else _MOMENTS
    times = [plan.duration * (2 * index + 1) / (2 * count) for index in range(count)]
    frames = clip.with_output(target="source", size=_small(plan.output.size)).frames([*times])
    return palette(np.stack(frames).astype(np.float32) / np.float32(255))


def _small(size: Size) -> Size:
    scale = min(1.0, _SIDE / max(size.width, size.height))
    return Size(max(round(size.width * scale), 16), max(round(size.height * scale), 16)).even()


def _write(path: Path, text: str, *, force: bool, error: type[ClipkitError] | None = None) -> None:
    kind = {} if error is None else {"error": error}
    with replacing(path, force=force, **kind) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
