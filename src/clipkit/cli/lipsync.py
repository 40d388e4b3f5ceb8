"""Give a take the clean song it was performed to, in time.

The take's own sound tells where in TRACK the song was, through the room and into the phone, and how far the clocks
drift apart. The clean song then replaces it, exactly in time, or lies over it with --keep-own. What is not sure is
refused, with the figures.

Where the song was played fast or slow, as the apps do for slow and fast motion, say so with --played-at: the take is
played slower or faster by as much, and the song at its own speed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from clipkit.cli import _types
from clipkit.cli._alignment import as_json, line, result_options, save_plot, wanted_of
from clipkit.cli._input import read
from clipkit.cli._operation import input_argument, plain
from clipkit.cli._output import deliver, notice


@plain(
    __doc__,
    inputs=("TAKE",),
    examples=(
        "clipkit lipsync take.mp4 song.mp3 -o synced.mp4",
        "clipkit lipsync take.mp4 song.mp3 --keep-own -18 --plot evidence.png -o synced.mp4",
        "clipkit lipsync fast-take.mp4 song.mp3 --played-at 2 -o slow-motion.mp4",
    ),
)
@input_argument("TAKE")
@click.argument("track", metavar="TRACK", type=_types.TRACK)
@click.option(
    "--played-at", type=_types.FACTOR, default="1", show_default=True, help="how fast the song was playing: 0.5, 2"
)
@click.option("--gain", type=_types.DECIBELS, default="0", show_default=True, help="of the song, in dB")
@click.option(
    "--keep-own",
    type=_types.DECIBELS,
    help="keep the take's own sound under the song, at this gain in dB  [default: replace it]",
)
@result_options
def command(
    source: str,
    track: str,
    played_at: Fraction,
    gain: float,
    keep_own: float | None,
    **options: Any,  # noqa: ANN401  of result_options
) -> None:
    from clipkit.api import sync
    from clipkit.cli._checks import checked_track

    wanted = wanted_of(options)
    take = read(source)
    clip, found = sync.lipsync(take, checked_track(track), played_at=played_at, keep_own_db=keep_own, gain_db=gain)
    notice(line(found), wanted.quiet or wanted.json)
    save_plot(found, options["plot"], force=wanted.force)
    deliver(clip, wanted, as_json(found))
