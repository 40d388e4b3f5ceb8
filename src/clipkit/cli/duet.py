"""Put a clip beside another video.

MINE stands on the left or on top; the result is as long as MINE unless --length-from says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from clipkit.cli._compose import mixing, mixing_options
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    inputs=("MINE", "OTHER"),
    examples=(
        "clipkit duet me.mp4 other.mp4 -o duet.mp4",
        "clipkit duet me.mp4 other.mp4 --layout top-bottom --swap --gain-other -6 -o duet.mp4",
    ),
)
@click.option(
    "--layout",
    type=click.Choice(("left-right", "top-bottom")),
    default="left-right",
    show_default=True,
    help="how the two are arranged",
)
@click.option("--swap", is_flag=True, help="put MINE on the right, or at the bottom")
@mixing_options
def command(mine: Clip, other: Clip, layout: str, swap: bool, **values: Any) -> Clip:  # noqa: ANN401  of mixing_options
    from clipkit.api import arrange

    return arrange.duet(mine, other, layout=layout, swap=swap, **mixing(values))
