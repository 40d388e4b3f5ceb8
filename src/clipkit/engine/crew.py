"""Workers that make spans side by side, each with a thread that paints frames and one that encodes them.

Painting and encoding meet in a short queue, so both go on while either is busy: the cores stay in use to the last span,
whatever their number is. What is encoded does not depend on any of it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Empty, Full, Queue

import av

from clipkit.engine.bridge import writing
from clipkit.engine.compose import Painter
from clipkit.engine.encoder import EncodedPacket, encode_span
from clipkit.engine.steps import ForeignCall
from clipkit.engine.tables import Tables
from clipkit.plan.types import Encode, Foreign, Plan

# A worker takes this many spans in a row, so that it seldom decodes a GOP that another one decodes too. Results
# wait in memory for their turn: 16 s a run at 12 Mb/s are 24 MB.
_RUN = 8

# Frames painted ahead of the encoder: enough to even out the frames that take longer; at 1080×1920 each has 3 MB.
_AHEAD = 1

_PATIENCE = 0.1
"""Seconds between two looks at whether the work was called off."""


class Stopped(Exception):  # noqa: N818  it is no error: a worker was told to stop
    """Raised inside a worker to leave whatever it is doing."""


class Crew:
    """Makes the spans of a plan. Use it in a `with` block, which waits for its threads.

    Nobody runs far ahead: a run begins when it is at most one run a worker beyond what was taken.

    Args:
        plan: What to paint.
        spans: Those to make, in order.
        count: Workers; the result is the same for any number.
        foreign: The callables that `Foreign` steps name.
        keep: Called with each span's index and packets as soon as they are made, on the thread that made them.
    """

    def __init__(
        self,
        plan: Plan,
        spans: Sequence[Encode],
        count: int,
        foreign: Mapping[Foreign, ForeignCall],
        keep: Callable[[int, list[EncodedPacket]], None],
    ) -> None:
        self._plan = plan
        self._spans = spans
        self._keep = keep
        self._foreign = foreign
        self._tables = Tables()
        self._length = max(1, min(_RUN, -(-len(spans) // count)))
        self._count = count
        self._changed = threading.Condition()
        self._made: dict[int, list[EncodedPacket]] = {}
        self._error: BaseException | None = None
        self._stop = False
        self._next_run = self._taken = 0
        self._at_work = count
        self.frames = 0
        """Frames encoded so far."""
        self._cores = os.cpu_count() or 1
        # Idle cores decode: with as many workers as cores there are none, and one thread each is fastest.
        self._decoders = max(1, self._cores // count)
        belts: list[_Belt] = [Queue(_AHEAD) for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._watched, args=(work, belt), daemon=True)
            for belt in belts
            for work in (self._paint, self._encode)
        ]

    def __enter__(self) -> Crew:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        with self._changed:
            self._stop = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def take(self, index: int, meanwhile: Callable[[bool], bool]) -> list[EncodedPacket]:
        """The packets of span `index`, when they are made. Spans are taken in order, once each.

        Args:
            index: In `spans`.
            meanwhile: Called again and again while waiting, to do a little of what else there is to do; told whether
                a core is idle, it returns whether it did anything.
        """
        while True:
            with self._changed:
                if self._error is not None:
                    raise self._error
                if index in self._made:
                    self._taken = index + 1
                    self._changed.notify_all()
                    return self._made.pop(index)
            if not meanwhile(self._at_work < self._cores):
                with self._changed:
                    if index not in self._made and self._error is None:
                        self._changed.wait(_PATIENCE)  # with a limit, so that Ctrl-C is heard on every system

    # ---- on the workers' threads -------------------------------------------------------------------------------

    def _watched(self, work: Callable[[_Belt], None], belt: _Belt) -> None:
        """Run a worker's part; its failure is raised where its result is waited for, and stops the others."""
        try:
            work(belt)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001  handed to the thread that waits, which raises it
            with self._changed:
                self._error = self._error or error
                self._stop = True
                self._changed.notify_all()

    def _paint(self, belt: _Belt) -> None:
        with Painter(self._plan, self._tables, self._foreign, threads=self._decoders) as painter:
            while (run := self._take_run()) is not None:
                for index in run:
                    span = self._spans[index]
                    self._put(belt, index)
                    for frame in range(span.start, span.stop):
                        self._put(belt, painter.paint(frame))
        self._put(belt, None)

    def _encode(self, belt: _Belt) -> None:
        while (index := self._get(belt)) is not None:
            assert isinstance(index, int)
            span = self._spans[index]
            with writing(f"frames {span.start} to {span.stop}"):
                packets = encode_span(self._plan.output, self._painted(span, belt))
            self._keep(index, packets)
            with self._changed:
                self._made[index] = packets
                self._changed.notify_all()
        with self._changed:
            self._at_work -= 1
            self._changed.notify_all()

    def _painted(self, span: Encode, belt: _Belt) -> Iterator[av.VideoFrame]:
        for _ in range(span.frames):
            yield self._frame(belt)  # bound to no name: while the next one is awaited, this one can be painted on again
            self.frames += 1

    def _frame(self, belt: _Belt) -> av.VideoFrame:
        frame = self._get(belt)
        assert isinstance(frame, av.VideoFrame)
        return frame

    def _take_run(self) -> range | None:
        with self._changed:
            first = self._next_run * self._length
            if first >= len(self._spans):
                return None
            self._next_run += 1
            while first - self._taken > self._count * self._length and not self._stop:
                self._changed.wait()
            return range(first, min(first + self._length, len(self._spans)))

    def _put(self, belt: _Belt, item: _Item) -> None:
        while not self._stop:
            try:
                return belt.put(item, timeout=_PATIENCE)
            except Full:
                continue
        raise Stopped

    def _get(self, belt: _Belt) -> _Item:
        while not self._stop:
            try:
                return belt.get(timeout=_PATIENCE)
            except Empty:
                continue
        raise Stopped


_Item = int | av.VideoFrame | None
"""The index of a span, then its frames; None when there is no more."""

_Belt = Queue[_Item]
