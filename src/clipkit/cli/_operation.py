"""An operation is a function from clips to a clip. `operation` makes a command of it: the inputs before, the output
and its options after, and the help from the module's docstring.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from clipkit.cli import _types
from clipkit.cli._group import write_examples
from clipkit.cli._input import read
from clipkit.cli._output import Wanted, deliver

if TYPE_CHECKING:
    from clipkit.api.clip import Clip

INPUT = "a media file, a project (*.clipkit), a draft (draft:NAME), or - for the project that is piped in"


class Command(click.Command):
    """A command with examples, whose render options stand apart from its own."""

    def __init__(
        self,
        *,
        about: str | None,
        callback: Callable[..., object],
        params: list[click.Parameter],
        inputs: tuple[str, ...] = (),
        examples: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name=None, callback=callback, params=params, help=about)
        self.inputs = inputs
        self.examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _spread_points(args))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.inputs:
            with formatter.section("Input"):
                formatter.write_dl([(", ".join(self.inputs), INPUT)])
        for title, kind in (("Options", False), ("Output", True)):
            options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
            shown = [option for option in options if isinstance(option, OutputOption) == kind]
            records = [record for option in shown if (record := option.get_help_record(ctx)) is not None]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(formatter, self.examples)


class OutputOption(click.Option):
    """An option about the result, the same in every operation."""


_POINT = re.compile(r"[^:]\S*:[\d.]+,[\d.]+(,[\d.]+)?")


def _spread_points(args: list[str]) -> list[str]:
    """`--move 0:0.7,0.1 5:0.1,0.6` means `--move 0:0.7,0.1 --move 5:0.1,0.6`: nothing else looks like such a point."""
    spread: list[str] = []
    for word in args:
        after_point = len(spread) >= 2 and spread[-2] == "--move" and _POINT.fullmatch(spread[-1])
        if after_point and _POINT.fullmatch(word):
            spread.append("--move")
        spread.append(word)
    return spread


def output_options() -> list[click.Parameter]:
    """The options of `Wanted`; new objects each time, since click keeps state in them."""
    quality = click.Choice(("draft", "good", "best"))
    out = "what to write: *.mp4 *.mov *.webm *.gif, *.png *.jpg (with --frame), *.clipkit, draft:NAME, or - for JSON"
    keep = "the project's own, else the target's"
    return [
        OutputOption(["-o", "--output"], metavar="OUT", help=out),
        OutputOption(["--frame"], type=_types.TIME, help="write the picture at that moment of the result"),
        OutputOption(
            ["--target"],
            metavar="NAME",
            shell_complete=_types.target_names,
            help="export preset (see `clipkit targets list`)  [default: the project's own, else source; tiktok for "
            "make, duet, react]",
        ),
        OutputOption(["--size"], type=_types.SIZE, help=f"pixels of the canvas, even  [default: {keep}]"),
        OutputOption(["--fps"], type=_types.RATE, help="frames a second  [default: the main source's own]"),
        OutputOption(
            ["--fit"],
            type=click.Choice(("contain", "cover", "blur")),
            help="how a picture of another shape fills the canvas  [default: blur for landscape on portrait, else "
            "cover]",
        ),
        OutputOption(["--quality"], type=quality, help="draft is fastest, best is smallest  [default: good]"),
        OutputOption(["--keep-hdr"], is_flag=True, help="what is HDR stays so: HEVC of 10 bits, tagged as the source"),
        OutputOption(
            ["--keep-metadata"],
            multiple=True,
            type=click.Choice(("date", "location", "device", "title", "author", "comment", "copyright")),
            help="what the file may go on saying of itself; repeat it for more  [default: nothing]",
        ),
        OutputOption(
            ["--normalise/--no-normalise"],
            default=None,
            help="bring the sound to the target's loudness, or leave it  [default: where the target names one]",
        ),
        OutputOption(
            ["--workers"], type=click.IntRange(1, 64), metavar="N", help="spans made at a time  [default: one a core]"
        ),
        OutputOption(["--no-cache"], is_flag=True, help="make every frame anew, and keep none for the next time"),
        OutputOption(["--no-copy"], is_flag=True, help="encode every frame, also what the source has already"),
        OutputOption(["--force"], is_flag=True, help="replace a file that is there; never one of the inputs"),
        OutputOption(["--quiet"], is_flag=True, help="no progress and no notices"),
        OutputOption(["--json"], is_flag=True, help="print the report, or the error, as JSON"),
    ]


def operation(
    about: str | None, *, inputs: tuple[str, ...] = ("IN",), examples: tuple[str, ...] = ()
) -> Callable[[Callable[..., Clip]], Command]:
    """Make a command of a function.

    Args:
        about: The module's docstring: its first line stands in the list of commands.
        inputs: The arguments that name clips. The function gets the clips first, in that order. One whose name ends
            with `...` stands for any number, and after the command's own arguments.
        examples: Command lines that work.
    """

    def made(function: Callable[..., Clip]) -> Command:
        own: list[click.Parameter] = list(reversed(getattr(function, "__click_params__", [])))
        keys = [f"clip_{name.lower().removesuffix('...')}" for name in inputs]  # Python has `in` for itself
        arguments = [_input(key, name) for key, name in zip(keys, inputs, strict=True)]

        def callback(**values: Any) -> None:  # noqa: ANN401  as click hands them over
            wanted = Wanted(**{field.name: values.pop(field.name) for field in dataclasses.fields(Wanted)})
            given = [values.pop(key) for key in keys]
            clips = [read(word) for words in given for word in ([words] if isinstance(words, str) else words)]
            deliver(function(*clips, **values), wanted)

        first = [param for param in own if isinstance(param, click.Argument) and arguments[-1].nargs == -1]
        rest = [param for param in own if param not in first]
        params = [*first, *arguments, *rest, *output_options()]
        return Command(about=about, callback=callback, params=params, inputs=inputs, examples=examples)

    return made


def _input(key: str, name: str) -> click.Argument:
    """The argument that names a clip, or any number of them."""
    many = name.endswith("...")
    return click.Argument([key], metavar=name, type=_types.FILE, nargs=-1 if many else 1, required=True)


def input_argument(name: str = "IN") -> Callable[[Callable[..., object]], Callable[..., object]]:
    """The argument of a plain command that names a clip; it arrives as `source`, to be read with `read`."""
    return click.argument("source", metavar=name, type=_types.FILE)


def plain(
    about: str | None, *, inputs: tuple[str, ...] = (), examples: tuple[str, ...] = ()
) -> Callable[[Callable[..., object]], Command]:
    """Make a command that is no operation of a function: its own arguments and options and no others."""

    def made(function: Callable[..., object]) -> Command:
        own: list[click.Parameter] = list(reversed(getattr(function, "__click_params__", [])))
        return Command(about=about, callback=function, params=own, inputs=inputs, examples=examples)

    return made
