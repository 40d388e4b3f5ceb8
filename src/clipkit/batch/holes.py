"""Holes: `{name}` in the texts of a recipe, filled from a row. `{{name}}` is the text `{name}`; other braces stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from pydantic import JsonValue

from clipkit.errors import ProjectError

Cell: TypeAlias = str | int | float | bool
Row: TypeAlias = Mapping[str, Cell]
"""What fills the holes, by name."""

_HOLE = re.compile(r"\{\{[\w-]+\}\}|\{([\w-]+)\}")


def named(value: JsonValue) -> frozenset[str]:
    """The names of all holes, however deep."""
    return frozenset(name for text in _texts(value) for name in _HOLE.findall(text) if name)


def filled(value: JsonValue, row: Row, where: str) -> JsonValue:
    """The value with its holes filled. A text that is one hole and nothing else becomes what fills it, numbers too.

    Args:
        value: Texts, and lists and objects of them; other things stay.
        row: What the names stand for.
        where: The place of the value, for errors: a file with a JSON pointer.

    Raises:
        ProjectError: ``empty-hole``, with the place and the names that there are.
    """
    if isinstance(value, str):
        whole = _HOLE.fullmatch(value)
        if whole and whole[1]:
            return _cell(whole[1], row, where)
        return _HOLE.sub(lambda hole: str(_cell(hole[1], row, where)) if hole[1] else hole[0][1:-1], value)
    if isinstance(value, list):
        return [filled(item, row, f"{where}/{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: filled(item, row, f"{where}/{step(key)}") for key, item in value.items()}
    return value


def step(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(item)


def _cell(name: str, row: Row, where: str) -> Cell:
    if name in row:
        return row[name]
    raise ProjectError(
        f"nothing fills the hole {{{name}}}", code="empty-hole", where=where, hint=f"there are {', '.join(sorted(row))}"
    )
