"""Measuring what was rendered, with PyAV and numpy alone: the independent oracle of the tests.

Times are exact seconds of the file's own timeline: zero is where a player starts its clock, not the first frame. Only
MPEG-TS, which has no such zero, counts from its first timestamp.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from media import Box, Place, Reading, Samples, click_pulse, read_code, upright

av.logging.set_level(None)


def _open(path: Path) -> av.container.InputContainer:
    return av.open(f"file:{Path(path).absolute()}", metadata_errors="replace")


def _zero(container: av.container.InputContainer) -> Fraction:
    if container.format.name == "mpegts" and container.start_time is not None:
        return Fraction(container.start_time, av.time_base)
    return Fraction(0)


# --- pictures ------------------------------------------------------------------------------------------------------


def _plane(frame: av.VideoFrame, index: int = 0) -> NDArray[Any]:
    plane: Any = frame.planes[index]
    deep = frame.format.components[index].bits > 8
    kind, wide = (np.uint16, 2) if deep else (np.uint8, 1)
    rows: NDArray[Any] = np.frombuffer(plane, kind).reshape(-1, plane.line_size // wide)
    return rows[: plane.height, : plane.width]


def luma_of(frame: av.VideoFrame) -> NDArray[np.float32]:
    """The luma of a frame on the 8-bit scale, as it is stored: unturned, and in the stream's own range."""
    if not frame.format.name.startswith(("yuv", "nv12", "gray")):
        frame = frame.reformat(format="gray")
    bits = frame.format.components[0].bits
    return np.asarray(_plane(frame) / 2 ** (bits - 8), np.float32)


def video_frames(path: Path) -> Iterator[tuple[Fraction, av.VideoFrame]]:
    """Every frame that is shown, with the time it is shown at."""
    with _open(path) as container:
        zero, stream = _zero(container), container.streams.video[0]
        stream.codec_context.thread_type = "AUTO"
        for frame in container.decode(stream):
            if frame.pts is None or frame.time_base is None:
                raise AssertionError(f"{path}: a frame without a timestamp")
            yield frame.pts * frame.time_base - zero, frame


def frame_readings(path: Path, box: Box | None = None) -> list[Reading | None]:
    """What the barcode of each frame says (clip, frame, place), in the whole picture or in one box of it."""
    readings: list[Reading | None] = []
    hint: Place | None = None
    for _, frame in video_frames(path):
        reading = read_code(luma_of(frame), box, hint)
        hint = reading.place if reading else hint
        readings.append(reading)
    return readings


def frame_codes(path: Path, box: Box | None = None) -> list[int | None]:
    """The frame number that each frame shows."""
    return [reading.frame if reading else None for reading in frame_readings(path, box)]


def upright_codes(path: Path) -> list[int | None]:
    """The frame number that each frame of an MP4 or MOV shows once it is turned the way its header says."""
    turn = orientation(mp4_facts(path).track("vide"))
    hint: Place | None = None
    codes: list[int | None] = []
    for _, frame in video_frames(path):
        reading = read_code(upright(luma_of(frame), *turn), hint=hint)
        hint = reading.place if reading else hint
        codes.append(reading.frame if reading else None)
    return codes


def frame_times(path: Path) -> list[Fraction]:
    """When each frame is shown, exactly as the container says it."""
    return [time for time, _ in video_frames(path)]


def frames_luma(path: Path) -> list[NDArray[np.float32]]:
    """The luma of every frame."""
    return [luma_of(frame) for _, frame in video_frames(path)]


def frames_rgb(path: Path) -> list[NDArray[np.uint8]]:
    """Every frame as (height, width, 3), converted by FFmpeg by the frame's own matrix and range."""
    return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for _, frame in video_frames(path)]


def flashes(path: Path, box: Box | None = None) -> list[Fraction]:
    """When the picture, or that box of it, turns white: the first frame of each run of white ones."""
    times, levels = [], []
    for time, frame in video_frames(path):
        x, y, width, height = box or (0, 0, frame.width, frame.height)
        times.append(time)
        levels.append(float(luma_of(frame)[y : y + height, x : x + width].mean()))
    if not levels or max(levels) - float(np.median(levels)) < 40:
        return []
    middle = (max(levels) + float(np.median(levels))) / 2
    white = [level > middle for level in levels]
    return [time for time, before, now in zip(times, [False, *white], white, strict=False) if now and not before]


