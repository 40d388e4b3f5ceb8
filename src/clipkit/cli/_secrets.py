"""Passphrases: asked for on the terminal, without echo, or read as one line from a pipe. Never an argument, never the
environment: both are seen by other processes.
"""

from __future__ import annotations

import sys

import click

from clipkit.cli import _types
from clipkit.cli._errors import WrongUse
from clipkit.cli._operation import Command, plain
from clipkit.cli._output import echo_json, notice

KEY_FILE = click.option("--key-file", metavar="FILE", type=_types.FILE, help="an age identity instead of a passphrase")
_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


def asked(what: str, *, twice: bool = False) -> str:
    """A passphrase from whoever runs the command."""
    if sys.stdin.isatty():
        words: str = click.prompt(what.capitalize(), hide_input=True, confirmation_prompt=twice, err=True)
    else:
        words = sys.stdin.readline().rstrip("\r\n")
    if not words:
        raise WrongUse(f"no {what} was given", "type it on a terminal, or pipe one line in")
    return words


@plain(
    "Unlock private drafts for all commands, for a while.",
    examples=("clipkit draft unlock", "clipkit draft unlock --minutes 10 --key-file /media/stick/clipkit.key"),
)
@KEY_FILE
@click.option("--minutes", metavar="N", type=click.IntRange(1, 24 * 60), default=60, help="for how long")
@_JSON
def unlock(key_file: str | None, minutes: int, as_json: bool) -> None:
    from clipkit.store import private

    private.unlock(asked("passphrase") if key_file is None else None, key_file, minutes=minutes)
    _told(as_json, f"unlocked for {minutes} minutes, or until `clipkit draft lock`")


@plain("Lock private drafts.", examples=("clipkit draft lock",))
@_JSON
def lock(as_json: bool) -> None:
    from clipkit.store import private

    private.lock()
    _told(as_json, "locked")


def _told(as_json: bool, said: str) -> None:
    import dataclasses

    from clipkit.store import private

    if as_json:
        echo_json(dataclasses.asdict(private.status()))
    else:
        notice(said)


PARTS: dict[str, Command] = {"lock": lock, "unlock": unlock}
