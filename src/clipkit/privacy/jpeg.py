"""JPEG (ITU-T T.81, JFIF, and the application segments that cameras and editors add)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from clipkit.privacy import exif, xmp
from clipkit.privacy.finding import Finding
from clipkit.privacy.parts import Part, of_exif, said, trailing

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_ICC = b"ICC_PROFILE\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


def recognised(head: bytes) -> bool:
    """Whether a file begins as JPEG does."""
    return head[:3] == b"\xff\xd8\xff"


def parts(data: bytes) -> Iterator[Part]:
    """The segments in order. What the picture needs stays: tables, scans, JFIF, Adobe's transform, the ICC profile."""
    yield Part.of_picture(0, data[:2])
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            length = 1 if marker == 0xFF else 2
            yield Part.of_picture(at, data[at : at + length])
            at += length
            continue
        if marker == _END:
            break
        end = min(at + 2 + struct.unpack_from(">H", data, at + 2)[0], len(data))
        if marker == _SCAN:
            end = _after_scan(data, end)
        yield _segment(at, marker, data[at:end])
        at = end
    yield Part.of_picture(at, data[at : at + 2])
    yield from trailing(at + 2, data[at + 2 :])


def joined(kept: Iterable[bytes]) -> bytes:
    """Parts as one file."""
    return b"".join(kept)


def _after_scan(data: bytes, at: int) -> int:
    """Where entropy-coded data end: at the first marker that is no restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] not in (0x00, *range(0xD0, 0xD8)):
            return at
        at += 2
    return len(data)


def _segment(at: int, marker: int, data: bytes) -> Part:
    content = data[4:]
    if marker == _COMMENT:
        return said(at, data, "JPEG comment", content)
    if not 0xE0 <= marker <= 0xEF:
        return Part.of_picture(at, data)
    if content.startswith(exif.HEADER):
        return _exif(at, data, content[len(exif.HEADER) :])
    if content.startswith((_XMP, _XMP_MORE)):
        start = content.index(b"\0") + 1
        return Part(at, data, b"", tuple(finding.later(at + 4 + start) for finding in xmp.findings(content[start:])))
    if content.startswith(_PHOTOSHOP):
        return Part(at, data, b"", tuple(_iptc(content, at + 4)) or (Finding("data", "Photoshop", "resources", at),))
    jfif = marker == 0xE0 and content.startswith((b"JFIF\0", b"JFXX\0"))
    if (jfif and len(data) == 18) or content.startswith(_ICC) or (marker == 0xEE and content.startswith(b"Adobe")):
        return Part.of_picture(at, data)
    if jfif:  # with a thumbnail, which may show more than the picture does after it was cropped
        plain = data[:2] + b"\0\x10" + b"JFIF\0" + data[9:16] + b"\0\0" if content[:4] == b"JFIF" else b""
        return Part(at, data, plain, (Finding("picture", "JFIF thumbnail", "a small picture", at),))
    return said(at, data, f"APP{marker - 0xE0}")


def _exif(at: int, data: bytes, tiff: bytes) -> Part:
    """Exif goes, but for how the picture is to be turned."""
    turned = exif.orientation(tiff)
    if turned == 1:
        return of_exif(at, data, tiff)
    content = exif.HEADER + exif.only_orientation(turned)
    return of_exif(at, data, tiff, b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content)


# IPTC-IIM 4.2, record 2, and what Photoshop's resource 0x0404 holds of it.
_IPTC_NAMES = {
    5: "title", 25: "keywords", 40: "instructions", 55: "date created", 60: "time created", 62: "date digitised",
    80: "by-line", 85: "by-line title", 90: "city", 92: "sublocation", 95: "state", 101: "country", 105: "headline",
    110: "credit", 115: "source", 116: "copyright", 118: "contact", 120: "caption", 122: "caption writer",
    65: "software",
}  # fmt: skip


def _iptc(content: bytes, start: int) -> Iterator[Finding]:
    at = content.find(b"\x1c\x02")
    while 0 <= at <= len(content) - 5 and content[at : at + 2] == b"\x1c\x02":
        number, length = content[at + 2], struct.unpack_from(">H", content, at + 3)[0]
        name = _IPTC_NAMES.get(number, f"field {number}")
        part = said(start + at, content[at + 5 : at + 5 + length], f"IPTC {name}", content[at + 5 : at + 5 + length])
        if number:  # 0 is the version
            yield from part.findings
        at += 5 + length
