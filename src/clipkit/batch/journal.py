"""What a batch has done, kept beside its files, so that `resume` need not do it again.

A line of JSON for each item that was begun, and one for each that is finished; lines are only ever added. A line that
cannot be read counts for nothing: its item is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from clipkit import __version__
from clipkit.engine.render import Report
from clipkit.errors import RenderError
from clipkit.store.oserrors import explained

NAME = ".clipkit-batch.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished item: what it was made of, and what the file was like."""

    key: str
    out: str
    """The file's name in the folder."""

    bytes: int
    sha256: str
    frames: int
    duration: float
    target: str

    def report(self, folder: Path) -> Report:
        """The report of a render that was done before."""
        path = str(folder / self.out)
        return Report(path, self.frames, self.duration, 0.0, self.bytes, self.target, 0, ())


class Journal:
    """The journal of one folder.

    Raises:
        RenderError: It cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._finished: dict[tuple[str, str], Entry] = {}
        self._begun: set[str] = set()
        written = self._read()
        self._torn = bool(written) and not written.endswith(b"\n")
        for entry in _entries(written.split(b"\n")):
            self._note(entry)

    def done(self, key: str, out: str) -> Entry | None:
        """The entry of an item that is finished and whose file is still as it was left."""
        entry = self._finished.get((key, out))
        return entry if entry is not None and _as_left(self._folder / out, entry) else None

    def owns(self, out: str) -> bool:
        """Whether a batch in this folder has begun that file: then it is not the user's own."""
        return out in self._begun

    def begin(self, out: str) -> None:
        self._add({"begun": out})
        self._begun.add(out)

    def finish(self, key: str, report: Report) -> None:
        path = Path(report.path)
        try:
            entry = Entry(key, path.name, report.bytes, _digest(path), report.frames, report.duration, report.target)
        except OSError as error:
            raise explained(error, path, RenderError) from error
        self._add(asdict(entry))
        self._note(entry)

    def _note(self, entry: Entry | str) -> None:
        if isinstance(entry, Entry):
            self._finished[entry.key, entry.out] = entry
        self._begun.add(entry.out if isinstance(entry, Entry) else entry)

    def _read(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise explained(error, self._path, RenderError) from error

    def _add(self, line: dict[str, object]) -> None:
        """Add a line in one write; a line that a kill tore off must not swallow it."""
        data = b"\n" * self._torn + json.dumps(line).encode() + b"\n"
        self._torn = False
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                os.write(descriptor, data)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise explained(error, self._path, RenderError) from error


def key_of(document: str, files: Iterable[str], suffix: str) -> str:
    """A hash over all that makes a file what it is: the project, the identity of its inputs, the kind of file.

    Inputs are told apart by path, size and the time of their last change; reading them all would take as long as the
    work that is to be saved.
    """
    inputs = [(path, *_identity(Path(path))) for path in files]
    text = json.dumps([__version__, json.loads(document), inputs, suffix], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _identity(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ()
    return status.st_size, status.st_mtime_ns


def _entries(lines: Iterable[bytes]) -> Iterator[Entry | str]:
    kinds = {field.name: {"int": int, "float": float, "str": str}[str(field.type)] for field in fields(Entry)}
    for line in lines:
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if not isinstance(values, dict):
            continue
        if isinstance(values.get("begun"), str):
            yield values["begun"]
        elif values.keys() == kinds.keys() and all(type(values[name]) is kind for name, kind in kinds.items()):
            yield Entry(**values)


def _as_left(path: Path, entry: Entry) -> bool:
    try:
        return path.stat().st_size == entry.bytes and _digest(path) == entry.sha256
    except (OSError, ValueError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
