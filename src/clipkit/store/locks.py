"""Locks on open files: the system lets go of them when their process ends, in whatever way."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt
    import os

    # Locks there keep others from the bytes that they cover: so one byte far behind anything that is ever written.
    _BEYOND = 1 << 62

    def lock(descriptor: int) -> bool:
        """Take the lock if it is free; whether it was. It lasts until the descriptor is closed.

        Raises:
            OSError: The file system has no locks.
        """
        os.lseek(descriptor, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def lock(descriptor: int) -> bool:
        """Take the lock if it is free; whether it was. It lasts until the descriptor is closed.

        Raises:
            OSError: The file system has no locks.
        """
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
