"""Drafts and their revisions as rows of the database, each with a sum that tells when it is damaged."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from clipkit.errors import StoreError
from clipkit.store import packs
from clipkit.store.packs import Revision

PACK_BITS = 20
"""The rowid of a pack is its draft's id and, in so many low bits, its place among that draft's packs."""

_COLUMNS = "id, name, head, tip, last, changed, trashed, tags, sum"


@dataclass(frozen=True, slots=True)
class Row:
    """A draft: its name, the revision that shows, the one that redo leads to, the highest number, when it was changed
    last and when it was put in the trash (seconds since 1970)."""

    id: int
    name: str
    head: int
    tip: int
    last: int
    changed: float
    trashed: float | None = None
    tags: tuple[str, ...] = ()

    @staticmethod
    def new(name: str, changed: float) -> Row:
        """A draft that is not stored yet, with one revision."""
        return Row(0, name, 1, 1, 1, changed)

    def sum(self) -> bytes:
        """Sixteen bytes over all of it."""
        told = (self.id, self.name, self.head, self.tip, self.last, self.changed, self.trashed, self.tags)
        return hashlib.blake2b(repr(told).encode(), digest_size=16).digest()


def now() -> float:
    """Seconds since 1970, to the millisecond."""
    return round(time.time(), 3)


def live(connection: sqlite3.Connection, name: str) -> Row | None:
    """The draft of that name that is not in the trash."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM drafts WHERE name = ? AND trashed IS NULL", (name,)).fetchone()
    return _checked(found) if found else None


def trashed(connection: sqlite3.Connection, name: str) -> Row | None:
    """The draft of that name that went to the trash last."""
    query = f"SELECT {_COLUMNS} FROM drafts WHERE name = ? AND trashed IS NOT NULL ORDER BY trashed DESC, id DESC"
    found = connection.execute(query, (name,)).fetchone()
    return _checked(found) if found else None


def every(connection: sqlite3.Connection, *, trash: bool = False) -> Iterator[Row]:
    """All drafts, or all in the trash, the one changed last first."""
    where = "trashed IS NOT NULL" if trash else "trashed IS NULL"
    for found in connection.execute(f"SELECT {_COLUMNS} FROM drafts WHERE {where} ORDER BY changed DESC, name"):
        with suppress(StoreError):  # one that is damaged keeps nobody from the others; `damaged` tells of it
            yield _checked(found)


def damaged(connection: sqlite3.Connection) -> int:
    """How many drafts are not as they were written, as far as their row goes."""
    return sum(not _sound(found) for found in connection.execute(f"SELECT {_COLUMNS} FROM drafts"))


def _sound(found: tuple[int, str, int, int, int, float, float | None, str, bytes]) -> bool:
    with suppress(StoreError):
        _checked(found)
        return True
    return False


def names(connection: sqlite3.Connection) -> list[str]:
    """The names of all drafts, sorted."""
    return [name for (name,) in connection.execute("SELECT name FROM drafts WHERE trashed IS NULL ORDER BY name")]


def insert(connection: sqlite3.Connection, row: Row, text: str) -> Row:
    """Store a draft with its first revision."""
    return insert_all(connection, row, [Revision(1, 0, row.changed, text)])


def insert_all(connection: sqlite3.Connection, row: Row, revisions: list[Revision]) -> Row:
    """Store a draft with all its revisions."""
    connection.execute(
        "INSERT INTO drafts (name, head, tip, last, changed, trashed, sum) VALUES (?, 0, 0, 0, 0, ?, x'')",
        (row.name, row.trashed),
    )
    (identity,) = connection.execute("SELECT last_insert_rowid()").fetchone()
    row = replace(row, id=identity)
    done = (len(revisions) - 1) // packs.OPEN * packs.OPEN
    starts = [*range(0, done, packs.MOST), done]
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], len(revisions)], strict=True)):
        _write_pack(connection, row, number, revisions[start:stop])
    update(connection, row)
    return row


def update(connection: sqlite3.Connection, row: Row) -> None:
    """Store what has changed about a draft."""
    connection.execute(
        "UPDATE drafts SET name=?, head=?, tip=?, last=?, changed=?, trashed=?, tags=?, sum=? WHERE id=?",
        (
            row.name, row.head, row.tip, row.last, row.changed, row.trashed,
            json.dumps(row.tags, ensure_ascii=False), row.sum(), row.id,
        ),
    )  # fmt: skip


def append(connection: sqlite3.Connection, row: Row, text: str, parent: int) -> Revision:
    """Store another revision; which one shows is for `update` to say."""
    revision = Revision(row.last + 1, parent, now(), text)
    identity, data, first = _last_pack(connection, row)
    number = identity & ((1 << PACK_BITS) - 1)
    kept = list(packs.unpacked(data, row.id, first, row.name))
    if len(kept) < packs.OPEN:
        _write_pack(connection, row, number, [*kept, revision])
        return revision
    before = list(pack(connection, row, identity - 1)) if number else []
    if before and len(before) + len(kept) <= packs.MOST:
        _write_pack(connection, row, number - 1, [*before, *kept])
        _write_pack(connection, row, number, [revision])
    else:
        _write_pack(connection, row, number + 1, [revision])
    return revision


