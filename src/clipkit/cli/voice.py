"""Change how a voice sounds: higher, deeper, a robot, an echo.

NAME is one of `clipkit voices list`. It changes all that IN sounds as it stands, and never its length.
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
        "clipkit voice take.mp4 robot -o robot.mp4",
        "clipkit voice take.mp4 chipmunk --strength 0.5 | clipkit music - song.mp3 -o squeaky.mp4",
    ),
)
@click.argument("name", metavar="NAME", shell_complete=_types.voice_names)
@click.option("--strength", type=_types.STRENGTH, default="1", show_default=True, help="how much of it")
def command(clip: Clip, name: str, strength: float) -> Clip:
    return clip.voice(name, strength)
