"""The voice effects: list them, or show one."""

from __future__ import annotations

import click

from clipkit.cli import _types
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import table

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


def _about(kind: str) -> str:
    from clipkit.voices import voice_class

    return (voice_class(kind).__doc__ or "").strip().partition("\n")[0]


@plain("Name all voice effects.", examples=("clipkit voices list",))
@_JSON
def listed(as_json: bool) -> None:
    from clipkit import voices

    rows = [(kind, _about(kind)) for kind in voices.names()]
    if as_json:
        echo_json([{"kind": kind, "about": about} for kind, about in rows])
    else:
        table(("voice", "about"), rows)


@plain("Say what a voice effect does; with --json print its schema.", examples=("clipkit voices show robot",))
@click.argument("name", metavar="NAME", shell_complete=_types.voice_names)
@_JSON
def show(name: str, as_json: bool) -> None:
    from clipkit.voices import voice_class

    kind = voice_class(name)
    if as_json:
        echo_json(kind.model_json_schema())
        return
    click.echo(f"{name}: {_about(name)}")


command = subcommands(__doc__, {"list": listed, "show": show})
