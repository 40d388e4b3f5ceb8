"""PNG (ISO/IEC 15948, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

from clipkit.privacy import exif, xmp
from clipkit.privacy.finding import Finding, kind_of, shown
from clipkit.privacy.parts import Part, of_exif, said, trailing

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Critical chunks, colour, transparency, size of a pixel, animation: what a picture looks like.
_PICTURE = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"hIST", b"pHYs",
    b"cICP", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
_TEXT = {b"tEXt", b"zTXt", b"iTXt"}
_MOST_TEXT = 1 << 20


def recognised(head: bytes) -> bool:
    """Whether a file begins as PNG does."""
    return head.startswith(_SIGNATURE)


def parts(data: bytes) -> Iterator[Part]:
    """The chunks in order."""
    yield Part.of_picture(0, data[:8])
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = min(at + 12 + length, len(data))
        yield _chunk(at, kind, data[at:end])
        at = end
        if kind == b"IEND":
            break
    yield from trailing(at, data[at:])


def joined(kept: Iterable[bytes]) -> bytes:
    """Parts as one file."""
    return b"".join(kept)


def _chunk(at: int, kind: bytes, data: bytes) -> Part:
    content = data[8:-4]
    if kind in _PICTURE:
        return Part.of_picture(at, data)
    if kind == b"eXIf":
        turned = exif.orientation(content)
        clean = b"" if turned == 1 else _made(b"eXIf", exif.only_orientation(turned))
        return of_exif(at, data, content, clean)
    if kind in _TEXT:
        return Part(at, data, b"", tuple(_text(at, kind, content)))
    if kind == b"tIME" and len(content) >= 7:
        year, *rest = struct.unpack(">H5B", content[:7])
        value = f"{year}-{rest[0]:02}-{rest[1]:02} {rest[2]:02}:{rest[3]:02}:{rest[4]:02}"
        return Part(at, data, b"", (Finding("date", "PNG tIME", value, at + 8),))
    return said(at, data, f"PNG {kind.decode('latin-1')}")


def _text(at: int, kind: bytes, content: bytes) -> Iterator[Finding]:
    keyword, _, rest = content.partition(b"\0")
    if kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
    else:
        packed, rest = kind == b"zTXt", rest[1:] if kind == b"zTXt" else rest
    value = _unpacked(rest) if packed else rest
    name = keyword.decode("latin-1")
    if name == "XML:com.adobe.xmp":
        yield from (finding.later(at + 8) for finding in xmp.findings(value))
    else:
        yield Finding(kind_of(name), f"PNG {name}", shown(value) or f"{len(value)} bytes", at + 8)


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST_TEXT)
    except zlib.error:
        return data


def _made(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
