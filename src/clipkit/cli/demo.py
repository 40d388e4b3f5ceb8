"""Render a short, a duet and a react from the sample media.

They are made afresh each time, with a contact sheet of each, to show what clipkit does and how long it takes here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clipkit import folders
from clipkit.cli._errors import printable
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice, save_picture, summary
from clipkit.cli._progress import shown
from clipkit.errors import MediaError, RenderError

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.engine.render import Report


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that the demo makes: its name, what it is made of, in words, and the clip."""

    name: str
    made_of: str
    clip: Clip


@plain(__doc__, examples=("clipkit demo", "clipkit demo -o /tmp/demo"))
@click.option("-o", "--output", metavar="DIR", default="demo", show_default=True, help="the folder to fill")
@click.option("--quiet", is_flag=True, help="no progress and no notices")
@click.option("--json", "as_json", is_flag=True, help="print what was made as JSON")
def command(output: str, quiet: bool, as_json: bool) -> None:
    began = time.monotonic()
    folder = _folder(Path(output))
    made = [(piece, *_make(piece, folder, quiet)) for piece in _pieces(_samples())]
    seconds = time.monotonic() - began
    if as_json:
        files = [
            {"path": report.path, "sheet": str(sheet), "from": piece.made_of, "seconds": round(report.seconds, 2)}
            for piece, report, sheet in made
        ]
        echo_json({"seconds": round(seconds, 2), "made": files})
        return
    for piece, report, sheet in made:
        click.echo(f"{summary(report)}\n    {piece.made_of}\n    contact sheet: {sheet}")
    click.echo(f"\nmade in {seconds:.0f} s. How to go on:")
    for line in _next_steps(folder):
        click.echo(f"    {line}")


def _folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RenderError(
            f"the folder cannot be made: {error.strerror}",
            code="cannot-write",
            where=str(folder),
            hint="name another one with -o",
        ) from error
    return folder


def _samples() -> Path:
    folder = folders.shipped("sample_media")
    missing = [name for name in ("dancer.mp4", "host.mp4", "pop.ogg", "lo-fi.ogg") if not (folder / name).is_file()]
    if missing:
        raise MediaError(
            f"the sample media is not there: {', '.join(missing)}",
            code="file-not-found",
            where=str(folder),
            hint="reinstall clipkit, or run `python sample_media/make.py` in a checkout",
        )
    return folder


def _pieces(samples: Path) -> Iterator[Piece]:
    """Every kind of work once: cuts, speed, looks, music, side by side, a window that moves."""
    from clipkit.api import arrange, make

    dancer, host = make.open(samples / "dancer.mp4"), make.open(samples / "host.mp4")
    short = dancer.trim(1, length=18).speed(1.2).filter("golden-hour", 0.8).music(samples / "pop.ogg", gain_db=-8)
    yield Piece(
        "short",
        "dancer.mp4 from 1 s, 1.2 times as fast, golden-hour at 80 %, with pop.ogg",
        short.with_output(target="tiktok"),
    )
    duet = arrange.duet(host.trim(0, 15), dancer, gain_other_db=-9)
    yield Piece("duet", "host.mp4 beside dancer.mp4, whose sound is 9 dB lower", duet)
    # Inside what every app leaves free; quick moves between rests, so that the dancer stays in view.
    path = ((4, (0.22, 0.3)), (5.5, (0.7, 0.3)), (9, (0.7, 0.3)), (10.5, (0.22, 0.5)))
    react = arrange.react(
        host.trim(0, 15), dancer.filter("teal-orange"), path=path, border=8, scale=0.3, gain_other_db=-9
    )
    yield Piece(
        "react",
        "host.mp4 in a window that moves over dancer.mp4 in teal-orange, with lo-fi.ogg",
        react.music(samples / "lo-fi.ogg", gain_db=-16),
    )


def _make(piece: Piece, folder: Path, quiet: bool) -> tuple[Report, Path]:
    """Render a piece afresh, replacing what an earlier demo left, and draw its contact sheet."""
    from clipkit.api.sheet import contact_sheet

    path = folder / f"{piece.name}.mp4"
    notice(f"making {path}", quiet)
    with shown(printable(path.name), quiet=quiet) as progress:
        report = piece.clip.export(path, force=True, cache=False, progress=progress)
    sheet = folder / f"{piece.name}.png"
    save_picture(contact_sheet(path), sheet, force=True)
    return report, sheet


def _next_steps(folder: Path) -> tuple[str, ...]:
    return (
        "clipkit make YOUR.mp4 --start 3 --speed 1.5 --filter golden-hour --music SONG.mp3 -o short.mp4",
        f"clipkit duet YOUR.mp4 {folder / 'short.mp4'} -o duet.mp4",
        "clipkit filters sheet YOUR.mp4 -o looks.png      every look on a frame of yours",
    )
