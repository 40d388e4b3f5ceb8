"""Work on a thread of its own, a little ahead of who takes its results."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sized
from queue import Empty, Full, Queue
from types import TracebackType
from typing import Generic, Self, TypeVar

Item = TypeVar("Item", bound=Sized)

_WAITING = 8
"""Results that wait to be taken."""

_PATIENCE = 0.1
"""Seconds between two looks at whether the work was called off."""


class Ahead(Generic[Item]):
    """What an iterator gives, made on a thread within a `with` block; nobody else may touch it there.

    An empty item is not handed on: with it, long work only asks whether it was called off. Leaving the block ends the
    thread after the item that is being made.
    """

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._queue: Queue[Item | BaseException | None] = Queue(_WAITING)
        self._ended = self._stop = False
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop = True
        self._thread.join()

    @property
    def ready(self) -> bool:
        """Whether `take` would not have to wait."""
        return self._ended or not self._queue.empty()

    def take(self) -> Item | None:
        """The next item; None at the end. What the work raises is raised here."""
        if self._ended:
            return None
        item = self._next()
        if isinstance(item, BaseException):
            self._ended = True
            raise item
        self._ended = item is None
        return item

    def _next(self) -> Item | BaseException | None:
        while True:
            try:
                return self._queue.get(timeout=_PATIENCE)  # with a limit, so that Ctrl-C is heard on every system
            except Empty:
                continue

    def _work(self) -> None:
        last: BaseException | None = None
        try:
            for item in self._items:
                if len(item):
                    self._put(item)
                if self._stop:
                    return
        except BaseException as error:  # noqa: BLE001  handed to the thread that takes, which raises it
            last = error
        self._put(last)

    def _put(self, item: Item | BaseException | None) -> None:
        while not self._stop:
            try:
                return self._queue.put(item, timeout=_PATIENCE)
            except Full:
                continue
        return None