# --- facts about the file ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mp4Box:
    """One box of an MP4 file."""

    path: str
    """Its kind and those around it, such as moov/trak/tkhd."""
    start: int
    size: int
    payload: int
    """Where its content starts."""

    @property
    def end(self) -> int:
        """Where the next box starts."""
        return self.start + self.size

    def content(self, data: bytes) -> bytes:
        """What is in it."""
        return data[self.payload : self.end]


NESTING: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"udta", b"moof", b"traf"})


def mp4_boxes(data: bytes, start: int = 0, stop: int | None = None, within: str = "") -> Iterator[Mp4Box]:
    """Every box of an MP4 file, outer ones before those in them; stops where the sizes make no sense."""
    stop = len(data) if stop is None else stop
    while start + 8 <= stop:
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1 and start + 16 <= stop:
            size, header = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = stop - start if size == 0 else size
        if size < header or start + size > stop:
            return
        box = Mp4Box(f"{within}{kind.decode('latin-1')}", start, size, start + header)
        yield box
        if kind in NESTING:
            yield from mp4_boxes(data, box.payload, box.end, f"{box.path}/")
        start += size


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of an edit list, in seconds; `media_time` is None for an empty edit."""

    duration: Fraction
    media_time: Fraction | None


@dataclass(frozen=True, slots=True)
class Track:
    """What an MP4 says about one of its tracks."""

    handler: str
    timescale: int
    duration: Fraction
    """As in mdhd: without regard to edits."""
    matrix: tuple[int, ...]
    edits: tuple[Edit, ...]
    runs: tuple[tuple[int, int], ...]
    """stts: (how many samples, how long each in ticks)."""
    samples: int
    """stsz: how many samples are declared."""
    format: str
    boxes: tuple[str, ...]
    """The kinds of all its boxes."""


@dataclass(frozen=True, slots=True)
class Mp4Facts:
    """What the boxes of an MP4 say."""

    brands: tuple[str, ...]
    tracks: tuple[Track, ...]
    moov_first: bool
    edit_lists: bool
    boxes: tuple[str, ...]
    creation_times: tuple[int, ...]

    def track(self, handler: str) -> Track:
        """The first track of that kind: vide or soun."""
        return next(track for track in self.tracks if track.handler == handler)


def mp4_facts(path: Path) -> Mp4Facts:
    """Walk the boxes of an MP4 or MOV file."""
    data = Path(path).read_bytes()
    boxes = list(mp4_boxes(data))
    kinds = tuple(box.path for box in boxes)
    timescale = _movie_timescale(data, boxes)
    tracks = tuple(_track(data, box, timescale) for box in boxes if box.path == "moov/trak")
    moov = next((box.start for box in boxes if box.path == "moov"), len(data))
    mdat = next((box.start for box in boxes if box.path == "mdat"), len(data))
    brands = next((box.content(data) for box in boxes if box.path == "ftyp"), b"")
    names = tuple(brands[n : n + 4].decode("latin-1") for n in range(0, len(brands), 4) if n != 4)
    dates = tuple(_date(box.content(data)) for box in boxes if box.path.endswith(("mvhd", "tkhd", "mdhd")))
    return Mp4Facts(names, tracks, moov < mdat, any(track.edits for track in tracks), kinds, dates)


def _date(content: bytes) -> int:
    return int(struct.unpack_from(">Q" if content[0] else ">I", content, 4)[0])


def _movie_timescale(data: bytes, boxes: Sequence[Mp4Box]) -> int:
    header = next((box.content(data) for box in boxes if box.path == "moov/mvhd"), None)
    return int(struct.unpack_from(">I", header, 20 if header[0] else 12)[0]) if header else 1


def _track(data: bytes, trak: Mp4Box, movie_timescale: int) -> Track:
    inner = list(mp4_boxes(data, trak.payload, trak.end))
    by_name = {box.path: box.content(data) for box in reversed(inner)}
    mdhd = by_name["mdia/mdhd"]
    scale, length = struct.unpack_from(">IQ", mdhd, 20) if mdhd[0] else struct.unpack_from(">II", mdhd, 12)
    tkhd = by_name["tkhd"]
    stbl = "mdia/minf/stbl/"
    stts = by_name.get(f"{stbl}stts", b"\0" * 8)
    entries = min(struct.unpack_from(">I", stts, 4)[0], (len(stts) - 8) // 8)
    stsz = by_name.get(f"{stbl}stsz", b"\0" * 12)
    return Track(
        handler=by_name["mdia/hdlr"][8:12].decode("latin-1"),
        timescale=scale,
        duration=Fraction(length, scale),
        matrix=struct.unpack_from(">9i", tkhd, 52 if tkhd[0] else 40),
        edits=_edits(by_name.get("edts/elst", b"\0" * 8), movie_timescale, scale),
        runs=tuple(struct.unpack_from(">II", stts, 8 + 8 * n) for n in range(entries)),
        samples=struct.unpack_from(">I", stsz, 8)[0],
        format=by_name.get(f"{stbl}stsd", b"\0" * 16)[12:16].decode("latin-1"),
        boxes=tuple(box.path for box in inner),
    )


def _edits(elst: bytes, movie_timescale: int, timescale: int) -> tuple[Edit, ...]:
    row = ">Qqi" if elst[0] else ">Iii"
    count = min(struct.unpack_from(">I", elst, 4)[0], (len(elst) - 8) // struct.calcsize(row))
    rows = (struct.unpack_from(row, elst, 8 + struct.calcsize(row) * n) for n in range(count))
    return tuple(
        Edit(Fraction(length, movie_timescale), None if start < 0 else Fraction(start, timescale))
        for length, start, _ in rows
    )


ORIENTATIONS: Final = {
    (1, 0, 0, 1): (0, False),
    (0, 1, -1, 0): (90, False),
    (-1, 0, 0, -1): (180, False),
    (0, -1, 1, 0): (270, False),
    (-1, 0, 0, 1): (0, True),
    (0, 1, 1, 0): (90, True),
    (1, 0, 0, -1): (180, True),
    (0, -1, -1, 0): (270, True),
}


def orientation(track: Track) -> tuple[int, bool]:
    """How a player shows a track: turned so many degrees clockwise, then mirrored left to right or not."""
    a, b, _, c, d, *_ = (int(np.sign(value)) for value in track.matrix)
    return ORIENTATIONS[a, b, c, d]


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a file says about its picture, and what decoding it shows."""

    container: str
    codec: str
    profile: str | None
    size: tuple[int, int]
    rate: Fraction | None
    """The declared average rate."""
    count: int
    """Frames that decode."""
    times: tuple[Fraction, ...]
    end: Fraction
    """When the last frame has been shown: its time and its packet's duration."""
    pix_fmt: str
    primaries: int
    transfer: int
    matrix: int
    range: int
    sar: Fraction
    rotation: int
    """Of the decoded frames, counter-clockwise, as PyAV says it."""
    keyframes: tuple[int, ...]
    """Which frames, in the order shown, are keyframes."""
    b_frames: bool
    leading: int
    """Frames shown before the keyframe they follow in the file: more than 0 means open GOPs."""
    sound_streams: int
    metadata: tuple[tuple[str, str], ...]
    mp4: Mp4Facts | None


