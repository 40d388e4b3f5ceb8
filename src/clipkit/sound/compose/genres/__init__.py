"""The genres, one file each."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from clipkit.errors import ProjectError
from clipkit.sound.compose.genre import Genre


def names() -> tuple[str, ...]:
    """All of them, sorted; nothing is imported for it."""
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))


def find(name: str) -> Genre:
    """A genre by its name.

    Raises:
        ProjectError: ``unknown-genre``; the hint lists them.
    """
    if name not in names():
        raise ProjectError(
            f"there is no genre {name!r}", code="unknown-genre", where="genre", hint=f"there are {', '.join(names())}"
        )
    genre = import_module(f"{__name__}.{name.replace('-', '_')}").GENRE
    assert isinstance(genre, Genre)
    return genre
