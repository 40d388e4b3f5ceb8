"""The arrangements of several pictures: list them, or show one."""

from __future__ import annotations

import click

from clipkit.cli import _types
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json
from clipkit.cli._parameters import parameter_rows
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import table
from clipkit.layouts import names

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain("Name all layouts, with the videos that they take.", examples=("clipkit layouts list",))
@_JSON
def listed(as_json: bool) -> None:
    from clipkit import layouts

    classes = {kind: layouts.layout_class(kind) for kind in layouts.names()}
    rows = [(kind, layout.roles(), _about(layout)) for kind, layout in classes.items()]
    if as_json:
        echo_json([{"kind": kind, "sources": roles, "about": about} for kind, roles, about in rows])
    else:
        table(("layout", "videos", "about"), rows)


@plain("Say what a layout's parameters may be; with --json print its schema.", examples=("clipkit layouts show grid",))
@click.argument("name", metavar="NAME", shell_complete=_types.layout_names)
@_JSON
def show(name: str, as_json: bool) -> None:
    from clipkit.layouts import layout_class

    kind = layout_class(name)
    if as_json:
        echo_json(kind.model_json_schema())
        return
    click.echo(f"{name}: {_about(kind)}")
    click.echo(f"videos: {kind.roles()}")
    table(("parameter", "may be", "default", "about"), parameter_rows(kind))


def _about(layout: type) -> str:
    return (layout.__doc__ or "").strip().partition("\n")[0]


command = subcommands(f"{__doc__}\n\nLayouts: {', '.join(names())}.\n", {"list": listed, "show": show})
