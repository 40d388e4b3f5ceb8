"""A small reader of MP4 and QuickTime boxes (ISO/IEC 14496-12), for what libav hides or believes.

It reads the display matrix, which tells a mirrored picture from a turned one, the part to show, and whether there is
Dolby Vision. It checks that the declared sample counts could fit the file: 2.3 KB that declare 20 million samples take
libav 734 MB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from clipkit.errors import MediaError

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
_MAX_TABLE = 64 << 20
Matrix = tuple[int, int, int, int]
"""a, b, c, d of ISO/IEC 14496-12 §8.3.2, in 16.16: x′ = a·x + c·y, y′ = b·x + d·y."""

# A description box: 8 bytes of its own, then an entry of 8 + 78 bytes (VisualSampleEntry), whose boxes follow.
_ENTRY = 8 + 8 + 78

_ONE = 1 << 16
IDENTITY: Matrix = (_ONE, 0, 0, _ONE)


@dataclass(frozen=True, slots=True)
class Box:
    """One box: where its content lies in the file."""

    kind: bytes
    start: int
    end: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Aperture:
    """The part of the coded picture to show: its size, and how far its middle lies from the picture's, in pixels."""

    width: Fraction
    height: Fraction
    x: Fraction
    y: Fraction


@dataclass(frozen=True, slots=True)
class DolbyVision:
    """The profile, and what its base layer is to all other players: 1 PQ (HDR10), 2 SDR, 4 HLG, 0 nothing to see."""

    profile: int
    compatible: int


