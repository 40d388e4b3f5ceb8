"""A file's picture and sound into another file as they are coded: packets go over, words do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import TypeAlias, cast

import av
from av.container import InputContainer, OutputContainer

from clipkit.engine import boxes
from clipkit.engine.bridge import reading, writing
from clipkit.engine.opening import local_url, open_media
from clipkit.errors import MediaError

_CONTAINER_BIT_EXACT = 0x400
_ATTACHED_PICTURE = 0x400

# Muxers by the suffix of the file, with what keeps each from adding words of its own.
_MUXERS = {
    ".mp4": "mp4", ".m4v": "mp4", ".m4a": "ipod", ".mov": "mov", ".3gp": "3gp", ".mkv": "matroska", ".webm": "webm",
    ".mp3": "mp3", ".flac": "flac", ".ogg": "ogg", ".oga": "ogg", ".opus": "opus", ".wav": "wav", ".avi": "avi",
    ".ts": "mpegts", ".aac": "adts",
}  # fmt: skip
_OPTIONS = {"mp3": {"id3v2_version": "0", "write_id3v1": "0"}}
_BOXED = {"mp4", "mov", "ipod", "3gp"}
_FINE = 90_000

_Coded: TypeAlias = av.VideoStream | av.AudioStream


@dataclass(frozen=True, slots=True)
class Coded:
    """A packet: the codec that it is for, that codec's header, its bytes, and where in the file they stand."""

    stream: int
    codec: str
    header: bytes
    data: bytes
    at: int


class Cleaning:
    """What becomes of a stream's header and of its packets; by default they stay as they are."""

    def header(self, data: bytes) -> bytes:
        return data

    def packet(self, data: bytes) -> bytes:
        return data


CleaningOf: TypeAlias = Callable[[str, bytes], Cleaning]
"""The cleaning for a codec's name and header."""


def coded_packets(path: str) -> Iterator[Coded]:
    """All packets of the picture and the sound of a file, as they stand in it.

    Raises:
        MediaError: it is no media file. One that is cut off ends early.
    """
    with open_media(path) as container, reading(path):
        streams = _kept(container)
        headers = {stream.index: bytes(stream.codec_context.extradata or b"") for stream in streams}
        for packet in _demuxed(container, streams):
            stream = packet.stream
            yield Coded(stream.index, stream.codec_context.name, headers[stream.index], bytes(packet), packet.pos or 0)


def suffixes() -> tuple[str, ...]:
    """The suffixes of files that can be written."""
    return tuple(_MUXERS)


def remux(path: str, part: Path, suffix: str, cleaning: CleaningOf) -> tuple[str, ...]:
    """Write the picture and the sound of a file to another, packet by packet.

    Args:
        path: The source.
        part: The file to write.
        suffix: What kind of file, such as ``".mp4"``.
        cleaning: What becomes of headers and packets.

    Returns:
        What was left out, one phrase for each stream.

    Raises:
        MediaError: the source cannot be read, or holds neither.
        RenderError: ``cannot-write``: that kind of file cannot hold it.
    """
    form = _MUXERS[suffix]
    clocks = _clocks(path)
    with open_media(path) as source, reading(path):
        kept = _kept(source)
        if not kept:
            raise MediaError("it has neither picture nor sound", code="no-picture", where=path, hint="name a video")
        with writing(str(part)):
            out = av.open(local_url(str(part)), "w", format=form, container_options=_options(form, kept))
        with out:
            out.flags |= _CONTAINER_BIT_EXACT
            _copy(source, kept, out, cleaning, part, clocks)
        indices = {stream.index for stream in kept}
        others = [stream for stream in source.streams if stream.index not in indices]
        left = tuple(f"{stream.type or 'unknown'} stream {stream.index}" for stream in others)
    if form in _BOXED:
        _hide_tails(part, [clocks[index] for index in sorted(indices & clocks.keys())])
    return left


def _options(form: str, kept: list[_Coded]) -> dict[str, str]:
    """A clock in which the times of all streams are whole numbers, so that edit lists round none of them."""
    if form not in _BOXED:
        return dict(_OPTIONS.get(form, {}))
    scale = lcm(*(stream.time_base.denominator for stream in kept if stream.time_base))
    return {"movflags": "+faststart", "movie_timescale": str(scale if scale < 1 << 31 else _FINE)}


