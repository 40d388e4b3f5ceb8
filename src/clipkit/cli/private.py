"""Private mode: new drafts are encrypted, with names and history.

Nobody can open private drafts without the passphrase or the key file: if you lose it, they are lost. Exports are what
they always are: plain files where you want them.
"""

from __future__ import annotations

import dataclasses

import click

from clipkit.cli import _types
from clipkit.cli._errors import printable
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice
from clipkit.cli._secrets import KEY_FILE, asked
from clipkit.cli._subcommands import subcommands

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")
_LOSS = "Nobody can open private drafts without it. If you lose it, they are lost: there is no other way in."


@plain(
    "Encrypt all new drafts; the first time, choose a passphrase or a key file.",
    examples=("clipkit private on", "clipkit private on --key-file /media/stick/clipkit.key"),
)
@KEY_FILE
@_JSON
def on(key_file: str | None, as_json: bool) -> None:
    from clipkit.store import private
    from clipkit.store.database import place

    if (place() / "private" / "key.age").exists():
        private.on()
    else:
        notice(_LOSS)
        private.on(asked("new passphrase", twice=True) if key_file is None else None, key_file)
        private.share()
    _told(as_json, "new drafts are private; what the cache holds of earlier renders stays: clipkit cache clear")


@plain("Make new drafts plain ones again; private ones stay private.", examples=("clipkit private off",))
@_JSON
def off(as_json: bool) -> None:
    from clipkit.store import private

    private.off()
    _told(as_json, "new drafts are plain ones; private ones stay private")


@plain("Say whether it is on, and whether private drafts are unlocked.", examples=("clipkit private status",))
@_JSON
def status(as_json: bool) -> None:
    from clipkit.store import private

    stands = private.status()
    words = f"private mode is {'on' if stands.on else 'off'}; {stands.drafts} private drafts"
    _told(as_json, f"{words}, {'unlocked' if stands.unlocked else 'locked'}" if stands.drafts else words)


@plain(
    "Change the passphrase, or the key file.",
    examples=("clipkit private passphrase", "clipkit private passphrase --new-key-file other.key"),
)
@KEY_FILE
@click.option("--new-key-file", metavar="FILE", type=_types.FILE, help="a key file from now on")
@_JSON
def passphrase(key_file: str | None, new_key_file: str | None, as_json: bool) -> None:
    from clipkit.store import private

    private.unlock(asked("passphrase") if key_file is None else None, key_file)
    notice(_LOSS)
    private.change(asked("new passphrase", twice=True) if new_key_file is None else None, new_key_file)
    _told(as_json, "changed; copies of private/key.age from before still open with the old one")


def _told(as_json: bool, said: str) -> None:
    from clipkit.store import private

    if as_json:
        echo_json(dataclasses.asdict(private.status()))
    else:
        notice(printable(said))


command = subcommands(__doc__, {"on": on, "off": off, "status": status, "passphrase": passphrase})
