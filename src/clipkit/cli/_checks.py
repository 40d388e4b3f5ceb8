"""Checks that several commands share."""

from __future__ import annotations

import os
from collections.abc import Mapping

from clipkit.cli._errors import WrongUse
from clipkit.errors import MediaError


def checked_track(path: str) -> str:
    """The path of a track that is there: a wrong name is told here, not by the last command of a pipe."""
    if os.path.exists(path):  # noqa: PTH110  Path.exists raises where a folder on the way may not be read
        return path
    raise MediaError("there is no such file", code="file-not-found", where=path, hint="check the name and folder")


def one_of(given: Mapping[str, bool]) -> None:
    """Refuse options that exclude each other."""
    chosen = [name for name, there in given.items() if there]
    if len(chosen) > 1:
        raise WrongUse(f"{' and '.join(chosen)} exclude each other", f"give {' or '.join(chosen)}")
