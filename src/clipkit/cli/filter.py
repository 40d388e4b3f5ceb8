"""Give a clip a look.

`clipkit filters list` names them; `clipkit filters sheet IN -o sheet.png` shows them all on a frame of a clip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(__doc__, examples=("clipkit filter take.mp4 golden-hour --strength 0.8 -o warm.mp4",))
@click.argument("name", metavar="NAME", shell_complete=_types.filter_names)
@click.option("--strength", type=_types.STRENGTH, default="1", show_default=True, help="mixed with the original")
def command(clip: Clip, name: str, strength: float) -> Clip:
    return clip.filter(name, strength)
