"""A disk whose writes are noted, or fail: SQLite on it, through apsw, and what a loss of power may leave of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512


@dataclass
class Call:
    """One change: `write` (offset, data), `truncate` (size), `delete`, or `sync`, of a file."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What was done to the files of one folder, in order; before each call `before` may raise."""

    calls: list[Call] = field(default_factory=list)
    before: Callable[[Call], None] = lambda call: None

    def note(self, call: Call) -> None:
        self.before(call)
        self.calls.append(call)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name)).name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802  names of SQLite
        self._disk.note(Call("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.note(Call("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.note(Call("sync", self._name))
        super().xSync(flags)


class _Vfs(apsw.VFS):
    def __init__(self, disk: Disk, name: str) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _File:  # noqa: N802
        return _File(self._disk, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        self._disk.note(Call("delete", Path(name).name))
        super().xDelete(name, sync)
        if sync:
            self._disk.note(Call("sync", "."))


def connected(disk: Disk, path: Path, pragmas: tuple[str, ...]) -> tuple[apsw.Connection, _Vfs]:
    """A connection whose writes are noted; the second must live as long as it does."""
    vfs = _Vfs(disk, f"noted-{id(disk)}")
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    connection = apsw.Connection(str(path), flags=flags, vfs=f"noted-{id(disk)}")
    for pragma in pragmas:
        connection.execute(pragma)
    return connection, vfs


def states(disk: Disk, count: int, seed: int) -> Iterator[tuple[int, dict[str, bytes]]]:
    """What may be on the disk after power was lost: after how many calls, and the files.

    Of what was not synced, each write, each cut and each deletion is there or not, and a write may be torn between
    sectors. Nothing is said of their order.
    """
    chance = random.Random(seed)
    for _ in range(count):
        stop = chance.randrange(len(disk.calls) + 1)
        yield stop, _after(disk.calls[:stop], chance)


def _after(calls: list[Call], chance: random.Random) -> dict[str, bytes]:
    files: dict[str, bytearray] = {}
    pending: dict[str, list[Call]] = {}
    for call in calls:
        if call.kind == "sync" and call.name == ".":  # names
            for name, waiting in pending.items():
                if any(each.kind == "delete" for each in waiting):
                    files.pop(name, None)
                    pending[name] = []
        elif call.kind == "sync":
            for each in pending.pop(call.name, []):
                _apply(files, each)
        else:
            pending.setdefault(call.name, []).append(call)
    for waiting in pending.values():
        for each in waiting:
            if chance.random() < 0.5:
                continue
            if each.kind == "write" and len(each.data) > SECTOR and chance.random() < 0.3:
                cut = chance.randrange(1, len(each.data) // SECTOR + 1) * SECTOR
                each = Call("write", each.name, each.offset, each.data[:cut])
            _apply(files, each)
    return {name: bytes(data) for name, data in files.items()}


def _apply(files: dict[str, bytearray], call: Call) -> None:
    if call.kind == "delete":
        files.pop(call.name, None)
        return
    data = files.setdefault(call.name, bytearray())
    if call.kind == "truncate":
        del data[call.offset :]
    else:
        end = call.offset + len(call.data)
        data.extend(bytes(max(end - len(data), 0)))
        data[call.offset : end] = call.data
