"""Music: your library, and songs made on this machine.

Where a TRACK is wanted, library:NAME is one of these, and genre:NAME one of that genre. The songs that come with
clipkit and those that it composes are CC0.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._errors import WrongUse, printable
from clipkit.cli._operation import plain
from clipkit.cli._output import PICTURES, echo_json, notice, save_picture
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import pairs, table
from clipkit.time import clock

if TYPE_CHECKING:
    from clipkit.library.tracks import Track

_JSON = click.option("--json", "as_json", is_flag=True, help="print it, or the error, as JSON")


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


@plain(
    """Name all tracks, by genre, with length, tempo, loudness and licence.""",
    examples=("clipkit tracks list", "clipkit tracks list --genre lo-fi --json"),
)
@click.option("--genre", metavar="GENRE", help="only these")
@_JSON
def listed(genre: str | None, as_json: bool) -> None:
    from clipkit.api import library
    from clipkit.library import tracks

    found = library.tracks(genre)
    if as_json:
        echo_json([_row(track) for track in found])
        return
    columns = ("genre", "track", "title", "length", "BPM", "LUFS", "licence")
    table(columns, [_cells(track) for track in found])
    for error in tracks.broken():
        notice(f"note: {error}")


def _row(track: Track) -> dict[str, object]:
    return track.model_dump(mode="json", exclude={"beats", "bars", "waveform"})


def _cells(track: Track) -> tuple[str, ...]:
    title = f"{track.title}, {track.artist}" if track.artist else track.title
    bpm = f"{track.bpm:.1f}" if track.bpm else "–"
    lufs = "–" if track.lufs is None else f"{track.lufs:.1f}"
    return (track.genre or "–", track.name, title, clock(track.seconds), bpm, lufs, track.licence or "–")


@plain(
    """Bring a song, or all songs of a folder, into the library.

    mp3, m4a, ogg, opus, flac and wav. Each is copied, so that it stays whatever becomes of the original, and measured
    once: beats, loudness, waveform, where a good 15 s begin. A file of a folder that is no music is named and does not
    stop the rest.
    """,
    examples=("clipkit tracks add ~/Music/shorts --genre pop", "clipkit tracks add song.mp3"),
)
@click.argument("source", metavar="FOLDER|FILE", type=_types.FILE)
@click.option("--genre", metavar="GENRE", help="what kind of music  [default: what the tags say]")
@click.option("--quiet", is_flag=True, help="no notices")
@_JSON
def add(source: str, genre: str | None, quiet: bool, as_json: bool) -> None:
    from clipkit.api import library

    added = library.add_tracks(source, genre)
    if as_json:
        failed = [error.to_dict() for error in added.failed]
        echo_json({"added": [_row(track) for track in added.tracks], "failed": failed})
    else:
        for track in added.tracks:
            tempo = f"{track.bpm:.1f} BPM" if track.bpm else "no beat"
            notice(f"{track.name}: {track.title}, {clock(track.seconds)}, {tempo}", quiet)
        for error in added.failed:
            notice(f"note: {error}", quiet)
    if added.failed and not added.tracks:
        raise added.failed[0]


@plain(
    """Show what is known of a track; draw its waveform, beats and sections.""",
    examples=("clipkit tracks show lo-fi", "clipkit tracks show lo-fi --plot lo-fi.png"),
)
@click.argument("name", metavar="NAME", shell_complete=_types.track_names)
@click.option("--plot", metavar="FILE.png", help="draw it: *.png or *.jpg")
@click.option("--force", is_flag=True, help="replace a file that is there")
@click.option("--quiet", is_flag=True, help="no notices")
@_JSON
def show(name: str, plot: str | None, force: bool, quiet: bool, as_json: bool) -> None:
    from clipkit.api import library

    if plot is not None and Path(plot).suffix.lower() not in PICTURES:
        raise WrongUse("--plot draws a picture", "name it *.png or *.jpg")
    track = library.track(name)
    if plot is not None:
        _plot(track, Path(plot), force)
        notice(f"{plot}: saved", quiet)
    if as_json:
        echo_json(track.model_dump(mode="json"))
        return
    genre, name, title, length, bpm, lufs, licence = _cells(track)
    peak = "–" if track.true_peak is None else f"{track.true_peak:.1f} dBTP"
    bars = f"{len(track.bars)}, of {track.beats_per_bar} beats" if track.bars else "–"
    said = {"track": name, "title": title, "genre": genre, "licence": licence, "file": track.path, "length": length}
    measured = {"BPM": bpm, "bars": bars, "LUFS": lufs, "peak": peak, "best 15 s": f"from {clock(track.best)}"}
    pairs((said | measured).items())
    table(("section", "start", "end"), [(part.label, clock(part.start), clock(part.end)) for part in track.sections])


def _plot(track: Track, path: Path, force: bool) -> None:
    from clipkit.api.beat_sheet import Sheet, drawn

    title = printable(f"{track.title}: {track.bpm:.1f} BPM")
    parts = [(printable(part.label), part.start, part.end) for part in track.sections]
    sheet = Sheet(title, track.seconds, track.waveform, track.beats, track.bars, parts, track.best)
    save_picture(drawn(sheet), path, force=force)


@plain(
    """Take a track of your own out of the library; its original stays where it is.""",
    examples=("clipkit tracks remove song",),
)
@click.argument("name", metavar="NAME", shell_complete=_types.track_names)
@click.option("--force", is_flag=True, help="also where a draft plays it")
@click.option("--quiet", is_flag=True, help="no notices")
def remove(name: str, force: bool, quiet: bool) -> None:
    from clipkit.api import library

    library.remove_track(name, force=force)
    notice(f"{name}: removed", quiet)


command = subcommands(__doc__, {"list": listed, "add": add, "show": show, "remove": remove, "compose": compose})
