"""Landlock (Linux 5.13 and later, docs.kernel.org/userspace-api/landlock.html): files are written in some folders only.

Reading stays as it is: a project may name media anywhere. What is read can go nowhere, as there is no network.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from clipkit.sandbox import syscalls

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_WRITE_FILE, _TRUNCATE, _REFER = 1 << 1, 1 << 14, 1 << 13
# Removing folders and files, and making devices, folders, files, sockets, pipes and links.
_CHANGE = sum(1 << bit for bit in range(4, 13))
_TCP = 0b11  # bind and connect
_SCOPES = 0b11  # abstract sockets and signals of processes outside


@cache
def version() -> int:
    """Which interface the kernel has; 0 for none."""
    if not syscalls.supported():
        return 0
    try:
        return syscalls.call(_CREATE, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(folders: Iterable[Path]) -> bool:
    """From now on write below these folders only, in this process and all that it starts. Whether that holds."""
    abi = version()
    if not abi:
        return False
    rights = _WRITE_FILE | _CHANGE | (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0)
    attributes = struct.pack("=QQQ", rights, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    buffer = ctypes.create_string_buffer(attributes[:size], size)
    try:
        rules = syscalls.call(_CREATE, ctypes.cast(buffer, ctypes.c_void_p), size, 0)
    except OSError:
        return False
    try:
        for folder in folders:
            with suppress(OSError):
                _allow(rules, folder, rights)
        syscalls.no_new_privileges()
        syscalls.call(_RESTRICT, rules, 0)
    except OSError:
        return False
    finally:
        os.close(rules)
    return True


def _allow(rules: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        allowed = rights if folder else rights & (_WRITE_FILE | _TRUNCATE)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", allowed, descriptor), 12)
        syscalls.call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.cast(rule, ctypes.c_void_p), 0)
    finally:
        os.close(descriptor)
