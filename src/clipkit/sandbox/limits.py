"""Limits on what a process may take (setrlimit; Linux and macOS)."""

from __future__ import annotations

import sys
from contextlib import suppress

GIB = 1 << 30
ADDRESS_SPACE = 16 * GIB
"""More than any render takes with 64 workers; a bomb that escapes all other limits ends here."""
FILE_SIZE = 64 * GIB
READING_SECONDS = 600
"""Seconds of CPU for commands that only look at files."""


def available() -> bool:
    """Whether this system has them."""
    return sys.platform != "win32"


def restrict(*, seconds: int | None = None) -> None:
    """Limit address space, the size of a file that is written, core dumps (none: they would hold footage), and CPU."""
    if sys.platform == "win32":
        return
    import resource

    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: FILE_SIZE,
        resource.RLIMIT_AS: ADDRESS_SPACE if sys.platform == "linux" else None,
        resource.RLIMIT_CPU: seconds,
    }
    for kind, limit in wanted.items():
        if limit is None:
            continue
        with suppress(OSError, ValueError):
            _, hard = resource.getrlimit(kind)
            lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(kind, (lowest, lowest))
