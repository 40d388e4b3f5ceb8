"""The two system calls that Python does not offer, through the C library (Linux only)."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_PDEATHSIG = 1


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def supported() -> bool:
    """Whether there are such calls at all."""
    return sys.platform == "linux"


def call(number: int, *arguments: int | ctypes.c_void_p | None) -> int:
    """A system call by its number.

    Raises:
        OSError: what it answers.
    """
    result = int(_library().syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def prctl(option: int, *arguments: int | ctypes.c_void_p) -> None:
    """A change to this process.

    Raises:
        OSError: what it answers.
    """
    padded = (*arguments, 0, 0, 0, 0)[:4]
    if _library().prctl(ctypes.c_int(option), *(ctypes.c_ulong(a) if isinstance(a, int) else a for a in padded)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def no_new_privileges() -> None:
    """No program that is started gains rights: what Landlock and seccomp ask for."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent(number: int) -> None:
    """Get a signal when the parent ends, in whatever way."""
    prctl(_PR_SET_PDEATHSIG, number)
