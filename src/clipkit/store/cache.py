"""The cache: what costs time to make, by a hash of what it is made of. All of it can be made again.

Each entry is a file with a digest of its content, so damage is found when it is read and is then a miss. Entries
appear whole or not at all. Reading one renews it; when there is too much, the least recently used go first. Nothing
that goes wrong here fails anybody's work: what cannot be kept is made again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clipkit import folders
from clipkit.store import private

LIMIT = 4 * 2**30
"""Bytes kept at the most."""

_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Info:
    """How much is kept, and where."""

    folder: str
    entries: int
    bytes: int
    limit: int = LIMIT


def key(*parts: str) -> str:
    """The key of what is made of these."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def has(name: str) -> bool:
    """Whether there is an entry; reading it can still find that it is damaged."""
    return _path(name).is_file()


def get(name: str) -> bytes | None:
    """The content of an entry, which counts as used now; None where there is none, or it is damaged."""
    path = _path(name)
    try:
        data = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    content, digest = data[:-_DIGEST], data[-_DIGEST:]
    if hashlib.sha256(content).digest() == digest:
        return content
    with suppress(OSError):
        path.unlink()
    return None


def put(name: str, content: bytes) -> None:
    """Keep an entry; where the system does not let us (a full disk), or private drafts are about, do without."""
    if private.active():
        return
    path = _path(name)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _make_folder(path.parent)
        with open(part, "xb", opener=_private) as file:
            file.write(content)
            file.write(hashlib.sha256(content).digest())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()


def trim(limit: int = LIMIT) -> None:
    """Remove what was not used for the longest time, until no more than `limit` bytes are left."""
    entries = sorted(_entries(), key=lambda entry: entry[1].st_mtime_ns)
    total = sum(status.st_size for _, status in entries)
    for path, status in entries:
        if total <= limit:
            return
        with suppress(OSError):
            path.unlink()
            total -= status.st_size


def info() -> Info:
    """How much is kept."""
    sizes = [status.st_size for _, status in _entries()]
    return Info(str(_folder()), len(sizes), sum(sizes))


def clear() -> Info:
    """Remove everything; what was there."""
    before = info()
    for path, _ in _entries():
        with suppress(OSError):
            path.unlink()
    return before


def _folder() -> Path:
    return folders.cache() / "spans"


def _path(name: str) -> Path:
    return _folder() / name[:2] / name[2:]


def _entries() -> Iterator[tuple[Path, os.stat_result]]:
    for path in _folder().glob("??/*"):
        with suppress(OSError):
            yield path, path.stat()


def _make_folder(folder: Path) -> None:
    """Pieces of the user's footage lie here: nobody else may look."""
    folders.cache().mkdir(parents=True, exist_ok=True, mode=0o700)
    _folder().mkdir(exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
