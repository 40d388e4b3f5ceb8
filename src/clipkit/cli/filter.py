"""Give a clip a look.

`clipkit filters list` names them; `clipkit filters sheet IN -o sheet.png` shows them all on a frame of a clip. With
--start, --end or --length only that stretch of the input is coloured: 3, 3.5, 0:03.5, 3500ms, or 90f for frames.
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
    examples=(
        "clipkit filter take.mp4 golden-hour --strength 0.8 -o warm.mp4",
        "clipkit filter take.mp4 noir --start 3 --length 2 -o flashback.mp4",
    ),
)
@click.argument("name", metavar="NAME", shell_complete=_types.filter_names)
@click.option("--strength", type=_types.STRENGTH, default="1", show_default=True, help="mixed with the original")
@click.option("--start", type=_types.TIME, default="0", show_default=True, help="where it begins")
@click.option("--end", type=_types.TIME, help="where it ends  [default: with the input]")
@click.option("--length", type=_types.TIME, help="how long it lasts, instead of --end")
def command(clip: Clip, name: str, strength: float, start: str, end: str | None, length: str | None) -> Clip:
    return clip.filter(name, strength, start=start, end=end, length=length)
