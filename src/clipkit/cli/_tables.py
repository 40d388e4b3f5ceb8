"""Rows for people: drawn on a terminal, plain columns anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from clipkit.cli._errors import printable

_ENDLESS = 10_000


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their headings."""
    _print(columns, rows)


def pairs(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and what they stand for, without headings."""
    _print((), rows)


def _print(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Text from files is shown as it is: no markup, and nothing that steers a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Where nobody looks, lines are as long as they need to be, so that grep finds whole ones.
    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, highlight=False, width=None if terminal else _ENDLESS)
    style = box.SIMPLE_HEAD if terminal and columns else None
    drawn = Table(box=style, pad_edge=False, show_edge=False, show_header=bool(columns))
    for column in columns or ("", ""):
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    with console.capture() as captured:
        console.print(drawn)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
