"""`draft pack` and `draft unpack`."""

from __future__ import annotations

import dataclasses

import click

from clipkit.cli import _types
from clipkit.cli._errors import printable
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice
from clipkit.cli._secrets import asked

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain(
    "Write a draft and all its media to one file that travels.",
    examples=("clipkit draft pack holiday -o holiday.clipkitz", "clipkit draft pack holiday -o all.clipkitz --history"),
)
@click.argument("name", metavar="NAME", shell_complete=_types.draft_names)
@click.option("-o", "--output", metavar="FILE", type=_types.FILE, help="the bundle  [default: NAME.clipkitz]")
@click.option("--history", is_flag=True, help="with all that it ever was, instead of what shows")
@click.option("--encrypt", is_flag=True, help="with a passphrase that is asked for; the age tool opens it too")
@click.option("--plain", "unencrypted", is_flag=True, help="do not encrypt it although the draft is private")
@click.option("--force", is_flag=True, help="replace a file that is there")
@_JSON
def pack(
    name: str, output: str | None, history: bool, encrypt: bool, unencrypted: bool, force: bool, as_json: bool
) -> None:
    from clipkit.api.drafts import drafts
    from clipkit.store.bundles import SUFFIX
    from clipkit.store.shelves import is_private

    secret = None
    if not unencrypted and (encrypt or is_private(name)):
        secret = asked("new passphrase for the bundle", twice=True)
    target = output or f"{name}{SUFFIX}"
    packed = drafts.pack(name, target, history=history, force=force, passphrase=secret, plain=unencrypted)
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
    from clipkit.api.bundles import is_encrypted
    from clipkit.api.drafts import drafts

    secret = asked("passphrase of the bundle") if is_encrypted(source) else None
    unpacked = drafts.unpack(source, name=name, into=into, passphrase=secret)
    if as_json:
        echo_json(dataclasses.asdict(unpacked))
    else:
        notice(f"draft:{printable(unpacked.name)}: its {unpacked.files} files are in {printable(unpacked.folder)}")
