"""Lay any number of tracks into a clip, each at its own place.

A TRACK is a file, library:NAME or genre:NAME, then what differs from it as it is, behind commas: at=T (where in the
clip), start=T (where in the track), gain=DB, pan=-1..1, fade-in=T, fade-out=T, duck=DB (lower under speech), loop,
seed=N (which one of a genre), and voice for a voice-over, which tracks that duck make room for.
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
        "clipkit mix take.mp4 song.mp3,gain=-14,loop,fade-out=1,duck=9 boom.wav,at=2.5,pan=-0.4 -o mixed.mp4",
        "clipkit mix take.mp4 rain.ogg,loop,gain=-20 words.wav,at=1,voice --original-duck 12 -o told.mp4",
    ),
)
@click.argument("tracks", metavar="TRACK...", nargs=-1, required=True, type=_types.TRACK)
@click.option("--original-gain", type=_types.DECIBELS, help="of the clip's own sound, in dB  [default: 0]")
@click.option("--mute-original", is_flag=True, help="leave the clip's own sound out")
@click.option("--original-duck", type=_types.DUCK, help="lower the clip's own sound by so many dB under voice-overs")
def command(
    clip: Clip,
    tracks: tuple[str, ...],
    original_gain: float | None,
    mute_original: bool,
    original_duck: float | None,
) -> Clip:
    from clipkit.cli._checks import one_of
    from clipkit.cli._sounds import checked

    one_of({"--original-gain": original_gain is not None, "--mute-original": mute_original})
    return clip.mix(
        *(checked(text) for text in tracks),
        original_gain_db=original_gain or 0.0,
        mute_original=mute_original,
        original_duck=original_duck or None,
    )
