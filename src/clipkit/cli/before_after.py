"""Compare two clips with a divider that moves over them.

BEFORE shows on the left (or above, with --axis y), AFTER beyond the divider. Only BEFORE is heard. The divider swings
from side to side; with --move it goes where it is told: T:SHARE is how much of the canvas BEFORE has at that time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from clipkit.cli import _types
from clipkit.cli._compose import mixing, mixing_options
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    inputs=("BEFORE", "AFTER"),
    examples=(
        "clipkit filter take.mp4 golden-hour | clipkit before-after take.mp4 - -o compare.mp4",
        "clipkit before-after old.mp4 new.mp4 --move 0:1 --move 2:0 --line 10,#ff8800 -o wipe.mp4",
    ),
)
@click.option("--axis", type=click.Choice(("x", "y")), default="x", show_default=True, help="which way it moves")
@click.option("--seconds", type=_types.TIME, default="3", show_default=True, help="one swing from side to side")
@click.option("--move", "path", type=_types.WIPE, multiple=True, help="the share of BEFORE at a time of the result")
@click.option(
    "--easing", type=click.Choice(_types.EASINGS), default="ease-in-out", show_default=True, help="how it moves"
)
@click.option(
    "--line", type=_types.BORDER, default="6,white", show_default=True, help="the divider, at a canvas 1080 wide"
)
@mixing_options
def command(before: Clip, after: Clip, line: tuple[int, tuple[int, int, int]], **values: Any) -> Clip:  # noqa: ANN401
    from clipkit.api import arrange

    between = mixing(values)
    if not between["gain_other_db"]:
        del between["gain_other_db"]  # as long as nobody makes it louder or softer, it is not heard
    return arrange.before_after(before, after, line=line[0], colour=line[1], **values, **between)
