"""Drafts: stored projects by name, with every state that they were ever in.

This room deals in JSON text only; what it means is the project's business. Nothing that was saved is ever lost: undo
and redo move what shows, a conflict keeps both sides, and what is deleted lies in the trash until it is purged.
"""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice, takewhile

from clipkit.errors import StoreError
from clipkit.store import database, private, rows, shelves
from clipkit.store.names import checked_name
from clipkit.store.packs import Revision
from clipkit.store.rows import Row

MAX_TEXT_BYTES = 16 << 20
"""Larger than any project."""

_MOST_TAGS = 32


@dataclass(frozen=True, slots=True)
class Draft:
    """A stored project: its name, the revision that shows, how many there are, when it was changed last and when it was
    put in the trash (seconds since 1970), its tags, and whether it is encrypted."""

    name: str
    revision: int
    revisions: int
    changed: float
    tags: tuple[str, ...] = ()
    trashed: float | None = None
    private: bool = False

    @property
    def modified(self) -> datetime:
        """When it was changed last."""
        return datetime.fromtimestamp(self.changed, UTC)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a draft holds: the JSON text of a project, and the number of the revision that it is."""

    text: str
    revision: int


# ---- reading -----------------------------------------------------------------------------------------------------


def load(name: str, revision: int | None = None) -> Saved:
    """A draft's JSON text: what shows, or another revision.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft`` with the nearest names, ``unknown-revision``, ``corrupt-draft``; as
            `store.database`.
    """
    name = named(name)
    with shelves.reading(name) as connection:
        row = known(connection, name)
        assert connection is not None
        wanted = row.head if revision is None else revision
        found = rows.revision(connection, row, wanted)
    if found is None:
        raise _unknown_revision(row, wanted)
    return Saved(found.text, found.number)


def names(*, trash: bool = False) -> tuple[Draft, ...]:
    """All drafts, or those in the trash; the one changed last first."""
    found: list[Draft] = []
    for reading, is_private in ((database.reading, False), (private.reading, True)):
        with reading() as connection:
            if connection is not None:
                found += [_draft(row, is_private) for row in rows.every(connection, trash=trash)]
    return tuple(sorted(found, key=lambda draft: -draft.changed))


def damaged() -> int:
    """How many drafts `names` leaves out, as they are not what was saved; `store check` says more."""
    with database.reading() as one, private.reading() as other:
        return sum(rows.damaged(connection) for connection in (one, other) if connection is not None)


def find(name: str) -> Draft | None:
    """A draft by its name; None where there is none.

    Raises:
        StoreError: ``bad-name``, ``corrupt-draft``; as `store.database`.
    """
    name = named(name)
    is_private = shelves.is_private(name)
    with shelves.reading(name) as connection:
        row = rows.live(connection, name) if connection else None
    return _draft(row, is_private) if row else None


def history(name: str) -> tuple[Revision, ...]:
    """All revisions of a draft, in the order in which they were saved.

    Raises:
        StoreError: as `load`.
    """
    name = named(name)
    with shelves.reading(name) as connection:
        row = known(connection, name)
        assert connection is not None
        return tuple(rows.revisions(connection, row))


# ---- writing -----------------------------------------------------------------------------------------------------


def save(name: str, text: str, *, base: int | None = None, new: bool = False) -> Draft:
    """Store a project's JSON text as the next revision of a draft, which is made where there is none.

    Args:
        name: See `checked_name`.
        text: At most 16 MiB.
        base: The revision that the text was made from. Where another one shows by now, somebody else has saved: the
            text is kept as a revision beside it, but does not show.
        new: There must be no such draft yet.

    Raises:
        StoreError: ``bad-name``, ``draft-exists``, ``draft-conflict``, ``draft-too-large``, ``bad-text``,
            ``disk-full``, ``cannot-write``; as `store.database`.
    """
    name = named(name)
    check_text(name, text)
    conflict: StoreError | None = None
    is_private = shelves.goes_private(name)
    with private.writing() if is_private else database.writing() as connection:
        row = rows.live(connection, name)
        if row is None:
            return _draft(rows.insert(connection, Row.new(name, rows.now()), text), is_private)
        if new:
            raise exists(name)
        shown = rows.revision(connection, row, row.head)
        if shown is not None and shown.text == text:
            return _draft(row, is_private)
        parent = row.head if base is None else base
        revision = rows.append(connection, row, text, parent)
        row = replace(row, last=revision.number, changed=revision.saved)
        if parent == row.head:
            row = replace(row, head=revision.number, tip=revision.number)
        else:
            conflict = _conflict(row, parent, revision.number)
        rows.update(connection, row)
    if conflict is not None:
        raise conflict
    return _draft(row, is_private)


def undo(name: str, steps: int = 1) -> Saved:
    """Show what a draft held so many saves before.

    Raises:
        StoreError: ``nothing-to-undo``; as `load`.
    """
    return _moved(name, steps, back=True)


def redo(name: str, steps: int = 1) -> Saved:
    """Show again what was undone, so many saves of it.

    Raises:
        StoreError: ``nothing-to-redo``; as `load`.
    """
    return _moved(name, steps, back=False)


def rename(name: str, to: str) -> None:
    """Give a draft another name.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft``, ``draft-exists``.
    """
    name, to = named(name), named(to)
    with _changing(name) as (connection, row):
        if to != name and find(to) is not None:
            raise exists(to)
        rows.update(connection, replace(row, name=to))


def copy(name: str, to: str) -> None:
    """Store a draft once more under another name, with its whole history.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft``, ``draft-exists``.
    """
    name, to = named(name), named(to)
    with _changing(name) as (connection, row):
        if find(to) is not None:
            raise exists(to)
        rows.insert_all(connection, replace(row, name=to), rows.revisions(connection, row))


def tag(name: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Change the tags of a draft, and return them.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft``, ``bad-tag``.
    """
    name = named(name)
    wanted = checked_tags(add)
    with _changing(name) as (connection, row):
        tags = checked_tags(word for word in (*row.tags, *wanted) if word not in remove)
        rows.update(connection, replace(row, tags=tags))
    return tags


