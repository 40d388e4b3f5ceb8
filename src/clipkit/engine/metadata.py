"""The streams of a media file, those too that clipkit leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av

from clipkit.engine import boxes
from clipkit.engine.bridge import reading
from clipkit.engine.opening import open_media


@dataclass(frozen=True, slots=True)
class StreamNote:
    """One stream of a file: its index, `video`, `audio`, `data`, …, its codec or tag, its language."""

    index: int
    kind: str
    codec: str
    language: str


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
