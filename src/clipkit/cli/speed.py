"""Play faster or slower, with the pitch of the sound kept.

FACTOR is 0.1 to 10; usual ones are 0.3 and 0.5 (slow motion), 1, 2 and 3.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.project.time_edits import Pitch


@operation(__doc__, examples=("clipkit speed take.mp4 2 -o fast.mp4", "clipkit speed take.mp4 0.5 -o slow.mp4"))
@click.argument("factor", type=_types.FACTOR, metavar="FACTOR")
@click.option(
    "--pitch",
    type=click.Choice(("keep", "follow")),
    default="keep",
    show_default=True,
    help="follow: as on a tape; chipmunk when fast, giant when slow",
)
def command(clip: Clip, factor: Fraction, pitch: Pitch) -> Clip:
    return clip.speed(factor, pitch=pitch)
