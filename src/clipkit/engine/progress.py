"""How far a render is, for those who wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from clipkit.time import clock


@dataclass(frozen=True, slots=True)
class Progress:
    """Frames done of all, after `seconds`; `ready` of them were there before the work began.

    `rate` is that of the output, in frames a second; 0 where it is not known.
    """

    done: int
    total: int
    seconds: float
    ready: int = 0
    rate: float = 0.0

    @property
    def fraction(self) -> float:
        """0…1."""
        return self.done / self.total if self.total else 1.0

    @property
    def made(self) -> int:
        """Frames that this render made so far, of `to_make`."""
        return max(0, self.done - self.ready)

    @property
    def to_make(self) -> int:
        """Frames that were not there already."""
        return self.total - self.ready

    @property
    def fps(self) -> float:
        """Frames made a second so far."""
        return self.made / self.seconds if self.seconds > 0 else 0.0

    @property
    def speed(self) -> float:
        """Seconds of the result made a second, so far: 2 is twice as fast as it plays."""
        return self.fps / self.rate if self.rate else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds left at that speed; None before it is known."""
        return (self.total - self.done) / self.fps if self.fps else None

    def __str__(self) -> str:
        left = f", {clock(self.remaining)} left" if self.remaining is not None else ""
        speed = f" ({self.speed:.1f}×)" if self.rate else ""
        return f"{self.done}/{self.total} frames ({self.fraction:.0%}), {self.fps:.0f} frames/s{speed}{left}"


ProgressCall = Callable[[Progress], object]


class Reporter:
    """Tells a callback of progress, at most ten times a second, and at the end."""

    def __init__(self, total: int, rate: float, call: ProgressCall | None) -> None:
        self.total = total
        self._rate = rate
        self._call = call
        self._ready = 0
        self._began = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self._began

    def begin(self, ready: int) -> None:
        """Say how many frames need no work."""
        self._ready = ready

    def tell(self, done: int) -> None:
        """Say how many frames are done."""
        now = time.monotonic()
        if self._call is not None and (done == self.total or now - self._told >= 0.1):
            self._told = now
            self._call(Progress(done, self.total, now - self._began, self._ready, self._rate))
