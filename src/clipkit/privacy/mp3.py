"""MP3: its frames, the tags before and behind them, and the name of the encoder in the first one."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from clipkit.privacy import id3
from clipkit.privacy.finding import ANYBODY, Finding, kind_of, shown, words_in
from clipkit.privacy.parts import Part

_APE = b"APETAGEX"
_ID3V1 = 128
_FIELDS = (("title", 3, 30), ("artist", 33, 30), ("album", 63, 30), ("year", 93, 4), ("comment", 97, 30))
_NOBODY = b"Lavf".ljust(9, b"\0")
_LYRICS = b"LYRICS200"


def recognised(head: bytes) -> bool:
    """Whether a file begins as MP3 does: with a tag, or with the head of a frame of layer III."""
    return head[:3] == b"ID3" or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2)


def parts(data: bytes) -> Iterator[Part]:
    """The tags, and the frames between them."""
    start = 0
    while (length := id3.length(data[start : start + 10])) and start + length <= len(data):
        content = data[start : start + length]
        found = tuple(finding.later(start) for finding in id3.findings(content))
        yield Part(start, content, b"", found)
        start += length
    behind = []
    end = len(data)
    while (tag := _last_tag(data, end)) is not None:
        behind.append(tag)
        end = tag.start
    yield from _frames(start, data[start:end])
    yield from reversed(behind)


def joined(kept: Iterable[bytes]) -> bytes:
    """Parts as one file."""
    return b"".join(kept)


def _last_tag(data: bytes, end: int) -> Part | None:
    """A tag that ends there."""
    if data[end - _ID3V1 : end - _ID3V1 + 3] == b"TAG":
        start = end - _ID3V1
        return Part(start, data[start:end], b"", tuple(_fields(data[start:end], start)))
    if data[end - 32 : end - 24] == _APE:
        size, flags = struct.unpack_from("<I4xI", data, end - 20)
        start = max(end - size - (32 if flags >> 31 else 0), 0)
        text = words_in(data[start + 32 : end - 32], 3)
        return Part(start, data[start:end], b"", (Finding("text", "APE tag", text or f"{size} bytes", start),))
    if data[end - 9 : end] == _LYRICS and data[end - 15 : end - 9].isdigit():
        start = max(end - 15 - int(data[end - 15 : end - 9]), 0)
        return Part(start, data[start:end], b"", (Finding("text", "lyrics", words_in(data[start:end]), start),))
    return None


def _fields(tag: bytes, start: int) -> Iterator[Finding]:
    for name, at, size in _FIELDS:
        if text := shown(tag[at : at + size].strip(b"\0 ")):
            yield Finding(kind_of(name), f"ID3v1 {name}", text, start + at)


def _frames(start: int, data: bytes) -> Iterator[Part]:
    """The frames. The first may say how many follow (Xing), and after that which encoder made them (LAME)."""
    head = data[:200]
    mark = max(head.find(b"Xing"), head.find(b"Info"))
    if mark < 0:
        yield Part.of_picture(start, data)
        return
    flags = data[mark + 7]
    at = mark + 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    name = shown(data[at : at + 9].strip(b"\0"))
    if not name or name in ANYBODY or at + 36 > len(data):
        yield Part.of_picture(start, data)
        return
    clean = bytearray(data[: at + 36])
    clean[at : at + 9] = _NOBODY  # without a name they know, players do not trust what it says of the beginning
    clean[at + 34 : at + 36] = struct.pack(">H", _crc16(bytes(clean[: at + 34])))
    found = Finding("software", "MP3 encoder", name, start + at)
    yield Part(start, data[: at + 36], bytes(clean), (found,))
    yield Part.of_picture(start + at + 36, data[at + 36 :])


def _crc16(data: bytes) -> int:
    """CRC-16 (x¹⁶ + x¹⁵ + x² + 1, reflected), with which LAME's tag ends."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value
