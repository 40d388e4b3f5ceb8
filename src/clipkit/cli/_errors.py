"""What a user is told when something is wrong: a line of cause, a line of advice, an exit code; never a traceback."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from clipkit.errors import ClipkitError, RenderError
from clipkit.store.oserrors import DISK_FULL, explained

_ADVICE = {
    1: "`clipkit doctor` shows what is missing",
    2: "see the command's --help",
    3: "try another file; `clipkit info FILE` shows what one is",
    4: "`clipkit doctor` and `clipkit targets list` show what can be done",
    5: "try again, or write to another folder",
    6: "`clipkit draft list` shows what is there",
    130: "run the command again to begin anew",
}
"""For errors that bring no advice of their own, by exit code."""

BROKEN_PIPE = 141
"""What shells report of a program whose reader went away: 128 + SIGPIPE."""


class UnknownCommand(click.UsageError):
    """A command that is not there, with the nearest that are."""

    def __init__(self, name: str, known: Sequence[str], ctx: click.Context | None = None) -> None:
        super().__init__(f"there is no command {name!r}", ctx)
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        self.hint = f"did you mean {', '.join(close)}?" if close else f"there are {', '.join(known)}"


class WrongUse(click.UsageError):
    """Words that do not go together, with advice of their own."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, click.get_current_context(silent=True))
        self.hint = hint


def tell(error: BaseException, *, as_json: bool) -> int:
    """Say what went wrong and return the exit code: in two lines on stderr, or as an object on stdout."""
    exit_code, said = _explained(error)
    if as_json:
        click.echo(json.dumps(said))
        return exit_code
    place = f"{_short(said['where'])}: " if said["where"] else ""
    click.echo(f"error: {printable(place + said['message'])}", err=True)
    if said["hint"]:
        click.echo(f"hint: {printable(said['hint'])}", err=True)
    return exit_code


def _short(place: str) -> str:
    """A place that fits a line: of a long path, both ends."""
    return place if len(place) <= 200 else f"{place[:90]} … {place[-90:]}"


def printable(text: str) -> str:
    """Text from files and names on one line, without what would steer the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _explained(error: BaseException) -> tuple[int, dict[str, str]]:
    if isinstance(error, ClipkitError):
        said = error.to_dict()
        return error.exit_code, said | {"hint": said["hint"] or _ADVICE[error.exit_code]}
    if isinstance(error, click.ClickException):
        return error.exit_code, _usage(error)
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return _explained(explained(error, Path(error.filename or "standard output"), RenderError))
    return 1, _said(
        "Bug",
        "bug",
        f"this is a bug in clipkit: {type(error).__name__}: {_first_line(error)}",
        "please report it with the command; CLIPKIT_DEBUG=1 shows where it happened",
    )


def _usage(error: click.ClickException) -> dict[str, str]:
    message = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    see = f"see `{context.command_path} --help`" if context else "see `clipkit --help`"
    if isinstance(error, click.NoSuchOption) and re.match(r"-[\d.]", error.option_name):
        see = f"this argument cannot be negative; {see}"
    code = "unknown-command" if isinstance(error, UnknownCommand) else "usage"
    return _said("UsageError", code, message[:1].lower() + message[1:], getattr(error, "hint", see))


def _said(kind: str, code: str, message: str, hint: str) -> dict[str, str]:
    """The same shape that `ClipkitError.to_dict` has."""
    return {"error": kind, "code": code, "message": " ".join(message.split()), "where": "", "hint": hint}


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200]


def debugging() -> bool:
    """Whether tracebacks are wanted: `CLIPKIT_DEBUG` is set."""
    return bool(os.environ.get("CLIPKIT_DEBUG"))
