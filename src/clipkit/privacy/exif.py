"""Exif (CIPA DC-008) in its TIFF structure, as photos hold it, and some videos."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from clipkit.privacy.finding import Finding, kind_of, shown, words_in

HEADER = b"Exif\0\0"

NOTHING = b"\0\0\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"
"""What a HEIF item without a word holds: where the TIFF structure begins, and one without entries."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_ENTRIES = 1000
_ORIENTATION = 0x0112

# What only says how the picture is stored or was exposed is no secret; these are.
_NAMES = {
    0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0131: "Software", 0x0132: "DateTime",
    0x013B: "Artist", 0x013C: "HostComputer", 0x8298: "Copyright", 0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized", 0x9010: "OffsetTime", 0x9011: "OffsetTimeOriginal", 0x9012: "OffsetTimeDigitized",
    0x9290: "SubSecTime", 0x9291: "SubSecTimeOriginal", 0x9292: "SubSecTimeDigitized", 0x9286: "UserComment",
    0xA420: "ImageUniqueID", 0xA430: "CameraOwnerName", 0xA431: "BodySerialNumber", 0xA432: "LensSpecification",
    0xA433: "LensMake", 0xA434: "LensModel", 0xA435: "LensSerialNumber", 0xA436: "ImageTitle",
    0xA437: "Photographer", 0xA438: "ImageEditor", 0xA439: "CameraFirmware", 0xC62F: "CameraSerialNumber",
    0x9C9B: "XPTitle", 0x9C9C: "XPComment", 0x9C9D: "XPAuthor", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject",
    0x02BC: "XMP", 0x83BB: "IPTC",
}  # fmt: skip
_UTF16 = range(0x9C9B, 0x9CA0)
_POINTERS = {0x8769: "Exif", 0x8825: "GPS", 0xA005: "Interop"}
_MAKER_NOTE = 0x927C
_THUMBNAIL = 0x0201


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    data: bytes
    at: int
    numbers: tuple[float, ...]


def findings(data: bytes) -> Iterator[Finding]:
    """What the TIFF structure in `data` reveals; nothing of one that cannot be read but that it is there."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        if data.strip(b"\0"):
            yield Finding("data", "Exif", words_in(data) or "damaged Exif data", 0)
        return
    (first,) = struct.unpack(order + "I", data[4:8])
    queue, seen = [("IFD0", first)], set[int]()
    while queue:
        name, at = queue.pop(0)
        if at in seen or at + 2 > len(data):
            continue
        seen.add(at)
        entries, following = _directory(data, order, at)
        yield from _gps(entries) if name == "GPS" else _plain(entries)
        queue += [(_POINTERS[entry.tag], int(entry.numbers[0])) for entry in entries if _points(entry)]
        if name == "IFD0" and following:
            queue.append(("thumbnail", following))


def orientation(data: bytes) -> int:
    """The orientation, 1 to 8, of the picture it goes with; 1 where it says none."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return 1
    (first,) = struct.unpack(order + "I", data[4:8])
    entries, _ = _directory(data, order, first)
    said = next((entry.numbers[0] for entry in entries if entry.tag == _ORIENTATION and entry.numbers), 1)
    return int(said) if 1 <= said <= 8 else 1


def only_orientation(value: int) -> bytes:
    """A TIFF structure that says nothing but an orientation."""
    entry = struct.pack("<HHIHH", _ORIENTATION, 3, 1, value, 0)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry + struct.pack("<I", 0)


def _points(entry: _Entry) -> bool:
    return entry.tag in _POINTERS and bool(entry.numbers)


def _directory(data: bytes, order: str, at: int) -> tuple[list[_Entry], int]:
    """The entries of one directory, and where the next one begins (0: nowhere)."""
    if at + 2 > len(data):
        return [], 0
    (count,) = struct.unpack_from(order + "H", data, at)
    entries: list[_Entry] = []
    for index in range(min(count, _MOST_ENTRIES)):
        place = at + 2 + 12 * index
        if place + 12 > len(data):
            return entries, 0
        tag, kind, number = struct.unpack_from(order + "HHI", data, place)
        length = _SIZES.get(kind, 0) * number
        start = place + 8 if length <= 4 else struct.unpack_from(order + "I", data, place + 8)[0]
        content = data[start : start + length] if length <= len(data) else b""
        entries.append(_Entry(tag, content, start, _numbers(content, kind, order)))
    end = at + 2 + 12 * count
    return entries, struct.unpack_from(order + "I", data, end)[0] if end + 4 <= len(data) else 0


def _numbers(content: bytes, kind: int, order: str) -> tuple[float, ...]:
    letter = {1: "B", 3: "H", 4: "I", 5: "I", 8: "h", 9: "i", 10: "i", 13: "I"}.get(kind)
    if letter is None:
        return ()
    size = struct.calcsize(letter)
    count = min(len(content) // size, 64)
    values = struct.unpack(f"{order}{count}{letter}", content[: count * size])
    if kind not in (5, 10):
        return values
    return tuple(a / b if b else 0.0 for a, b in zip(values[::2], values[1::2], strict=False))


def _plain(entries: list[_Entry]) -> Iterator[Finding]:
    for entry in entries:
        if entry.tag == _MAKER_NOTE:
            known = words_in(entry.data)
            yield Finding("data", "Exif MakerNote", known or f"{len(entry.data)} bytes of the maker's own", entry.at)
        elif entry.tag == _THUMBNAIL:
            yield Finding("picture", "Exif thumbnail", "a small picture of what was taken", entry.at)
        elif entry.tag in _NAMES and (text := _text(entry)):
            name = _NAMES[entry.tag]
            yield Finding(kind_of(name), f"Exif {name}", text, entry.at)


def _text(entry: _Entry) -> str:
    if entry.tag in _UTF16:
        return shown(entry.data.decode("utf-16-le", "replace"))
    if entry.numbers:
        return " ".join(f"{number:g}" for number in entry.numbers)
    return shown(entry.data.removeprefix(b"ASCII\0\0\0"))


def _gps(entries: list[_Entry]) -> Iterator[Finding]:
    by_tag = {entry.tag: entry for entry in entries}
    latitude, longitude = _degrees(by_tag, 2, 1, b"S"), _degrees(by_tag, 4, 3, b"W")
    if latitude is not None and longitude is not None:
        yield Finding("location", "Exif GPS", f"{latitude:+.5f}, {longitude:+.5f}", by_tag[2].at)
    if (day := by_tag.get(0x1D)) and shown(day.data):
        yield Finding("date", "Exif GPSDateStamp", shown(day.data), day.at)
    others = sorted(set(by_tag) - {0, 1, 2, 3, 4, 0x1D})
    if others:
        yield Finding(
            "location", "Exif GPS", f"{len(others)} more values about place and movement", by_tag[others[0]].at
        )


def _degrees(entries: dict[int, _Entry], tag: int, side: int, negative: bytes) -> float | None:
    if tag not in entries or len(entries[tag].numbers) < 3:
        return None
    degrees, minutes, seconds = entries[tag].numbers[:3]
    value = degrees + minutes / 60 + seconds / 3600
    return -value if side in entries and entries[side].data[:1] == negative else value
