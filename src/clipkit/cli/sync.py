"""Bring one recording onto the time of another, by their sound.

For two cameras, or a camera and a recorder. What is printed says that second t of A is second offset + t of B. With -o,
B is written so that it begins when A does and is as long: it can be laid over A, or cut to.
"""

from __future__ import annotations

from typing import Any

import click

from clipkit.cli import _types
from clipkit.cli._alignment import as_json, line, result_options, save_plot, wanted_of
from clipkit.cli._errors import WrongUse
from clipkit.cli._input import read
from clipkit.cli._operation import plain
from clipkit.cli._output import deliver, echo_json, notice


@plain(
    __doc__,
    inputs=("A", "B"),
    examples=(
        "clipkit sync camera1.mp4 camera2.mp4",
        "clipkit sync camera1.mp4 camera2.mp4 --sound-of-a -o camera2-synced.mp4",
        "clipkit sync camera.mp4 recorder.wav --json",
    ),
)
@click.argument("one", metavar="A", type=_types.FILE)
@click.argument("other", metavar="B", type=_types.FILE)
@click.option("--sound-of-a", is_flag=True, help="with -o: give the result A's sound instead of B's")
@result_options
def command(one: str, other: str, sound_of_a: bool, **options: Any) -> None:  # noqa: ANN401  of result_options
    from clipkit.api import sync

    wanted = wanted_of(options)
    a, b = read(one), read(other)
    if wanted.output is None:
        if sound_of_a or wanted.frame:
            raise WrongUse("nothing is written", "name a file with -o, or leave the options of one out")
        found = sync.align(a, b)
        echo_json(as_json(found)) if wanted.json else click.echo(line(found))
        save_plot(found, options["plot"], force=wanted.force)
        return
    clip, found = sync.synced(a, b, sound_of_a=sound_of_a)
    notice(line(found), wanted.quiet or wanted.json)
    save_plot(found, options["plot"], force=wanted.force)
    deliver(clip, wanted, as_json(found))
