"""Memory that was freed goes back to the system."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # <malloc.h> of glibc
_ARENAS = 2
_THRESHOLD = 1 << 20


@cache
def return_large_blocks() -> None:
    """Have the allocator of glibc give back each large block as it is freed; elsewhere do nothing.

    Left alone, glibc keeps more of them the larger they were: after a span, 125 MB of an x264 that is closed stayed
    with the process, which with two workers made 60 MB of its peak. (Frames are used again: `planes.FramePool`.)
    A heap for each thread would keep what another thread lacks: two in all save 15 MB and a third of the page faults.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _THRESHOLD)
        mallopt(_M_ARENA_MAX, _ARENAS)
