"""Commands of two words, such as `filters list`."""

from __future__ import annotations

from collections.abc import Mapping

import click

from clipkit.cli._errors import UnknownCommand
from clipkit.cli._operation import Command


class _Parts(click.Group):
    """Subcommands in the order in which they were given."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not (ctx.resilient_parsing or args[0].startswith("-")) and args[0] not in self.commands:
            raise UnknownCommand(args[0], list(self.commands), ctx)
        return super().resolve_command(ctx, args)


def subcommands(about: str | None, parts: Mapping[str, Command]) -> click.Group:
    """A command that only holds others."""
    for name, part in parts.items():
        part.name = name
    return _Parts(help=about, commands=dict(parts))
