"""Arrange clips by any layout, named with its parameters.

`clipkit layouts list` names them, `clipkit layouts show NAME` says what each takes. --gain 2:-6 is about the second
clip alone, --gain -6 about all; the same holds for the other options of each video.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from clipkit.cli import _types
from clipkit.cli._compose import pane_options, panes
from clipkit.cli._operation import operation
from clipkit.cli._parameters import pair

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.project.model import LengthFrom


@operation(
    __doc__,
    inputs=("IN...",),
    examples=(
        "clipkit layout row a.mp4 b.mp4 c.mp4 -o row.mp4",
        "clipkit layout column a.mp4 b.mp4 c.mp4 --param gap=8 --focus 2:0.5,0.2 --begin 3:1.5 -o column.mp4",
    ),
)
@click.argument("name", metavar="NAME", shell_complete=_types.layout_names)
@click.option("--param", "params", metavar="KEY=VALUE", multiple=True, help="a parameter; may be given again")
@pane_options
def command(
    *clips: Clip,
    name: str,
    params: tuple[str, ...],
    length_from: LengthFrom,
    **values: Any,  # noqa: ANN401  of pane_options
) -> Clip:
    from clipkit.api import arrange

    given = dict(pair(text) for text in params)
    return arrange.layout(name, *panes(clips, values), length_from=length_from, **given)
