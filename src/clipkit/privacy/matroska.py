"""Matroska and WebM (RFC 9559), in EBML (RFC 8794)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from clipkit.privacy import vorbis
from clipkit.privacy.finding import ANYBODY, Finding, kind_of, shown

_SEGMENT, _INFO, _TRACKS, _TAGS, _ATTACHMENTS, _CHAPTERS = (
    0x18538067, 0x1549A966, 0x1654AE6B, 0x1254C367, 0x1941A469, 0x1043A770,
)  # fmt: skip
_OPENED = {
    _SEGMENT, _INFO, _TRACKS, _TAGS, _ATTACHMENTS, _CHAPTERS,
    0xAE, 0x7373, 0x67C8, 0x61A7, 0x45B9, 0xB6, 0x80,
}  # fmt: skip
_TEXT = {
    0x7BA9: "title", 0x4D80: "muxing application", 0x5741: "writing application", 0x7384: "segment file name",
    0x3C83AB: "previous file name", 0x3E83BB: "next file name", 0x536E: "track name", 0x466E: "attachment",
    0x467E: "attachment description", 0x85: "chapter",
}  # fmt: skip
_UIDS = {0x73A4: "segment identifier", 0x3CB923: "previous segment identifier", 0x3EB923: "next segment identifier"}
_DATE, _TAG_NAME, _TAG_VALUE, _PRIVATE, _CLUSTER, _VOID = 0x4461, 0x45A3, 0x4487, 0x63A2, 0x1F43B675, 0xEC
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_MOST = 1 << 20
_DEEPEST = 8


def recognised(head: bytes) -> bool:
    """Whether a file begins as EBML does."""
    return head[:4] == b"\x1a\x45\xdf\xa3"


def findings(file: BinaryIO, size: int) -> Iterator[Finding]:
    """What the elements of a file reveal; its frames are not looked at."""
    name = ""
    for element, start, end in _elements(file, 0, size, 0):
        file.seek(start)
        data = file.read(min(end - start, _MOST))
        if element in _TEXT:
            if (text := shown(data.strip(b"\0"))) and text not in ANYBODY:
                yield Finding(kind_of(_TEXT[element]), _TEXT[element], text, start)
        elif element in _UIDS and data.strip(b"\0"):
            yield Finding("identifier", _UIDS[element], data.hex(), start)
        elif element == _DATE and len(data) == 8:
            nanoseconds = struct.unpack(">q", data)[0]
            yield Finding("date", "date", _day(nanoseconds), start)
        elif element == _TAG_NAME:
            name = shown(data)
        elif element == _TAG_VALUE and name.upper() not in ("DURATION",) and shown(data):
            yield Finding(kind_of(name), f"tag {name}", shown(data), start)
        elif element == _PRIVATE:
            yield from (found.later(start) for found in vorbis.in_private(data))
        elif element == _VOID and len(set(data)) > 1:
            yield Finding("data", "unused room", shown(data) or f"{len(data)} bytes", start)


def _day(nanoseconds: int) -> str:
    return (_EPOCH + timedelta(microseconds=nanoseconds // 1000)).strftime("%Y-%m-%d %H:%M:%S UTC")


def _elements(file: BinaryIO, at: int, end: int, depth: int) -> Iterator[tuple[int, int, int]]:
    """Elements with where their content begins and ends; masters are opened, clusters skipped."""
    while at < end:
        file.seek(at)
        head = file.read(12)
        element, width = _vint(head, keep=True)
        length, more = _vint(head[width:], keep=False)
        if not width or not more:
            return
        start = at + width + more
        unknown = length == (1 << 7 * more) - 1
        stop = end if unknown else min(start + length, end)
        if element in _OPENED and depth < _DEEPEST:
            yield from _elements(file, start, stop, depth + 1)
        elif element == _CLUSTER and unknown:  # a recording that was cut off: its clusters hold no words
            return
        else:
            yield element, start, stop
        at = stop


def _vint(data: bytes, *, keep: bool) -> tuple[int, int]:
    """A number of variable width, and its width; an identifier keeps its marker."""
    if not data or not data[0]:
        return 0, 0
    width = 9 - data[0].bit_length()
    if len(data) < width:
        return 0, 0
    value = int.from_bytes(data[:width], "big")
    return (value if keep else value & (1 << 7 * width) - 1), width
