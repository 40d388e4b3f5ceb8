"""What single pictures share while a session lasts: a few readers that stay open."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from clipkit.engine.compose import Painter
from clipkit.engine.opening import status_of
from clipkit.engine.reader import FrameReader
from clipkit.engine.steps import ForeignCall
from clipkit.engine.tables import Tables
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import Foreign, Plan

_READERS = 8  # a decoder of 1080×1920 holds some 30 MB
_THREADS = 4  # more of them take longer to start than they spare

_Key: TypeAlias = tuple[str, int, int, int, int, int]
"""A file as it is now, and the threads of its decoder."""


@contextmanager
def session() -> Iterator[None]:
    """Keep open what single pictures need, so that the next one comes quickly. The pictures are the same.

    ::

        with ck.session():
            for t in range(10):
                clip.frame(t).save(f"{t}.png")

    Within the block, `Clip.frame` and `Clip.frames` share readers, whichever clip they are asked of. At most 8 are
    kept, those used last; when the block ends, no file is open. It counts for the code in the block, not for other
    threads. A session inside a session is the same one.
    """
    if _current.get() is not None:
        yield
        return
    made = _Session()
    token = _current.set(made)
    try:
        yield
    finally:
        _current.reset(token)
        made.close()


def painter(plan: Plan, foreign: Mapping[Foreign, ForeignCall] | None = None) -> Painter:
    """A painter of single pictures, which decodes on several cores, with what the current session keeps."""
    threads = min(os.cpu_count() or 1, _THREADS)
    kept = _current.get()
    if kept is None:
        return Painter(plan, Tables(), foreign, threads=threads)
    return Painter(plan, Tables(), foreign, threads=threads, reading=kept.reading)


class _Session:
    """Readers that nobody uses just now, the last used one last; one in use is in nobody else's hands."""

    def __init__(self) -> None:
        self._idle: list[tuple[_Key, FrameReader]] = []
        self._open = True
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, facts: MediaFacts, *, threads: int) -> Iterator[FrameReader]:
        """A reader for the length of the block. One that failed is not used again, nor one whose file has changed."""
        status = status_of(facts.path)
        key = (facts.path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, threads)
        reader = self._taken(key) or FrameReader(facts, threads=threads)
        try:
            yield reader
        except BaseException:
            reader.close()
            raise
        self._give_back(key, reader)

    def close(self) -> None:
        with self._lock:
            self._open = False
            for _, reader in self._idle:
                reader.close()
            self._idle.clear()

    def _taken(self, key: _Key) -> FrameReader | None:
        with self._lock:
            found = next((place for place, (kept, _) in enumerate(self._idle) if kept == key), None)
            return None if found is None else self._idle.pop(found)[1]

    def _give_back(self, key: _Key, reader: FrameReader) -> None:
        with self._lock:
            if not self._open:
                reader.close()
                return
            self._idle.append((key, reader))
            if len(self._idle) > _READERS:
                self._idle.pop(0)[1].close()


_current: ContextVar[_Session | None] = ContextVar("clipkit-session", default=None)
