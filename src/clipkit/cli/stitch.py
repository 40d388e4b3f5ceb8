"""Begin with up to five seconds of another's video, then mine.

The result is made for TikTok unless --target says otherwise. `clipkit join` puts any clips one after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    inputs=("MINE", "THEIRS"),
    examples=(
        "clipkit stitch mine.mp4 theirs.mp4 -o stitch.mp4",
        "clipkit trim theirs.mp4 --start 12 | clipkit stitch mine.mp4 - --seconds 3 -o stitch.mp4",
    ),
)
@click.option("--seconds", type=_types.TIME, default="5", show_default=True, help="how much of theirs; at most 5")
def command(mine: Clip, theirs: Clip, seconds: str) -> Clip:
    from clipkit.api import arrange

    return arrange.stitch(mine, theirs, seconds=seconds)
