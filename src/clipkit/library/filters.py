"""Looks: the shipped `filters/<category>/<name>.toml`, and the user's own `.toml` and `.cube` files.

::

    title = "Golden hour"
    about = "late sun on skin and walls"

    [[effects]]
    kind = "temperature"
    shift = 0.35

A shipped filter is named by its file, a user's is named ``user/<file>``, so neither can take the other's name.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from clipkit import effects, folders
from clipkit.catalog import folder
from clipkit.catalog.effect import Effect
from clipkit.errors import ClipkitError, ProjectError

USER: Final = "user"
"""The category of the user's own filters, and the prefix of their names."""

_LIMITS: Final = {".toml": 1024 * 1024, ".cube": 8 * 1024 * 1024}
"""The files that are filters, and the bytes they may have."""


@dataclass(frozen=True)
class Filter:
    """A look: effects in the order in which they are applied."""

    name: str
    category: str
    title: str
    about: str
    effects: tuple[Effect, ...]

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits that change when the look does; a new title leaves them alone."""
        values = [effect.model_dump(mode="json") for effect in self.effects]
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Broken:
    """A file among the filters that cannot be used, and why."""

    name: str
    error: ClipkitError


def listed() -> tuple[Filter, ...]:
    """Every filter that can be used, by category, then name. A broken file is left out; see `broken`."""
    read = (_attempt(name, path) for name, path in _files().items())
    whole = (value for value in read if isinstance(value, Filter))
    return tuple(sorted(whole, key=lambda look: (look.category, look.name)))


def broken() -> tuple[Broken, ...]:
    """The files that `listed` left out."""
    read = (_attempt(name, path) for name, path in _files().items())
    return tuple(value for value in read if isinstance(value, Broken))


def find(name: str) -> Filter:
    """One filter; no other file is read.

    Raises:
        ProjectError: ``unknown-filter``, with the nearest names; ``bad-filter``, ``bad-effect``, ``unknown-effect`` or
            ``bad-cube`` where the file is broken, with its path.
    """
    files = _files()
    if name not in files:
        hint = folder.nearest(name, tuple(sorted(files)))
        raise ProjectError(f"there is no filter named {name!r}", code="unknown-filter", hint=hint)
    return _read(name, files[name])


def _files() -> dict[str, Path]:
    """The file of each name. Where a user has both, the `.toml` comes before the `.cube`."""
    shipped = {path.stem: path for path in folders.shipped("filters").glob("*/*.toml")}
    home = folders.user_filters()
    found = sorted(home.iterdir(), reverse=True) if home.is_dir() else ()
    own: dict[str, Path] = {}
    for path in found:
        if path.suffix.lower() in _LIMITS and not path.name.startswith("."):
            own.setdefault(f"{USER}/{path.stem}", path)
    return shipped | own


def _attempt(name: str, path: Path) -> Filter | Broken:
    try:
        return _read(name, path)
    except ClipkitError as error:
        return Broken(name, error)


def _read(name: str, path: Path) -> Filter:
    try:
        state = path.stat()
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    return _parsed(name, path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _parsed(name: str, path: Path, _changed: int, size: int) -> Filter:
    """Read again only when the file has changed."""
    suffix = path.suffix.lower()
    if size > _LIMITS[suffix]:
        raise _bad(path, f"the file is larger than {_LIMITS[suffix] >> 20} MiB")
    text = _text(path, _LIMITS[suffix])
    return _from_cube(name, path, text) if suffix == ".cube" else _from_toml(name, path, text)


def _text(path: Path, limit: int) -> str:
    try:
        with path.open("rb") as file:
            return file.read(limit).decode("utf-8-sig")
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _bad(path, "the file is not UTF-8 text") from error


def _from_cube(name: str, path: Path, text: str) -> Filter:
    from clipkit.colour import cube  # parsing needs numpy; importing the library does not
    from clipkit.effects.lut import Lut

    try:
        table = cube.parse(text)
    except ProjectError as error:
        raise _placed(error, path, f": {error.where}" if error.where else "") from error
    return Filter(name, USER, table.title or path.stem, "a .cube file", (Lut.of(table),))


def _from_toml(name: str, path: Path, text: str) -> Filter:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _bad(path, f"not TOML: {error}") from error
    if extra := sorted(data.keys() - {"title", "about", "effects"}):
        raise _bad(path, f"unknown key {extra[0]!r}")
    category = USER if name.startswith(f"{USER}/") else path.parent.name
    title, about = (_word(data, key, path) for key in ("title", "about"))
    return Filter(name, category, title or path.stem, about, _effects(data, path))


def _word(data: Mapping[str, object], key: str, path: Path) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise _bad(path, f"{key} must be text")
    return value


def _effects(data: Mapping[str, object], path: Path) -> tuple[Effect, ...]:
    tables = data.get("effects")
    if not (isinstance(tables, list) and tables) or not all(isinstance(table, dict) for table in tables):
        raise _bad(path, "there is no [[effects]]")
    return tuple(_effect(table, path, f"#/effects/{index}") for index, table in enumerate(tables))


def _effect(table: Mapping[str, object], path: Path, place: str) -> Effect:
    try:
        return effects.parse(table)
    except ProjectError as error:
        raise _placed(error, path, place + error.where) from error


def _placed(error: ProjectError, path: Path, place: str) -> ProjectError:
    """The same error, that also says in which file."""
    return ProjectError(error.message, code=error.code, where=f"{path}{place}", hint=error.hint)


def _bad(path: Path, message: str) -> ProjectError:
    hint = "a filter has a title, a line `about` when to use it, and one or more [[effects]]"
    return ProjectError(message, code="bad-filter", where=str(path), hint=hint)
