"""One render of a batch as a value that any process can be given, and the ways to run it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from clipkit.api import make
from clipkit.batch.results import Stopped
from clipkit.engine.progress import Progress
from clipkit.engine.render import Report

Tell: TypeAlias = Callable[[Progress], object]


@dataclass(frozen=True, slots=True)
class Job:
    """What is rendered, as a project's JSON text, and where to."""

    document: str
    out: str
    force: bool
    workers: int | None
    """Threads that make spans; None for as many as there are CPUs."""

    copy: bool = True
    """Whether what stays as it is in a source is copied."""


def render(job: Job, tell: Tell | None = None) -> Report:
    """Do a job: a function of a module, with values that pickle, so that any executor can be given it."""
    clip = make.of_text(job.document)
    return clip.export(job.out, force=job.force, workers=job.workers, copy=job.copy, progress=tell)


class Runner(Protocol):
    """A way to run jobs."""

    def submit(self, job: Job, tell: Tell) -> Future[Report]:
        """Begin a job as soon as there is room; `tell` is called from some thread."""

    def close(self) -> None:
        """Stop what is under way, leaving nothing of it, and wait for its end."""


class Here:
    """In this process, one after another."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="clipkit-batch")
        self._stop = threading.Event()

    def submit(self, job: Job, tell: Tell) -> Future[Report]:
        def told(progress: Progress) -> None:
            if self._stop.is_set():
                raise Stopped
            tell(progress)

        return self._pool.submit(render, job, told)

    def close(self) -> None:
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


class Given:
    """On an executor of the caller's, who also ends it. It tells nothing of a job before its end."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._futures: list[Future[Report]] = []

    def submit(self, job: Job, tell: Tell) -> Future[Report]:
        self._futures.append(self._executor.submit(render, job))
        return self._futures[-1]

    def close(self) -> None:
        for future in self._futures:
            future.cancel()
