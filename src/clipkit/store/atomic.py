"""Files that appear whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path

from clipkit.errors import ClipkitError, MediaError, RenderError
from clipkit.store.locks import lock
from clipkit.store.oserrors import DISK_FULL, explained

_NO_SUCH_CALL = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EACCES, errno.EPERM})
"""What systems answer that cannot link files, or cannot sync a folder: no fault of the file."""

_PART = re.compile(r"\..{0,40}\.[0-9a-f]{12}\.part(\.[^.]*)?", re.DOTALL)
"""What `_part_beside` names."""


@contextmanager
def replacing(target: Path, *, force: bool, error: type[ClipkitError] = RenderError) -> Iterator[Path]:
    """Write a file beside its place and move it there when it is whole.

    Yields the path to write to. When the block ends, that file is synced and takes the name `target` in one step.
    When the block raises, Ctrl-C included, nothing of it stays and what stood at `target` is as it was.

    Args:
        target: Where the file shall be; its folder must exist.
        force: Whether it may replace a file. Without, a file that appears meanwhile is not overwritten either.
        error: The kind of `ClipkitError` to raise.

    Raises:
        ClipkitError: of the kind asked for: ``file-exists``, ``is-folder``, ``no-folder``, ``disk-full``,
            ``cannot-write`` or ``bad-name``.
    """
    with _explaining(target, error):
        _refuse_early(target, force)
    with ExitStack() as stack:
        with _explaining(target, error):
            part, held = _claimed(target, stack)
        with _explaining_full_disk(target, error):
            yield part
        with _explaining(target, error):
            _sync_file(part)
            if os.name == "nt":
                held.close()  # There, what is open cannot be moved.
            _publish(part, target, force)


def refuse_input(target: Path, inputs: Iterable[str | Path]) -> None:
    """An input is never its own output, whatever it is called and even with `force`.

    Raises:
        MediaError: ``own-input``.
    """
    for source in inputs:
        with suppress(OSError):
            if target.samefile(source):
                raise MediaError(
                    "an input cannot be its own output", code="own-input", where=str(target), hint="choose another name"
                )


def sweep(folder: Path) -> None:
    """Remove what writers that were killed left in a folder. What is still being written stays, and so does all else.

    A file that is written is locked, and the system ends the locks of a process with it: one of such a name that is
    not locked is written by nobody any more. Where the file system has no locks, all stays.
    """
    try:
        with os.scandir(folder) as entries:
            parts = [Path(entry.path) for entry in entries if _PART.fullmatch(entry.name) and _is_file(entry)]
    except OSError:
        return
    for part in parts:
        with suppress(OSError):
            _remove_if_left(part)


def _is_file(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        return entry.is_file(follow_symlinks=False)
    return False


def _remove_if_left(part: Path) -> None:
    descriptor = os.open(part, os.O_RDWR)
    try:
        if not lock(descriptor):
            return
        if os.name != "nt":
            part.unlink()  # while it is locked, so that whoever has just made it sees that it is gone
    finally:
        os.close(descriptor)
    if os.name == "nt":
        part.unlink()


def _part_beside(target: Path) -> Path:
    """A name of its own in the same folder; muxers choose by the suffix, so that one stays last."""
    return target.with_name(f".{target.stem[:40]}.{secrets.token_hex(6)}.part{target.suffix}")


@contextmanager
def _explaining(target: Path, kind: type[ClipkitError]) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise kind(
            "there is a file of that name already",
            code="file-exists",
            where=str(target),
            hint="choose another name, or use --force (force=True) to replace it",
        ) from error
    except OSError as error:
        raise explained(error, target, kind) from error


@contextmanager
def _explaining_full_disk(target: Path, kind: type[ClipkitError]) -> Iterator[None]:
    """A full disk in the middle of the work. Other errors there may speak of other files and pass as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise explained(error, target, kind) from error
        raise


def _refuse_early(target: Path, force: bool) -> None:
    """Say before the work what would be said after it."""
    if "\0" in str(target):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    if not target.name or target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not force and os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _claimed(target: Path, stack: ExitStack) -> tuple[Path, FileIO]:
    """Claim a name beside the target, which shows too that the folder can be written to, and lock it.

    The stack lets go of both. A sweep that comes between making and locking may take the file for one that was left:
    then another name is claimed.
    """
    while True:
        part = _part_beside(target)
        held = FileIO(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666), "r+")
        stack.callback(_let_go, part, held)
        try:
            if lock(held.fileno()) and part.exists():
                return part, held
        except OSError:
            return part, held  # a file system without locks: there, nothing is swept either
        stack.close()


def _let_go(part: Path, held: FileIO) -> None:
    """On success there is nothing left of that name; where the folder itself is gone, neither."""
    held.close()
    with suppress(OSError):
        part.unlink()


def _create(path: Path) -> None:
    """Claim a name."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))


def _sync_file(part: Path) -> None:
    descriptor = os.open(part, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(part: Path, target: Path, force: bool) -> None:
    if force:
        part.replace(target)
        _sync_folder(target.parent)
        return
    _move_to_free_name(part, target)
    try:
        _sync_folder(target.parent)
    except OSError:
        target.unlink()
        raise


def _move_to_free_name(part: Path, target: Path) -> None:
    """Take the name only where nobody has it; raises FileExistsError otherwise."""
    if os.name == "nt":
        part.rename(target)  # There, renaming never replaces.
        return
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise
        _create(target)  # A file system without links (FAT, some network shares): claim the name, then fill it.
        part.replace(target)
    else:
        part.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power failure, where the system knows how."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno in _NO_SUCH_CALL:
            return
        raise
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise
    finally:
        os.close(descriptor)
