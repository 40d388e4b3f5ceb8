"""Export targets, one file each: `tiktok.toml` holds the target of that name, dated and with its sources."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from clipkit.catalog.folder import nearest
from clipkit.errors import ProjectError

if TYPE_CHECKING:
    from clipkit.catalog.target import Target

_FOLDER = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """The names of all targets, sorted; no file is read."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def find(name: str) -> Target:
    """One target, read when asked for.

    Raises:
        ProjectError: ``unknown-target``, with the nearest names as the hint.
    """
    from clipkit.catalog.target import Target

    if name not in names():
        raise ProjectError(f"there is no target named {name!r}", code="unknown-target", hint=nearest(name, names()))
    text = (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    return Target.model_validate({"name": name, **tomllib.loads(text)})
