"""MP4 and QuickTime (ISO/IEC 14496-12, the QuickTime File Format), and HEIF pictures (ISO/IEC 23008-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from clipkit.engine.boxes import Box, walk
from clipkit.privacy import exif, gpmf, heif, xmp
from clipkit.privacy.finding import ANYBODY, Finding, kind_of, shown, since_1904, words_in

_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF_UUID = bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e")
_KNOWN_TOP = {
    b"ftyp",
    b"moov",
    b"mdat",
    b"moof",
    b"mfra",
    b"sidx",
    b"styp",
    b"wide",
    b"pdin",
    b"ssix",
    b"prft",
    b"emsg",
}
_ROOM = {b"free", b"skip", b"wide"}
_DATA_TRACKS = {
    b"gpmd": "GoPro telemetry: place, movement and camera",
    b"mebx": "Apple timed metadata",
    b"tmcd": "time of day",
    b"camm": "camera movement, may hold place",
    b"fdsc": "GoPro file description",
    b"djmd": "DJI telemetry: place, movement and camera",
}
_DATES = {b"mvhd": "the movie", b"tkhd": "a track", b"mdhd": "a stream"}
_COMPRESSOR_AT = 8 + 50  # in `stsd`: the list's own 8 bytes, then ISO/IEC 14496-12 §12.1.3
_MOST = 1 << 22


def recognised(head: bytes) -> bool:
    """Whether a file begins as these do."""
    return head[4:8] in {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"}


def findings(file: BinaryIO, size: int) -> Iterator[Finding]:
    """What the boxes of a file reveal. The samples that they point to are not looked at, but for telemetry."""
    track, handler, kind, place = 0, b"", b"", 0
    for box in walk(file, 0, size):
        if box.kind in _DATES:
            yield from _dates(file, box)
            track += box.kind == b"tkhd"
        elif box.kind == b"hdlr" and box.path[-1:] in ((b"mdia",), (b"minf",)):
            data = _read(file, box)
            if box.path[-1] == b"mdia":  # QuickTime has another one, of how samples are reached
                handler, kind = data[8:12], b""
            yield from _handler(data, box.start, track)
        elif box.kind == b"stsd":
            data = _read(file, box)
            kind, place = data[12:16], box.start
            yield from _description(data, box.start, handler, track)
        elif box.kind in (b"stco", b"co64") and handler not in (b"vide", b"soun", b"pict"):
            yield from _data_track(file, box, kind, track, place)
        elif box.kind == b"udta":
            yield from _user_data(file, box)
        elif box.kind == b"meta":
            yield from _meta(file, box)
        elif box.kind == b"uuid":
            yield from _uuid(file, box)
        elif box.kind in _ROOM or (not box.path and box.kind not in _KNOWN_TOP):
            yield from _elsewhere(file, box)
    yield from _behind(file, size)


def _read(file: BinaryIO, box: Box, most: int = _MOST) -> bytes:
    file.seek(box.start)
    return file.read(min(box.end - box.start, most))


def _dates(file: BinaryIO, box: Box) -> Iterator[Finding]:
    data = _read(file, box, 32)
    form = ">QQ" if data[:1] == b"\x01" else ">II"
    if len(data) < 4 + struct.calcsize(form):
        return
    created, changed = struct.unpack_from(form, data, 4)
    for name, seconds in (("created", created), ("modified", changed)):
        if seconds:
            yield Finding("date", f"{_DATES[box.kind]} was {name}", since_1904(seconds), box.start + 4)


def _handler(data: bytes, at: int, track: int) -> Iterator[Finding]:
    raw = data[24:]
    name = shown(raw[1:] if raw and raw[0] == len(raw) - 1 else raw.split(b"\0")[0])
    if name and name not in ANYBODY:
        yield Finding("software", f"track {track} handler name", name, at + 24)


def _description(data: bytes, at: int, handler: bytes, track: int) -> Iterator[Finding]:
    if handler == b"vide" and len(data) > _COMPRESSOR_AT + 32:
        name = data[_COMPRESSOR_AT : _COMPRESSOR_AT + 32]
        if text := shown(name[1 : 1 + min(name[0], 31)]):
            yield Finding("software", f"track {track} compressor", text, at + _COMPRESSOR_AT)


def _data_track(file: BinaryIO, box: Box, kind: bytes, track: int, place: int) -> Iterator[Finding]:
    """A track that nobody watches or hears; of GoPro's, where it was."""
    name = kind.decode("latin-1").strip("\0 ")
    yield Finding("data", f"track {track} {name}".strip(), _DATA_TRACKS.get(kind, "timed data"), place)
    if kind != b"gpmd":
        return
    data = _read(file, box, 16)
    if len(data) >= 16 or (box.kind == b"stco" and len(data) >= 12):
        (first,) = struct.unpack_from(">I" if box.kind == b"stco" else ">Q", data, 8)
        file.seek(first)
        yield from (found.later(first) for found in gpmf.findings(file.read(1 << 16)))


