"""Drafts: stored projects by name, one `NAME.clipkit` file each in the user's data folder.

This room deals in JSON text only; what it means is the project's business.
"""

from __future__ import annotations

import difflib
import os
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clipkit import folders
from clipkit.errors import ClipkitError, StoreError
from clipkit.store.atomic import replacing
from clipkit.store.names import checked_name
from clipkit.store.oserrors import explained

SUFFIX = ".clipkit"

MAX_TEXT_BYTES = 16 * 2**20
"""Larger than any project; what is larger was not written by `save`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A stored project: its name and when it was saved last."""

    name: str
    modified: datetime


def save(name: str, text: str, *, overwrite: bool = False) -> None:
    """Store a project's JSON text under a name, whole or not at all.

    Raises:
        StoreError: ``bad-name``, ``draft-exists`` without `overwrite`, ``draft-too-large`` (16 MiB), ``bad-text``,
            ``disk-full``, ``cannot-write``.
    """
    path, data = _path(name), _encoded(name, text)
    _make_folder()
    try:
        with replacing(path, force=overwrite, error=StoreError) as part:
            part.write_bytes(data)
    except StoreError as error:
        if error.code != "file-exists":
            raise
        raise StoreError(
            f"there is a draft named {name!r} already",
            code="draft-exists",
            hint="choose another name, or overwrite it with --force",
        ) from error


def load(name: str) -> str:
    """The JSON text of a draft.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft`` with the nearest names, ``corrupt-draft``, ``cannot-read``.
    """
    path = _path(name)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TEXT_BYTES + 1)
    except FileNotFoundError as error:
        raise _unknown(name) from error
    except OSError as error:
        raise StoreError(f"it cannot be read: {error.strerror}", code="cannot-read", where=str(path)) from error
    return _decoded(data, path)


def names() -> tuple[Draft, ...]:
    """All drafts, the one saved last first.

    Raises:
        StoreError: ``cannot-read`` when the folder exists and cannot be listed.
    """
    try:
        with os.scandir(_folder()) as entries:
            found = [draft for entry in entries if _is_draft(entry) and (draft := _draft(entry))]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StoreError(
            f"the drafts cannot be listed: {error.strerror}", code="cannot-read", where=str(_folder())
        ) from error
    return tuple(sorted(found, key=lambda draft: (-draft.modified.timestamp(), draft.name)))


def delete(name: str) -> None:
    """Remove a draft for good.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft`` with the nearest names, ``cannot-write``.
    """
    path = _path(name)
    try:
        path.unlink()
    except FileNotFoundError as error:
        raise _unknown(name) from error
    except OSError as error:
        raise explained(error, path, StoreError) from error


def _folder() -> Path:
    return folders.data() / "drafts"


def _path(name: str) -> Path:
    return _folder() / f"{checked_name(name, 'a draft')}{SUFFIX}"


def _make_folder() -> None:
    """The folder of drafts, which nobody else may look into."""
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, folder, StoreError) from error


def _encoded(name: str, text: str) -> bytes:
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise StoreError(f"the draft is no text: {error.reason}", code="bad-text", where=name) from error
    if len(data) > MAX_TEXT_BYTES:
        raise StoreError("the draft is larger than 16 MiB", code="draft-too-large", where=name)
    return data


def _decoded(data: bytes, path: Path) -> str:
    if len(data) <= MAX_TEXT_BYTES:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    raise StoreError("this is no draft: not UTF-8 text of up to 16 MiB", code="corrupt-draft", where=str(path))


def _is_draft(entry: os.DirEntry[str]) -> bool:
    """Parts of unfinished saves begin with a dot."""
    return entry.name.endswith(SUFFIX) and not entry.name.startswith(".") and entry.is_file()


def _draft(entry: os.DirEntry[str]) -> Draft | None:
    """None where another process deleted it meanwhile."""
    name = unicodedata.normalize("NFC", entry.name.removesuffix(SUFFIX))
    try:
        return Draft(name, datetime.fromtimestamp(entry.stat().st_mtime, UTC))
    except FileNotFoundError:
        return None


def _unknown(name: str) -> ClipkitError:
    known = [draft.name for draft in names()]
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known[:3]
    hint = f"did you mean {', '.join(close)}?" if close else "there are no drafts yet"
    return StoreError(f"there is no draft named {name!r}", code="unknown-draft", hint=hint)
