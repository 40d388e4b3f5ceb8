"""Cut a clip: keep a stretch of it.

Times are those of the input as it stands: 3, 3.5, 0:03.5, 1:02:03, 3500ms, or 90f for frames of the input. A clip that
is shorter stays whole. Without --end and --length 15 seconds are kept.
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
        "clipkit trim take.mp4 --start 3 --length 10 -o cut.mp4",
        "clipkit trim take.mp4 --start 90f --end 0:18.5 -o cut.mp4",
        "clipkit music take.mp4 song.mp3 | clipkit trim - --start 3 --length 8 --snap bars -o cut.mp4",
    ),
)
@click.option("--start", type=_types.TIME, default="0", show_default=True, help="where to begin")
@click.option("--end", type=_types.TIME, help="where to end")
@click.option("--length", type=_types.TIME, help="how much to keep  [default: 15, without --end]")
@snap_option("both ends")
def command(clip: Clip, start: str, end: str | None, length: str | None, snap: Snap | None) -> Clip:
    from clipkit.api.clip import DEFAULT_LENGTH

    default = DEFAULT_LENGTH if end is None and length is None else None
    return clip.trim(start, end, length=length if default is None else default, snap=snap)
