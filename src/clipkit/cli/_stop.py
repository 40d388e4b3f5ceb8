"""Being told to stop, by Ctrl-C or a signal: the work is left and tidied up, as if it had failed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

# An interrupt can get lost. To give an exception its traceback, code that Cython compiled for the limited API (PyAV is
# such) runs a line of Python; where that line is interrupted, only the first exception is kept. So it is noted, too.
_asked = False
_when = 0.0
_TWICE = 0.5
"""Seconds within which a person does not press Ctrl-C again."""


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM, and the terminal going away, stop the work as Ctrl-C does: what was begun is removed."""
    global _asked
    _asked = False
    kept = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # `nohup` has SIGHUP ignored, and that stands. Only the main thread may set handlers.
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            with suppress(ValueError):
                kept[number] = signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """A signal to a whole group of processes comes twice: by itself, and from the parent (`sandbox.supervised`)."""
    global _asked, _when
    once, _when = _when, time.monotonic()
    if _asked and _when - once < _TWICE:
        return
    _asked = True
    raise KeyboardInterrupt


def heed() -> None:
    """Stop now where that was asked for and got lost. Long work calls it now and then."""
    if _asked:
        raise KeyboardInterrupt
