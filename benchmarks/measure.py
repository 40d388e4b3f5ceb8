"""Run one process and say what it cost.

The figures come from `wait4`, so they cover the process and every descendant it waited for: CPU is their sum, memory
the peak of the largest one. Linux hands a child the peak of the process that started it (`exec` keeps the high-water
mark), so the process that imports this module must stay small: no numpy here, nor in anything `__main__` imports.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIME_LIMIT = 3600.0
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds, MB (10⁶ bytes), and why it failed where it did."""

    wall: float
    cpu: float
    rss_mb: float
    error: str = ""

    @property
    def ok(self) -> bool:
        return not self.error


def run(command: Sequence[str], env: Mapping[str, str] | None = None, time_limit: float = TIME_LIMIT) -> Cost:
    """Run `command` in the repository's root and wait for it; a failure is told in `error`, never raised."""
    with tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
        killer = threading.Timer(time_limit, _kill, (child.pid,))
        killer.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            _kill(child.pid)
            raise
        finally:
            killer.cancel()
        wall = time.perf_counter() - start
        # Popen must not wait for a process that is already reaped.
        child.returncode = os.waitstatus_to_exitcode(status)
        stderr.seek(0)
        error = _error(child.returncode, stderr.read().decode(errors="replace"))
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT / 1e6, error)


def output_of(command: Sequence[str]) -> str:
    """What a command prints on both streams; for questions, not for timing.

    Raises:
        RuntimeError: with the end of what it printed, when it failed.
    """
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, check=False
    )
    text = done.stdout.decode(errors="replace")
    if error := _error(done.returncode, text):
        raise RuntimeError(error)
    return text


def anonymous(text: str) -> str:
    """The text without this machine's folders: results are published."""
    for folder, name in (
        (ROOT, "."),
        (Path(sys.executable).parent, "bin"),
        (Path(sys.prefix), "venv"),
        (Path.home(), "~"),
    ):
        text = text.replace(str(folder), name)
    return text


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _error(code: int, stderr: str) -> str:
    if code == 0:
        return ""
    last = [line.rstrip() for line in stderr.splitlines() if line.strip()][-8:]
    return anonymous("\n".join([f"exit code {code}", *last]))
