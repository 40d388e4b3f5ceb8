"""WebP (RFC 9649): RIFF chunks."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from clipkit.privacy import exif, xmp
from clipkit.privacy.parts import Part, of_exif, said, trailing

_PICTURE = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def recognised(head: bytes) -> bool:
    """Whether a file begins as WebP does."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def parts(data: bytes) -> Iterator[Part]:
    """The header and the chunks in order."""
    yield Part.of_picture(0, data[:12])
    turned = next((exif.orientation(tiff) for kind, _, tiff in _chunks(data) if kind == b"EXIF"), 1)
    at = 12
    for kind, at, content in _chunks(data):
        whole = data[at : at + 8 + len(content) + len(content) % 2]
        yield _chunk(at, kind, content, whole, turned)
        at += len(whole)
    yield from trailing(at, data[at:])


def joined(kept: Iterable[bytes]) -> bytes:
    """Parts as one file: the header counts what follows."""
    data = b"".join(kept)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Name, place and content of each chunk."""
    at, end = 12, min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, at, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _chunk(at: int, kind: bytes, content: bytes, whole: bytes, turned: int) -> Part:
    if kind in _PICTURE:
        return Part.of_picture(at, whole)
    if kind == b"VP8X":  # its flags say which chunks there are
        flags = content[0] & ~_XMP_FLAG & (0xFF if turned != 1 else ~_EXIF_FLAG)
        return Part(at, whole, whole[:8] + bytes([flags]) + whole[9:])
    if kind == b"EXIF":
        tiff = content.removeprefix(exif.HEADER)
        small = exif.only_orientation(turned)
        return of_exif(at, whole, tiff, b"" if turned == 1 else b"EXIF" + struct.pack("<I", len(small)) + small)
    if kind == b"XMP ":
        return Part(at, whole, b"", tuple(finding.later(at + 8) for finding in xmp.findings(content)))
    return said(at, whole, f"WebP {kind.decode('latin-1')}")
