"""The frames of the sources that a painter needs: a reader for each shot, closed as soon as it can give nothing new."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from fractions import Fraction
from functools import partial
from typing import Protocol

import av

from clipkit.engine.playback import Playback
from clipkit.engine.reader import FrameReader
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import Plan, Shot
from clipkit.project.timemap import Instant


class Reading(Protocol):
    """How a painter comes by its readers."""

    def __call__(self, facts: MediaFacts, *, threads: int) -> AbstractContextManager[FrameReader]: ...


class Footage:
    """Frames of a plan's shots. Not for use from several threads; close it.

    Args:
        plan: Whose sources are read.
        threads: Threads of each decoder.
        reading: Opens a source with so many threads, for as long as it is needed.
    """

    def __init__(self, plan: Plan, threads: int, reading: Reading) -> None:
        self._plan = plan
        self._open = ExitStack()
        self._reading: Callable[[MediaFacts], AbstractContextManager[FrameReader]] = partial(reading, threads=threads)
        # Keyed by identity: the plan keeps its pictures alive, and hashing their time maps for each frame is slow.
        self._playbacks: dict[int, tuple[Playback, ExitStack]] = {}  # each with what lets go of it
        # Of sources that are closed: the instant that they hold, and its frame.
        self._last: dict[int, tuple[Instant, av.VideoFrame]] = {}

    def leave(self, error: BaseException | None) -> None:
        """Close all files; readers that are lent are told of an error. Frames handed out stay usable."""
        self._last.clear()
        self._playbacks.clear()
        self._open.__exit__(type(error) if error is not None else None, error, getattr(error, "__traceback__", None))

    def at(self, shot: Shot, instant: Instant) -> av.VideoFrame:
        """The decoded frame of a shot's source that shows at an instant of it; not to be written to."""
        last = self._last.get(id(shot))
        return last[1] if last is not None and last[0] == instant else self._playback(shot).frame(instant)

    def between(self, shot: Shot, t: Fraction) -> tuple[av.VideoFrame, float] | None:
        """The frame towards which the one at `t` is on its way, and how far, 0 to 1, has been gone; None where the one
        that `at` gave is all there is: its source has frames enough, or nothing is wanted between them.
        """
        piece = shot.time.piece(t)
        if shot.slow_motion == "pick" or piece is None or not piece.factor:
            return None
        if abs(piece.factor) * shot.rate >= self._plan.output.rate or id(shot) in self._last:
            return None
        return self._playback(shot).towards(piece.instant(t))

    def stays(self, shot: Shot, t: Fraction) -> bool:
        """Whether the frame of the source that shows at `t` is also the next one wanted."""
        following = shot.time.instant(t + 1 / self._plan.output.rate)
        if following is None:
            return False
        last = self._last.get(id(shot))
        return following == last[0] if last is not None else self._playback(shot).shows(following)

    def close_what_ended(self, shot: Shot, t: Fraction, decoded: av.VideoFrame) -> None:
        """Let go of a source that is over, or only holds its last frame from now on; that frame is kept."""
        end = shot.time.pieces[-1]
        held = end.factor == 0 and t >= end.start
        over = t + 1 / self._plan.output.rate >= end.end and end.end < self._plan.duration
        if (held or over) and (playback := self._playbacks.pop(id(shot), None)) is not None:
            playback[1].close()
            if held:
                self._last[id(shot)] = (end.instant(t), decoded)

    def _playback(self, shot: Shot) -> Playback:
        """Two shots of one file have a reader each: they stand at different times."""
        if id(shot) not in self._playbacks:
            self._last.pop(id(shot), None)
            facts = self._plan.sources[shot.source]
            assert facts.picture is not None
            lent = self._open.enter_context(ExitStack())
            self._playbacks[id(shot)] = Playback(lent.enter_context(self._reading(facts)), facts.picture), lent
        return self._playbacks[id(shot)][0]
