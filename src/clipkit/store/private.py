"""Private mode: drafts in a database that only ever lies encrypted on disk.

The private drafts are a database like the other one (`store.database`), but it lives in memory: read from one age file
and written back whole as one age file, so names, tags, documents, places and digests of media, SQLite's journal and its
free pages are never on disk but encrypted. age's STREAM (chunks of 64 KiB) tells when anything in it is changed, cut or
moved. All is encrypted to a key of its own, an X25519 identity that is stored encrypted with a passphrase or for a key
file. Its public half is written nowhere: who does not hold the key cannot make a file that would be taken.

::

    private/on          stands while private mode is on
    private/key.age     the identity, encrypted; `age -d` opens it
    private/drafts.age  the database behind a number that grows with each save
    private/state.json  that number and how many drafts there are, signed: an older drafts.age is refused

Unlocked is who holds the identity: this process, or every command for a while, through a file in `/dev/shm`, which is
memory. Saving costs as much as all private drafts together are large.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from clipkit.errors import StoreError
from clipkit.store import database, keys
from clipkit.store.database import explaining, place
from clipkit.store.locks import lock as taken

MINUTES = 60
"""For how long commands stay unlocked where nothing else is said."""

_MAGIC = b"clipkit private 1\n"
_MEMORY = Path("/dev/shm")
_PATIENCE = 60.0

_held: dict[Path, str] = {}
"""The identities that this process holds, by store."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether private mode is on, whether private drafts are unlocked, and how many there are (as far as is told)."""

    on: bool
    unlocked: bool
    drafts: int


# ---- the switch ----------------------------------------------------------------------------------------------------


def status() -> Status:
    """Where private mode stands. Needs no key."""
    return Status((_folder() / "on").exists(), _identity() is not None, _count())


def active() -> bool:
    """Whether nothing that is made here may be kept unencrypted: private mode is on, or there are private drafts."""
    return (_folder() / "on").exists() or _count() > 0


def on(passphrase: str | None = None, key_file: str | Path | None = None) -> None:
    """Make all new drafts private ones. The first time, a key is made and encrypted with the passphrase or for the
    key file (an age identity, made where there is none); later neither is needed. The drafts are unlocked then.

    Without passphrase or key file, private drafts are lost for ever: nobody can open them.

    Raises:
        StoreError: ``no-key``: the first time, one is needed; ``no-pyrage``; ``disk-full``, ``cannot-write``.
    """
    age = keys.age()
    folder = _folder()
    with explaining(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / "key.age").exists():
            identity = str(age.x25519.Identity.generate())
            keys.put(folder / "key.age", keys.wrapped(identity, passphrase, key_file))
            _held[folder] = identity
            _sign(folder, identity, 0, 0)
        (folder / "on").touch(mode=0o600)


def off() -> None:
    """Make new drafts plain ones again. Private drafts stay private."""
    with explaining(_folder()), suppress(FileNotFoundError):
        (_folder() / "on").unlink()


def change(passphrase: str | None = None, key_file: str | Path | None = None) -> None:
    """Take another passphrase or key file from now on. They must be unlocked; nothing else is written anew.

    Raises:
        StoreError: ``private-locked``, ``no-key``.
    """
    identity = _needed()
    with explaining(_folder()):
        keys.put(_folder() / "key.age", keys.wrapped(identity, passphrase, key_file))


# ---- locked and unlocked -------------------------------------------------------------------------------------------


def unlock(passphrase: str | None = None, key_file: str | Path | None = None, *, minutes: int = 0) -> None:
    """Hold the key in this process; with `minutes` every command of this user does, for so long, or until `lock`.

    Raises:
        StoreError: ``wrong-key``, whatever is wrong with it; ``no-private``: there is nothing to unlock;
            ``no-memory``: this system has no folder that lies in memory.
    """
    path = _folder() / "key.age"
    with explaining(path):
        if not path.exists():
            hint = "clipkit private on"
            raise StoreError("private mode was never on", code="no-private", hint=hint)
        identity = keys.unwrapped(path.read_bytes(), passphrase, key_file)
        _held[_folder()] = identity
        if minutes:
            _share(identity, minutes)


def share(minutes: int = MINUTES) -> None:
    """Let every command of this user hold the key, as `unlock` does, where this process holds it.

    Raises:
        StoreError: ``private-locked``, ``no-memory``.
    """
    with explaining(_folder()):
        _share(_needed(), minutes)


def lock() -> None:
    """Forget the key, in this process and for all commands."""
    _held.pop(_folder(), None)
    with suppress(OSError):
        _shared().unlink()


def locked(what: str) -> StoreError:
    """What to raise when the key is needed."""
    return StoreError(f"{what} locked", code="private-locked", hint="clipkit draft unlock")


def _identity() -> str | None:
    """The identity where it is held; a file whose time has passed is removed."""
    if identity := _held.get(_folder()):
        return identity
    try:
        path = _shared()
        if path.stat().st_uid != os.getuid() or path.parent.stat().st_uid != os.getuid():
            return None
        until, identity = path.read_text(encoding="ascii").split()
    except (OSError, ValueError, AttributeError):
        return None
    if time.time() > float(until):
        with suppress(OSError):
            path.unlink()
        return None
    keys.no_core_dumps()
    return identity


