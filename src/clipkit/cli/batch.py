"""Make one file of each of many inputs, by a recipe.

RECIPE is a .toml file with the options of `clipkit make` as keys, or a saved project (*.clipkit) whose main source
each input takes the place of. Texts in it may have holes: {input}, {stem}, {index}, and any column of --rows. Of a
folder, all videos in it are taken. What fails, fails alone; the exit code is that of the first item that failed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._board import board
from clipkit.cli._errors import WrongUse
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice

if TYPE_CHECKING:
    from clipkit.batch.results import BatchItem, BatchResult


@plain(
    __doc__,
    examples=(
        "clipkit batch noir.toml takes/ -o out",
        "clipkit batch noir.toml one.mp4 two.mp4 -o out --resume",
        "clipkit batch short.toml --rows rows.csv -o out --workers 4 --json",
    ),
)
@click.argument("recipe", metavar="RECIPE", type=_types.FILE)
@click.argument("inputs", metavar="IN...", nargs=-1, type=_types.FILE)
@click.option("-o", "--output", metavar="DIR", required=True, help="the folder to fill; it is made if need be")
@click.option(
    "--rows",
    metavar="FILE",
    type=_types.FILE,
    help="*.csv or *.jsonl: an item for each row; the column `input` names a file, beside FILE",
)
@click.option("--workers", metavar="N", type=click.IntRange(min=1), help="items at a time  [default: one for each CPU]")
@click.option("--resume", is_flag=True, help="skip what an earlier run finished, and make again what it did not")
@click.option("--no-copy", is_flag=True, help="encode every frame, also what the source has already")
@click.option("--force", is_flag=True, help="replace files that are there; never one of the inputs")
@click.option("--quiet", is_flag=True, help="no progress and no notices; errors only")
@click.option("--json", "as_json", is_flag=True, help="print what became of each item as JSON")
def command(
    recipe: str,
    inputs: tuple[str, ...],
    output: str,
    rows: str | None,
    workers: int | None,
    resume: bool,
    no_copy: bool,
    force: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    if rows is not None and Path(rows).suffix.lower() not in (".csv", ".jsonl"):
        raise WrongUse("--rows takes *.csv or *.jsonl", "give the file that suffix")
    if not inputs and rows is None:
        raise WrongUse("there is nothing to make files of", "name files or a folder after RECIPE, or give --rows FILE")
    from clipkit.batch import batch
    from clipkit.batch.rows import expanded

    found = expanded([*inputs, *([rows] if rows is not None else [])])
    with board(len(found), quiet=quiet) as shown:
        result = batch(
            recipe,
            found,
            output,
            workers=workers,
            resume=resume,
            force=force,
            copy=not no_copy,
            progress=shown.progress,
            finished=shown.finished,
        )
    if as_json:
        echo_json(_document(result))
    else:
        notice(str(shown), quiet)
    if result.failed and (error := result.failed[0].error) is not None:
        click.get_current_context().exit(error.exit_code)


def _document(result: BatchResult) -> dict[str, object]:
    return {"items": [_item(item) for item in result], "ok": len(result.ok), "failed": len(result.failed)}


def _item(item: BatchItem) -> dict[str, object]:
    report = item.report
    return {
        "input": item.source,
        "out": str(item.out),
        "ok": item.ok,
        "skipped": item.skipped,
        "frames": report and report.frames,
        "duration": report and report.duration,
        "seconds": report and report.seconds,
        "error": item.error and item.error.to_dict(),
    }
