"""A process that renders the jobs it is sent: `python -m clipkit.batch.worker`, the other end of `processes`.

Its life hangs on its standard input. When that is closed, because the batch is over or because the process that led it
is gone, it leaves the render it is in, which tidies up after itself, and ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import BinaryIO

from clipkit.batch.jobs import Job, render
from clipkit.batch.results import Stopped, unexpected
from clipkit.engine.progress import Progress
from clipkit.engine.render import Report
from clipkit.errors import ClipkitError
from clipkit.sandbox import limits, seccomp


class _Worker:
    def __init__(self, jobs: BinaryIO, answers: BinaryIO) -> None:
        self._jobs = jobs
        self._answers = answers
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._stop = threading.Event()

    def work(self) -> None:
        """Until there are no more jobs."""
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            while (job := self._waiting.get()) is not None and not self._stop.is_set():
                self._say(self._done(job))
        except Stopped:
            pass

    def _done(self, job: Job) -> Report | ClipkitError:
        try:
            return render(job, self._tell)
        except Stopped:
            raise
        except ClipkitError as error:
            return error
        except Exception as error:  # noqa: BLE001  one job's: the next ones are no worse for it
            return unexpected(error, Path(job.out))

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self._stop.set()
        self._waiting.put(None)

    def _listen(self) -> None:
        try:
            while True:
                self._waiting.put(pickle.load(self._jobs))
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            self.stop()

    def _tell(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise Stopped
        self._say(progress)

    def _say(self, answer: object) -> None:
        try:
            pickle.dump(answer, self._answers)
            self._answers.flush()
        except OSError:
            raise Stopped from None  # nobody listens any more


def main() -> None:
    """Standard output carries answers; what a library may print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    worker = _Worker(sys.stdin.buffer, answers)
    # Ctrl-C reaches every process of a terminal; what it means, the one that leads says.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), worker.stop)
    # A codec that a file takes over ends here: no network, no programs; where it may write, the one that leads says.
    limits.restrict()
    seccomp.restrict(programs=False)
    worker.work()


if __name__ == "__main__":
    main()
