"""Files that appear whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clipkit.errors import ClipkitError, RenderError
from clipkit.store.oserrors import DISK_FULL, explained

_NO_SUCH_CALL = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EACCES, errno.EPERM})
"""What systems answer that cannot link files, or cannot sync a folder: no fault of the file."""


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
    part = _part_beside(target)
    try:
        with _explaining(target, error):
            _create(part)
        with _explaining_full_disk(target, error):
            yield part
        with _explaining(target, error):
            _sync_file(part)
            _publish(part, target, force)
    finally:
        # On success there is nothing left of that name; where the folder itself is gone, neither.
        with suppress(OSError):
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


def _create(part: Path) -> None:
    """Claim the name, which shows too that the folder can be written to."""
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))


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
