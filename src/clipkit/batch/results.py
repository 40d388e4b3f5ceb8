"""What a batch tells: of each item, of all, and on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from clipkit.engine.progress import Progress
from clipkit.engine.render import Report
from clipkit.errors import ClipkitError, RenderError


@dataclass(frozen=True, slots=True)
class BatchItem:
    """What became of one clip: a report of what was written, or why there is none."""

    source: str
    """The name of its main file; of a recipe, the whole path of its input."""

    out: Path
    report: Report | None = None
    error: ClipkitError | None = None
    skipped: bool = False
    """Whether an earlier run had made it already."""

    @property
    def ok(self) -> bool:
        return self.error is None

    def __str__(self) -> str:
        return f"{self.source} → {self.out}" if self.error is None else f"{self.source}: {self.error}"


@dataclass(frozen=True, slots=True)
class BatchResult:
    """One item for each clip, in the order of the clips."""

    items: tuple[BatchItem, ...]

    def __iter__(self) -> Iterator[BatchItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> BatchItem:
        return self.items[index]

    @property
    def ok(self) -> tuple[BatchItem, ...]:
        """The items that were written, now or by an earlier run."""
        return tuple(item for item in self.items if item.ok)

    @property
    def failed(self) -> tuple[BatchItem, ...]:
        """The items that were not."""
        return tuple(item for item in self.items if not item.ok)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far one item of a batch is."""

    index: int
    total: int
    source: str
    progress: Progress

    def __str__(self) -> str:
        return f"[{self.index + 1}/{self.total}] {self.source}: {self.progress}"


BatchProgressCall: TypeAlias = Callable[[BatchProgress], object]
BatchItemCall: TypeAlias = Callable[[int, BatchItem], object]
"""Gets the index of an item, and what became of it."""


class Raised(Exception):  # noqa: N818  it carries an error
    """What the caller's own callback raised, on its way out."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Stopped(Exception):  # noqa: N818  it is no error: the batch is to end
    """Raised inside a render, by way of its progress, to leave it; it tidies up after itself."""


def unexpected(error: Exception, out: Path) -> RenderError:
    """A fault of ours in one clip, as the error of that clip: it must not lose the night's other ones."""
    wrapped = RenderError(
        f"unexpected: {type(error).__name__}: {error}",
        code="unexpected",
        where=str(out),
        hint="please report this with the plan (`clipkit plan --json`)",
    )
    wrapped.__cause__ = error
    return wrapped
