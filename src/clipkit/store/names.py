"""Names that users give to what is kept as a file."""

from __future__ import annotations

import re
import unicodedata

from clipkit.errors import StoreError

MAX_CHARACTERS = 100
MAX_BYTES = 240
"""With a suffix, below the 255 bytes that common file systems allow a name."""

# Names that Windows reserves, with any suffix, and characters that it forbids.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = frozenset('<>:"/\\|?*')


def checked_name(name: str, what: str) -> str:
    """The name in its composed (NFC) form, where it can be a file's name on every system.

    1 to 100 characters and up to 240 bytes of UTF-8; no path separators, control characters or anything that Windows
    forbids; no dot or space at either end.

    Raises:
        StoreError: ``bad-name``; `what` says in it what was to be named.
    """
    name = unicodedata.normalize("NFC", name)
    if problem := _problem(name):
        raise StoreError(
            f"{name!r} cannot name {what}: {problem}",
            code="bad-name",
            hint=f"1 to {MAX_CHARACTERS} letters, digits, spaces, hyphens, …",
        )
    return name


def _problem(name: str) -> str:
    """What is wrong with a name; empty when nothing is."""
    if not 1 <= len(name) <= MAX_CHARACTERS:
        return f"it has {len(name)} characters"
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        return "it has control characters"
    if len(name.encode("utf-8")) > MAX_BYTES:
        return f"it takes more than {MAX_BYTES} bytes"
    if bad := sorted(_FORBIDDEN.intersection(name)):
        return f"it has {' '.join(bad)}"
    if name.strip(". ") != name or name.strip() != name:
        return "it begins or ends with a dot or a space"
    return "Windows keeps that name for itself" if _RESERVED.fullmatch(name) else ""
