"""Say what a render would do and why, without doing it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from clipkit.cli import _types
from clipkit.cli._errors import WrongUse, printable
from clipkit.cli._input import read
from clipkit.cli._operation import input_argument, output_options, plain
from clipkit.cli._output import PICTURES, Wanted, echo_json, refuse_sources, save_picture

_ABOUT_OUTPUT = {
    *("target", "size", "fps", "fit", "quality", "keep_hdr", "keep_metadata", "normalise"),
    *("no_copy", "force", "json"),
}


def _options(function: Any) -> Any:  # noqa: ANN401  a decorator of anything
    """The render options that change a plan."""
    chosen = [param for param in output_options() if param.name in _ABOUT_OUTPUT]
    function.__click_params__ = [*reversed(chosen), *getattr(function, "__click_params__", [])]
    return function


@plain(
    __doc__,
    inputs=("IN",),
    examples=("clipkit plan short.clipkit --target reels", "clipkit plan ramp.clipkit --plot map.png"),
)
@input_argument()
@click.option("--plot", metavar="FILE.png", type=_types.FILE, help="draw what shows when and how fast, as a picture")
@_options
def command(source: str, plot: str | None, **options: Any) -> None:  # noqa: ANN401  the render options
    from clipkit.plan import describe

    nothing = {field.name: None for field in dataclasses.fields(Wanted)}
    wanted = Wanted(**{**nothing, **options})
    if plot is not None and Path(plot).suffix.lower() not in PICTURES:
        raise WrongUse("a plot is a picture", "name it --plot map.png")
    clip = wanted.applied(read(source))
    plan = clip.plan(copy=not wanted.no_copy)
    if plot is not None:
        from clipkit.api.plot import plot as drawn

        refuse_sources(clip, Path(plot))
        save_picture(drawn(plan), Path(plot), force=wanted.force)
    if wanted.json:
        echo_json(describe.document(plan))
        return
    for line in describe.lines(plan):
        click.echo(printable(line))
