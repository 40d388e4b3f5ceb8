"""Play a clip backwards, picture and sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit reverse take.mp4 -o back.mp4",
        "clipkit trim take.mp4 --length 3 | clipkit reverse - -o back.mp4",
    ),
)
def command(clip: Clip) -> Clip:
    return clip.reverse()
