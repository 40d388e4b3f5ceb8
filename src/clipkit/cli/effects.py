"""The operations that looks are made of: list them, or show one."""

from __future__ import annotations

import click

from clipkit.cli import _types
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json
from clipkit.cli._parameters import parameter_rows
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import table
from clipkit.effects import names

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


def _about(kind: str) -> str:
    from clipkit.effects import effect_class

    return (effect_class(kind).__doc__ or "").strip().partition("\n")[0]


@plain("Name all effects.", examples=("clipkit effects list",))
@_JSON
def listed(as_json: bool) -> None:
    from clipkit import effects

    rows = [(kind, _about(kind)) for kind in effects.names()]
    if as_json:
        echo_json([{"kind": kind, "about": about} for kind, about in rows])
    else:
        table(("effect", "about"), rows)


@plain("Say what an effect's parameters may be; with --json print its schema.", examples=("clipkit effects show tint",))
@click.argument("name", metavar="NAME", shell_complete=_types.effect_names)
@_JSON
def show(name: str, as_json: bool) -> None:
    from clipkit.effects import effect_class

    kind = effect_class(name)
    if as_json:
        echo_json(kind.model_json_schema())
        return
    click.echo(f"{name}: {_about(name)}")
    table(("parameter", "may be", "default", "about"), parameter_rows(kind))


command = subcommands(f"{__doc__}\n\nEffects: {', '.join(names())}.\n", {"list": listed, "show": show})
