"""A collection is a folder: each module in it holds one class, under the module's name with hyphens."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache
from typing import TypeVar

from pydantic import BaseModel

from clipkit.errors import ProjectError

Kind = TypeVar("Kind", bound=BaseModel)


@cache
def names(package: str) -> tuple[str, ...]:
    """The kinds that a package holds, sorted; none of its modules is imported."""
    path = importlib.import_module(package).__path__
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(path)))


def find(package: str, kind: str, base: type[Kind], *, word: str) -> type[Kind]:
    """The class of one kind, imported when asked for.

    Raises:
        ProjectError: ``unknown-<word>``, with the nearest names as the hint.
    """
    if kind not in names(package):
        raise ProjectError(
            f"there is no {word} named {kind!r}", code=f"unknown-{word}", hint=nearest(kind, names(package))
        )
    module = importlib.import_module(f"{package}.{kind.replace('-', '_')}")
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__:
            return value
    raise TypeError(f"{module.__name__} holds no {base.__name__}")


def nearest(name: str, known: tuple[str, ...]) -> str:
    """Advice for a name that is not known: what it may have been meant to be."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"did you mean {', '.join(close)}?" if close else f"there are {', '.join(known)}"