def video_facts(path: Path) -> VideoFacts:
    """Everything that a render's picture can be checked for."""
    packets = _picture_packets(path)
    frames = list(video_frames(path))
    times, last = tuple(time for time, _ in frames), frames[-1][1]
    keys = sorted(time for time, _, key in packets if key)
    with _open(path) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        return VideoFacts(
            container=container.format.name,
            codec=context.codec.name,
            profile=stream.profile,
            size=(last.width, last.height),
            rate=stream.average_rate,
            count=len(frames),
            times=times,
            end=max(time + length for time, length, _ in packets),
            pix_fmt=last.format.name,
            primaries=int(context.color_primaries),
            transfer=int(context.color_trc),
            matrix=int(context.colorspace),
            range=int(context.color_range),
            sar=Fraction(stream.sample_aspect_ratio or 1),
            rotation=last.rotation,
            keyframes=tuple(n for n, time in enumerate(times) if time in keys),
            b_frames=any(a > b for (a, *_), (b, *_) in itertools.pairwise(packets)),
            leading=_leading(packets),
            sound_streams=len(container.streams.audio),
            metadata=tuple(sorted(container.metadata.items())),
            mp4=mp4_facts(path) if "mp4" in container.format.name else None,
        )


def _picture_packets(path: Path) -> list[tuple[Fraction, Fraction, bool]]:
    """Time, duration and whether it is a keyframe, of each packet in the order of the file."""
    with _open(path) as container:
        zero, stream = _zero(container), container.streams.video[0]
        return [
            (packet.pts * packet.time_base - zero, (packet.duration or 0) * packet.time_base, packet.is_keyframe)
            for packet in container.demux(stream)
            if packet.size and packet.pts is not None and not packet.is_discard
        ]


def _leading(packets: Sequence[tuple[Fraction, Fraction, bool]]) -> int:
    count, key = 0, None
    for time, _, is_key in packets:
        key = time if is_key else key
        count += key is not None and time < key
    return count


# --- sound ---------------------------------------------------------------------------------------------------------


