"""Which of the two databases a draft is in: the private one, where it is unlocked, comes first."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clipkit.store import database, private, rows
from clipkit.store.rows import Row

_Find = Callable[[sqlite3.Connection, str], Row | None]


def is_private(name: str, find: _Find = rows.live) -> bool:
    """Whether there is a private draft of that name, as far as can be seen."""
    with private.reading() as connection:
        return connection is not None and find(connection, name) is not None


@contextmanager
def reading(name: str, find: _Find = rows.live) -> Iterator[sqlite3.Connection | None]:
    """The database that a draft is in, for reading; None where there is none yet."""
    with private.reading() as connection:
        if connection is not None and find(connection, name) is not None:
            yield connection
            return
    with database.reading() as connection:
        yield connection


@contextmanager
def writing(name: str, find: _Find = rows.live) -> Iterator[sqlite3.Connection]:
    """One transaction on the database that a draft is in; on the private one for a new draft in private mode.

    Raises:
        StoreError: ``private-locked``; as `store.database` and `store.private`.
    """
    with private.writing() if goes_private(name, find) else database.writing() as connection:
        yield connection


def goes_private(name: str, find: _Find = rows.live) -> bool:
    """Whether what is written under a name belongs to the private drafts."""
    if is_private(name, find):
        return True
    if not private.status().on:
        return False
    with database.reading() as connection:
        return connection is None or find(connection, name) is None
