"""Render a project for a platform.

`clipkit targets list` names the platforms, `clipkit targets show NAME` says what each takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit export short.clipkit --target reels -o reel.mp4",
        "clipkit export short.clipkit --frame 2.5 -o cover.jpg",
    ),
)
def command(clip: Clip) -> Clip:
    return clip
