"""What a media file says beside its picture and sound: its streams, and what could give somebody away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import av
from av.container import InputContainer

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
    (("handler_name",), "device"),
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
    """One stream of a file: its index, `video`, `audio`, `data`, …, and its codec or tag."""

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
        return tuple(dict.fromkeys(_findings(container)))


def streams(path: str) -> tuple[StreamNote, ...]:
    """All streams of a file, also those that clipkit leaves alone.

    Raises:
        MediaError: it is no media file.
    """
    with open_media(path) as container, reading(path):
        return tuple(
            StreamNote(stream.index, stream.type or "unknown", _codec(stream), stream.metadata.get("language", ""))
            for stream in container.streams
        )


def _codec(stream: av.stream.Stream) -> str:
    return getattr(stream.codec_context, "name", None) or _tag(stream)


def _tag(stream: av.stream.Stream) -> str:
    """The four letters that name a stream's content; others than letters and digits are left out."""
    return "".join(letter for letter in str(stream.codec_tag) if letter.isalnum())


def _findings(container: InputContainer) -> Iterator[Finding]:
    yield from _of(container.metadata, "")
    for stream in container.streams:
        place = f"stream {stream.index} "
        yield from _of(stream.metadata, place)
        if stream.type == "data":
            tag = _tag(stream)
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
    return next((what for parts, what in _KINDS if any(part in name for part in parts)), "text")