def delete(name: str) -> None:
    """Put a draft in the trash, from where `restore` takes it back.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft`` with the nearest names.
    """
    name = named(name)
    with _changing(name) as (connection, row):
        rows.update(connection, replace(row, trashed=rows.now()))


def restore(name: str, to: str | None = None) -> None:
    """Take the draft of that name that was deleted last back from the trash, under its own name or another.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft``, ``draft-exists``.
    """
    name = named(name)
    wanted = named(to) if to is not None else name
    with shelves.writing(name, rows.trashed) as connection:
        row = rows.trashed(connection, name)
        if row is None:
            raise _unknown(name, [each.name for each in rows.every(connection, trash=True)], "in the trash")
        if find(wanted) is not None:
            raise exists(wanted)
        rows.update(connection, replace(row, name=wanted, trashed=None))


def purge(name: str | None = None) -> int:
    """Remove what is in the trash for good: all of it, or all that had one name. Returns how many drafts that were.

    What is removed is written over, so that it cannot be read from the file any more.

    Raises:
        StoreError: ``bad-name``, ``unknown-draft``.
    """
    name = None if name is None else named(name)
    known_names: list[str] = []
    count = 0
    for reading, writing in ((database.reading, database.writing), (private.reading, private.writing)):
        with reading() as connection:
            trash = [row.name for row in rows.every(connection, trash=True)] if connection else []
        known_names += trash
        if not trash or name not in (None, *trash):
            continue
        with writing() as connection:
            connection.execute("PRAGMA secure_delete=ON")
            for row in [each for each in rows.every(connection, trash=True) if name in (None, each.name)]:
                rows.remove(connection, row)
                count += 1
    if name is not None and not count:
        raise _unknown(name, known_names, "in the trash")
    return count


# ---- parts -------------------------------------------------------------------------------------------------------


