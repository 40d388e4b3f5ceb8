"""The store as a whole: is it sound, how large, and how to mend, copy and move it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clipkit import folders
from clipkit.errors import StoreError
from clipkit.store import database, media, private, rows
from clipkit.store.atomic import replacing
from clipkit.store.database import BROKEN, NAME, explaining, opened, place
from clipkit.store.packs import Revision
from clipkit.store.rows import Row

_MOST_TOLD = 100
_OBJECTS, _PRIVATE = "objects", "private"


@dataclass(frozen=True, slots=True)
class Stats:
    """How much there is: drafts, those in the trash, revisions; bytes of the database and of kept media; and where."""

    folder: str
    drafts: int
    trash: int
    revisions: int
    bytes: int
    kept: int
    kept_bytes: int


def check() -> tuple[str, ...]:
    """What is wrong with the store, a line each; nothing where it is sound. Reads all of it, and private drafts where
    they are unlocked."""
    problems: list[str] = []
    try:
        with database.reading() as connection:
            if connection is None:
                return tuple(_private_problems())
            told = connection.execute(f"PRAGMA integrity_check({_MOST_TOLD})").fetchall()
            problems += [line for (line,) in told if line != "ok"]
            for row in _every(connection, problems):
                try:
                    rows.revisions(connection, row)
                except (StoreError, *BROKEN) as error:
                    problems.append(f"draft {row.name}: {error}")
            problems += _strays(connection)
    except StoreError as error:
        problems.append(str(error))
    problems += _private_problems()
    for kept in media.objects():
        if media.digest_of(kept) != kept.stem:
            problems.append(f"kept file {kept.name}: its bytes are not what they were")
    return tuple(dict.fromkeys(problems))


def repair() -> tuple[str, ...]:
    """Make the store anew out of all that can be read of it, and tell what could not, a line each.

    The damaged file stays beside it, under a name that ends with the date.

    Raises:
        StoreError: ``disk-full``, ``cannot-write``.
    """
    path = place() / NAME
    lost: list[str] = []
    if not path.exists():
        return ()
    drafts = _salvaged(path, lost)
    aside = path.with_name(f"{NAME}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    fresh = path.with_name(f".{NAME}.new")
    with explaining(path):
        fresh.unlink(missing_ok=True)
    with opened(fresh) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for row, revisions in drafts:
            rows.insert_all(connection, row, revisions)
        connection.execute("COMMIT")
    with explaining(path):
        shutil.copy2(path, aside)
        fresh.replace(path)
        path.with_name(f"{NAME}-journal").unlink(missing_ok=True)
    return tuple(lost)


def stats() -> Stats:
    """How much there is."""
    kept = [path.stat().st_size for path in media.objects()]
    counts, size = (0, 0, 0), 0
    with database.reading() as connection:
        if connection is not None:
            query = "SELECT count(*) - count(trashed), count(trashed), coalesce(sum(last), 0) FROM drafts"
            counts = connection.execute(query).fetchone()
            size = (place() / NAME).stat().st_size
    return Stats(str(place()), counts[0], counts[1], counts[2], size, len(kept), sum(kept))


def backup(target: Path, *, force: bool = False) -> None:
    """Write a copy of the database that is whole, even while others save. Kept media and private drafts are not in it.

    Raises:
        StoreError: ``file-exists``, ``disk-full``, ``cannot-write``.
    """
    with opened() as connection, replacing(target, force=force, error=StoreError) as part, explaining(target):
        _copied(connection, part)


def move(folder: Path) -> None:
    """Keep the store in another folder from now on. It is copied, checked, and only then left where it was.

    Raises:
        StoreError: ``store-exists``: there is one already; ``disk-full``, ``cannot-write``.
    """
    source, target = place(), Path(folder).absolute()
    if (target / NAME).exists():
        hint = "choose an empty folder"
        raise StoreError("there is a store in that folder already", code="store-exists", where=str(target), hint=hint)
    with explaining(target):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened() as connection, replacing(target / NAME, force=False, error=StoreError) as part, explaining(target):
        _copied(connection, part)
    with explaining(target):
        for name in (_OBJECTS, _PRIVATE):
            if (source / name).is_dir():
                shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        folders.config().mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(folders.config() / database.POINTER, force=True, error=StoreError) as pointer:
            pointer.write_text(str(target), encoding="utf-8")
        (source / NAME).unlink(missing_ok=True)
        for name in (_OBJECTS, _PRIVATE):
            shutil.rmtree(source / name, ignore_errors=True)


def _private_problems() -> list[str]:
    """What is wrong with private drafts; their names are not told."""
    problems: list[str] = []
    try:
        with private.reading() as connection:
            if connection is not None:
                for row in _every(connection, problems):
                    rows.revisions(connection, row)
    except (StoreError, sqlite3.Error) as error:
        problems.append(f"private drafts: {error}")
    return problems


def _copied(connection: sqlite3.Connection, part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)


def _every(connection: sqlite3.Connection, problems: list[str]) -> list[Row]:
    """All drafts that can be read; of the others, that they cannot."""
    found = []
    for (identity,) in connection.execute("SELECT id FROM drafts ORDER BY id").fetchall():
        try:
            row = rows.by_id(connection, identity)
        except (StoreError, *BROKEN) as error:
            problems.append(f"draft number {identity}: {error}")
            continue
        if row is not None:
            found.append(row)
    return found


def _strays(connection: sqlite3.Connection) -> list[str]:
    """Revisions of drafts that are not there."""
    query = (
        f"SELECT DISTINCT id >> {rows.PACK_BITS} FROM packs WHERE id >> {rows.PACK_BITS} NOT IN (SELECT id FROM drafts)"
    )
    return [f"draft number {identity} has revisions, and is not listed" for (identity,) in connection.execute(query)]


def _salvaged(path: Path, lost: list[str]) -> list[tuple[Row, list[Revision]]]:
    """What can be read of a damaged file: drafts one by one, each as far as its revisions go."""
    saved = []
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for identity in _identities(connection, lost):
            row = None
            with suppress(StoreError, *BROKEN):
                row = rows.by_id(connection, identity)
            if row is None:
                row = Row(identity, f"recovered {identity}", 0, 0, 0, rows.now())
                lost.append(f"the name of draft number {identity}: it is called {row.name} now")
            revisions = _readable(connection, row, lost)
            if not revisions:
                lost.append(f"draft {row.name}: none of its revisions can be read")
                continue
            numbers = {revision.number for revision in revisions}
            last = revisions[-1].number
            head = row.head if row.head in numbers else last
            tip = row.tip if row.tip in numbers else head
            saved.append(rows.renumbered(row, head, tip, revisions))
    return saved


def _identities(connection: sqlite3.Connection, lost: list[str]) -> list[int]:
    """The numbers of all drafts that anything speaks of."""
    found: set[int] = set()
    for query in ("SELECT id FROM drafts", f"SELECT DISTINCT id >> {rows.PACK_BITS} FROM packs"):
        try:
            found |= {identity for (identity,) in connection.execute(query)}
        except BROKEN as error:
            lost.append(f"part of the list of drafts: {error}")
    return sorted(found)


def _readable(connection: sqlite3.Connection, row: Row, lost: list[str]) -> list[Revision]:
    """The revisions of a draft whose packs are whole."""
    found: list[Revision] = []
    first = row.id << rows.PACK_BITS
    try:
        identities = [
            n for (n,) in connection.execute("SELECT id FROM packs WHERE id >> ? = ?", (rows.PACK_BITS, row.id))
        ]
    except BROKEN:
        identities = list(range(first, first + 64))
    for identity in sorted(identities):
        try:
            found += rows.pack(connection, row, identity)
        except (StoreError, *BROKEN):
            lost.append(f"draft {row.name}: some of its revisions")
    return found
