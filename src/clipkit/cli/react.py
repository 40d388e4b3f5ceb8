"""Put a clip in a small window over another video.

MINE is the small window, at rest or moving; OTHER fills the canvas. Positions are those of the window's centre, as
fractions of the canvas: 0,0 is the top left. Times of --move are those of the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clipkit.api.words import Point
from clipkit.cli._compose import mixing_options, window_options
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.catalog.layout import Shape
    from clipkit.layouts.react import Corner, Easing
    from clipkit.project.model import LengthFrom


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
    at: Corner | Point,
    move: tuple[tuple[str, Point], ...],
    scale: float,
    shape: Shape,
    border: tuple[int, tuple[int, int, int]],
    easing: Easing,
    gain_mine: float,
    gain_other: float,
    offset: str,
    length_from: LengthFrom,
) -> Clip:
    from clipkit.api import make

    return make.react(
        mine,
        other,
        at=at,
        path=move,
        scale=scale,
        shape=shape,
        border=border[0],
        colour=border[1],
        easing=easing,
        gain_mine_db=gain_mine,
        gain_other_db=gain_other,
        offset=offset,
        length_from=length_from,
    )