def _needed() -> str:
    identity = _identity()
    if identity is None:
        raise locked("the private drafts are")
    return identity


def _share(identity: str, minutes: int) -> None:
    path = _shared()
    if not _MEMORY.is_mount() or not hasattr(os, "getuid"):
        hint = "use clipkit from Python, where `unlock` holds the key in the process"
        raise StoreError("this system has no folder in memory to keep the key in", code="no-memory", hint=hint)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.parent.stat().st_uid != os.getuid() or path.parent.is_symlink():
        raise StoreError("somebody else has taken its place", code="no-memory", where=str(path.parent), hint="ask them")
    keys.put(path, f"{time.time() + 60 * minutes} {identity}".encode())


def _shared() -> Path:
    """Where commands find the key: a folder and a file that only this user may read, one for each store."""
    name = hashlib.sha256(str(_folder()).encode()).hexdigest()[:16]
    return _MEMORY / f"clipkit-{os.getuid() if hasattr(os, 'getuid') else 0}" / name


# ---- the database --------------------------------------------------------------------------------------------------


@contextmanager
def reading() -> Iterator[sqlite3.Connection | None]:
    """The private drafts; None where they are locked, or there are none.

    Raises:
        StoreError: ``corrupt-store``: it is damaged, or older than it should be.
    """
    identity = _identity()
    if identity is None:
        yield None
        return
    with explaining(_folder()), closing(_loaded(identity)[0]) as connection:
        yield connection


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """One transaction on the private drafts: all that the block does is stored when it ends, or nothing.

    Raises:
        StoreError: ``private-locked``; ``store-busy``; as `reading`; ``disk-full``, ``cannot-write``.
    """
    identity, folder = _needed(), _folder()
    with explaining(folder), _alone(folder):
        connection, number = _loaded(identity)
        with closing(connection):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            (count,) = connection.execute("SELECT count(*) FROM drafts WHERE trashed IS NULL").fetchone()
            age = keys.age()
            content = _MAGIC + (number + 1).to_bytes(8, "big") + connection.serialize()
            keys.put(folder / "drafts.age", age.encrypt(content, [keys.key(identity).to_public()]))
            _sign(folder, identity, number + 1, count)


def _loaded(identity: str) -> tuple[sqlite3.Connection, int]:
    """The database in memory, and the number of its last save."""
    folder = _folder()
    least = _signed(folder, identity)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA trusted_schema=OFF")
        sealed = (folder / "drafts.age").read_bytes() if (folder / "drafts.age").exists() else None
        if sealed is None and least:
            raise _damaged(folder)
        if sealed is None:
            connection.execute(f"PRAGMA page_size={database.PAGE}")
            database.make(connection)
            return connection, 0
        content = _opened(sealed, identity)
        head = len(_MAGIC) + 8
        number = int.from_bytes(content[len(_MAGIC) : head], "big")
        if not content.startswith(_MAGIC) or number < least:
            raise _damaged(folder)
        connection.deserialize(content[head:])
        database.refuse_newer(connection, folder / "drafts.age")
    except BaseException:
        connection.close()
        raise
    return connection, number


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time saves."""
    with (folder / "lock").open("ab") as file:
        until = time.monotonic() + _PATIENCE
        while not taken(file.fileno()):
            if time.monotonic() > until:
                hint = "try again when it is done"
                raise StoreError("another clipkit is writing to the private drafts", code="store-busy", hint=hint)
            time.sleep(0.01)
        yield


# ---- keys and seals ------------------------------------------------------------------------------------------------


def _opened(sealed: bytes, identity: str) -> bytes:
    age = keys.age()
    try:
        content: bytes = age.decrypt(sealed, [keys.key(identity)])
    except (age.DecryptError, age.IdentityError, ValueError):
        raise _damaged(_folder()) from None
    return content


def _sign(folder: Path, identity: str, number: int, count: int) -> None:
    told = {"number": number, "drafts": count, "signed": _signature(identity, number, count)}
    keys.put(folder / "state.json", json.dumps(told).encode())


def _signed(folder: Path, identity: str) -> int:
    """The number of the last save, which the key has signed."""
    try:
        told = json.loads((folder / "state.json").read_bytes())
        number, count = told["number"], told["drafts"]
        if hmac.compare_digest(str(told["signed"]), _signature(identity, number, count)) and isinstance(number, int):
            return number
    except (OSError, ValueError, TypeError, KeyError):
        pass
    raise _damaged(folder)


def _signature(identity: str, number: object, count: object) -> str:
    return hmac.digest(identity.encode(), f"clipkit private state {number} {count}".encode(), "sha256").hex()


def _count() -> int:
    """How many private drafts there are; it is not checked here, as nobody may hold the key."""
    try:
        count = json.loads((_folder() / "state.json").read_bytes())["drafts"]
        return count if isinstance(count, int) else 1
    except FileNotFoundError:
        return 0
    except (OSError, ValueError, TypeError, KeyError):
        return 1  # at least: nothing is to be kept in plain beside what cannot be read


def _damaged(folder: Path) -> StoreError:
    return StoreError(
        "the private drafts are damaged, or an older state of them was put in their place",
        code="corrupt-store",
        where=str(folder),
        hint="take the whole folder from one backup",
    )


def _folder() -> Path:
    return place() / "private"