def sound(path: Path, *, trim: bool = True) -> tuple[Samples, int]:
    """The first sound stream as (samples, channels), placed by its timestamps from zero, and its rate.

    Gaps are silence, what lies before zero is cut, and `trim` cuts the padding of the last packet where the container
    (MP4, MOV) declares how long the track is."""
    with _open(path) as container:
        stream = container.streams.audio[0]
        zero, rate = _zero(container), 0
        pieces: list[tuple[int, Samples]] = []
        for frame in container.decode(stream):
            rate = frame.sample_rate  # only decoding tells: HE-AAC declares half of it
            piece = _floats(frame)
            pieces.append((_index(frame, zero, rate, pieces), piece))
        count = max((at + len(piece) for at, piece in pieces), default=0)
        declared = _declared_end(container, stream)
        if trim and declared is not None:
            count = min(count, round(declared * rate))
    return _assemble(pieces, count, max((piece.shape[1] for _, piece in pieces), default=1)), rate


def _floats(frame: av.AudioFrame) -> Samples:
    raw: NDArray[Any] = frame.to_ndarray()
    channels = len(frame.layout.channels)
    table = raw.T if frame.format.is_planar else raw.reshape(-1, channels)
    if table.dtype.kind == "f":
        return table.astype(np.float32)
    if table.dtype == np.uint8:
        return ((table.astype(np.float32) - 128) / 128).astype(np.float32)
    return (table / float(-np.iinfo(table.dtype).min)).astype(np.float32)


def _index(frame: av.AudioFrame, zero: Fraction, rate: int, before: list[tuple[int, Samples]]) -> int:
    """Where a frame goes: by its timestamp, unless that is as near to the end of the last one as its ticks can tell."""
    follows = before[-1][0] + len(before[-1][1]) if before else 0
    if frame.pts is None or frame.time_base is None:
        return follows
    exact = (frame.pts * frame.time_base - zero) * rate
    return follows if before and abs(exact - follows) <= frame.time_base * rate else round(exact)


def _declared_end(container: av.container.InputContainer, stream: av.AudioStream) -> Fraction | None:
    if "mp4" not in container.format.name or not stream.duration or stream.time_base is None:
        return None
    return (stream.duration + (stream.start_time or 0)) * stream.time_base


def _assemble(pieces: list[tuple[int, Samples]], count: int, channels: int) -> Samples:
    samples = np.zeros((max(0, count), channels), np.float32)
    for at, piece in pieces:
        start, stop = max(0, at), min(count, at + len(piece))
        if start < stop:
            samples[start:stop] = piece[start - at : stop - at]
    return samples


def mono(samples: NDArray[Any]) -> NDArray[np.float64]:
    """The mean of all channels."""
    table = np.asarray(samples, np.float64)
    return table if table.ndim == 1 else table.mean(axis=1)


def peak(samples: NDArray[Any]) -> float:
    """The largest magnitude; 0 for no samples."""
    return float(np.abs(samples).max()) if np.size(samples) else 0.0


def _vertex(before: float, at: float, after: float) -> float:
    """Where, between -0.5 and 0.5, the parabola through three neighbours peaks."""
    bend = before - 2 * at + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend else 0.0


def clicks(samples: NDArray[Any], rate: int, *, threshold: float = 0.5, apart: float = 0.02) -> list[float]:
    """When the clicks of `media` peak, in seconds, to a fraction of a sample.

    A click is a peak of at least `threshold` of the loudest one, twice what nine tenths of the sound stay under (so a
    plain tone has none), and `apart` seconds from the next."""
    pulse = np.asarray(click_pulse(rate), np.float64)
    pulse /= pulse.sum()
    if len(samples) < len(pulse):
        return []
    heard = mono(samples)
    level = np.abs(np.convolve(heard, pulse, "same"))
    edge = len(pulse) // 2  # half of a click on the very first or last sample is missing: take the sound as it is
    whole = float(np.square(pulse).sum() / pulse.max())
    level[:edge], level[-edge:] = whole * np.abs(heard[:edge]), whole * np.abs(heard[-edge:])
    floor = max(0.04, threshold * float(level.max()), 2 * float(np.quantile(level, 0.9)))
    found: list[int] = []
    for n in np.argsort(level)[::-1]:
        if level[n] < floor:
            break
        if all(abs(int(n) - other) > apart * rate for other in found):
            found.append(int(n))
    return [_click_time(level, n, rate) for n in sorted(found)]


def _click_time(level: NDArray[np.float64], n: int, rate: int) -> float:
    shift = _vertex(*level[n - 1 : n + 2]) if 0 < n < len(level) - 1 else 0.0
    return (n + shift) / rate


