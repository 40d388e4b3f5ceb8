"""GIF 89a."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clipkit.privacy import xmp
from clipkit.privacy.parts import Part, said, trailing

_COMMENT, _APPLICATION = 0xFE, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def recognised(head: bytes) -> bool:
    """Whether a file begins as GIF does."""
    return head[:6] in (b"GIF87a", b"GIF89a")


def parts(data: bytes) -> Iterator[Part]:
    """The header, then each picture and each extension."""
    at = 13 + _table(data[10:11])
    yield Part.of_picture(0, data[:at])
    while at < len(data) and data[at] in (0x21, 0x2C):
        picture = data[at] == 0x2C
        first = at + 11 + _table(data[at + 9 : at + 10]) if picture else at + 2
        end = _after_blocks(data, first)
        yield Part.of_picture(at, data[at:end]) if picture else _extension(at, data[at:end])
        at = end
    yield Part.of_picture(at, data[at : at + 1])
    yield from trailing(at + 1, data[at + 1 :])


def joined(kept: Iterable[bytes]) -> bytes:
    """Parts as one file."""
    return b"".join(kept)


def _table(flags: bytes) -> int:
    """Bytes of a colour table."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return min(at + 1, len(data))


def _extension(at: int, data: bytes) -> Part:
    kind = data[1] if len(data) > 1 else 0
    if kind == _COMMENT:
        return said(at, data, "GIF comment", data[3:-1])
    if kind != _APPLICATION or data[3:14] in _LOOPS:
        return Part.of_picture(at, data)
    if data[3:14] == b"XMP DataXMP":
        return Part(at, data, b"", tuple(finding.later(at + 14) for finding in xmp.findings(data[14:-258])))
    return said(at, data, f"GIF {data[3:11].decode('latin-1', 'replace')}")
