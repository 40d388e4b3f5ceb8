"""Put a clip in a small window over another video.

MINE is the small window, at rest or moving; OTHER fills the canvas. Positions are those of the window's centre, as
fractions of the canvas: 0,0 is the top left. Times of --move are those of the result.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
        "clipkit react me.mp4 other.mp4 --move 0:0.7,0.2 --move 5:0.3,0.6,0.5 --preview-path way.png -o react.mp4",
    ),
)
@window_options("")
@click.option("--preview-path", metavar="FILE.png", help="also draw where the window goes, on the first picture")
@mixing_options
def command(
    mine: Clip,
    other: Clip,
    move: tuple[tuple[str, Point] | tuple[str, Point, float], ...],
    border: tuple[int, tuple[int, int, int]],
    preview_path: str | None,
    **values: Any,  # noqa: ANN401  of mixing_options, and the rest of window_options
) -> Clip:
    from clipkit.api import arrange

    between = mixing(values)
    clip = arrange.react(mine, other, path=move, border=border[0], colour=border[1], **values, **between)
    if preview_path is not None:
        save_picture(clip, preview_path)
    return clip


def save_picture(clip: Clip, out: str) -> None:
    """Write the way of the window as a picture, of the size that the result will have."""
    from clipkit.api.path_preview import path_preview
    from clipkit.store.atomic import replacing

    given = click.get_current_context().params
    shaped = clip.with_output(target=given["target"], size=given["size"])
    image = path_preview(shaped)
    with replacing(Path(out), force=given["force"]) as part:
        image.save(part, format="PNG")
