"""What is measured: a job has a command for each contestant, and bars. `table.ROWS` lists them all."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.bars import Bar, More
from benchmarks.inputs import Footage, Inputs
from benchmarks.measure import output_of
from benchmarks.results import Contestant, Results

OURS, FFMPEG, MOVIEPY, OPAQUE = "clipkit", "FFmpeg", "MoviePy", "MoviePy, opaque"
START = 2
MEMORY = More(OURS, FFMPEG, 200, "rss_mb")
"""The bar of every job that FFmpeg does too. It is meant for two workers: for a machine of two cores."""


@dataclass(frozen=True, slots=True)
class Command:
    """What one contestant runs."""

    words: Sequence[str]
    output: Path | None = None
    """The file or folder it writes; removed before each run."""

    before: tuple[Sequence[str], ...] = ()
    """Commands that run first with the same caches, and are not counted."""

    self_timed: bool = False
    """Whether it writes into `output` what it found: wall and CPU seconds as JSON."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job; a contestant that cannot take part is in `missing` with the reason."""

    name: str
    title: str
    commands: dict[Contestant, Command]
    bars: tuple[Bar, ...] = ()
    missing: dict[Contestant, str] = field(default_factory=dict)
    seconds: int | None = None
    """Of each output, which are then decoded and compared with clipkit's."""

    cut_of: tuple[Path, int] | None = None
    """Of a plain re-encode: the source and the second it begins at, to tell how much was lost."""

    rounds: int | None = None
    """Where the usual number does not suit."""


@dataclass(frozen=True, slots=True)
class Look:
    """clipkit's look as the others have it: FFmpeg's chain and MoviePy's table; or why there is none."""

    chain: str = ""
    table: Path = Path()
    error: str = ""


@dataclass(slots=True)
class Bench:
    """What the makers of jobs need."""

    inputs: Inputs
    footage: Footage
    results: Results

    def output(self, job: str, contestant: Contestant, suffix: str = ".mp4") -> Path:
        """Where a contestant writes."""
        slug = "".join(letter if letter.isalnum() else "-" for letter in contestant.lower())
        return self.inputs.folder / f"out-{job}-{slug}{suffix}"

    def project(self, name: str, *commands: Sequence[str]) -> Path:
        """A project made by commands that are not counted; `{in}` in their words is what the one before made."""
        paths = [self.inputs.folder / f"{name}-{step}.clipkit" for step, _ in enumerate(commands)]
        for words, before, path in zip(commands, [paths[0], *paths], paths, strict=False):
            given = (word.replace("{in}", str(before)) for word in words)
            output_of(clipkit(*given, "-o", str(path), "--force"))
        return paths[-1]

    def look(self, name: str) -> Look:
        """A look fitted for the others; it is kept as long as the look is the same."""
        made = self.inputs.folder / f"look-{name}.json"
        try:
            output_of([sys.executable, "-m", "benchmarks.look", name, str(self.inputs.mine), str(self.inputs.folder)])
        except RuntimeError as error:
            return Look(error=f"clipkit's {name} could not be fitted:\n{error}")
        found = json.loads(made.read_text(encoding="utf-8"))
        self.results.looks[name] = {"name": found["name"], "trials": found["trials"]}
        return Look(found["chain"], made.with_suffix(".npy"))


def clipkit(*words: str) -> list[str]:
    """A clipkit command in this interpreter."""
    return [sys.executable, "-m", "clipkit", *words]


@cache
def knows(verb: str, option: str) -> bool:
    """Whether a command of this clipkit has an option."""
    return f" {option} " in output_of(clipkit(verb, "--help")).replace("\n", " ")


def anew() -> tuple[str, ...]:
    """The option that makes a render encode everything, where there is something else that it could do."""
    return ("--no-copy",) if knows("trim", "--no-copy") else ()


def moviepy(job: str, output: Path, seconds: int, *files: Path, words: tuple[str, ...] = ()) -> Command:
    """A job of `moviepy_jobs`."""
    module = [sys.executable, "-m", "benchmarks.moviepy_jobs"]
    return Command([*module, *words, job, str(output), str(seconds), *map(str, files)], output)
