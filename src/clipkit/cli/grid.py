"""Put clips in a grid, two by two or any other.

Two or more, row by row; those of a last row that is not full share its width. The result is as long as the first.
--gain 2:-6 is about the second alone, --gain -6 about all; the same holds for the other options of each video.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from clipkit.cli import _types
from clipkit.cli._compose import pane_options, panes
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.project.model import LengthFrom


@operation(
    __doc__,
    inputs=("IN...",),
    examples=(
        "clipkit grid a.mp4 b.mp4 c.mp4 d.mp4 -o grid.mp4",
        "clipkit grid a.mp4 b.mp4 c.mp4 --columns 1 --gap 8,white --gain 2:-6 --when-short loop -o three.mp4",
    ),
)
@click.option(
    "--columns",
    type=click.IntRange(1, 16),
    metavar="N",
    help="panes in a row  [default: about as many as there are rows]",
)
@click.option(
    "--gap", type=_types.GAP, default="0,black", show_default=True, help="pixels between panes at a canvas 1080 wide"
)
@pane_options
def command(
    *clips: Clip,
    columns: int | None,
    gap: tuple[int, tuple[int, int, int]],
    length_from: LengthFrom,
    **values: Any,  # noqa: ANN401  of pane_options
) -> Clip:
    from clipkit.api import arrange

    words = {"columns": columns, "gap": gap[0], "colour": gap[1]}
    return arrange.layout("grid", *panes(clips, values), length_from=length_from, **words)