def is_mov(path: str) -> bool:
    """Whether the file begins as MP4 or QuickTime files do."""
    with Path(path).open("rb") as file:
        head = file.read(12)
    return head[4:8] in {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"}


def walk(file: BinaryIO, start: int, end: int, path: tuple[bytes, ...] = ()) -> Iterator[Box]:
    """All boxes between two offsets, in order, those inside containers too. Stops at what is no box."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size, kind = struct.unpack(">I4s", head[:8])
        content = start + 8
        if size == 1 and len(head) == 16:
            size, content = struct.unpack(">Q", head[8:])[0], start + 16
        elif size == 0:
            size = end - start
        stop = min(start + size, end)
        if size < content - start:
            return
        yield Box(kind, content, stop, path)
        if kind in _CONTAINERS and len(path) < 8:
            yield from walk(file, content, stop, (*path, kind))
        start += size


def matrices(path: str) -> dict[int, Matrix]:
    """The display matrix of each track by its id, the movie's own matrix included."""
    movie, tracks = IDENTITY, {}
    with Path(path).open("rb") as file:
        for box in walk(file, 0, Path(path).stat().st_size):
            if box.kind == b"mvhd":
                movie = _matrix(_content(file, box), late=36)
            elif box.kind == b"tkhd":
                data = _content(file, box)
                tracks[_track_id(data)] = _matrix(data, late=40)
    return {track: _times(matrix, movie) for track, matrix in tracks.items()}


def apertures(path: str) -> dict[int, Aperture]:
    """The clean aperture (`clap`, ISO/IEC 14496-12 §12.1.4) of each track that declares one, by its id."""
    declared = ((track, _aperture(data)) for track, data in _described(path, {b"clap"}))
    return {track: aperture for track, aperture in declared if aperture}


def dolby_visions(path: str) -> dict[int, DolbyVision]:
    """The Dolby Vision configuration (`dvcC`, `dvvC`, `dvwC`) of each track that declares one, by its id."""
    return {track: _dolby_vision(data) for track, data in _described(path, {b"dvcC", b"dvvC", b"dvwC"})}


def _described(path: str, kinds: set[bytes]) -> Iterator[tuple[int, bytes]]:
    """Boxes of some kinds within the sample descriptions of pictures: the id of the track, and the content."""
    track = 0
    with Path(path).open("rb") as file:
        for box in walk(file, 0, Path(path).stat().st_size):
            if box.kind == b"tkhd":
                track = _track_id(_content(file, box))
            elif box.kind == b"stsd" and box.end - box.start > _ENTRY:
                for inner in walk(file, box.start + _ENTRY, box.end):
                    if inner.kind in kinds:
                        yield track, _content(file, inner)


@dataclass(frozen=True, slots=True)
class Edit:
    """An entry of an edit list (`elst`, ISO/IEC 14496-12 §8.6.6): where its duration stands, and in how many bytes."""

    at: int
    width: int

    def shorten(self, file: BinaryIO, duration: int) -> None:
        """Write another duration, in the movie's clock."""
        file.seek(self.at)
        file.write(duration.to_bytes(self.width, "big"))


def edit_lists(file: BinaryIO, length: int) -> tuple[int, list[list[Edit]]]:
    """The movie's clock, in ticks a second, and the edits of each track."""
    scale, tracks = 1, list[list[Edit]]()
    for box in walk(file, 0, length):
        if box.kind == b"mvhd":
            data = _content(file, box)
            (scale,) = struct.unpack(">I", data[20:24] if data[:1] == b"\x01" else data[12:16])
        elif box.kind == b"tkhd":
            tracks.append([])
        elif box.kind == b"edts":
            for inner in walk(file, box.start, box.end):
                head = _content(file, inner, 8)
                width = 8 if head[:1] == b"\x01" else 4
                first = inner.start + 8
                tracks[-1] += [Edit(first + n * (2 * width + 4), width) for n in range(head[7])]
    return scale, tracks


def check_plausible(path: str) -> None:
    """Refuse a file whose tables declare more samples than it has bytes.

    Raises:
        MediaError: ``implausible``.
    """
    length = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        for box in walk(file, 0, length):
            if _declared(file, box) > length:
                raise MediaError(
                    "the file declares more samples than it has bytes",
                    code="implausible",
                    where=path,
                    hint="it is damaged, or made to exhaust memory",
                )


def _declared(file: BinaryIO, box: Box) -> int:
    """Bytes that a sample table says must be there, at the least."""
    if box.kind == b"stsz":
        size, count = struct.unpack(">II", _content(file, box, 12)[4:12])
        return int(count) * max(1, int(size))
    if box.kind == b"stts":
        data = _content(file, box)[8:]
        return sum(count for count, _ in struct.iter_unpack(">II", data[: len(data) // 8 * 8]))
    if box.kind == b"trun":
        return int(struct.unpack(">I", _content(file, box, 8)[4:8])[0])
    return 0


def _content(file: BinaryIO, box: Box, least: int = 84) -> bytes:
    """A box's content, zero-padded to what the caller reads of it."""
    file.seek(box.start)
    data = file.read(min(box.end - box.start, _MAX_TABLE))
    return data.ljust(least, b"\0")


def _track_id(header: bytes) -> int:
    """The id in a track header; version 1 has wider dates before it."""
    (track,) = struct.unpack(">I", header[20:24] if header[:1] == b"\x01" else header[12:16])
    return int(track)


def _aperture(data: bytes) -> Aperture | None:
    """Four fractions: width, height, and the offset of the middle; None where one has no denominator."""
    values = struct.unpack(">IIIIiIiI", data[:32])
    if 0 in values[1::2]:
        return None
    width, height, x, y = (Fraction(*pair) for pair in zip(values[::2], values[1::2], strict=True))
    return Aperture(width, height, x, y)


def _dolby_vision(data: bytes) -> DolbyVision:
    """Of a `DOVIDecoderConfigurationRecord` ("Dolby Vision Streams Within the ISO Base Media File Format")."""
    return DolbyVision(profile=data[2] >> 1, compatible=data[4] >> 4)


def _matrix(data: bytes, late: int) -> Matrix:
    """The four turning terms of a header box; version 1 has three fields of 8 bytes for 4 (12 bytes more)."""
    offset = late + (12 if data[:1] == b"\x01" else 0)
    a, b, _, c, d = struct.unpack(">5i", data[offset : offset + 20])
    return a, b, c, d


def _times(track: Matrix, movie: Matrix) -> Matrix:
    """First the track's matrix, then the movie's."""
    a, b, c, d = track
    e, f, g, h = movie
    return (
        (a * e + b * g) >> 16,
        (a * f + b * h) >> 16,
        (c * e + d * g) >> 16,
        (c * f + d * h) >> 16,
    )
