"""The measured values and the bars they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from benchmarks.jobs import Contestant
from benchmarks.measure import Cost
from benchmarks.quality import Fidelity, Output

Field = Literal["wall", "cpu", "rss_mb"]


@dataclass(slots=True)
class JobResult:
    """The runs of one job; those of one round stand at the same place in each list."""

    name: str
    title: str
    runs: dict[Contestant, list[Cost]] = field(default_factory=dict)
    errors: dict[Contestant, str] = field(default_factory=dict)
    outputs: dict[Contestant, Output] = field(default_factory=dict)

    def median(self, contestant: Contestant, value: Field) -> float | None:
        """The median of one value of a contestant that did not fail."""
        runs = self.runs.get(contestant)
        return median(getattr(cost, value) for cost in runs) if runs and contestant not in self.errors else None


@dataclass(slots=True)
class Results:
    """Everything one benchmark run found."""

    date: str
    quick: bool
    footage: str
    facts: dict[str, str]
    jobs: dict[str, JobResult] = field(default_factory=dict)
    fidelity: dict[str, Fidelity] = field(default_factory=dict)
    look: dict[str, object] = field(default_factory=dict)
    long: JobResult | None = None
    start: JobResult | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Median and extremes of the ratios of runs made in the same round, which share the machine's mood."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f}–{self.high:.2f})"


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure this project must reach; `found` is None where it could not be measured."""

    what: str
    limit: float
    found: float | None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.found is None:
            return None
        return self.found >= self.limit if self.at_least else self.found <= self.limit


def ratio(job: JobResult, over: Contestant, under: Contestant, value: Field) -> Ratio | None:
    """One contestant's cost over another's."""
    if over in job.errors or under in job.errors:
        return None
    pairs = zip(job.runs.get(over, ()), job.runs.get(under, ()), strict=False)
    ratios = [getattr(a, value) / getattr(b, value) for a, b in pairs]
    return Ratio(median(ratios), min(ratios), max(ratios)) if ratios else None


def bars(results: Results) -> list[Bar]:
    """The bars of the jobs that were asked for."""
    found: list[Bar] = []
    for name in ("duet", "react"):
        if job := results.jobs.get(name):
            found.append(Bar(f"{name}: clipkit ÷ FFmpeg, wall", 1.1, _middle(job, "clipkit", "ffmpeg")))
            found.append(Bar(f"{name}: MoviePy ÷ clipkit, wall", 6, _middle(job, "moviepy", "clipkit"), at_least=True))
    if job := results.jobs.get("main"):
        found.append(Bar("main: clipkit ÷ FFmpeg, wall", 1.5, _middle(job, "clipkit", "ffmpeg")))
        found.append(Bar("main: peak memory over FFmpeg's, MB", 150, _memory_over(job, "ffmpeg")))
    if results.long:
        what = "memory: peak of the long clip ÷ peak of the short one"
        found.append(Bar(what, 1.2, _growth(results)))
    if results.start:
        found.append(Bar("start: `clipkit --help` ÷ `import click, rich`, wall", 3, _start(results.start)))
    return found


def _middle(job: JobResult, over: Contestant, under: Contestant) -> float | None:
    found = ratio(job, over, under, "wall")
    return found.middle if found else None


def _memory_over(job: JobResult, other: Contestant) -> float | None:
    ours, theirs = job.median("clipkit", "rss_mb"), job.median(other, "rss_mb")
    return None if ours is None or theirs is None else ours - theirs


def _growth(results: Results) -> float | None:
    job = results.jobs.get("main")
    short = job.median("clipkit", "rss_mb") if job else None
    long = results.long.median("clipkit", "rss_mb") if results.long else None
    return None if short is None or long is None else long / short


def _start(job: JobResult) -> float | None:
    """The bare imports stand where FFmpeg stands in the other jobs."""
    return _middle(job, "clipkit", "ffmpeg")


def spread(values: Sequence[float]) -> str:
    """Median (min–max)."""
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
