"""Rows of a colour table, evaluated when a picture first needs them and side by side in memory from then on."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Index

Codes: TypeAlias = NDArray[np.uint16]

# Rows evaluated at a time: 128 × 320 colours are 0.5 MB an array, and ten such at work stay far below 30 MB.
_CHUNK: Final = 128


class LazyRows(ABC):
    """A row for each code, made on demand. Any number of threads may share them.

    Args:
        codes: How many codes there are; address space for all their rows is reserved, and only what is used touched.
        row: Values in a row.
        sample: The type of a value.
    """

    def __init__(self, codes: int, row: int, sample: type[np.unsignedinteger[Any]]) -> None:
        self._lock = threading.Lock()
        self._published = threading.Lock()
        self._index: Index = np.zeros(codes, np.uint32)
        self._rows: NDArray[Any] = np.empty((1 + codes, row), sample)  # row 0 stands for what is missing
        self._count = 1

    @abstractmethod
    def _evaluated(self, codes: Codes) -> NDArray[Any]:
        """The rows of some codes, whose bits do not depend on the codes they are evaluated with."""

    def _fill(self, missing: Callable[[Index], Codes]) -> None:
        """Evaluate the rows that `missing` finds to be absent."""
        with self._lock:
            for some in _chunks(missing(self._index)):
                first, self._count = self._count, self._count + len(some)
                self._rows[first : self._count] = self._evaluated(some)
                with self._published:  # a barrier: no thread may see the index before the rows it leads to
                    self._index[some] = np.arange(first, self._count)


def _chunks(codes: Codes) -> Iterator[Codes]:
    for start in range(0, len(codes), _CHUNK):
        yield codes[start : start + _CHUNK]
