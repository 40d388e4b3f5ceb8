"""What a photo, a video or a song reveals, and where in the file it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from clipkit.engine.opening import status_of
from clipkit.errors import MediaError
from clipkit.privacy import gif, jpeg, matroska, mp3, mp4, mpegts, packets, png, riff, vorbis, webp
from clipkit.privacy.finding import Finding

IN_PARTS: tuple[ModuleType, ...] = (jpeg, png, webp, gif, mp3)
"""Formats that are a row of parts (`privacy.parts`), each a module with `recognised`, `parts` and `joined`."""

LARGEST_IN_PARTS = 256 << 20
_HEAD = 64


@dataclass(frozen=True, slots=True)
class Audit:
    """All that a file reveals, in the order in which it stands there."""

    path: str
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether it reveals nothing."""
        return not self.findings


def audit(path: str) -> Audit:
    """Look for all that a file says beside its picture and its sound.

    Raises:
        MediaError: it cannot be read, or is of no known kind.
    """
    size = status_of(path).st_size
    try:
        with Path(path).open("rb") as file:
            head = file.read(_HEAD)
            found = tuple(_found(path, file, head, size))
    except OSError as error:
        raise MediaError(
            f"it cannot be read: {error.strerror}", code="not-readable", where=path, hint="check the file's rights"
        ) from error
    return Audit(path, tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.at)))


def format_in_parts(head: bytes) -> ModuleType | None:
    """The module for a photo or a song that begins like this."""
    return next((form for form in IN_PARTS if form.recognised(head)), None)


def heif_picture(head: bytes) -> bool:
    """Whether a file begins as HEIF and AVIF pictures do (ISO/IEC 23008-12 §10)."""
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"msf1", b"hevc", b"heim")


def _found(path: str, file: BinaryIO, head: bytes, size: int) -> Iterator[Finding]:
    form = format_in_parts(head)
    if form is not None:
        if size > LARGEST_IN_PARTS:
            raise MediaError(
                "no photo and no song is that large", code="too-large", where=path, hint="it may be something else"
            )
        file.seek(0)
        for part in form.parts(file.read()):
            yield from part.findings
        return
    reader = _reader(head)
    if reader is None:
        yield from packets.findings(path)  # refuses what is no media
        return
    yield from reader(file, size)
    if not heif_picture(head):
        yield from packets.findings(path)


def _reader(head: bytes) -> Callable[[BinaryIO, int], Iterator[Finding]] | None:
    if mp4.recognised(head):
        return mp4.findings
    if matroska.recognised(head):
        return matroska.findings
    if riff.recognised(head):
        return riff.findings
    if mpegts.recognised(head):
        return mpegts.findings
    if head[:4] == b"OggS":
        return lambda file, size: vorbis.in_ogg(file)
    if head[:4] == b"fLaC":
        return lambda file, size: vorbis.in_flac(file)
    return None
