"""What is seen of a batch while it runs: a live table on a terminal, a line for each item anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clipkit.cli._errors import printable
from clipkit.cli._output import summary
from clipkit.time import clock

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

    from clipkit.batch.results import BatchItem, BatchProgress


class Board:
    """Counts and shows. `progress` and `finished` are what a batch calls."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total = total
        self.made = self.failed = self.skipped = 0
        self.live: Live | None = None
        self._quiet = quiet
        self._under_way: dict[int, BatchProgress] = {}
        self._began = time.monotonic()

    def progress(self, step: BatchProgress) -> None:
        self._under_way[step.index] = step
        self._draw()

    def finished(self, index: int, item: BatchItem) -> None:
        self._under_way.pop(index, None)
        self.failed += not item.ok
        self.skipped += item.skipped
        self.made += item.ok and not item.skipped
        for line in _lines(item, self._quiet):
            self._say(line)
        self._draw()

    def __str__(self) -> str:
        counts = ((self.made, "made"), (self.skipped, "there already"), (self.failed, "failed"))
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing done"

    def _say(self, line: str) -> None:
        if self.live is None:
            click.echo(printable(line), err=True)
        else:
            self.live.console.print(printable(line), markup=False, highlight=False, soft_wrap=True)

    def _draw(self) -> None:
        if self.live is not None:
            self.live.update(self._table())

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False)
        for heading in ("item", "state", "frames/s", "left"):
            table.add_column(heading)
        for row in self._rows():
            table.add_row(*(Text(printable(cell)) for cell in row))
        return table

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        for _, step in sorted(self._under_way.items()):
            done = step.progress
            yield Path(step.source).name, f"{done.fraction:.0%}", f"{done.fps:.0f}", _clock(done.remaining)
        speed = sum(step.progress.fps for step in self._under_way.values())
        settled = self.made + self.failed + self.skipped
        yield f"{settled} of {self.total}", str(self), f"{speed:.0f}", _clock(self._remaining())

    def _remaining(self) -> float | None:
        """Seconds till all are done, if the rest is as the items so far; None before any is under way."""
        done = self.made + self.failed + sum(step.progress.fraction for step in self._under_way.values())
        seconds = time.monotonic() - self._began
        return seconds * (self.total - self.skipped - done) / done if done else None


@contextmanager
def board(total: int, *, quiet: bool) -> Iterator[Board]:
    """A board, shown as long as the block lasts."""
    made = Board(total, quiet)
    if quiet or not sys.stderr.isatty():
        yield made
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), transient=True, refresh_per_second=8) as made.live:
        yield made


def _clock(seconds: float | None) -> str:
    return "…" if seconds is None else clock(round(seconds)).partition(".")[0]


def _lines(item: BatchItem, quiet: bool) -> list[str]:
    """What is said of an item; of one that failed, always."""
    if item.error is not None:
        hint = [f"hint: {item.error.hint}"] if item.error.hint else []
        place = "" if item.error.where in ("", item.source) else f"{item.error.where}: "
        return [f"error: {item.source}: {place}{item.error.message}", *hint]
    if quiet or item.report is None:
        return []
    if item.skipped:
        return [f"{item.out}: there already"]
    return [*(f"note: {item.out}: {line}" for line in item.report.notices), summary(item.report)]
