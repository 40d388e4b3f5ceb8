"""WAVE and AVI: chunks of RIFF, with their `INFO` lists, and what broadcasters add (EBU Tech 3285)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from clipkit.privacy import xmp
from clipkit.privacy.finding import Finding, kind_of, shown, words_in

_NAMES = {
    b"IART": "artist", b"ICRD": "date", b"ISFT": "software", b"ICMT": "comment", b"INAM": "title", b"ICOP": "copyright",
    b"IENG": "author engineer", b"ISRC": "source", b"ITCH": "author", b"IDIT": "date", b"ISMP": "time code",
}  # fmt: skip
_SOUND = {b"fmt ", b"data", b"fact", b"hdrl", b"movi", b"idx1", b"strl", b"PEAK", b"JUNK", b"odml", b"indx"}
_RESERVED = "odmldmlh"
"""What libav writes where an index of OpenDML may come."""

_MOST = 1 << 20
_DEEPEST = 4


def recognised(head: bytes) -> bool:
    """Whether a file begins as these do."""
    return head[:4] in (b"RIFF", b"RF64") and head[8:12] in (b"WAVE", b"AVI ")


def findings(file: BinaryIO, size: int) -> Iterator[Finding]:
    """What the chunks of a file reveal."""
    yield from _chunks(file, 12, size, 0)


def _chunks(file: BinaryIO, at: int, end: int, depth: int) -> Iterator[Finding]:
    while at + 8 <= end:
        file.seek(at)
        kind, length = struct.unpack("<4sI", file.read(8))
        start, stop = at + 8, min(at + 8 + length, end)
        if kind == b"LIST" and depth < _DEEPEST:
            if file.read(4) != b"movi":
                yield from _chunks(file, start + 4, stop, depth + 1)
        elif kind not in _SOUND:
            yield from _chunk(kind, file.read(min(stop - start, _MOST)), start)
        elif kind == b"JUNK":
            words = words_in(file.read(min(stop - start, _MOST)))
            if words not in ("", _RESERVED):
                yield Finding("data", "unused room", words, start)
        at = start + length + length % 2


def _chunk(kind: bytes, data: bytes, at: int) -> Iterator[Finding]:
    if kind == b"_PMX":
        yield from (found.later(at) for found in xmp.findings(data))
    elif kind == b"bext":
        fields = (("description", 0, 256), ("originator author", 256, 32), ("identifier", 288, 32), ("date", 320, 18))
        for name, start, length in fields:
            if text := shown(data[start : start + length].strip(b"\0")):
                yield Finding(kind_of(name), f"bext {name}", text, at + start)
    elif kind[:1] == b"I" or kind in (b"id3 ", b"ID3 ", b"iXML", b"axml", b"cart", b"umid"):
        name = _NAMES.get(kind, kind.decode("latin-1"))
        if text := shown(data.strip(b"\0")):
            yield Finding(kind_of(name), name, text, at)
