"""Stand still at a moment for a while, then go on.

T is a time of the input, LENGTH how long it stands: 3, 3.5, 0:03.5, 500ms, or 90f for frames of the input. The clip's
own sound is silent meanwhile; music that is added to the result plays on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._operation import operation
from clipkit.cli._time import snap_option

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.api.verbs import Snap


@operation(
    __doc__,
    examples=(
        "clipkit freeze take.mp4 2.5 1 -o freeze.mp4",
        "clipkit freeze take.mp4 75f 800ms | clipkit music - song.mp3 -o freeze.mp4",
        "clipkit freeze dance.mp4 2.5 1 --snap beats -o freeze.mp4",
    ),
)
@click.argument("at", type=_types.TIME, metavar="T")
@click.argument("length", type=_types.TIME, metavar="LENGTH")
@snap_option("T and LENGTH")
def command(clip: Clip, at: str, length: str, snap: Snap | None) -> Clip:
    return clip.freeze(at, length, snap=snap)
