"""A photo or a song as a row of parts: each is either what is seen or heard, or something said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from clipkit.privacy import exif
from clipkit.privacy.finding import Finding, kind_of, shown, words_in


@dataclass(frozen=True, slots=True)
class Part:
    """A run of bytes of a file.

    `clean` is what stands in its place in a scrubbed one: the same where picture or sound need it, or
    nothing.
    """

    start: int
    data: bytes
    clean: bytes
    findings: tuple[Finding, ...] = field(default=())

    @staticmethod
    def of_picture(start: int, data: bytes) -> Part:
        return Part(start, data, data)


def said(start: int, data: bytes, key: str, text: str | bytes = b"", clean: bytes = b"") -> Part:
    """A part that says something; where nothing readable is in it, that is what is told."""
    value = shown(text) or words_in(data) or f"{len(data)} bytes"
    return Part(start, data, clean, (Finding(kind_of(key), key, value, start),))


def of_exif(start: int, data: bytes, tiff: bytes, clean: bytes = b"") -> Part:
    """A part that holds Exif: `tiff`, which stands in `data`."""
    offset = start + data.find(tiff)
    return Part(start, data, clean, tuple(finding.later(offset) for finding in exif.findings(tiff)))


def trailing(start: int, data: bytes) -> Iterator[Part]:
    """What stands behind the end of a photo: a motion photo's video, a second picture, a maker's trailer."""
    if data:
        what = "a video" if b"ftyp" in data[:64] else "a second picture" if data[:2] == b"\xff\xd8" else words_in(data)
        yield Part(start, data, b"", (Finding("data", "behind the picture", what or f"{len(data)} bytes", start),))
