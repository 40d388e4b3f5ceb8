"""Every error of libav becomes one of the tree, here and nowhere else."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import av.error

from clipkit.errors import ClipkitError, MediaError, RenderError

Cause = tuple[str, str, str]
"""A code, a message and a hint."""

_NOT_MEDIA: Cause = (
    "not-media",
    "this is not a media file, or it is damaged",
    "try to play it; record or export it again",
)

_READING: tuple[tuple[type[Exception], Cause], ...] = (
    (FileNotFoundError, ("file-not-found", "there is no such file", "check the name and the folder")),
    (NotADirectoryError, ("file-not-found", "a part of its path is no folder", "check the name and the folder")),
    (PermissionError, ("not-readable", "the file may not be read", "check its permissions")),
    (IsADirectoryError, ("is-folder", "this is a folder, not a media file", "name a file inside it")),
    (
        av.error.DecoderNotFoundError,
        ("unsupported-codec", "no decoder for this codec is allowed here", "convert it to H.264 or HEVC first"),
    ),
    (
        av.error.DemuxerNotFoundError,
        ("not-media", "this is not a media file that clipkit reads", "see `clipkit doctor` for the formats it reads"),
    ),
    (av.error.ProtocolNotFoundError, ("not-media", "this is not a local media file", "name a file on this machine")),
    (av.error.InvalidDataError, _NOT_MEDIA),
    (av.error.ArgumentError, _NOT_MEDIA),  # what a demuxer outside of the allow-list comes to
    (av.error.EOFError, ("not-media", "the file ends before its media begins", "it may be cut off; copy it again")),
    (
        av.error.PatchWelcomeError,
        ("unsupported-codec", "this file uses a feature that libav lacks", "convert it first"),
    ),
    (MemoryError, ("too-large", "the file asks for more memory than is allowed", "it may be damaged, or hostile")),
)

_WRITING: dict[int, Cause] = {
    errno.ENOSPC: ("disk-full", "the disk is full", "free some space, or write elsewhere; nothing was left behind"),
    errno.EDQUOT: ("disk-full", "the disk quota is used up", "free some space, or write elsewhere"),
    errno.EFBIG: ("too-large", "the file grew larger than allowed here", "write elsewhere, or a shorter clip"),
    errno.EACCES: ("cannot-write", "the file may not be written", "choose a folder that you may write to"),
    errno.EPERM: ("cannot-write", "the file may not be written", "choose a folder that you may write to"),
    errno.EROFS: ("cannot-write", "the disk is read-only", "choose another folder"),
}

_UNREADABLE: Cause = ("unreadable", "the file cannot be read", "it may be damaged; copy or record it again")
_UNWRITABLE: Cause = ("write-failed", "writing failed", "try again, or write elsewhere")


def media_error(error: Exception, path: str) -> MediaError:
    """What an error met while reading `path` means to the user."""
    code, message, hint = next((cause for kind, cause in _READING if isinstance(error, kind)), _UNREADABLE)
    return MediaError(message, code=code, where=path, hint=hint)


def render_error(error: Exception, path: str) -> RenderError:
    """What an error met while encoding or writing `path` means to the user."""
    number = getattr(error, "errno", None)
    code, message, hint = _WRITING.get(number or 0, _UNWRITABLE)
    if code == "write-failed":
        message = f"{message}: {getattr(error, 'strerror', None) or error}"
    return RenderError(message, code=code, where=path, hint=hint)


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Errors of libav and of the system inside the block are about reading `path`."""
    try:
        yield
    except ClipkitError:
        raise
    except (av.error.FFmpegError, OSError, MemoryError) as error:
        raise media_error(error, path) from error


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Errors of libav and of the system inside the block are about writing `path`."""
    try:
        yield
    except ClipkitError:
        raise
    except (av.error.FFmpegError, OSError, MemoryError) as error:
        raise render_error(error, path) from error
