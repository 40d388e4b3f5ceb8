"""A process that opens what may be hostile, so that nothing else has to.

It reads paths from its standard input, a line of JSON each: ``[path, out or null]``. For each it probes the file and,
given an `out`, exports a second of it; then it answers with a line of JSON: what came of both, how long that took and
how much memory it added at its peak. `Victim` is the other end.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MEMORY = 4 << 30
"""Bytes of address space, threads' stacks and libraries included: what lies beyond is refused by the system."""


@dataclass(frozen=True)
class Answer:
    """What came of one file: an error of the tree by its class and code, `bug` with its traceback, or `fine`.

    `cpu` is seconds too, but those of this process only: other work on the machine does not count.
    """

    probe: str
    export: str
    seconds: float
    cpu: float
    megabytes: float
    text: str

    @property
    def bug(self) -> bool:
        """Whether anything but an error of the tree escaped."""
        return "bug" in (self.probe, self.export)


class Victim:
    """A process of its own that handles files one after another; use it in a `with`.

    Raises:
        AssertionError: The process died, or took longer than `limit` seconds over one file.
    """

    def __init__(self, limit: float = 10) -> None:
        self._limit = limit
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def handle(self, path: Path, out: Path | None = None) -> Answer:
        """Probe a file and, given an `out`, export a second of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(path), out and str(out)]).encode() + b"\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], self._limit + 20)
        assert ready, f"{path.name}: no answer after {self._limit + 20} s"
        line = self._process.stdout.readline()
        assert line, f"{path.name}: the process died with {self._process.wait(5)}"
        return Answer(**json.loads(line))


# ---- in the process ------------------------------------------------------------------------------------------------


def peak() -> float:
    """The most memory that this process has held, in MB."""
    if Path("/proc/self/status").exists():  # ru_maxrss there counts the process that was forked, too
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def forget_peak() -> None:
    """Begin to count anew, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def outcome(work: Any) -> tuple[str, str]:
    """What came of it, in a word or two, and all that it said."""
    from clipkit.errors import ClipkitError

    try:
        work()
    except ClipkitError as error:
        return f"{type(error).__name__} {error.code}", f"{error}\n{error.hint}"
    except BaseException:  # noqa: BLE001  whatever it is: it is a bug
        return "bug", traceback.format_exc()
    return "fine", ""


def answer(path: str, out: str | None) -> dict[str, Any]:
    import clipkit as ck

    def export() -> None:
        ck.open(path).trim(0, 1).export(out or "", size="64x64", quality="draft", force=True)

    forget_peak()
    before, began, busy = peak(), time.monotonic(), time.process_time()
    probed, text = outcome(lambda: ck.probe(path))
    exported, more = outcome(export) if out else ("", "")
    return {
        "probe": probed,
        "export": exported,
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - busy,
        "megabytes": peak() - before,
        "text": text + more,
    }


def warm_up() -> None:
    """What the first call of all costs is no fault of the file."""
    import tempfile

    from media import write_clip

    with tempfile.TemporaryDirectory() as folder:
        clip = write_clip(Path(folder) / "good.mp4", frames=10, size=(64, 64), sound="tones")
        assert answer(str(clip), f"{folder}/out.mp4")["export"] == "fine"


def main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["CLIPKIT_HOME"] = os.devnull
    warm_up()
    for line in sys.stdin:
        print(json.dumps(answer(*json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
