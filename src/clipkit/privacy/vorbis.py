"""Vorbis comments, as Ogg, Opus and FLAC hold them (the Vorbis I specification §5, RFC 7845 §5.2, RFC 9639 §8.6)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from clipkit.privacy.finding import ANYBODY, Finding, kind_of, shown, words_in

_MOST = 1 << 22


def findings(data: bytes) -> Iterator[Finding]:
    """The vendor and the comments of one header, which begins with the vendor's length."""
    at, values = 0, list[tuple[bytes, int]]()
    while at + 4 <= len(data):
        if at and len(values) == 1 and at == values[0][1] + len(values[0][0]):
            at += 4  # the number of comments
            values.append((b"", at))
            continue
        length = struct.unpack_from("<I", data, at)[0]
        if at + 4 + length > len(data):
            break
        values.append((data[at + 4 : at + 4 + length], at + 4))
        at += 4 + length
    for index, (value, place) in enumerate(values):
        if index == 0 and shown(value) and shown(value) not in ANYBODY:
            yield Finding("software", "vendor", shown(value), place)
        elif index > 1 and b"=" in value:
            name, _, text = value.partition(b"=")
            key = name.decode("ascii", "replace")
            picture = key.upper() in ("METADATA_BLOCK_PICTURE", "COVERART")
            yield Finding("picture" if picture else kind_of(key), key, "a picture" if picture else shown(text), place)


def in_private(data: bytes) -> Iterator[Finding]:
    """Of a codec's private data in Matroska: Vorbis keeps its comment header there."""
    at = data.find(b"\x03vorbis")
    if at >= 0:
        yield from (found.later(at + 7) for found in findings(data[at + 7 :]))


def in_ogg(file: BinaryIO) -> Iterator[Finding]:
    """Of an Ogg file: the comment header of each stream, in its first pages, whose own headers are taken out."""
    file.seek(0)
    data = file.read(_MOST)
    for mark, skip in ((b"\x03vorbis", 7), (b"OpusTags", 8), (b"\x81theora", 7)):
        at = data.find(mark)
        if at >= 0:
            yield from (found.later(at + skip) for found in findings(_without_pages(data[at + skip :])))


def _without_pages(data: bytes) -> bytes:
    """Content that goes on over pages; what follows the comments in them is not looked at."""
    out, at = b"", 0
    while (page := data.find(b"OggS\0", at)) >= 0 and page + 27 <= len(data):
        out += data[at:page]
        at = page + 27 + data[page + 26]
    return out + data[at:]


def in_flac(file: BinaryIO) -> Iterator[Finding]:
    """Of a FLAC file: its comment, picture and application blocks."""
    file.seek(0)
    at = 4
    while True:
        file.seek(at)
        head = file.read(4)
        if len(head) < 4:
            return
        kind, length = head[0] & 0x7F, int.from_bytes(head[1:], "big")
        data = file.read(min(length, _MOST))
        if kind == 4:
            yield from (found.later(at + 4) for found in findings(data))
        elif kind == 6:
            yield Finding("picture", "FLAC picture", "a picture", at + 4)
        elif kind == 2:
            yield Finding("data", "FLAC application", words_in(data, 4) or f"{length} bytes", at + 4)
        at += 4 + length
        if head[0] & 0x80:
            return


def without_comments(private: bytes) -> bytes:
    """The three headers of Vorbis as Matroska and libav hold them (RFC 9559 §A.4.6), the second one without words."""
    headers = _laced(private)
    if len(headers) != 3 or headers[1][:7] != b"\x03vorbis":
        return private
    headers[1] = b"\x03vorbis" + bytes(8) + b"\1"  # no vendor, no comments, the framing bit
    lengths = b"".join(b"\xff" * (len(header) // 255) + bytes([len(header) % 255]) for header in headers[:2])
    return b"\2" + lengths + b"".join(headers)


def _laced(private: bytes) -> list[bytes]:
    if private[:1] != b"\2":
        return []
    lengths, at = [], 1
    for _ in range(2):
        length = 0
        while at < len(private) and private[at] == 255:
            length, at = length + 255, at + 1
        if at >= len(private):
            return []
        lengths.append(length + private[at])
        at += 1
    first, second = at + lengths[0], at + sum(lengths)
    return [private[at:first], private[first:second], private[second:]]
