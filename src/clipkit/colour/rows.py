"""Rows of a colour table, made when a picture first needs them and side by side in memory from then on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Index

Codes: TypeAlias = NDArray[np.uint16]

# Rows made at a time: 32 × 256 colours are 0.1 MB an array, and ten such at work 1 MB.
_CHUNK: Final = 32


class LazyRows:
    """A row for each code, made on demand. Any number of threads may share them.

    Args:
        codes: How many codes there are; address space for all their rows is reserved, and only what is used touched.
        row: Values in a row.
        sample: The type of a value.
        make: The rows of some codes; their bits must not depend on the codes that they are made with.
    """

    def __init__(
        self, codes: int, row: int, sample: type[np.number[Any]], make: Callable[[Codes], NDArray[Any]]
    ) -> None:
        self._lock = threading.Lock()
        self._published = threading.Lock()
        self._make = make
        self._count = 1
        self.index: Index = np.zeros(codes, np.uint32)
        """From each code to its row; 0 for what is missing."""
        self.values: NDArray[Any] = np.empty((1 + codes, row), sample)
        """The rows, of shape (1 + codes, row); the first stands for what is missing."""

    def fill(self, missing: Callable[[Index], Codes]) -> None:
        """Make the rows that `missing` finds to be absent from the index."""
        with self._lock:
            for some in _chunks(missing(self.index)):
                first, self._count = self._count, self._count + len(some)
                self.values[first : self._count] = self._make(some)
                with self._published:  # a barrier: no thread may see the index before the rows it leads to
                    self.index[some] = np.arange(first, self._count)

    def of(self, codes: Codes) -> Index:
        """The places in `values` of some codes of any shape, made where they are missing."""
        self.fill(lambda index: np.unique(codes[index[codes] == 0]))
        return self.index[codes]


def _chunks(codes: Codes) -> Iterator[Codes]:
    for start in range(0, len(codes), _CHUNK):
        yield codes[start : start + _CHUNK]
