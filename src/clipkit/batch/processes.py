"""Jobs in spawned processes: one that dies, because a library crashed over a broken file, fails its own job alone.

Why not `ProcessPoolExecutor`: there one dead process fails all jobs that wait, a script has to guard its main module,
and nothing is heard of a job before its end. Here each process is a `python -m clipkit.batch.worker` that is sent jobs
through its standard input and ends when that is closed, however this process came to its own end.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from clipkit.batch.jobs import Job, Tell
from clipkit.batch.results import Stopped
from clipkit.engine.progress import Progress
from clipkit.engine.render import Report
from clipkit.errors import RenderError

_PATIENCE = 10.0
"""Seconds in which a process that was told to stop must have tidied up."""


class Processes:
    """So many processes, each started when there is a job for it. Each has a thread here that listens to it."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="clipkit-batch")
        self._lock = threading.Lock()
        self._all: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._stopped = False

    def submit(self, job: Job, tell: Tell) -> Future[Report]:
        return self._pool.submit(self._run, job, tell)

    def close(self) -> None:
        with self._lock:
            self._stopped = True
            workers = list(self._all)
        for worker in workers:
            worker.ask_to_stop()
        for worker in workers:
            worker.wait()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            worker.hang_up()

    def _run(self, job: Job, tell: Tell) -> Report:
        worker = self._take()
        try:
            report = worker.run(job, tell)
        except EOFError:
            if self._stopped:
                raise Stopped from None
            worker.wait()
            raise RenderError(
                "the process that rendered it died",
                code="worker-died",
                where=job.out,
                hint="the file may be broken, or memory short: try it alone, and report it if it happens again",
            ) from None
        finally:
            self._give_back(worker)
        return report

    def _take(self) -> _Worker:
        with self._lock:
            if self._stopped:
                raise Stopped
            while self._idle:
                if (worker := self._idle.pop()).alive:
                    return worker
            self._all.append(_Worker())
            return self._all[-1]

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if worker.free:
                self._idle.append(worker)
                return
        worker.ask_to_stop()


class _Worker:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        # The same clipkit as here, wherever this process has it from.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "clipkit.batch.worker"],  # -P: no module of the current folder
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.free = True

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, job: Job, tell: Tell) -> Report:
        """Send a job and listen till its end; what it raised is raised here.

        Raises:
            EOFError: The process ended instead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.free = False
        try:
            pickle.dump(job, self._process.stdin)
            self._process.stdin.flush()
            while isinstance(said := pickle.load(self._process.stdout), Progress):
                tell(said)
        except (OSError, ValueError, pickle.UnpicklingError) as error:  # a closed pipe, a message cut short
            raise EOFError from error
        self.free = True
        if isinstance(said, Report):
            return said
        assert isinstance(said, Exception)
        raise said

    def ask_to_stop(self) -> None:
        """Closed input is what it takes; the pipe may be broken already."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.close()

    def hang_up(self) -> None:
        """When nobody listens any more."""
        assert self._process.stdout is not None
        self._process.stdout.close()

    def wait(self) -> None:
        """Till it has ended; by force when it does not."""
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
