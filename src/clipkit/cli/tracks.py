"""Music: make it on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice
from clipkit.cli._subcommands import subcommands


@plain(
    """Make a song that is free to use (CC0), and its grid of beats, bars and sections beside it.

    The genres are ambient, drum-and-bass, hip-hop, house, latin, lo-fi, pop and rock. The same words make the same
    song. It can be repeated without a seam, unless it has an --ending.
    """,
    examples=(
        "clipkit tracks compose --genre house -o song.wav",
        "clipkit tracks compose --genre lo-fi --seconds 60 --seed 7 --ending -o evening.mp3",
    ),
)
@click.option("--genre", metavar="GENRE", required=True, help="what kind of music")
@click.option("--seconds", type=float, default=15, show_default=True, help="how long; exact, unless --bpm is given")
@click.option("--bpm", type=float, help="beats a minute; whole bars then come near --seconds  [default: what fits]")
@click.option("--seed", type=int, default=0, show_default=True, help="another seed is another song")
@click.option(
    "--ending/--loop", default=False, show_default=True, help="end with a last chord, or lead back to the start"
)
@click.option(
    "-o", "--output", metavar="OUT", required=True, help="*.wav *.flac *.ogg *.opus *.mp3 *.m4a; *.json comes beside it"
)
@click.option("--force", is_flag=True, help="replace files that are there")
@click.option("--quiet", is_flag=True, help="no notices")
@click.option("--json", "as_json", is_flag=True, help="print what was made, or the error, as JSON")
def compose(
    genre: str,
    seconds: float,
    bpm: float | None,
    seed: int,
    ending: bool,
    output: str,
    force: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    from clipkit.api import songs
    from clipkit.engine import soundfile

    soundfile.check_suffix(Path(output))
    song = songs.compose(genre, seconds, bpm, seed, ending=ending)
    path = song.save(output, force=force)
    if as_json:
        grid = song.grid()
        told = {key: value for key, value in grid.items() if key not in ("beats", "bars")}
        echo_json({"path": str(path), "grid": str(songs.grid_path(path)), **told})
        return
    parts = ", ".join(f"{part.name} {part.stop - part.first}" for part in song.sections)
    notice(
        f"{path}: {song.title}, {song.genre} in {song.key}, {song.bpm:.5g} BPM, {float(song.duration):.2f} s ({parts})",
        quiet,
    )


command = subcommands(__doc__, {"compose": compose})
