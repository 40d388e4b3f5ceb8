"""The measured values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, TypeAlias

from benchmarks.measure import Cost
from benchmarks.quality import Fidelity, Output

Contestant: TypeAlias = str
"""Who does a job, or what is varied in it: the first of a job is the one that the others are compared with."""

Field = Literal["wall", "cpu", "rss_mb"]


@dataclass(slots=True)
class JobResult:
    """The runs of one job; those of one round stand at the same place in each list."""

    name: str
    title: str
    runs: dict[Contestant, list[Cost]] = field(default_factory=dict)
    errors: dict[Contestant, str] = field(default_factory=dict)
    outputs: dict[Contestant, Output] = field(default_factory=dict)
    fidelity: dict[Contestant, Fidelity] = field(default_factory=dict)
    bars: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def median(self, contestant: Contestant, value: Field) -> float | None:
        """The median of one value of a contestant that did not fail."""
        runs = self.runs.get(contestant)
        return median(getattr(cost, value) for cost in runs) if runs and contestant not in self.errors else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A bar and the figure found; None where it could not be measured."""

    what: str
    limit: float
    found: float | None
    met: bool | None


@dataclass(slots=True)
class Results:
    """Everything one benchmark run found."""

    date: str
    quick: bool
    footage: str
    facts: dict[str, str]
    jobs: dict[str, JobResult] = field(default_factory=dict)
    looks: dict[str, dict[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Median and extremes of the ratios of runs made in the same round, which share the machine's mood."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f}–{self.high:.2f})"


def ratio(job: JobResult, over: Contestant, under: Contestant, value: Field) -> Ratio | None:
    """One contestant's cost over another's."""
    if over in job.errors or under in job.errors:
        return None
    pairs = zip(job.runs.get(over, ()), job.runs.get(under, ()), strict=False)
    ratios = [getattr(a, value) / getattr(b, value) for a, b in pairs if getattr(b, value) > 0]
    return Ratio(median(ratios), min(ratios), max(ratios)) if ratios else None


def spread(values: Sequence[float]) -> str:
    """Median (min–max)."""
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