def onsets(samples: NDArray[Any], rate: int, *, quiet: float = 0.03) -> list[float]:
    """When sound starts after at least `quiet` seconds of near silence, in seconds, to 2 ms."""
    level = np.abs(mono(samples))
    loud = np.flatnonzero(level > max(0.02, 0.3 * peak(level)))
    gaps = np.diff(loud, prepend=loud[:1] - int(quiet * rate) - 1)
    return [float(n) / rate for n, gap in zip(loud, gaps, strict=True) if gap > quiet * rate]


def dominant_frequency(samples: NDArray[Any], rate: int, start: float = 0.0, end: float | None = None) -> float:
    """The strongest frequency between two times, in Hz; half a second of a plain tone to a hundredth of a cent."""
    part = mono(samples)[round(start * rate) : None if end is None else round(end * rate)]
    if len(part) < 64 or peak(part) < 1e-4:
        return 0.0
    size = 1 << (4 * len(part) - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), size))
    n = int(np.clip(np.argmax(spectrum), 1, len(spectrum) - 2))
    return (n + _vertex(*np.log(spectrum[n - 1 : n + 2] + 1e-30))) * rate / size


def cents(frequency: float, reference: float) -> float:
    """How far a frequency lies above another one, in hundredths of a semitone."""
    return float(1200 * np.log2(frequency / reference))


def click_strength(samples: NDArray[Any], rate: int, at: float, *, window: float = 0.002) -> float:
    """How much sharper the sound bends within `window` of a time than in the 50 ms around that; about 1 is smooth."""
    bend = np.abs(np.diff(np.asarray(samples, np.float64), 2, axis=0))
    bend = bend if bend.ndim == 1 else bend.max(axis=1)
    middle, near, far = round(at * rate) - 1, round(window * rate), round(0.05 * rate)
    inside = bend[max(0, middle - near) : middle + near + 1]
    around = np.concatenate(
        [bend[max(0, middle - far) : max(0, middle - near)], bend[middle + near + 1 : middle + far]]
    )
    usual = float(np.quantile(around, 0.995)) if len(around) else 0.0
    return float(inside.max(initial=0)) / max(usual, 2e-4)


def click_free(samples: NDArray[Any], rate: int, at: float, *, limit: float = 5.0) -> bool:
    """Whether the sound runs smoothly through a join."""
    return click_strength(samples, rate, at) <= limit


# ---- loudness ------------------------------------------------------------------------------------------------------


def ebur128(samples: NDArray[Any], rate: int = 48_000) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of stereo sound, by FFmpeg's own meter."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=rate, layout="stereo", time_base=Fraction(1, rate))
    meter = graph.add("ebur128", "peak=true:metadata=1:framelog=quiet")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found: dict[str, str] = {}
    for start in range(0, len(samples), rate):
        part = np.ascontiguousarray(samples[start : start + rate], np.float32)
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), "flt", "stereo")
        frame.sample_rate, frame.pts = rate, start
        source.push(frame)
        found |= _metadata(sink)
    source.push(None)
    found |= _metadata(sink)
    peak = max(float(found[f"lavfi.r128.true_peaks_ch{n}"]) for n in (0, 1))
    return float(found["lavfi.r128.I"]), 20 * float(np.log10(max(peak, 1e-9)))


def _metadata(sink: av.filter.context.FilterContext) -> dict[str, str]:
    """What the newest frame says; the meter counts up, so that is all."""
    found: dict[str, str] = {}
    while True:
        try:
            found = dict(sink.pull().metadata)
        except (av.error.BlockingIOError, av.error.EOFError):
            return found


# ---- the decoder's buffer ------------------------------------------------------------------------------------------


def spare_bits(path: Path, rate: int, buffer: int, begin: int) -> float:
    """How many bits of the decoder's buffer the tightest moment of the picture leaves; below 0 it runs empty.

    Whole windows are summed, rather than one buffer followed: from any frame to any later one, no more bits may go than
    a full buffer and what flows in meanwhile; from the first frame on, no more than `begin` and what flows in.
    """
    with _open(path) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        frame = float(rate / (stream.average_rate or 1))
    assert [packet.dts for packet in packets] == sorted(packet.dts for packet in packets)
    net = np.concatenate(([0.0], np.cumsum([8 * packet.size - frame for packet in packets])))
    # The bits of frames m…n, less what flows in between the first and the last of them.
    windows = net[1:] - np.minimum.accumulate(net[:-1]) + frame
    return float(min((buffer - windows).min(), (begin - frame - net[1:]).min()))
