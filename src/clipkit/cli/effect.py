"""Apply one effect, of clipkit or of MoviePy.

`clipkit effects list` names clipkit's, `clipkit effects show NAME` says what each parameter may be. moviepy:NAME is an
effect of MoviePy, with the arguments that MoviePy gives it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._operation import operation
from clipkit.errors import ProjectError

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit effect take.mp4 exposure --param stops=0.7 -o brighter.mp4",
        "clipkit effect take.mp4 moviepy:MirrorX -o mirrored.mp4",
    ),
)
@click.argument("name", metavar="NAME", shell_complete=_types.effect_names)
@click.option("--param", "params", metavar="KEY=VALUE", multiple=True, help="a parameter; may be given again")
def command(clip: Clip, name: str, params: tuple[str, ...]) -> Clip:
    return clip.effect(name, **dict(_pair(text) for text in params))


def _pair(text: str) -> tuple[str, object]:
    """A parameter: its value is JSON where it reads as such, else the text itself."""
    key, equals, value = text.partition("=")
    if not (equals and key.isidentifier() and key != "kind"):
        raise ProjectError(f"{text[:40]!r} is not KEY=VALUE", code="bad-value", hint="write --param stops=0.7")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
