"""Checks that several commands share."""

from __future__ import annotations

import os
from collections.abc import Mapping

from clipkit.cli._errors import WrongUse
from clipkit.cli._output import notice
from clipkit.errors import MediaError


def checked_track(path: str, seed: int = 0) -> str:
    """The path of a track that is there: a wrong name is told here, not by the last command of a pipe.

    `library:NAME` and `genre:NAME` are looked up; which one a genre came to is told.
    """
    from clipkit.library import tracks

    if tracks.is_word(path):
        track = tracks.chosen(path, seed)
        if path.startswith(tracks.GENRE):
            notice(f"{path}: {track.name}, {track.title}")
        return track.path
    if os.path.exists(path):  # noqa: PTH110  Path.exists raises where a folder on the way may not be read
        return path
    raise MediaError("there is no such file", code="file-not-found", where=path, hint="check the name and folder")


def one_of(given: Mapping[str, bool]) -> None:
    """Refuse options that exclude each other."""
    chosen = [name for name, there in given.items() if there]
    if len(chosen) > 1:
        raise WrongUse(f"{' and '.join(chosen)} exclude each other", f"give {' or '.join(chosen)}")
