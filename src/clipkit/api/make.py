"""The functions that make a Clip of a file."""

from __future__ import annotations

import os
from pathlib import Path

from clipkit.api.clip import Clip
from clipkit.api.verbs import Time, seconds_of
from clipkit.errors import ClipkitError, MediaError, ProjectError
from clipkit.project import document, edits
from clipkit.project.model import Media, Project, Still

Source = Clip | str | Path
"""A clip, or the path of a media file or of a saved project."""


def open(path: str | Path) -> Clip:
    """A clip of a media file, or of a saved project (`.clipkit`). The file is looked at when something is made of it.

    Raises:
        MediaError: ``file-not-found``, ``is-folder``.
        ProjectError: ``bad-document``, for a project.
    """
    if str(path).lower().endswith(".clipkit"):
        return load(path)
    if os.path.isdir(path):  # noqa: PTH112  Path's own raise where a folder on the way may not be read
        raise MediaError(
            "this is a folder, not a media file", code="is-folder", where=str(path), hint="name a file in it"
        )
    if not os.path.exists(path):  # noqa: PTH110
        raise MediaError(
            "there is no such file", code="file-not-found", where=str(path), hint="check the name and folder"
        )
    return Clip(edits.of_source(Media(path=str(path))))


def load(path: str | Path) -> Clip:
    """A clip from a saved project.

    Raises:
        MediaError: ``file-not-found`` or ``not-readable``.
        ProjectError: ``bad-document``, with a JSON pointer; ``newer-document``.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MediaError(
            "there is no such project", code="file-not-found", where=str(path), hint="check the name"
        ) from error
    except UnicodeDecodeError as error:
        raise ProjectError("this is not a project: it is no text", code="bad-document", where=str(path)) from error
    except OSError as error:
        raise MediaError(
            f"the project cannot be read: {error.strerror}",
            code="not-readable",
            where=str(path),
            hint="check the name and permissions",
        ) from error
    return Clip(document.loads(text, file.parent, where=str(path)))


def still(path: str | Path, seconds: Time = 5) -> Clip:
    """A picture file shown for a while."""
    return Clip(edits.of_source(Still(path=str(path), duration=seconds_of(seconds))))


def of_text(text: str) -> Clip:
    """A clip from project JSON, as it comes through a pipe."""
    return Clip(document.loads(text, where="stdin"))


__all__ = ["ClipkitError", "Project", "Source", "load", "of_text", "open", "still"]
