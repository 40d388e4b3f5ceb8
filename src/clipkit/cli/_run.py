"""From arguments to an exit code: signals, broken pipes and every error end here."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

import click

from clipkit.cli import _errors
from clipkit.cli._stop import stoppable
from clipkit.errors import Cancelled, ClipkitError

_STOPPED = "stopped; nothing was left behind"
COMPLETE = "_CLIPKIT_COMPLETE"
"""Set by the completion scripts: asks for completions instead of work."""


def run(args: Sequence[str]) -> int:
    """Do what a command line says and return the exit code."""
    _make_streams_patient()
    as_json = "--json" in _words(args)
    with stoppable():
        try:
            code = _invoked(args)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
            return _errors.BROKEN_PIPE
        except (KeyboardInterrupt, click.Abort):
            return _told(Cancelled(_STOPPED, code="cancelled"), as_json)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            return error.exit_code
        except (ClipkitError, click.ClickException) as error:
            return _told(error, as_json)
        except Exception as error:  # noqa: BLE001  the last line of defence: a user never sees a traceback
            return _told(error, as_json)
        else:
            return code


def _invoked(args: Sequence[str]) -> int:
    from clipkit.cli._group import group

    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, "clipkit", COMPLETE, instruction)
    try:
        with group.make_context("clipkit", list(args) or ["--help"]) as context:
            group.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def _words(args: Sequence[str]) -> list[str]:
    """The arguments up to `--`, after which there are no options."""
    words = list(args)
    return words[: words.index("--")] if "--" in words else words


def _told(error: BaseException, as_json: bool) -> int:
    if _errors.debugging():
        traceback.print_exception(error)
    try:
        code = _errors.tell(error, as_json=as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        return _errors.BROKEN_PIPE
    except OSError as full:  # an object that does not fit where standard output leads
        _forget_stdout()
        return _errors.tell(full, as_json=False)
    return code


def _make_streams_patient() -> None:
    """A terminal that cannot show a letter shows a question mark instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _forget_stdout() -> None:
    """Nobody reads any more: what Python still writes at its end goes nowhere, instead of failing again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
