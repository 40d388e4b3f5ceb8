"""The one SQLite file that holds the drafts: opened for each piece of work, and let go of after it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from clipkit import folders
from clipkit.errors import StoreError
from clipkit.store import plain
from clipkit.store.oserrors import explained

VERSION = 1
NAME = "drafts.db"
POINTER = "store-place"
"""The file that says where `store move` has put the store."""

# What waits for another process before it gives up, in seconds: eight that save all the time need a tenth of it.
_PATIENCE = 60.0

BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises: Python takes SQLite's own words for UTF-8, and there they need not be."""

# A rollback journal, synced at every commit: write-ahead logs of SQLite before 3.51.3 can lose a commit to a power
# failure. EXTRA also syncs the folder after the journal is deleted: without, 69 of 500 simulated losses of power
# brought an acknowledged commit's journal back, and so undid it.
PAGE = 1024
"""Bytes of a page, of which packs of 1 to 3 KB waste little; it counts when the file is made."""

PRAGMAS = (
    f"PRAGMA page_size={PAGE}",
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA trusted_schema=OFF",
)

SCHEMA = (
    """
    CREATE TABLE drafts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        head INTEGER NOT NULL,
        tip INTEGER NOT NULL,
        last INTEGER NOT NULL,
        changed REAL NOT NULL,
        trashed REAL,
        tags TEXT NOT NULL DEFAULT '[]',
        sum BLOB NOT NULL
    )
    """,
    """
    CREATE UNIQUE INDEX live ON drafts (name) WHERE trashed IS NULL
    """,
    """
    CREATE TABLE packs (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, data BLOB NOT NULL)
    """,
    """
    CREATE TABLE media (path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, digest TEXT NOT NULL)
    """,
)
# `head` is the revision that shows, `tip` the one that redo leads to, `last` the highest number.


def place() -> Path:
    """The folder of the store: the user's data folder, or where `store move` has put it."""
    pointer = folders.config() / POINTER
    try:
        moved = pointer.read_text(encoding="utf-8").strip()
    except OSError:
        moved = ""
    return Path(moved) if moved else folders.data()


@contextmanager
def reading() -> Iterator[sqlite3.Connection | None]:
    """The database for reading; None where there is none yet.

    Raises:
        StoreError: ``newer-store``, ``corrupt-store``, ``cannot-read``, ``store-busy``.
    """
    path = place() / NAME
    if not path.exists() and not _plain_drafts():
        yield None
        return
    with opened() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """One transaction: all that the block does is stored when it ends, or nothing.

    Raises:
        StoreError: as `opened`; ``disk-full``, ``cannot-write``.
    """
    with opened() as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


@contextmanager
def opened(path: Path | None = None) -> Iterator[sqlite3.Connection]:
    """The database, made or brought up to date where it is not.

    Raises:
        StoreError: ``newer-store``, ``corrupt-store``, ``cannot-read``, ``cannot-write``, ``disk-full``,
            ``store-busy``.
    """
    target = path or place() / NAME
    with explaining(target):
        new = not target.exists()
        if new:
            _make_folder(target.parent)
        with closing(sqlite3.connect(target, timeout=_PATIENCE, isolation_level=None)) as connection:
            if new and os.name != "nt":
                target.chmod(0o600)
            for pragma in PRAGMAS:
                connection.execute(pragma)
            _brought_up_to_date(connection, target)
            yield connection


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """What SQLite and the system say, as a `StoreError`."""
    try:
        yield
    except BROKEN as error:
        raise _explained(error, path) from error
    except OSError as error:
        raise explained(error, path, StoreError) from error


def _brought_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    refuse_newer(connection, path)
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:  # whoever came first has made it meanwhile, or we do
            make(connection)
            plain.take_over(connection, path.parent)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    plain.put_aside(path.parent)


def make(connection: sqlite3.Connection) -> None:
    """The tables of an empty store."""
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={VERSION}")


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Leave a store of a newer clipkit alone: a StoreError (``newer-store``)."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise StoreError(
            f"the store has version {version}; this clipkit knows up to {VERSION}",
            code="newer-store",
            where=str(path),
            hint="install a newer clipkit; nothing was changed",
        )


def _plain_drafts() -> bool:
    """Whether there are drafts of the time before the store."""
    return any(True for _ in plain.files(place()))


def _make_folder(folder: Path) -> None:
    """The folder of drafts, which nobody else may look into."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


_CODES = {
    sqlite3.SQLITE_FULL: ("disk-full", "the disk is full", "free some space; nothing was changed"),
    sqlite3.SQLITE_BUSY: ("store-busy", "another clipkit is writing to the drafts", "try again when it is done"),
    sqlite3.SQLITE_LOCKED: ("store-busy", "another clipkit is writing to the drafts", "try again when it is done"),
    sqlite3.SQLITE_READONLY: (
        "cannot-write",
        "the drafts cannot be written to",
        "change the folder's permissions, or move them: clipkit store move FOLDER",
    ),
    sqlite3.SQLITE_CANTOPEN: ("cannot-read", "the drafts cannot be opened", "check the folder's permissions"),
    sqlite3.SQLITE_PERM: ("cannot-read", "the drafts cannot be opened", "check the folder's permissions"),
    sqlite3.SQLITE_IOERR: (
        "cannot-write",
        "the drafts could not be read or written",
        "check the disk; nothing was lost",
    ),
}
_DAMAGED = (
    "corrupt-store",
    "the store of drafts is damaged",
    "`clipkit store check` says where; `clipkit store repair` saves what can be read",
)


def _explained(error: Exception, path: Path) -> StoreError:
    primary = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    code, message, hint = _CODES.get(primary, _DAMAGED)
    return StoreError(message, code=code, where=str(path), hint=hint)
