"""A Plan becomes a file: spans made in parallel by workers, put end to end, muxed, verified, moved into place."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import av

from clipkit.engine.bridge import writing
from clipkit.engine.compose import ForeignCall, Painter, Tables
from clipkit.engine.encoder import EncodedPacket, encode_span
from clipkit.engine.gif import write_gif
from clipkit.engine.memory import return_large_blocks
from clipkit.engine.muxer import Muxer
from clipkit.engine.progress import ProgressCall, Reporter
from clipkit.engine.sound import Mixer
from clipkit.engine.verify import verify
from clipkit.errors import Cancelled, MediaError
from clipkit.plan.types import Encode, Foreign, Plan
from clipkit.store.atomic import replacing

# A worker takes this many spans in a row, so that it seldom decodes a GOP that another one decodes too. Results
# wait in memory for their turn: 16 s a run at 12 Mb/s are 24 MB.
_RUN = 8


@dataclass(frozen=True, slots=True)
class Report:
    """What a render did."""

    path: str
    frames: int
    duration: float
    seconds: float
    bytes: int
    target: str
    workers: int
    notices: tuple[str, ...]


def render(
    plan: Plan,
    out: str | Path,
    *,
    force: bool = False,
    workers: int | None = None,
    progress: ProgressCall | None = None,
    foreign: Mapping[Foreign, ForeignCall] | None = None,
) -> Report:
    """Write the file that a plan describes.

    The bytes do not depend on `workers`. The file appears under its name whole and verified, or not at all.

    Args:
        plan: What to make.
        out: Where; its folder must exist.
        force: Replace a file that is there. An input of the plan is never replaced.
        workers: Spans made at a time; by default as many as there are CPUs.
        progress: Called with a `Progress` about ten times a second.
        foreign: The callables that `Foreign` steps of the plan name.

    Raises:
        RenderError: It could not be written, or did not come out as planned.
        MediaError: An input is an output, or cannot be read.
        Cancelled: Ctrl-C.
    """
    path = Path(out)
    _refuse_own_input(plan, path)
    reporter = Reporter(plan.expect.frames, progress)
    count = 1 if foreign else min(workers or os.cpu_count() or 1, len(plan.spans))
    try:
        with replacing(path, force=force) as part:
            av.logging.set_level(None)
            return_large_blocks()
            notices = _write(plan, part, count, reporter, foreign or {})
            verify(part, plan)
            size = part.stat().st_size
            reporter.tell(plan.expect.frames)
    except KeyboardInterrupt:
        raise Cancelled("stopped; nothing was written", code="cancelled", where=str(path)) from None
    return Report(
        path=str(path),
        frames=plan.expect.frames,
        duration=float(plan.duration),
        seconds=reporter.seconds,
        bytes=size,
        target=plan.target,
        workers=count,
        notices=(*plan.notices, *notices),
    )


def _refuse_own_input(plan: Plan, path: Path) -> None:
    """An input is never its own output, whatever it is called and even with `force`."""
    for source in plan.sources:
        with suppress(OSError):
            if path.samefile(source.path):
                raise MediaError(
                    "an input cannot be its own output", code="own-input", where=str(path), hint="choose another name"
                )


def _write(plan: Plan, part: Path, count: int, reporter: Reporter, foreign: Mapping[Foreign, ForeignCall]) -> list[str]:
    """Write the whole file; return what was noticed on the way."""
    if plan.output.container == "gif":
        with Painter(plan, Tables(), foreign) as painter, writing(str(part)):
            write_gif(part, plan, painter, reporter)
        return []
    with ExitStack() as stack:
        mixer = stack.enter_context(Mixer(plan.sound, plan.sources)) if plan.sound is not None else None
        crew = stack.enter_context(_Crew(plan, count, foreign))
        with writing(str(part)):
            muxer = Muxer(part, plan.output, mixer)
        finished = False
        try:
            for packets in crew.spans(reporter):
                with writing(str(part)):
                    muxer.write(packets)
            finished = True
        finally:
            _close(muxer, str(part), finish=finished)
        return list(mixer.notices) if mixer is not None else []


def _close(muxer: Muxer, path: str, *, finish: bool) -> None:
    """After a failure, closing may fail again (a full disk does): the first error is the one to tell."""
    with ExitStack() as stack:
        if not finish:
            stack.enter_context(suppress(av.error.FFmpegError, OSError, ValueError))
        stack.enter_context(writing(path))
        muxer.close(finish=finish)


class _Stopped(Exception):  # noqa: N818  it is no error: a worker was told to stop
    """Raised inside a worker to leave whatever it is doing."""


class _Crew:
    """Workers that make spans, each on a thread of its own, in runs of neighbouring spans.

    Nobody runs far ahead: a run begins when it is at most one run a worker beyond what was written.
    """

    def __init__(self, plan: Plan, count: int, foreign: Mapping[Foreign, ForeignCall]) -> None:
        self._plan = plan
        self._foreign = foreign
        self._tables = Tables()
        self._length = max(1, min(_RUN, -(-len(plan.spans) // count)))
        self._count = count
        self._changed = threading.Condition()
        self._made: dict[int, list[EncodedPacket]] = {}
        self._error: BaseException | None = None
        self._stop = False
        self._next_run = self._written = self._frames = 0
        # Idle cores decode: with as many workers as cores there are none, and one thread each is fastest.
        self._decoders = max(1, (os.cpu_count() or 1) // count)
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]

    def __enter__(self) -> _Crew:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        with self._changed:
            self._stop = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def spans(self, reporter: Reporter) -> Iterator[list[EncodedPacket]]:
        """The packets of each span in order, as they are made."""
        for index in range(len(self._plan.spans)):
            yield self._wait_for(index, reporter)
            with self._changed:
                self._written = index + 1
                self._changed.notify_all()
            self._tell(reporter)

    def _wait_for(self, index: int, reporter: Reporter) -> list[EncodedPacket]:
        while True:
            with self._changed:
                if index not in self._made and self._error is None:
                    self._changed.wait(0.1)  # with a limit, so that Ctrl-C is heard on every system
                if self._error is not None:
                    raise self._error
                if index in self._made:
                    return self._made.pop(index)
            self._tell(reporter)

    def _tell(self, reporter: Reporter) -> None:
        """Not under the lock: who is told may take their time. The end is told when the file is verified."""
        reporter.tell(min(self._frames, self._plan.expect.frames - 1))

    # ---- on the workers' threads -------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            with Painter(self._plan, self._tables, self._foreign, threads=self._decoders) as painter:
                while (run := self._take_run()) is not None:
                    for index in run:
                        self._make(index, painter)
        except _Stopped:
            pass
        except BaseException as error:  # noqa: BLE001  handed to the thread that waits, which raises it
            with self._changed:
                self._error = self._error or error
                self._changed.notify_all()

    def _take_run(self) -> range | None:
        with self._changed:
            first = self._next_run * self._length
            if first >= len(self._plan.spans):
                return None
            self._next_run += 1
            while first - self._written > self._count * self._length and not self._stop:
                self._changed.wait()
            return range(first, min(first + self._length, len(self._plan.spans)))

    def _make(self, index: int, painter: Painter) -> None:
        span = self._plan.spans[index]
        with writing(f"frames {span.start} to {span.stop}"):
            packets = encode_span(self._plan.output, self._painted(span, painter))
        with self._changed:
            self._made[index] = packets
            self._changed.notify_all()

    def _painted(self, span: Encode, painter: Painter) -> Iterator[av.VideoFrame]:
        for index in range(span.start, span.stop):
            if self._stop:
                raise _Stopped
            yield painter.paint(index)
            self._frames += 1
