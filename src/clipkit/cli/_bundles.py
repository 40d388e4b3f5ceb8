"""`draft pack` and `draft unpack`."""

from __future__ import annotations

import dataclasses

import click

from clipkit.cli import _types
from clipkit.cli._errors import printable
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain(
    "Write a draft and all its media to one file that travels.",
    examples=("clipkit draft pack holiday -o holiday.clipkitz", "clipkit draft pack holiday -o all.clipkitz --history"),
)
@click.argument("name", metavar="NAME", shell_complete=_types.draft_names)
@click.option("-o", "--output", metavar="FILE", type=_types.FILE, help="the bundle  [default: NAME.clipkitz]")
@click.option("--history", is_flag=True, help="with all that it ever was, instead of what shows")
@click.option("--force", is_flag=True, help="replace a file that is there")
@_JSON
def pack(name: str, output: str | None, history: bool, force: bool, as_json: bool) -> None:
    from clipkit.api.drafts import drafts
    from clipkit.store.bundles import SUFFIX

    packed = drafts.pack(name, output or f"{name}{SUFFIX}", history=history, force=force)
    if as_json:
        echo_json(dataclasses.asdict(packed))
        return
    notice(f"{printable(packed.path)}: {packed.files} files, {packed.bytes / 1e6:.1f} MB")
    notice("media is in it as it is: `clipkit privacy` tells what a file says of you")


@plain(
    "Make a draft of a bundle; a stranger's too.",
    examples=("clipkit draft unpack holiday.clipkitz", "clipkit draft unpack x.clipkitz --name beach --into beach"),
)
@click.argument("source", metavar="FILE", type=_types.FILE)
@click.option("--name", metavar="NAME", help="what to call it  [default: as it was called]")
@click.option(
    "--into",
    metavar="FOLDER",
    type=_types.FILE,
    help="a new or empty folder for its media  [default: one beside the store]",
)
@_JSON
def unpack(source: str, name: str | None, into: str | None, as_json: bool) -> None:
    from clipkit.api.drafts import drafts

    unpacked = drafts.unpack(source, name=name, into=into)
    if as_json:
        echo_json(dataclasses.asdict(unpacked))
    else:
        notice(f"draft:{printable(unpacked.name)}: its {unpacked.files} files are in {printable(unpacked.folder)}")
