"""The media that drafts speak of: by place and by the digest of its bytes, or kept inside the store."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clipkit.errors import StoreError
from clipkit.store import database, private
from clipkit.store.atomic import replacing
from clipkit.store.database import place
from clipkit.store.oserrors import explained

_OBJECTS = "objects"
_MOST_FILES = 200_000

State = Literal["there", "changed", "kept", "offline", "unknown"]
"""As it was when a draft was saved; with other bytes now; gone, but kept inside; gone; never seen."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that a draft reads: where it was, what has become of it, and where its bytes are now (None: nowhere)."""

    path: str
    state: State
    digest: str
    found: str | None


def digest_of(path: Path) -> str:
    """SHA-256 of a whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note(paths: Iterable[str], *, keep: bool = False, is_private: bool = False) -> None:
    """Remember the digests of files, as far as they are there; with `keep` also their bytes. Of private drafts, among
    these.

    Raises:
        StoreError: ``cannot-keep``, ``private-media``, ``disk-full``; as `store.database`.
    """
    if keep and is_private:
        hint = "leave out --keep-media, or turn private mode off for this one"
        raise StoreError("media of private drafts is not kept inside", code="private-media", hint=hint)
    reading, writing = (private.reading, private.writing) if is_private else (database.reading, database.writing)
    seen = {path: status for path in paths if (status := _status(path)) is not None}
    if not seen:
        return
    with reading() as connection:
        known = {path: _known(connection, path) for path in seen} if connection else {}
    fresh = {
        path: (status.st_size, status.st_mtime_ns, digest_of(Path(path)))
        for path, status in seen.items()
        if (known.get(path) or (0, 0, ""))[:2] != (status.st_size, status.st_mtime_ns)
    }
    if fresh:
        with writing() as connection:
            rows = [(path, *values) for path, values in fresh.items()]
            connection.executemany("INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?)", rows)
    if keep:
        for path in seen:
            _keep(Path(path), (fresh.get(path) or known[path] or (0, 0, ""))[2])


def media(paths: Iterable[str]) -> tuple[Medium, ...]:
    """What has become of files."""
    with _either() as known:
        return tuple(_medium(path, known(path)) for path in paths)


def search(wanted: Iterable[Medium], folders: Iterable[Path]) -> dict[str, str]:
    """Where files that are gone lie now, by their digests: old path → new one."""
    wanted = tuple(wanted)
    with _either() as known:
        sizes = {medium.path: (known(medium.path) or (0, 0, ""))[0] for medium in wanted}
    left = {medium.path: medium for medium in wanted if medium.digest}
    found: dict[str, str] = {}
    for path in _files(folders):
        with suppress(OSError):
            size = path.stat().st_size
            fitting = [old for old in left if sizes.get(old) == size]
            digest = digest_of(path) if fitting else ""
            for old in fitting:
                if left[old].digest == digest:
                    found[old] = str(path)
                    del left[old]
        if not left:
            break
    return found


def object_path(digest: str, suffix: str) -> Path:
    """Where the bytes of a digest are kept."""
    return place() / _OBJECTS / digest[:2] / f"{digest}{suffix.lower()}"


def objects() -> Iterator[Path]:
    """All that is kept."""
    with suppress(OSError):
        yield from sorted(path for path in (place() / _OBJECTS).glob("??/*") if path.is_file())


def _medium(path: str, known: tuple[int, int, str] | None) -> Medium:
    status = _status(path)
    digest = known[2] if known else ""
    if status is not None:
        same = known is not None and known[:2] == (status.st_size, status.st_mtime_ns)
        touched = known is not None and not same and known[0] == status.st_size and digest_of(Path(path)) == digest
        state: State = "unknown" if known is None else "there" if same or touched else "changed"
        return Medium(path, state, digest, path)
    if digest and (kept := object_path(digest, Path(path).suffix)).is_file():
        return Medium(path, "kept", digest, str(kept))
    return Medium(path, "offline" if digest else "unknown", digest, None)


@contextmanager
def _either() -> Iterator[Callable[[str], tuple[int, int, str] | None]]:
    """What was noted of a file, among private drafts or the others."""
    with private.reading() as one, database.reading() as other:
        shelves = [connection for connection in (one, other) if connection is not None]

        def known(path: str) -> tuple[int, int, str] | None:
            return next((found for each in shelves if (found := _known(each, path)) is not None), None)

        yield known


def _known(connection: sqlite3.Connection, path: str) -> tuple[int, int, str] | None:
    """Size, time of change and digest of a file when it was noted."""
    found = connection.execute("SELECT size, changed, digest FROM media WHERE path = ?", (path,)).fetchone()
    return (found[0], found[1], found[2]) if found else None


def _keep(path: Path, digest: str) -> None:
    """Copy a file into the store, once."""
    kept = object_path(digest, path.suffix)
    if kept.exists():
        return
    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, kept, StoreError) from error
    with suppress(FileExistsError), replacing(kept, force=True, error=StoreError) as part:
        with path.open("rb") as source, part.open("wb") as copy:
            while block := source.read(1 << 20):
                copy.write(block)
        if digest_of(part) != digest:
            hint = "save the draft again when nobody writes to that file"
            raise StoreError("the file changed while it was kept", code="cannot-keep", where=str(path), hint=hint)


def _status(path: str) -> os.stat_result | None:
    with suppress(OSError, ValueError):
        status = Path(path).stat()
        return status if os.path.isfile(path) else None  # noqa: PTH113  one that raises nothing
    return None


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    """Files in folders and below, links not followed; a file itself where one is named."""
    seen = 0
    for folder in folders:
        if folder.is_file():
            yield folder
        for base, _, names in os.walk(folder):
            for name in sorted(names):
                seen += 1
                if seen > _MOST_FILES:
                    return
                yield Path(base, name)
