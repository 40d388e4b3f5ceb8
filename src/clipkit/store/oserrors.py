"""What the operating system says about a file, in clipkit's words."""

from __future__ import annotations

import errno
from pathlib import Path

from clipkit.errors import ClipkitError

DISK_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG})

_FORBIDDEN = ("cannot-write", "this place cannot be written to", "choose another folder, or change its permissions")
_SAID = {
    **dict.fromkeys(DISK_FULL, ("disk-full", "the disk is full", "free some space, or write to another disk")),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _FORBIDDEN),
    errno.ENOENT: ("no-folder", "the folder does not exist", "make the folder first"),
    errno.ENOTDIR: ("no-folder", "the folder is a file", "choose another folder"),
    errno.EISDIR: ("is-folder", "this is a folder", "add the name of a file"),
    errno.EINVAL: ("bad-name", "no file can have such a name", "choose another name"),
    errno.ENAMETOOLONG: ("bad-name", "the name is too long", "choose a shorter name"),
}


def explained(error: OSError, where: Path, kind: type[ClipkitError]) -> ClipkitError:
    """The error of that kind that says what happened while writing `where`, and what helps."""
    fallback = ("cannot-write", f"it cannot be written: {error.strerror or error}", "choose another folder")
    code, message, hint = _SAID.get(error.errno or 0, fallback)
    return kind(message, code=code, where=str(where), hint=hint)
