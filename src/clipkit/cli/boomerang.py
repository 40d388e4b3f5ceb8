"""Play a clip forwards, then backwards.

No frame shows twice at the turns, nor where the result begins anew: it loops without a halt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit boomerang take.mp4 -o boomerang.mp4",
        "clipkit trim take.mp4 --start 2 --length 1.5 | clipkit speed - 2 | clipkit boomerang - -o boomerang.mp4",
    ),
)
def command(clip: Clip) -> Clip:
    return clip.boomerang()
