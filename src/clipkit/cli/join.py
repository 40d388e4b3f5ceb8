"""Put clips one after another.

To the frame, and with a join in the sound that nobody hears. Size and rate are those of the first, unless --main names
another; the others fill that size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clipkit.cli._compose import FIT
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.geometry import Fit


@operation(
    __doc__,
    inputs=("IN...",),
    examples=(
        "clipkit join a.mp4 b.mp4 c.mp4 -o all.mp4",
        "clipkit join intro.mp4 take.mp4 --main 2 --pane-fit contain -o all.mp4",
    ),
)
@click.option(
    "--main",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="the one whose size and rate the result has",
)
@click.option("--pane-fit", type=FIT, help="how the others fill that size  [default: blur or cover, by their shape]")
def command(*clips: Clip, main: int, pane_fit: Fit | None) -> Clip:
    from clipkit.api import arrange

    return arrange.join(*clips, main=main - 1, fit=pane_fit)
