"""The store of drafts: check, repair, count, copy or move it.

Everything lies in one file that only you may read, and media kept with --keep-media beside it.
"""

from __future__ import annotations

import dataclasses

import click

from clipkit.cli import _types
from clipkit.cli._errors import printable
from clipkit.cli._operation import Command, plain
from clipkit.cli._output import echo_json, notice
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import pairs

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain("Read all of it and tell what is damaged.", examples=("clipkit store check",))
@_JSON
def check(as_json: bool) -> None:
    from clipkit.errors import StoreError
    from clipkit.store import upkeep

    problems = upkeep.check()
    if as_json:
        echo_json({"sound": not problems, "problems": list(problems)})
    for line in problems if not as_json else ():
        click.echo(printable(line))
    if problems:
        hint = "`clipkit store repair` saves all that can be read; the damaged file is kept"
        raise StoreError(f"the store is damaged in {len(problems)} places", code="corrupt-store", hint=hint)
    if not as_json:
        notice("all drafts are as they were saved")


@plain("Make the store anew of all that can be read; the damaged file is kept.", examples=("clipkit store repair",))
@_JSON
def repair(as_json: bool) -> None:
    from clipkit.store import upkeep

    lost = upkeep.repair()
    if as_json:
        echo_json({"lost": list(lost)})
        return
    for line in lost:
        notice(f"lost: {printable(line)}")
    notice("the rest is in a new store" if lost else "nothing was lost")


@plain("Count drafts, revisions and bytes.", examples=("clipkit store stats",))
@_JSON
def stats(as_json: bool) -> None:
    from clipkit.store import upkeep

    found = upkeep.stats()
    if as_json:
        echo_json(dataclasses.asdict(found))
        return
    pairs(
        [
            ("folder", found.folder),
            ("drafts", f"{found.drafts}, and {found.trash} in the trash"),
            ("saves", f"{found.revisions} in {found.bytes / 1e6:.2f} MB"),
            ("kept media", f"{found.kept} files, {found.kept_bytes / 1e6:.1f} MB"),
        ]
    )


@plain("Write a copy that is whole, even while others save.", examples=("clipkit store backup drafts-backup.db",))
@click.argument("target", metavar="FILE", type=_types.FILE)
@click.option("--force", is_flag=True, help="replace a file that is there")
@_JSON
def backup(target: str, force: bool, as_json: bool) -> None:
    from pathlib import Path

    from clipkit.store import upkeep

    upkeep.backup(Path(target), force=force)
    if as_json:
        echo_json({"path": target})
    else:
        notice(f"{printable(target)}: written")


@plain("Keep the store in another folder from now on.", examples=("clipkit store move /mnt/big/clipkit",))
@click.argument("folder", metavar="FOLDER", type=_types.FILE)
@_JSON
def move(folder: str, as_json: bool) -> None:
    from pathlib import Path

    from clipkit.store import upkeep

    upkeep.move(Path(folder))
    if as_json:
        echo_json({"folder": folder})
    else:
        notice(f"the drafts are in {printable(folder)} now")


_PARTS: dict[str, Command] = {"check": check, "repair": repair, "stats": stats, "backup": backup, "move": move}
command = subcommands(__doc__, _PARTS)
