"""The folder of commands as a click group: listed without importing, imported one at a time when asked for."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from clipkit.cli._errors import UnknownCommand

_FOLDER = Path(__file__).parent

ABOUT = """Edit short videos from the command line. Everything happens on this machine.

Each command takes a media file, a saved project, a draft or, as `-`, the project that another command pipes in, and
leaves the original as it is. With -o it renders once; into a pipe it passes the project on.
"""
EXAMPLES = (
    "clipkit make take.mp4 --start 3 --speed 1.5 --filter golden-hour --music song.mp3 -o short.mp4",
    "clipkit trim take.mp4 --start 3 | clipkit speed - 1.5 | clipkit export - --target tiktok -o out.mp4",
)


def names() -> list[str]:
    """The names of all commands, sorted: one for each file of this folder."""
    return sorted(path.stem.replace("_", "-") for path in _FOLDER.glob("[!_]*.py"))


def summary(name: str) -> str:
    """The first line of a command's docstring, read as text: importing all commands would take as long as working."""
    head = (_FOLDER / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(head)) or "").partition("\n")[0]


class Folder(click.Group):
    """The commands of this folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in names():
            return None
        module = import_module(f"clipkit.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        command.name = cmd_name
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not (ctx.resilient_parsing or args[0].startswith("-")) and args[0] not in names():
            raise UnknownCommand(args[0], names(), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(name)) for name in names()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(formatter, EXAMPLES)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [CompletionItem(name, help=summary(name)) for name in names() if name.startswith(incomplete)]
        # Skips Group's own list, which imports every command for its help.
        return found + super(click.Group, self).shell_complete(ctx, incomplete)


def write_examples(formatter: click.HelpFormatter, examples: tuple[str, ...]) -> None:
    """Command lines as they are typed: never wrapped, or they could not be copied."""
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{' ' * formatter.current_indent}{example}\n")


@click.command(
    "clipkit",
    cls=Folder,
    help=ABOUT,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 110},
)
@click.version_option(package_name="clipkit", prog_name="clipkit")
def group() -> None:
    """The whole of it."""
