"""Put a clip in a small window over another video.

MINE is the small window, at rest or moving; OTHER fills the canvas. Positions are those of the window's centre, as
fractions of the canvas: 0,0 is the top left. Times of --move are those of the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clipkit.api.words import Point
from clipkit.cli._compose import mixing, mixing_options, window_options
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    inputs=("MINE", "OTHER"),
    examples=(
        "clipkit react me.mp4 other.mp4 --at top-left --shape circle --border 8,white -o react.mp4",
        "clipkit react me.mp4 other.mp4 --move 0:0.7,0.2 --move 5:0.3,0.6 -o react.mp4",
    ),
)
@window_options("")
@mixing_options
def command(
    mine: Clip,
    other: Clip,
    move: tuple[tuple[str, Point], ...],
    border: tuple[int, tuple[int, int, int]],
    **values: Any,  # noqa: ANN401  of mixing_options, and the rest of window_options
) -> Clip:
    from clipkit.api import arrange

    between = mixing(values)
    return arrange.react(mine, other, path=move, border=border[0], colour=border[1], **values, **between)