def _user_data(file: BinaryIO, box: Box) -> Iterator[Finding]:
    for inner in walk(file, box.start, box.end):
        data = _read(file, inner)
        if inner.kind == b"meta":
            yield from _meta(file, inner)
        elif inner.kind == b"GPMF":
            yield from (found.later(inner.start) for found in gpmf.findings(data))
        elif inner.kind == b"XMP_":
            yield from (found.later(inner.start) for found in xmp.findings(data))
        elif data.strip(b"\0"):
            yield _user_item(inner, data)


def _user_item(box: Box, data: bytes) -> Finding:
    """One item: of QuickTime's with a length and a language before its text; 3GPP's and makers' own otherwise."""
    name = box.kind.decode("latin-1")
    if name == "loci":
        return _location(box, data)
    international = name.startswith("©") and len(data) > 4
    text = shown(data[4:]) if international else words_in(data, 3)
    return Finding(kind_of(name), f"udta {name}", text or f"{len(data)} bytes", box.start)


def _location(box: Box, data: bytes) -> Finding:
    """3GPP TS 26.244 §8.10: after a language and a name and a role, longitude and latitude in 16.16."""
    at = data.find(b"\0", 6) + 2
    if at < 8 or at + 8 > len(data):
        return Finding("location", "udta loci", words_in(data, 3) or "a place", box.start)
    longitude, latitude = (value / (1 << 16) for value in struct.unpack_from(">2i", data, at))
    return Finding("location", "udta loci", f"{latitude:+.4f}, {longitude:+.4f}", box.start)


def _meta(file: BinaryIO, box: Box) -> Iterator[Finding]:
    """Keys and values; or the items of a HEIF picture."""
    head = _read(file, box, 8)
    start = box.start if head[4:8] == b"hdlr" else box.start + 4  # QuickTime's has no version
    keys: list[str] = []
    inner = list(walk(file, start, box.end))
    for part in inner:
        data = _read(file, part)
        if part.kind == b"keys":
            keys = list(_keys(data))
        elif part.kind == b"ilst":
            yield from _values(file, part, keys)
        elif part.kind in (b"xml ", b"bxml"):
            yield Finding("text", "meta XML", words_in(data), part.start)
    for item in heif.items(inner, lambda part: _read(file, part)):
        for start, end in item.ranges:
            file.seek(start)
            yield from (found.later(start) for found in heif.findings(item.kind, file.read(min(end - start, _MOST))))


def _keys(data: bytes) -> Iterator[str]:
    at = 8
    while at + 8 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        if length < 8:
            return
        yield data[at + 8 : at + length].decode("utf-8", "replace")
        at += length


def _values(file: BinaryIO, box: Box, keys: list[str]) -> Iterator[Finding]:
    for item in walk(file, box.start, box.end):
        index = int.from_bytes(item.kind, "big")
        name = keys[index - 1] if 1 <= index <= len(keys) else item.kind.decode("latin-1")
        for part in walk(file, item.start, item.end):
            data = _read(file, part)
            if part.kind == b"name":
                name = shown(data[4:])
            if part.kind != b"data":
                continue
            kind, value = int.from_bytes(data[1:4], "big"), data[8:]
            if kind in (13, 14, 27):
                yield Finding("picture", name, "a picture", part.start)
            elif value.strip(b"\0"):
                text = str(int.from_bytes(value, "big")) if kind in (0, 21, 22) and len(value) <= 8 else shown(value)
                yield Finding(kind_of(name), name, text or f"{len(value)} bytes", part.start + 8)


def _uuid(file: BinaryIO, box: Box) -> Iterator[Finding]:
    data = _read(file, box)
    name, content, at = data[:16], data[16:], box.start + 16
    if name == _XMP_UUID:
        yield from (found.later(at) for found in xmp.findings(content))
    elif name == _EXIF_UUID:
        yield from (found.later(at) for found in exif.findings(content))
    elif content.strip(b"\0"):
        yield Finding("data", f"uuid {name.hex()[:8]}", words_in(content) or f"{len(content)} bytes", at)


def _elsewhere(file: BinaryIO, box: Box) -> Iterator[Finding]:
    """Room that is said to be free, and boxes that no standard puts there."""
    data = _read(file, box)
    if len(set(data)) > 1:
        name = box.kind.decode("latin-1")
        yield Finding("data", f"box {name}", words_in(data) or f"{box.end - box.start} bytes", box.start)


def _behind(file: BinaryIO, size: int) -> Iterator[Finding]:
    """What stands behind the last box: makers put trailers there."""
    end = 0
    for box in walk(file, 0, size):
        if not box.path:
            end = box.end
    file.seek(end)
    data = file.read(min(size - end, _MOST))
    if data.strip(b"\0"):
        yield Finding("data", "behind the last box", words_in(data) or f"{size - end} bytes", end)