@dataclass(slots=True)
class _Clock:
    """The times of a stream's packets: what shows, [start, end) in seconds, and how much too late some are decoded."""

    start: Fraction | None = None
    end: Fraction = Fraction(0)
    hidden: Fraction = Fraction(0)
    late: int = 0

    def note(self, packet: av.Packet[_Coded]) -> None:
        if packet.pts is None or packet.dts is None or packet.time_base is None:
            return
        self.late = max(self.late, packet.dts - packet.pts)
        begin, end = packet.pts * packet.time_base, (packet.pts + (packet.duration or 0)) * packet.time_base
        if packet.is_discard:
            self.hidden = max(self.hidden, end)
        else:
            self.start = begin if self.start is None else min(self.start, begin)
            self.end = max(self.end, end)


def _clocks(path: str) -> dict[int, _Clock]:
    """The clock of each stream that is kept. An edit list can leave a packet whose time to show is before its time to
    be decoded, which no muxer takes."""
    clocks: dict[int, _Clock] = {}
    with open_media(path) as source, reading(path):
        kept = _kept(source)
        for packet in _demuxed(source, kept):
            clocks.setdefault(packet.stream.index, _Clock()).note(packet)
    return clocks


def _demuxed(source: InputContainer, kept: list[_Coded]) -> Iterator[av.Packet[_Coded]]:
    """Packets up to where the file is whole."""
    try:
        for packet in source.demux(kept) if kept else ():
            if packet.size:
                yield cast("av.Packet[_Coded]", packet)
    except av.error.FFmpegError:
        return


def _copy(
    source: InputContainer,
    kept: list[_Coded],
    out: OutputContainer,
    cleaning: CleaningOf,
    part: Path,
    clocks: Mapping[int, _Clock],
) -> None:
    targets, cleanings = {}, {}
    for stream in kept:
        header = bytes(stream.codec_context.extradata or b"")
        clean = cleanings[stream.index] = cleaning(stream.codec_context.name, header)
        with writing(str(part)):
            target = out.add_stream_from_template(stream)
        target.metadata.clear()
        if out.format.name in _BOXED:  # `hvc1` would become `hev1`, which QuickTime does not play
            target.codec_context.codec_tag = stream.codec_context.codec_tag
        if header:
            target.codec_context.extradata = clean.header(header)
        target.time_base = stream.time_base
        targets[stream.index] = target
    for packet in _demuxed(source, kept):
        index = packet.stream.index
        if packet.dts is None:
            continue
        data = bytes(packet)
        fresh = _with(cleaned, packet) if (cleaned := cleanings[index].packet(data)) != data else packet
        fresh.dts = packet.dts - clocks[index].late
        fresh.stream = targets[index]
        with writing(str(part)):
            out.mux(fresh)


def _with(data: bytes, packet: av.Packet[_Coded]) -> av.Packet[_Coded]:
    """A packet with other bytes. What players cut from it, before and behind, goes along as side data."""
    fresh = cast("av.Packet[_Coded]", av.Packet(data))
    fresh.pts, fresh.dts, fresh.duration = packet.pts, packet.dts, packet.duration
    fresh.time_base, fresh.is_keyframe = packet.time_base, packet.is_keyframe
    for side in packet.iter_sidedata():
        fresh.set_sidedata(side)
    return fresh


def _kept(container: InputContainer) -> list[_Coded]:
    """The streams that people see and hear; no cover art, no text, no data."""
    coded = [stream for stream in container.streams if isinstance(stream, av.VideoStream | av.AudioStream)]
    known = [stream for stream in coded if stream.codec_context is not None]
    return [stream for stream in known if not stream.disposition & _ATTACHED_PICTURE]


def _hide_tails(part: Path, clocks: list[_Clock]) -> None:
    """Let edit lists end where the source's did: frames behind are only there because others need them."""
    with part.open("r+b") as file:
        scale, tracks = boxes.edit_lists(file, part.stat().st_size)
        for clock, entries in zip(clocks, tracks, strict=False):
            if clock.hidden > clock.end and clock.start is not None and entries:
                entries[-1].shorten(file, round((clock.end - max(clock.start, Fraction(0))) * scale))
