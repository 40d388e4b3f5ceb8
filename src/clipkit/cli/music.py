"""Lay a track under a clip's own sound.

TRACK is a sound file, library:NAME for one of the library (see `clipkit tracks list`), or genre:NAME for one of a
genre. It begins at --start, is repeated where it is shorter than the clip, and fades out at the end. With --duck it
makes room for speech. A peak limiter keeps the sum from clipping.
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
        "clipkit music take.mp4 song.mp3 --start 0:12 --gain -8 -o with-music.mp4",
        "clipkit music take.mp4 song.mp3 --duck 12 -o under-speech.mp4",
        "clipkit music take.mp4 song.mp3 --mute-original -o only-music.mp4",
        "clipkit music take.mp4 genre:lo-fi --seed 2 -o calm.mp4",
    ),
)
@click.argument("track", metavar="TRACK", type=_types.TRACK)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="which track of a genre: another seed, another one"
)
@click.option("--start", type=_types.TIME, default="0", show_default=True, help="where in the track to begin")
@click.option("--at", type=_types.TIME, default="0", show_default=True, help="where in the clip it begins")
@click.option("--gain", type=_types.DECIBELS, default="-12", show_default=True, help="of the track, in dB")
@click.option("--pan", type=_types.PAN, default="0", show_default=True, help="-1 left, 1 right")
@click.option("--original-gain", type=_types.DECIBELS, help="of the clip's own sound, in dB  [default: 0]")
@click.option("--mute-original", is_flag=True, help="leave the clip's own sound out")
@click.option("--fade-in", type=_types.TIME, default="0", show_default=True, help="seconds to rise to full loudness")
@click.option("--fade-out", type=_types.TIME, default="1", show_default=True, help="seconds to fall silent at the end")
@click.option("--loop/--no-loop", default=True, show_default=True, help="repeat a track that is shorter than the clip")
@duck_options("the track")
def command(
    clip: Clip,
    track: str,
    seed: int,
    start: str,
    at: str,
    gain: float,
    pan: float,
    original_gain: float | None,
    mute_original: bool,
    fade_in: str,
    fade_out: str,
    loop: bool,
    **duck: Any,  # noqa: ANN401  the options of `duck_options`
) -> Clip:
    from clipkit.cli._checks import checked_track, one_of

    one_of({"--original-gain": original_gain is not None, "--mute-original": mute_original})
    return clip.music(
        checked_track(track, seed),
        start=start,
        at=at,
        gain_db=gain,
        pan=pan,
        original_gain_db=original_gain or 0.0,
        mute_original=mute_original,
        fade_in=fade_in,
        fade_out=fade_out,
        loop=loop,
        duck=ducking(**duck),
    )
