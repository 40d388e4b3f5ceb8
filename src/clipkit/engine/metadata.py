"""What a media file says beside its picture and sound: its streams, and what could give somebody away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer

from clipkit.engine import boxes
from clipkit.engine.bridge import reading
from clipkit.engine.opening import open_media

_LONGEST = 200

# Keys that describe the container or the codec; every phone writes the same.
_HARMLESS = frozenset(
    {"major_brand", "minor_version", "compatible_brands", "language", "vendor_id", "encoder", "duration", "bps"}
)
# Handler names that libav and Android write for everybody.
_HARMLESS_HANDLERS = frozenset({"VideoHandler", "SoundHandler", "VideoHandle", "SoundHandle", "DataHandler", ""})

# Parts of a key, lower case, and what they give away; the first that fits counts.
_KINDS = (
    (("location", "xyz", "gps", "loci", "geo"), "location"),
    (("make", "model", "device", "manufacturer", "firmware", "android", "software", "serial", "lens"), "device"),
    (("creation", "date", "time", "year"), "date"),
    (("identifier", "uuid", "guid", "uid"), "identifier"),
    (("handler_name", "encod", "tool", "writing"), "software"),
)
_DATA_TRACKS = {
    "gpmd": "GoPro telemetry: place, movement and camera",
    "mebx": "Apple timed metadata",
    "tmcd": "time of day",
    "camm": "camera movement, may hold place",
    "fdsc": "GoPro file description",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a file reveals: what kind of thing, where it stands, and its value."""

    what: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class StreamNote:
    """One stream of a file: its index, `video`, `audio`, `data`, …, its codec or tag, its language."""

    index: int
    kind: str
    codec: str
    language: str


def revealing(path: str) -> tuple[Finding, ...]:
    """What of a file could tell who made it, where, when and with what; once each.

    Raises:
        MediaError: it is no media file.
    """
    with open_media(path) as container, reading(path):
        return tuple(dict.fromkeys(_findings(container, _tags(path))))


def streams(path: str) -> tuple[StreamNote, ...]:
    """All streams of a file, also those that clipkit leaves alone.

    Raises:
        MediaError: it is no media file.
    """
    with open_media(path) as container, reading(path):
        tags = _tags(path)
        return tuple(
            StreamNote(
                stream.index, stream.type or "unknown", _codec(stream, tags), stream.metadata.get("language", "")
            )
            for stream in container.streams
        )


def _codec(stream: av.stream.Stream, tags: Mapping[int, str]) -> str:
    return getattr(stream.codec_context, "name", None) or tags.get(stream.id, "")


def _tags(path: str) -> dict[int, str]:
    """The four letters that name each track's content, by track: libav does not tell them of data."""
    tags: dict[int, str] = {}
    if not boxes.is_mov(path):
        return tags
    track = 0
    with Path(path).open("rb") as file:
        for box in boxes.walk(file, 0, Path(path).stat().st_size):
            if box.kind == b"tkhd":
                head = _head(file, box)
                track = int.from_bytes(head[20:24] if head[:1] == b"\x01" else head[12:16], "big")
            elif box.kind == b"stsd":
                tags[track] = "".join(chr(byte) for byte in _head(file, box)[12:16] if chr(byte).isalnum())
    return tags


def _head(file: BinaryIO, box: boxes.Box) -> bytes:
    """The first bytes of a box: version and flags, then its fields (ISO/IEC 14496-12 §8.3.2, §8.5.2)."""
    file.seek(box.start)
    return file.read(min(24, box.end - box.start))


def _findings(container: InputContainer, tags: Mapping[int, str]) -> Iterator[Finding]:
    yield from _of(container.metadata, "")
    for stream in container.streams:
        place = f"stream {stream.index} "
        yield from _of(stream.metadata, place)
        if stream.type == "data":
            tag = tags.get(stream.id, "")
            yield Finding("data track", f"{place}{tag}".strip(), _DATA_TRACKS.get(tag, "timed data of unknown meaning"))
        elif stream.type == "attachment":
            yield Finding("attachment", place.strip(), stream.metadata.get("filename", "a file"))


def _of(metadata: Mapping[str, str], place: str) -> Iterator[Finding]:
    for key, value in metadata.items():
        text = "".join(letter for letter in value if letter.isprintable()).strip()[:_LONGEST]
        name = key.lower()
        common = name == "handler_name" and text in _HARMLESS_HANDLERS
        if text and name not in _HARMLESS and not common:
            yield Finding(_kind(name), f"{place}{key}", text)


def _kind(name: str) -> str:
    """Which kind of thing a key gives away; what is not known is text that somebody wrote."""
    name = name.removeprefix("com.apple.quicktime.")  # which is no time
    return next((what for parts, what in _KINDS if any(part in name for part in parts)), "text")
