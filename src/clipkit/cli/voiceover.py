"""Speak over a clip: lay a recording in and lower the clip's sound.

The recording begins --at that moment of IN. While it speaks, IN's own sound and any music that ducks are lower.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from clipkit.cli import _types
from clipkit.cli._ducking import duck_options, ducking
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit voiceover take.mp4 words.wav --at 2.5 -o told.mp4",
        "clipkit music take.mp4 song.mp3 --duck 12 | clipkit voiceover - words.wav --at 2.5 -o told.mp4",
    ),
)
@click.argument("recording", metavar="RECORDING", type=_types.FILE)
@click.option("--at", type=_types.TIME, default="0", show_default=True, help="where in the clip it begins")
@click.option("--start", type=_types.TIME, default="0", show_default=True, help="where in the recording to begin")
@click.option("--gain", type=_types.DECIBELS, default="0", show_default=True, help="of the recording, in dB")
@click.option("--pan", type=_types.PAN, default="0", show_default=True, help="-1 left, 1 right")
@duck_options("the clip's own sound", default="9")
def command(
    clip: Clip,
    recording: str,
    at: str,
    start: str,
    gain: float,
    pan: float,
    **duck: Any,  # noqa: ANN401  the options of `duck_options`
) -> Clip:
    from clipkit.cli._checks import checked_track

    return clip.voiceover(checked_track(recording), at=at, start=start, gain_db=gain, pan=pan, duck=ducking(**duck))
