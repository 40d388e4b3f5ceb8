"""Apply one effect, of clipkit or of MoviePy.

`clipkit effects list` names clipkit's, `clipkit effects show NAME` says what each parameter may be. moviepy:NAME is an
effect of MoviePy, with the arguments that MoviePy gives it. --key animates a number of clipkit's: its values at given
times of the input, such as strength=0:0,2:1; a key may end in an easing, 0:0:ease-in, which leads to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from clipkit.catalog.easing import EASE, Easing
from clipkit.cli import _types
from clipkit.cli._operation import operation
from clipkit.cli._parameters import pair

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit effect take.mp4 exposure --param stops=0.7 -o brighter.mp4",
        "clipkit effect take.mp4 blur --key radius=0:30,1.5:0:ease-out -o focus.mp4",
        "clipkit effect take.mp4 moviepy:MirrorX -o mirrored.mp4",
    ),
)
@click.argument("name", metavar="NAME", shell_complete=_types.effect_names)
@click.option("--param", "params", metavar="KEY=VALUE", multiple=True, help="a parameter; may be given again")
@click.option("--key", "keys", type=_types.KEYS, multiple=True, help="animate a number; may be given again")
@click.option(
    "--easing",
    type=click.Choice(tuple(EASE)),
    default="linear",
    show_default=True,
    help="how numbers move from keys that name none",
)
def command(clip: Clip, name: str, params: tuple[str, ...], keys: tuple[tuple[str, Any], ...], easing: Easing) -> Clip:
    return clip.effect(name, keys=dict(keys), easing=easing, **dict(pair(text) for text in params))
