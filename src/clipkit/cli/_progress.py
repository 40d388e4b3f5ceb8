"""How far a render is, on standard error: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clipkit.cli._stop import heed
from clipkit.time import clock

if TYPE_CHECKING:
    from clipkit.engine.progress import Progress, ProgressCall


def pace(progress: Progress) -> str:
    """How fast the frames that are truly to be made are made, and how long that takes."""
    if not progress.to_make:
        return "nothing to make"
    if progress.remaining is None:
        return "…"
    left = clock(round(progress.remaining)).partition(".")[0]
    return f"{progress.fps:.0f} frames/s, {progress.speed:.1f}×, {left} left"


@contextmanager
def shown(title: str, *, quiet: bool) -> Iterator[ProgressCall]:
    """A callback that moves a bar, as long as the block lasts, and stops the work where that was asked for."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: heed()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[pace]}", markup=False),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, pace="…")

        def move(progress: Progress) -> None:
            heed()
            bar.update(task, completed=progress.made, total=progress.to_make, pace=pace(progress))

        yield move