def named(name: str) -> str:
    """The name as it is stored; a StoreError (``bad-name``) where it cannot be."""
    return checked_name(name, "a draft")


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are stored, each once; a StoreError (``bad-name``, ``bad-tag``) where they cannot be."""
    checked = tuple(dict.fromkeys(named(word) for word in tags))
    if len(checked) > _MOST_TAGS:
        raise StoreError(f"a draft has at most {_MOST_TAGS} tags", code="bad-tag", hint="remove some first")
    return checked


def _moved(name: str, steps: int, *, back: bool) -> Saved:
    name = named(name)
    with _changing(name) as (connection, row):
        line = rows.line(connection, row, row.head if back else row.tip)  # newest first
        if back:
            ahead = list(islice(line, steps + 1))
        else:
            ahead = [*takewhile(lambda each: each.number != row.head, line)][::-1]
            ahead = [ahead[0], *ahead] if ahead else []  # what shows is one step before the first of them
        if len(ahead) <= steps:
            word = "undo" if back else "redo"
            left = max(len(ahead) - 1, 0)
            message = f"there is nothing more to {word}" if not left else f"there are only {left} to {word}"
            raise StoreError(message, code=f"nothing-to-{word}", where=name, hint=f"clipkit draft history {name}")
        revision = ahead[steps]
        rows.update(connection, replace(row, head=revision.number, changed=rows.now()))
    return Saved(revision.text, revision.number)


@contextmanager
def _changing(name: str) -> Iterator[tuple[sqlite3.Connection, Row]]:
    """A transaction on a draft that is there; where there is no store yet, none is made."""
    if find(name) is None:
        with shelves.reading(name) as connection:
            known(connection, name)
    with shelves.writing(name) as connection:
        yield connection, known(connection, name)


def known(connection: sqlite3.Connection | None, name: str) -> Row:
    """The draft of that name; a StoreError (``unknown-draft``) with the nearest names where there is none."""
    row = rows.live(connection, name) if connection else None
    if row is None:
        raise _unknown(name, rows.names(connection) if connection else [])
    return row


def _draft(row: Row, is_private: bool = False) -> Draft:
    return Draft(row.name, row.head, row.last, row.changed, row.tags, row.trashed, is_private)


def check_text(name: str, text: str) -> None:
    """Refuse what could not be read back: a StoreError (``bad-text``, ``draft-too-large``)."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise StoreError(
            f"the draft is no text: {error.reason}", code="bad-text", where=name, hint="it is JSON in UTF-8"
        ) from error
    if size > MAX_TEXT_BYTES:
        hint = "render parts of it first"
        raise StoreError("the draft is larger than 16 MiB", code="draft-too-large", where=name, hint=hint)


def _unknown(name: str, known: list[str], where: str = "") -> StoreError:
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known[:3]
    hint = f"did you mean {', '.join(close)}?" if close else f"there are no drafts {where or 'yet'}"
    place = f" {where}" if where else ""
    if (stands := private.status()).drafts and not stands.unlocked:
        hint = f"{hint}; private drafts are locked: clipkit draft unlock"
    return StoreError(f"there is no draft named {name!r}{place}", code="unknown-draft", hint=hint)


def _unknown_revision(row: Row, number: int) -> StoreError:
    hint = f"they are numbered 1 to {row.last}: clipkit draft history {row.name}"
    return StoreError(f"{row.name} has no revision {number}", code="unknown-revision", where=row.name, hint=hint)


def exists(name: str) -> StoreError:
    """What to raise for a name that is taken."""
    return StoreError(
        f"there is a draft named {name!r} already",
        code="draft-exists",
        hint="choose another name, or go on from it with --force: what it holds stays in its history",
    )


def _conflict(row: Row, base: int, kept: int) -> StoreError:
    return StoreError(
        f"somebody else has changed {row.name} meanwhile: revision {base} was taken, {row.head} shows",
        code="draft-conflict",
        where=row.name,
        hint=f"yours is kept as revision {kept}: clipkit draft diff {row.name}@{row.head} {row.name}@{kept}",
    )
