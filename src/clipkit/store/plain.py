"""Drafts from before the store: a `NAME.clipkit` file each. They are taken over as they are, and kept beside it."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from clipkit.store.rows import Row, insert

SUFFIX = ".clipkit"
_OLD = "drafts"
_KEPT = "drafts-before-the-store"


def files(place: Path) -> Iterator[Path]:
    """The old drafts in a data folder; parts of unfinished saves begin with a dot."""
    with suppress(OSError):
        yield from (path for path in sorted((place / _OLD).glob(f"*{SUFFIX}")) if not path.name.startswith("."))


def take_over(connection: sqlite3.Connection, place: Path) -> None:
    """Put each into the store as its first revision. The files stay: `put_aside` moves them once that is committed."""
    for path in files(place):
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # it stays where it is
        name = unicodedata.normalize("NFC", path.name.removesuffix(SUFFIX))
        insert(connection, Row.new(name, path.stat().st_mtime), text)


def put_aside(place: Path) -> None:
    """Move old drafts out of the way, so that nobody takes them for the ones that count."""
    with suppress(OSError):
        if (place / _OLD).is_dir() and not (place / _KEPT).exists():
            (place / _OLD).rename(place / _KEPT)
