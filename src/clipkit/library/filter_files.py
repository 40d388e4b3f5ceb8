"""Files of filters, read: `.toml` with effects and their values, and `.cube` tables. Errors say the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from clipkit import effects
from clipkit.catalog.effect import Effect
from clipkit.errors import ProjectError
from clipkit.library.filter import USER, Filter

LIMITS: Final = {".toml": 1024 * 1024, ".cube": 96 * 1024 * 1024}
"""The files that are filters, and the bytes they may have."""

_KEYS: Final = frozenset({"title", "about", "effects"})


def read(name: str, path: Path) -> Filter:
    """The filter in a file; read again only when the file has changed.

    Raises:
        ProjectError: ``bad-filter``, ``bad-effect``, ``unknown-effect`` or ``bad-cube``; `where` is the path, the line
            where there is one, and in a `.toml` a JSON pointer to the value.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    return _parsed(name, path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _parsed(name: str, path: Path, _changed: int, size: int) -> Filter:
    suffix = path.suffix.lower()
    if size > LIMITS[suffix]:
        raise _bad(path, f"the file is larger than {LIMITS[suffix] >> 20} MiB")
    text = _text(path, LIMITS[suffix])
    category = USER if name.startswith(f"{USER}/") else path.parent.name
    return (_from_cube if suffix == ".cube" else _from_toml)(name, category, path, text)


def _text(path: Path, limit: int) -> str:
    try:
        with path.open("rb") as file:
            return file.read(limit).decode("utf-8-sig")
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _bad(path, "the file is not UTF-8 text") from error


# ---- .cube -------------------------------------------------------------------------------------------------------


def _from_cube(name: str, category: str, path: Path, text: str) -> Filter:
    from clipkit.colour import cube_text  # parsing needs numpy; importing the library does not
    from clipkit.effects.lut import Lut

    try:
        tables = cube_text.parse(text)
    except ProjectError as error:
        raise _placed(error, f"{path}: {error.where}") from error
    return Filter(name, category, tables[0].title or path.stem, "a .cube file", tuple(map(Lut.of, tables)))


# ---- .toml -------------------------------------------------------------------------------------------------------


def _from_toml(name: str, category: str, path: Path, text: str) -> Filter:
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise _bad(path, "not TOML: it nests too deep") from error
    except tomllib.TOMLDecodeError as error:
        raise _bad(path, f"not TOML: {error}", _line_said(str(error), text)) from error
    if extra := sorted(data.keys() - _KEYS):
        raise _bad(path, f"unknown key {extra[0]!r}", _line_of_key(text, extra[0]))
    title, about = (_word(data, key, path, text) for key in ("title", "about"))
    return Filter(name, category, title or path.stem, about, _effects(data, path, text))


def _word(data: Mapping[str, object], key: str, path: Path, text: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise _bad(path, f"{key} must be text", _line_of_key(text, key))
    return value


def _effects(data: Mapping[str, object], path: Path, text: str) -> tuple[Effect, ...]:
    tables = data.get("effects")
    if not (isinstance(tables, list) and tables) or not all(isinstance(table, dict) for table in tables):
        raise _bad(path, "there is no [[effects]]", _line_of_key(text, "effects"))
    return tuple(_effect(table, path, text, index) for index, table in enumerate(tables))


def _effect(table: Mapping[str, object], path: Path, text: str, index: int) -> Effect:
    try:
        return effects.parse(table)
    except ProjectError as error:
        line = _line_of_value(text, index, error.where.removeprefix("/").partition("/")[0])
        raise _placed(error, f"{_at(path, line)}#/effects/{index}{error.where}") from error


# ---- lines -------------------------------------------------------------------------------------------------------


def _line_said(message: str, text: str) -> int:
    """The line that tomllib names in its words; the last one where it names the end."""
    said = re.search(r"at line (\d+)", message)
    return int(said[1]) if said else max(len(text.splitlines()), 1)


def _line_of_key(text: str, key: str) -> int:
    """Where a key of the file stands, as it is usually written; 0 where it is not found."""
    return _found(text.splitlines(), rf"\s*\[*\s*[\"']?{re.escape(key)}\b", 0)


def _line_of_value(text: str, index: int, key: str) -> int:
    """Where a value of the n-th effect stands, or its heading; 0 where effects are not written under headings."""
    lines = text.splitlines()
    heading = 0
    for _ in range(index + 1):
        heading = _found(lines, r"\s*\[\[\s*effects\s*\]\]", heading)
        if not heading:
            return 0
    after = _found(lines, r"\s*\[", heading) or len(lines) + 1
    found = _found(lines[: after - 1], rf"\s*[\"']?{re.escape(key or 'kind')}[\"']?\s*=", heading)
    return found or heading


def _found(lines: list[str], pattern: str, after: int) -> int:
    """The number of the first line after that one that begins like this; 0 for none."""
    matching = re.compile(pattern)
    return next((number for number, line in enumerate(lines, 1) if number > after and matching.match(line)), 0)


def _at(path: Path, line: int) -> str:
    return f"{path}: line {line}" if line else str(path)


def _placed(error: ProjectError, where: str) -> ProjectError:
    """The same error, that also says in which file."""
    return ProjectError(error.message, code=error.code, where=where, hint=error.hint)


def _bad(path: Path, message: str, line: int = 0) -> ProjectError:
    hint = "a filter has a title, a line `about` when to use it, and one or more [[effects]]"
    return ProjectError(message, code="bad-filter", where=_at(path, line), hint=hint)