def revision(connection: sqlite3.Connection, row: Row, number: int) -> Revision | None:
    """One revision of a draft; None where it has no such number."""
    if not 1 <= number <= row.last:
        return None
    for each in _pack_of(connection, row, number):
        if each.number == number:
            return each
    raise packs.corrupt(row.name)


def revisions(connection: sqlite3.Connection, row: Row) -> list[Revision]:
    """All revisions of a draft, in the order in which they were saved; none may be missing."""
    found = list(_revisions(connection, row))
    if [each.number for each in found] != list(range(1, row.last + 1)):
        raise packs.corrupt(row.name)
    return found


def _revisions(connection: sqlite3.Connection, row: Row) -> Iterator[Revision]:
    for first, data in connection.execute(
        "SELECT first, data FROM packs WHERE id BETWEEN ? AND ? ORDER BY id", _ids(row)
    ):
        yield from packs.unpacked(data, row.id, first, row.name)


def by_id(connection: sqlite3.Connection, identity: int) -> Row | None:
    """The draft of that number, in the trash or not."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM drafts WHERE id = ?", (identity,)).fetchone()
    return _checked(found) if found else None


def pack(connection: sqlite3.Connection, row: Row, identity: int) -> tuple[Revision, ...]:
    """The revisions in one pack of a draft."""
    found = connection.execute("SELECT first, data FROM packs WHERE id = ?", (identity,)).fetchone()
    return packs.unpacked(found[1], row.id, found[0], row.name) if found else ()


def renumbered(row: Row, head: int, tip: int, kept: list[Revision]) -> tuple[Row, list[Revision]]:
    """A draft of which some revisions are lost, with those that are left numbered from 1 on."""
    new = {revision.number: number for number, revision in enumerate(kept, 1)}
    moved = [
        Revision(new[each.number], new.get(each.parent, new[each.number] - 1), each.saved, each.text) for each in kept
    ]
    return replace(row, head=new[head], tip=new[tip], last=len(moved)), moved


def line(connection: sqlite3.Connection, row: Row, number: int) -> Iterator[Revision]:
    """A revision and those that it came from, itself first. Packs are read as they are needed."""
    known: dict[int, Revision] = {}
    while number:
        if number not in known:
            known = {each.number: each for each in _pack_of(connection, row, number)}
        found = known.get(number)
        if found is None:
            raise packs.corrupt(row.name)
        yield found
        number = found.parent


def _pack_of(connection: sqlite3.Connection, row: Row, number: int) -> tuple[Revision, ...]:
    """The pack that a revision is in."""
    query = "SELECT first, data FROM packs WHERE id BETWEEN ? AND ? AND first <= ? ORDER BY id DESC LIMIT 1"
    first, data = connection.execute(query, (*_ids(row), number)).fetchone() or (0, b"")
    return packs.unpacked(data, row.id, first, row.name)


def remove(connection: sqlite3.Connection, row: Row) -> None:
    """Remove a draft and all its revisions for good."""
    connection.execute("DELETE FROM packs WHERE id BETWEEN ? AND ?", _ids(row))
    connection.execute("DELETE FROM drafts WHERE id = ?", (row.id,))


def _ids(row: Row) -> tuple[int, int]:
    """The lowest and the highest rowid that a pack of the draft can have."""
    return row.id << PACK_BITS, ((row.id + 1) << PACK_BITS) - 1


def _last_pack(connection: sqlite3.Connection, row: Row) -> tuple[int, bytes, int]:
    query = "SELECT id, data, first FROM packs WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"
    found = connection.execute(query, _ids(row)).fetchone()
    if found is None:
        raise packs.corrupt(row.name)
    identity, data, first = found
    return identity, data, first


def _write_pack(connection: sqlite3.Connection, row: Row, number: int, kept: list[Revision]) -> None:
    identity = (row.id << PACK_BITS) + number
    connection.execute(
        "INSERT OR REPLACE INTO packs (id, first, data) VALUES (?, ?, ?)",
        (identity, kept[0].number, packs.packed(kept, row.id)),
    )


def _checked(found: tuple[int, str, int, int, int, float, float | None, str, bytes]) -> Row:
    """A row of the table, if it is as it was written."""
    identity, name, head, tip, last, changed, trashed, tags, told = found
    try:
        row = Row(identity, name, head, tip, last, changed, trashed, tuple(json.loads(tags)))
        if row.sum() == told:
            return row
    except (ValueError, TypeError):
        pass
    raise packs.corrupt(str(name))
