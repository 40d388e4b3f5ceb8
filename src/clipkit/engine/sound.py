"""The programme as samples: all voices summed at 48 kHz, limited, and given out in order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from clipkit.engine.mix import Shelf, SoundCall, Sum
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import ForeignSound, Programme
from clipkit.sound.limiter import Limiter
from clipkit.sound.window import Samples, silence


class Mixer:
    """Mixes a programme, in order and in bounded memory: about 2 s of each voice that sounds at the moment.

    Files are opened when a voice begins and closed when it ends; closing the mixer closes what is still open. One
    thread only. What it gives is not normalised: see `engine.master`.

    Args:
        programme: What sounds when. A voice whose source has no sound is silent.
        sources: What `Voice.source` indexes.
        calls: The callables that `ForeignSound` steps name.

    Attributes:
        notices: What was wrong with the sources' sound, one line for each file; complete once all was read.
    """

    def __init__(
        self,
        programme: Programme,
        sources: tuple[MediaFacts, ...],
        calls: Mapping[ForeignSound, SoundCall] | None = None,
    ) -> None:
        self.notices: list[str] = []
        self._reported: set[str] = set()
        self._shelf = Shelf(sources, self._report, calls)
        self._sum = Sum(programme.voices, programme.samples, self._shelf)
        self._limiter = Limiter() if programme.limit else None
        self._ready = silence(0)
        self._left = programme.samples

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, count: int) -> Samples:
        """The next samples, shape (n, 2), float32: n = `count`, fewer at the end, then 0.

        Raises:
            MediaError: a source cannot be opened.
        """
        parts, have = [self._ready], len(self._ready)
        while have < count and self._left:
            block = self._sum.next()
            self._left -= len(block)
            parts.append(self._limited(block))
            have += len(parts[-1])
        ready = np.concatenate(parts)
        self._ready = ready[count:]
        return ready[:count]

    def close(self) -> None:
        """Close all files."""
        self._sum.close()
        self._shelf.close()

    def _limited(self, block: Samples) -> Samples:
        if self._limiter is None:
            return block
        done = self._limiter.push(block)
        return done if self._left else np.concatenate((done, self._limiter.flush()))

    def _report(self, path: str, what: str) -> None:
        if path not in self._reported:
            self._reported.add(path)
            self.notices.append(f"{Path(path).name}: {what}")
