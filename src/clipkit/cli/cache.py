"""Spans kept from earlier renders: how much, where, remove them.

A span is used again when all that decides its frames is the same: sources, edits, size, encoder. It holds pieces of
your footage, in a folder that only you may read.
"""

from __future__ import annotations

import dataclasses

import click

from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import pairs

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain("Say how much is kept, and where.", examples=("clipkit cache info",))
@_JSON
def info(as_json: bool) -> None:
    from clipkit.store import cache

    found = cache.info()
    if as_json:
        echo_json(dataclasses.asdict(found))
        return
    pairs(
        [
            ("folder", found.folder),
            ("entries", str(found.entries)),
            ("kept", f"{found.bytes / 1e6:.1f} MB of at most {found.limit / 1e6:.0f} MB"),
        ]
    )


@plain("Remove all of it.", examples=("clipkit cache clear",))
@_JSON
def clear(as_json: bool) -> None:
    from clipkit.store import cache

    before = cache.clear()
    if as_json:
        echo_json({"entries": before.entries, "bytes": before.bytes})
    else:
        notice(f"removed {before.entries} entries, {before.bytes / 1e6:.1f} MB")


command = subcommands(__doc__, {"info": info, "clear": clear})
