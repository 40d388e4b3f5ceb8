"""Each command is a worker that may be lost: it decodes files of strangers, so it runs in a child with limits.

It can write in the folders that its words name, and in clipkit's own; it has no network and starts no program. A codec
that crashes ends the child, and this process tells it as an error.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from clipkit.sandbox import landlock, limits, seccomp, supervised

# Commands that only look at files, and those that start processes of their own.
_READING = frozenset({"info", "privacy", "plan"})
_STARTING = frozenset({"batch"})
_DEFAULT_OUTPUT = {"demo": "demo"}
_CRASHES = {"SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGSYS", "SIGXCPU", "SIGXFSZ"}
_DEVICES = ("/dev/null", "/dev/tty", "/dev/shm")


def guarded(work: Callable[[], int], args: Sequence[str]) -> int:
    """The exit code of a command that runs in a child with limits, where this system can do that; else here."""
    if not supervised.available() or not _needed(args):
        return work()

    def limited() -> int:
        command = args[0]
        limits.restrict(seconds=limits.READING_SECONDS if command in _READING else None)
        landlock.restrict(_writable(args))
        seccomp.restrict(programs=command in _STARTING)
        return work()

    end = supervised.run(limited)
    if end.signal in _CRASHES:
        return _crashed(end.signal, args)
    return end.code


def _needed(args: Sequence[str]) -> bool:
    """Help opens nothing, and is quick."""
    return bool(args) and not args[0].startswith("-") and not {"-h", "--help"}.intersection(args)


def _writable(args: Sequence[str]) -> Iterator[Path]:
    """The folders that the words of a command name, clipkit's own, and those for what does not last."""
    from clipkit import folders
    from clipkit.store.database import place

    for own in (folders.data(), folders.config(), folders.cache(), place()):
        with suppress(OSError):  # made now: a folder that is not there yet cannot be named to the kernel
            own.mkdir(mode=0o700, parents=True, exist_ok=True)
            yield own
    words = [word.rpartition("=")[2] for word in args[1:]]
    if args[0] in _DEFAULT_OUTPUT:
        words.append(_DEFAULT_OUTPUT[args[0]])
    for word in words:
        if not word or "\0" in word:
            continue
        path = Path(os.path.abspath(word))  # noqa: PTH100  links stay
        found = next(each for each in (path, *path.parents) if each.is_dir())
        if found != found.parent:  # the whole disk is no folder that anybody named
            yield found
    yield Path(tempfile.gettempdir())
    yield from (Path(device) for device in _DEVICES)


def _crashed(name: str, args: Sequence[str]) -> int:
    from clipkit.cli import _errors
    from clipkit.errors import MediaError

    for folder in _writable(args):
        _swept(folder)
    error = MediaError(
        f"a codec or a library crashed over it ({name}); nothing was kept",
        code="crashed",
        hint="one of the files is damaged or made to do that: try each by itself with `clipkit info`",
    )
    return _errors.tell(error, as_json="--json" in args)


def _swept(folder: Path) -> None:
    """What the child left half-written."""
    from clipkit.store.atomic import sweep

    sweep(folder)
