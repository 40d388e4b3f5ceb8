"""Find the tempo, the beats, the bars and the sections of a sound.

Of a clip with music laid under it, those of the music, in the time of the clip; else those of all that sounds. Tempi
from 60 to 190 beats a minute are told apart, and bars of three from bars of four. --click writes the sound with a click
on every beat, a higher one on every bar, to judge by ear.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clipkit.cli._errors import WrongUse, printable
from clipkit.cli._input import DRAFT, read, remember
from clipkit.cli._operation import input_argument, plain
from clipkit.cli._output import PICTURES, echo_json, notice, save_picture
from clipkit.cli._tables import pairs, table
from clipkit.time import clock

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.engine.listening import Heard


@plain(
    __doc__,
    inputs=("FILE",),
    examples=(
        "clipkit beats song.mp3",
        "clipkit beats song.mp3 --json",
        "clipkit beats take.clipkit --plot beats.png --click clicks.wav",
    ),
)
@input_argument("FILE")
@click.option("--plot", metavar="FILE.png", help="draw waveform, beats, bars and sections: *.png or *.jpg")
@click.option("--click", "clicks", metavar="FILE.wav", help="write the sound with clicks: *.wav *.flac *.mp3 …")
@click.option("--force", is_flag=True, help="replace files that are there")
@click.option("--quiet", is_flag=True, help="no notices")
@click.option("--json", "as_json", is_flag=True, help="print everything, or the error, as JSON")
def command(source: str, plot: str | None, clicks: str | None, force: bool, quiet: bool, as_json: bool) -> None:
    from clipkit.api import rhythm
    from clipkit.engine import soundfile

    if plot is not None and Path(plot).suffix.lower() not in PICTURES:
        raise WrongUse("--plot draws a picture", "name it *.png or *.jpg")
    if clicks is not None:
        soundfile.check_suffix(Path(clicks))
    sound = _sound(source)
    heard = rhythm.heard(sound)
    for line in heard.notices:
        notice(f"note: {line}", quiet)
    if heard.beats.confidence < rhythm.SURE:
        notice("note: there is no steady beat in it; take this grid for a guess", quiet)
    if plot is not None:
        _plot(heard, Path(source).name, Path(plot), force)
        notice(f"{plot}: saved", quiet)
    if clicks is not None:
        _click(sound, heard, Path(clicks), force)
        notice(f"{clicks}: saved", quiet)
    if as_json:
        echo_json({"duration": heard.seconds, **dataclasses.asdict(heard.beats)})
    else:
        _tell(heard)


def _sound(source: str) -> Clip | str:
    """A song has no picture and is no clip; what is a project of some kind, is."""
    if source == "-" or source.startswith(DRAFT) or source.lower().endswith(".clipkit"):
        return read(source)
    from clipkit.cli._checks import checked_track

    return remember(checked_track(source))


def _tell(heard: Heard) -> None:
    grid = heard.beats
    bars = f"{len(grid.bars)}, of {grid.beats_per_bar} beats" if grid.bars else "none"
    first = f", the first at {clock(grid.beats[0])}" if grid.beats else ""
    pairs(
        [
            ("tempo", f"{grid.bpm:.1f} BPM" if grid.bpm else "none"),
            ("beats", f"{len(grid.beats)}{first}"),
            ("bars", f"{bars}, the first at {clock(grid.bars[0])}" if grid.bars else bars),
            ("confidence", f"{grid.confidence:.2f}"),
            ("best 15 s", f"from {clock(heard.best)}"),
        ]
    )
    table(("section", "start", "end"), [(part.label, clock(part.start), clock(part.end)) for part in grid.sections])


def _plot(heard: Heard, name: str, path: Path, force: bool) -> None:
    from clipkit.api.beat_sheet import Sheet, drawn

    grid = heard.beats
    sections = [(part.label, part.start, part.end) for part in grid.sections]
    title = f"{printable(name)}: {grid.bpm:.1f} BPM"
    sheet = Sheet(title, heard.seconds, heard.waveform, grid.beats, grid.bars, sections, heard.best)
    save_picture(drawn(sheet), path, force=force)


def _click(sound: Clip | str, heard: Heard, path: Path, force: bool) -> None:
    from clipkit.api import rhythm
    from clipkit.cli._output import refuse_inputs
    from clipkit.engine.soundfile import write_sound
    from clipkit.sound.click import with_clicks
    from clipkit.store.atomic import replacing

    refuse_inputs(path)
    with replacing(path, force=force) as part:
        write_sound(part, with_clicks(rhythm.samples(sound), heard.beats.beats, heard.beats.bars), {})
