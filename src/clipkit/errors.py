"""The error tree. Every failure a user can cause is a `ClipkitError` with a code, a place and a hint.

::

    ClipkitError                                             exit code
    ├─ ProjectError   the document or the words are wrong      2
    ├─ MediaError     an input file is wrong                   3
    ├─ PlanError      this build or target cannot do it        4
    ├─ RenderError    it went wrong while doing it             5
    ├─ StoreError     drafts or cache: locked, corrupt         6
    └─ Cancelled      the user stopped it                    130
"""

from __future__ import annotations


class ClipkitError(Exception):
    """One line of cause, a stable code for programs, a place, and one line of advice.

    Args:
        message: The cause, one line, without a full stop.
        code: Stable kebab-case identifier, such as ``"file-not-found"``.
        where: A JSON pointer (``/edits/0/start``), a path, or ``path@time``; empty when there is none.
        hint: What the user can do about it; empty when there is nothing to say.
    """

    exit_code = 1

    def __init__(self, message: str, *, code: str, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return (_revive, (type(self), self.message, self.code, self.where, self.hint))

    def to_dict(self) -> dict[str, str]:
        """The error as `--json` prints it."""
        return {
            "error": type(self).__name__,
            "code": self.code,
            "message": self.message,
            "where": self.where,
            "hint": self.hint,
        }


def _revive(kind: type[ClipkitError], message: str, code: str, where: str, hint: str) -> ClipkitError:
    """Rebuild an error that crossed a process: keyword-only arguments do not survive pickle's default."""
    return kind(message, code=code, where=where, hint=hint)


class ProjectError(ClipkitError):
    """The document or the words of a command are wrong."""

    exit_code = 2


class MediaError(ClipkitError):
    """An input file is missing, unreadable, or not what was needed."""

    exit_code = 3


class PlanError(ClipkitError):
    """This build or the chosen target cannot do what was asked; the hint lists what can."""

    exit_code = 4


class RenderError(ClipkitError):
    """Something went wrong while rendering or writing."""

    exit_code = 5


class StoreError(ClipkitError):
    """The store of drafts or the cache is locked, corrupt, or lacks what was asked for."""

    exit_code = 6


class Cancelled(ClipkitError):  # noqa: N818  nothing went wrong
    """The user stopped the work; nothing was left behind."""

    exit_code = 130
