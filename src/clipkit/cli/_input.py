"""What IN may be: a media file, a saved project, `draft:NAME`, or `-` for a project on standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clipkit.cli._errors import WrongUse
from clipkit.errors import ProjectError

if TYPE_CHECKING:
    from clipkit.api.clip import Clip

DRAFT = "draft:"
_STDIN_USED = "clipkit.stdin"
_READ = "clipkit.read"
_DRAFTS = "clipkit.drafts"


def read(word: str) -> Clip:
    """The clip that a word of the command line stands for.

    Raises:
        ClipkitError: it is not there, or is no project where it should be.
        click.UsageError: a second `-` in one command.
    """
    if word == "-":
        return _from_stdin()
    if word.startswith(DRAFT):
        return _from_draft(word)
    from clipkit.api import make

    clip = make.open(word)
    remember(word)
    return clip


def remember(path: str) -> str:
    """A file that this command reads without a clip's being made of it."""
    _context().setdefault(_READ, []).append(Path(path))
    return path


def files_read() -> tuple[Path, ...]:
    """The files that this command has read so far; none of them may become its output."""
    return tuple(_context().get(_READ, ()))


def draft_read(name: str) -> int | None:
    """The revision of a draft that this command has read; None where it has read none of that name."""
    found: int | None = _context().get(_DRAFTS, {}).get(name)
    return found


def _context() -> dict[str, Any]:
    return click.get_current_context().find_root().meta


def _from_stdin() -> Clip:
    if _context().setdefault(_STDIN_USED, False):
        raise WrongUse("- stands twice in this command", "standard input can be read once; save one side as .clipkit")
    _context()[_STDIN_USED] = True
    from clipkit.api import make

    return make.of_text(_stdin_text())


def _stdin_text() -> str:
    """What another command piped in. One byte more than is allowed is read, so that too long a document is noticed."""
    from clipkit.project.document import MAX_BYTES

    if sys.stdin.isatty():
        raise WrongUse("- reads a project from a pipe", "clipkit trim take.mp4 | clipkit speed - 2 -o out.mp4")
    try:
        text = sys.stdin.buffer.read(MAX_BYTES + 1).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProjectError("this is no text", code="bad-document", where="stdin", hint=_PIPE_HINT) from error
    if not text.strip():
        hint = "the command before the pipe has written nothing: see what it says"
        raise ProjectError("nothing came through the pipe", code="empty-pipe", where="stdin", hint=hint)
    return text


_PIPE_HINT = "- takes project JSON, as commands without -o write it; name media files themselves"


def _from_draft(word: str) -> Clip:
    from clipkit.api.drafts import drafts, split

    name, revision = split(word.removeprefix(DRAFT))
    opened = drafts.opened(name, revision)
    if revision is None:
        _context().setdefault(_DRAFTS, {})[name] = opened.revision
    return opened.clip
