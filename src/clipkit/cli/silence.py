"""List the pauses of a clip, draw them, or cut them out.

A pause is where the sound falls back to the recording's own noise for --least seconds. With --cut, picture and sound
go together, and --margin seconds of each pause stay on either side.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clipkit.cli import _types
from clipkit.cli._errors import WrongUse
from clipkit.cli._input import read
from clipkit.cli._operation import Command, output_options
from clipkit.cli._output import PICTURES, Wanted, deliver, echo_json, notice, refuse_sources, save_picture
from clipkit.cli._tables import table
from clipkit.time import clock

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.api.silence import Pauses


def _silence(
    source: str,
    cut: bool,
    least: str,
    margin: str,
    threshold: float | None,
    plot: str | None,
    **output: Any,  # noqa: ANN401  the render options
) -> None:
    from clipkit.api.silence import pauses
    from clipkit.api.verbs import seconds_of

    wanted = Wanted(**output)
    if wanted.output is not None and not cut:
        raise WrongUse("-o writes a clip without its pauses", "add --cut, or use --plot FILE.png for a picture")
    clip = read(source)
    found = pauses(clip, seconds_of(least), seconds_of(margin), threshold)
    if plot is not None:
        _draw(clip, found, plot, wanted)
    if cut:
        words = {"least": least, "margin": margin, "threshold_db": threshold}
        deliver(clip.cut_silence(**words), wanted)  # type: ignore[arg-type]
    else:
        _list(found, wanted)


def _draw(clip: Clip, found: Pauses, plot: str, wanted: Wanted) -> None:
    from clipkit.api.waveform import draw

    path = Path(plot)
    if path.suffix.lower() not in PICTURES:
        raise WrongUse("a plot is a picture", "name it *.png or *.jpg, such as --plot pauses.png")
    refuse_sources(clip, path)
    save_picture(draw(found), path, force=wanted.force)
    if not wanted.json:
        notice(f"{plot}: saved", wanted.quiet)


def _list(found: Pauses, wanted: Wanted) -> None:
    total = sum((end - start for start, end in found.stretches), Fraction(0))
    if wanted.json:
        rows = [{"start": float(start), "end": float(end)} for start, end in found.stretches]
        echo_json({"duration": float(found.duration), "silent": float(total), "pauses": rows})
        return
    table(("start", "end", "seconds"), [(clock(a), clock(b), f"{float(b - a):.2f}") for a, b in found.stretches])
    count = f"{len(found.stretches)} pause{'s' if len(found.stretches) != 1 else ''}"
    notice(f"{count}, {float(total):.2f} of {float(found.duration):.2f} s", wanted.quiet)


command = Command(
    about=__doc__,
    callback=_silence,
    inputs=("IN",),
    examples=(
        "clipkit silence take.mp4",
        "clipkit silence take.mp4 --plot pauses.png",
        "clipkit silence take.mp4 --cut --margin 0.15 -o tight.mp4",
    ),
    params=[
        click.Argument(["source"], metavar="IN", type=_types.FILE),
        click.Option(["--cut"], is_flag=True, help="leave the pauses out"),
        click.Option(["--least"], type=_types.TIME, default="0.4", show_default=True, help="seconds that are a pause"),
        click.Option(["--margin"], type=_types.TIME, default="0.1", show_default=True, help="seconds kept at each end"),
        click.Option(
            ["--threshold"],
            type=_types.LEVEL,
            help="what is quieter is silent, in dBFS  [default: by the recording's own noise]",
        ),
        click.Option(["--plot"], metavar="FILE.png", help="draw the level over time, with the pauses marked"),
        *output_options(),
    ],
)
