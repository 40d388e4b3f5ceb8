"""Keep projects by name: new, list, show, delete.

A draft is a project kept in your own folder. Write draft:NAME wherever a command takes IN, or after -o.
"""

from __future__ import annotations

import click

from clipkit.cli import _types
from clipkit.cli._errors import printable
from clipkit.cli._input import read
from clipkit.cli._operation import Command, input_argument, plain
from clipkit.cli._output import echo_json, notice
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import table

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain(
    "Keep a clip or project as a draft.",
    inputs=("IN",),
    examples=("clipkit draft new take.mp4 --name holiday", "clipkit trim take.mp4 | clipkit draft new - --name cut"),
)
@input_argument()
@click.option("--name", required=True, metavar="NAME", help="what to call it")
@click.option("--force", is_flag=True, help="replace a draft of that name")
@_JSON
def new(source: str, name: str, force: bool, as_json: bool) -> None:
    from clipkit.project import document
    from clipkit.store import drafts

    drafts.save(name, document.dumps(read(source).project), overwrite=force)
    if as_json:
        echo_json({"name": name})
    else:
        notice(f"draft:{name}: saved")


@plain("Name all drafts, the one saved last first.")
@_JSON
def listed(as_json: bool) -> None:
    from clipkit.store import drafts

    found = drafts.names()
    if as_json:
        echo_json([{"name": draft.name, "modified": draft.modified.isoformat()} for draft in found])
    elif found:
        table(("draft", "saved"), [(draft.name, f"{draft.modified.astimezone():%Y-%m-%d %H:%M}") for draft in found])
    else:
        notice("there are no drafts yet: clipkit draft new IN --name NAME")


@plain("Say what a draft would render to; with --json print its project.", examples=("clipkit draft show holiday",))
@click.argument("name", metavar="NAME", shell_complete=_types.draft_names)
@_JSON
def show(name: str, as_json: bool) -> None:
    from clipkit.plan import describe
    from clipkit.project import document

    clip = read(f"draft:{name}")
    if as_json:
        click.echo(document.dumps(clip.project).encode(), nl=False)
        return
    for line in describe.lines(clip.plan()):
        click.echo(printable(line))


@plain("Remove a draft for good.", examples=("clipkit draft delete holiday",))
@click.argument("name", metavar="NAME", shell_complete=_types.draft_names)
@click.option("--json", "as_json", is_flag=True, help="print the name, or the error, as JSON")
def delete(name: str, as_json: bool) -> None:
    from clipkit.store import drafts

    drafts.delete(name)
    if as_json:
        echo_json({"name": name})
    else:
        notice(f"draft:{name}: deleted")


_PARTS: dict[str, Command] = {"new": new, "list": listed, "show": show, "delete": delete}
command = subcommands(__doc__, _PARTS)
