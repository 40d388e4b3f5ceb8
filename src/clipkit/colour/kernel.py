"""The colour tables in C, if it was built: a shared library beside this module, called without the GIL."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_int32, c_ssize_t, c_void_p
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, DeepPlanes, Fixed, Index, Planes

_TABLES: Final = 2
"""The layout of the tables; `_kernel.c` has the same number."""


class _Planes(ctypes.Structure):
    """`Planes` of `_kernel.c`."""

    _fields_ = (
        *((name, c_void_p) for name in ("y", "u", "v")),
        *((name, c_ssize_t) for name in ("y_line", "u_line", "v_line")),
    )

    @classmethod
    def of(cls, planes: Planes | DeepPlanes) -> _Planes:
        parts = (planes.y, planes.u, planes.v)
        return cls(*(part.ctypes.data for part in parts), *(part.strides[0] for part in parts))


class Kernel:
    """The functions of `clipkit.colour.reference`, in C.

    Raises:
        AttributeError: The library is that of another version.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        if library.clipkit_tables() != _TABLES:
            raise AttributeError("the tables of another version")
        planes = POINTER(_Planes)
        self._missing, self._apply = library.clipkit_missing, library.clipkit_apply
        self._missing.restype, self._apply.restype = c_int32, None
        self._missing.argtypes = (planes, c_ssize_t, c_ssize_t, c_void_p, c_void_p, c_void_p)
        self._apply.argtypes = (planes, planes, c_ssize_t, c_ssize_t, c_void_p, c_void_p)
        self._missing10, self._apply10 = library.clipkit_missing10, library.clipkit_apply10
        self._missing10.restype, self._apply10.restype = c_int32, None
        self._missing10.argtypes = (planes, c_ssize_t, c_ssize_t, c_void_p, c_void_p, c_void_p)
        self._apply10.argtypes = (planes, planes, c_ssize_t, c_ssize_t, c_void_p, c_void_p)

    def missing(self, planes: Planes, index: Index) -> NDArray[np.uint16]:
        """See `reference.missing`."""
        height, width = planes.u.shape
        seen, codes = np.zeros(65536, np.uint8), np.empty(65536, np.uint16)
        count = self._missing(
            byref(_Planes.of(planes)), width, height, index.ctypes.data, seen.ctypes.data, codes.ctypes.data
        )
        return codes[:count]

    def apply(self, source: Planes, out: Planes, index: Index, rows: Bytes) -> None:
        """See `reference.apply`."""
        height, width = source.y.shape
        into = _Planes.of(out)
        self._apply(byref(_Planes.of(source)), byref(into), width, height, index.ctypes.data, rows.ctypes.data)

    def missing10(self, planes: DeepPlanes, index: Index) -> NDArray[np.uint16]:
        """See `reference.missing10`."""
        height, width = planes.u.shape
        seen, cells = np.zeros(index.size, np.uint8), np.empty(index.size, np.uint16)
        count = self._missing10(
            byref(_Planes.of(planes)), width, height, index.ctypes.data, seen.ctypes.data, cells.ctypes.data
        )
        return cells[:count]

    def apply10(self, source: DeepPlanes, out: Planes, index: Index, rows: Fixed) -> None:
        """See `reference.apply10`."""
        height, width = source.y.shape
        into = _Planes.of(out)
        self._apply10(byref(_Planes.of(source)), byref(into), width, height, index.ctypes.data, rows.ctypes.data)


@cache
def load() -> Kernel | None:
    """The kernel, or None where it was not built or does not load; numpy does the same, more slowly."""
    for suffix in EXTENSION_SUFFIXES:
        path = Path(__file__).with_name(f"_kernel{suffix}")
        if path.is_file():
            try:
                return Kernel(ctypes.CDLL(str(path)))
            except (OSError, AttributeError):  # built for another machine, or by another version
                continue
    return None


def available() -> bool:
    """Whether the kernel was built and loads."""
    return load() is not None
