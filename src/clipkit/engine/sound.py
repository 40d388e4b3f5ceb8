"""The programme: all voices summed at 48 kHz, limited, and given out in order."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty, Full, Queue
from types import TracebackType
from typing import Self

import numpy as np

from clipkit.engine.track import Track
from clipkit.engine.voice import VoicePlayer
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import Programme
from clipkit.sound.limiter import Limiter
from clipkit.sound.window import Samples, silence

# Samples mixed at a time, 0.25 s. Always the same ones, whatever `read` is asked for, so the output cannot depend on
# how it is read.
_BLOCK = 12_000

_WAITING = 8
"""Blocks that wait to be encoded."""

_PATIENCE = 0.1
"""Seconds between two looks at whether mixing was called off."""


class Mixer:
    """Mixes a programme, in order and in bounded memory: about 2 s of each voice that sounds at the moment.

    Files are opened when a voice begins and closed when it ends; closing the mixer closes what is still open. One
    thread only.

    Args:
        programme: What sounds when. A voice whose source has no sound is silent.
        sources: What `Voice.source` indexes.

    Attributes:
        notices: What was wrong with the sources' sound, one line for each file; complete once all was read.
    """

    def __init__(self, programme: Programme, sources: tuple[MediaFacts, ...]) -> None:
        self.notices: list[str] = []
        self._reported: set[str] = set()
        self._samples = programme.samples
        self._voices = self._players(programme, sources)
        self._limiter = Limiter() if programme.limit else None
        self._ready = silence(0)
        self._mixed = 0

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
        while have < count and self._mixed < self._samples:
            parts.append(self._limited(self._next_block()))
            have += len(parts[-1])
        ready = np.concatenate(parts)
        self._ready = ready[count:]
        return ready[:count]

    def close(self) -> None:
        """Close all files."""
        for voice in self._voices:
            voice.close()

    def _players(self, programme: Programme, sources: tuple[MediaFacts, ...]) -> list[VoicePlayer]:
        players = []
        for voice in programme.voices:
            facts = sources[voice.source]
            if facts.sound is not None:
                joined = len(voice.time.pieces) > 1
                track = Track(facts, facts.sound, self._report, fades=joined)
                players.append(VoicePlayer(voice, track))
        return players

    def _next_block(self) -> Samples:
        start, stop = self._mixed, min(self._mixed + _BLOCK, self._samples)
        block = silence(stop - start)
        for voice in self._voices:
            if voice.sounds_before(stop):
                block += voice.read(start, stop)
        self._mixed = stop
        return block

    def _limited(self, block: Samples) -> Samples:
        if self._limiter is None:
            return block
        done = self._limiter.push(block)
        return done if self._mixed < self._samples else np.concatenate((done, self._limiter.flush()))

    def _report(self, path: str, what: str) -> None:
        if path not in self._reported:
            self._reported.add(path)
            self.notices.append(f"{Path(path).name}: {what}")


class Ahead:
    """A mixer on a thread of its own, a little ahead of who reads: sound is then mixed and encoded side by side.

    Args:
        mixer: What to read; nobody else may any more. Closing this closes it.
    """

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._blocks: Queue[Samples | BaseException] = Queue(_WAITING)
        self._ready = silence(0)
        self._ended = self._stop = False
        self._thread = threading.Thread(target=self._mix, daemon=True)

    @property
    def notices(self) -> list[str]:
        """As `Mixer.notices`."""
        return self._mixer.notices

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop = True
        self._thread.join()
        self._mixer.close()

    def read(self, count: int) -> Samples:
        """As `Mixer.read`."""
        parts, have = [self._ready], len(self._ready)
        while have < count and not self._ended:
            block = self._next()
            if isinstance(block, BaseException):
                self._ended = True
                raise block
            self._ended = not len(block)
            parts.append(block)
            have += len(block)
        ready = np.concatenate(parts)
        self._ready = ready[count:]
        return ready[:count]

    def _next(self) -> Samples | BaseException:
        while True:
            try:
                return self._blocks.get(timeout=_PATIENCE)  # with a limit, so that Ctrl-C is heard on every system
            except Empty:
                continue

    def _mix(self) -> None:
        block: Samples | BaseException = silence(0)
        while not self._stop:
            try:
                block = self._mixer.read(_BLOCK)
            except BaseException as error:  # noqa: BLE001  handed to the thread that reads, which raises it
                block = error
            self._put(block)
            if isinstance(block, BaseException) or not len(block):
                return

    def _put(self, block: Samples | BaseException) -> None:
        while not self._stop:
            try:
                return self._blocks.put(block, timeout=_PATIENCE)
            except Full:
                continue
        return None


def read_all(programme: Programme, sources: tuple[MediaFacts, ...]) -> Samples:
    """A whole programme at once, shape (programme.samples, 2): for short ones, 23 MB a minute.

    Raises:
        MediaError: a source cannot be opened.
    """
    with Mixer(programme, sources) as mixer:
        return mixer.read(programme.samples)
