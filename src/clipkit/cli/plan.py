"""Say what a render would do and why, without doing it."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from clipkit.cli._errors import printable
from clipkit.cli._input import read
from clipkit.cli._operation import input_argument, output_options, plain
from clipkit.cli._output import Wanted, echo_json

_ABOUT_OUTPUT = {"target", "size", "fps", "fit", "quality", "keep_hdr", "keep_metadata", "no_copy", "json"}


def _options(function: Any) -> Any:  # noqa: ANN401  a decorator of anything
    """The render options that change a plan."""
    chosen = [param for param in output_options() if param.name in _ABOUT_OUTPUT]
    function.__click_params__ = [*reversed(chosen), *getattr(function, "__click_params__", [])]
    return function


@plain(__doc__, inputs=("IN",), examples=("clipkit plan short.clipkit --target reels",))
@input_argument()
@_options
def command(source: str, **options: Any) -> None:  # noqa: ANN401  the render options
    from clipkit.plan import describe

    nothing = {field.name: None for field in dataclasses.fields(Wanted)}
    wanted = Wanted(**{**nothing, **options})
    plan = wanted.applied(read(source)).plan(copy=not wanted.no_copy)
    if wanted.json:
        echo_json(describe.document(plan))
        return
    for line in describe.lines(plan):
        click.echo(printable(line))
