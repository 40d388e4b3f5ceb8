"""Bars: what the figures of a job are held against, each a value that finds its own figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from benchmarks.results import Contestant, Field, JobResult, ratio

_UNITS: dict[Field, str] = {"wall": "wall", "cpu": "CPU", "rss_mb": "peak memory"}


class Bar(Protocol):
    """A limit; it is met by a figure that is no larger."""

    @property
    def what(self) -> str: ...

    @property
    def limit(self) -> float: ...

    def found(self, job: JobResult) -> float | None:
        """The figure; None where it could not be measured."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """One contestant's cost over another's: the median of the ratios within the rounds."""

    over: Contestant
    under: Contestant
    limit: float
    value: Field = "wall"

    @property
    def what(self) -> str:
        return f"{self.over} ÷ {self.under}, {_UNITS[self.value]}"

    def found(self, job: JobResult) -> float | None:
        between = ratio(job, self.over, self.under, self.value)
        return between.middle if between else None


@dataclass(frozen=True, slots=True)
class More:
    """What one contestant costs more than another: seconds or MB, of medians."""

    over: Contestant
    under: Contestant
    limit: float
    value: Field = "wall"

    @property
    def what(self) -> str:
        unit = "MB" if self.value == "rss_mb" else "s"
        return f"{self.over} − {self.under}, {_UNITS[self.value]}, {unit}"

    def found(self, job: JobResult) -> float | None:
        ours, theirs = job.median(self.over, self.value), job.median(self.under, self.value)
        return None if ours is None or theirs is None else ours - theirs


@dataclass(frozen=True, slots=True)
class Most:
    """What one contestant may cost at most, of the median."""

    who: Contestant
    limit: float
    value: Field = "cpu"

    @property
    def what(self) -> str:
        return f"{self.who}, {_UNITS[self.value]}, {'MB' if self.value == 'rss_mb' else 's'}"

    def found(self, job: JobResult) -> float | None:
        return job.median(self.who, self.value)


@dataclass(frozen=True, slots=True)
class Flat:
    """The dearest of several over the cheapest, of medians."""

    among: tuple[Contestant, ...]
    limit: float
    value: Field = "wall"

    @property
    def what(self) -> str:
        return f"most ÷ least, {_UNITS[self.value]}"

    def found(self, job: JobResult) -> float | None:
        return _spread(job.median(who, self.value) for who in self.among)


@dataclass(frozen=True, slots=True)
class Linear:
    """Seconds that one more second of clip costs, between neighbouring lengths: most over least.

    The start-up, which every length pays once, drops out.
    """

    lengths: tuple[tuple[int, Contestant], ...]
    limit: float

    @property
    def what(self) -> str:
        return "cost of one more second, most ÷ least"

    def found(self, job: JobResult) -> float | None:
        points = [(seconds, job.median(who, "wall")) for seconds, who in self.lengths]
        return _spread(
            None if a is None or b is None else (b - a) / (after - before)
            for (before, a), (after, b) in pairwise(points)
        )


@dataclass(frozen=True, slots=True)
class Fidelity:
    """By how many points of VMAF one contestant's file is further from the source than another's."""

    ours: Contestant
    theirs: Contestant
    limit: float

    @property
    def what(self) -> str:
        return f"VMAF lost against {self.theirs}"

    def found(self, job: JobResult) -> float | None:
        ours, theirs = (job.fidelity[who].vmaf if who in job.fidelity else None for who in (self.ours, self.theirs))
        return None if ours is None or theirs is None else theirs - ours


def _spread(values: Iterable[float | None]) -> float | None:
    found = list(values)
    known = [value for value in found if value is not None]
    return max(known) / min(known) if known and len(known) == len(found) and min(known) > 0 else None
