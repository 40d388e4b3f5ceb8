"""Whole drafts, to be packed and unpacked: with their tags and, in order, what they ever were."""

from __future__ import annotations

from dataclasses import dataclass

from clipkit.store import drafts, rows, shelves
from clipkit.store.packs import Revision
from clipkit.store.rows import Row


@dataclass(frozen=True, slots=True)
class History:
    """A draft: the number of the revision that shows, of the one that redo leads to, its tags and its revisions,
    which are numbered from 1 on."""

    head: int
    tip: int
    tags: tuple[str, ...]
    revisions: tuple[Revision, ...]


def whole(name: str) -> History:
    """A draft with all that it ever was.

    Raises:
        StoreError: as `drafts.load`.
    """
    with shelves.reading(name) as connection:
        row = drafts.known(connection, name)
        assert connection is not None
        return History(row.head, row.tip, row.tags, tuple(rows.revisions(connection, row)))


def add(name: str, history: History) -> None:
    """Store a whole draft under a name that is free.

    Raises:
        StoreError: ``bad-name``, ``bad-tag``, ``bad-text``, ``draft-too-large``, ``draft-exists``, ``disk-full``.
    """
    name = drafts.named(name)
    tags = drafts.checked_tags(history.tags)
    for revision in history.revisions:
        drafts.check_text(name, revision.text)
    with shelves.writing(name) as connection:
        if rows.live(connection, name) is not None:
            raise drafts.exists(name)
        row = Row(0, name, history.head, history.tip, len(history.revisions), rows.now(), None, tags)
        rows.insert_all(connection, row, list(history.revisions))


def check_free(name: str) -> None:
    """Say before the work what would be said after it.

    Raises:
        StoreError: ``bad-name``, ``draft-exists``.
    """
    if drafts.find(name) is not None:
        raise drafts.exists(name)
