"""Play a clip several times, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit loop take.mp4 3 -o thrice.mp4",
        "clipkit trim take.mp4 --length 2 | clipkit boomerang - | clipkit loop - 3 -o again.mp4",
    ),
)
@click.argument("times", type=click.IntRange(1, 1000), metavar="N")
def command(clip: Clip, times: int) -> Clip:
    return clip.loop(times)
