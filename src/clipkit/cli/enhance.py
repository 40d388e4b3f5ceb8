"""Set exposure, white balance, contrast and saturation by itself.

What the clip lacks is judged from the clip, steadily for each of its scenes, and becomes ordinary effects: pipe it into
a file to see their values, or look at `clipkit plan`. A clip that lacks nothing stays as it is.
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
        "clipkit enhance take.mp4 -o better.mp4",
        "clipkit enhance take.mp4 --strength 0.6 | clipkit plan -",
    ),
)
@click.option("--strength", type=_types.STRENGTH, default="1", show_default=True, help="how much of it")
def command(clip: Clip, strength: float) -> Clip:
    return clip.enhance(strength)
