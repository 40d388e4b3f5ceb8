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

from dataclasses import dataclass
from pathlib import Path

from clipkit import folders
from clipkit.catalog import folder
from clipkit.errors import ClipkitError, ProjectError
from clipkit.library.filter import USER as USER
from clipkit.library.filter import Filter as Filter
from clipkit.library.filter_files import LIMITS, read


@dataclass(frozen=True, slots=True)
class Broken:
    """A file among the filters that cannot be used, and why."""

    name: str
    error: ClipkitError


def listed() -> tuple[Filter, ...]:
    """Every filter that can be used, by category, then name. A broken file is left out; see `broken`."""
    found = (_attempt(name, path) for name, path in _files().items())
    whole = (value for value in found if isinstance(value, Filter))
    return tuple(sorted(whole, key=lambda look: (look.category, look.name)))


def broken() -> tuple[Broken, ...]:
    """The files that `listed` left out."""
    found = (_attempt(name, path) for name, path in _files().items())
    return tuple(value for value in found if isinstance(value, Broken))


def find(name: str) -> Filter:
    """One filter; no other file is read.

    Raises:
        ProjectError: ``unknown-filter``, with the nearest names; ``bad-filter``, ``bad-effect``, ``unknown-effect`` or
            ``bad-cube`` where the file is broken, with its path and line.
    """
    files = _files()
    if name not in files:
        hint = folder.nearest(name, tuple(sorted(files)))
        raise ProjectError(f"there is no filter named {name!r}", code="unknown-filter", hint=hint)
    return read(name, files[name])


def own(name: str) -> Path | None:
    """The file of the user's own filter of that name (without ``user/``), if there is one."""
    return _files().get(f"{USER}/{name}")


def _files() -> dict[str, Path]:
    """The file of each name. Where a folder has both, the `.toml` comes before the `.cube`."""
    home = folders.user_filters()
    found = sorted(home.iterdir(), reverse=True) if home.is_dir() else ()
    mine: dict[str, Path] = {}
    for path in found:
        if path.suffix.lower() in LIMITS and not path.name.startswith("."):
            mine.setdefault(f"{USER}/{path.stem}", path)
    return folders.shipped_filters() | mine


def _attempt(name: str, path: Path) -> Filter | Broken:
    try:
        return read(name, path)
    except ClipkitError as error:
        return Broken(name, error)
