"""Measure a media file: demux all of it, decode a little, believe nothing that it declares about itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from statistics import median_low

import av
from av.container import InputContainer
from av.stream import Stream

from clipkit.colour.encoding import Encoding, Matrix, Transfer
from clipkit.engine import boxes
from clipkit.engine.bridge import reading
from clipkit.engine.light import light_of, peak_of
from clipkit.engine.opening import guard, open_media, status_of
from clipkit.errors import MediaError
from clipkit.geometry import Box, Size
from clipkit.plan.facts import MediaFacts, Orientation, PictureFacts, SoundFacts

# What a camera means when it measures nearly this: the rates of SMPTE ST 2036 and their NTSC kin.
_RATES = tuple(Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120, 240)) + tuple(
    Fraction(n * 1000, 1001) for n in (24, 30, 60, 120, 240)
)
_IMAGES = {"png_pipe", "jpeg_pipe", "webp_pipe"}
_ATTACHED = 0x400  # AV_DISPOSITION_ATTACHED_PIC: a cover, not video
_TRY_PACKETS = 60
_SIDE_BY_SIDE = 4

# AVColorSpace, AVColorRange, AVColorTransferCharacteristic (ISO/IEC 23091-4).
_MATRICES: dict[int, Matrix] = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020", 10: "bt2020"}
_FULL_RANGE = 2
_TRANSFERS: dict[int, Transfer] = {16: "pq", 18: "hlg"}


def probe(path: str) -> MediaFacts:
    """The facts of a media file, remembered while the file stays the same.

    Raises:
        MediaError: when it is not a media file, or nothing in it decodes.
    """
    status = status_of(path)
    return _probe(path, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))


def probe_all(paths: Sequence[str]) -> dict[str, MediaFacts]:
    """The facts of several files, measured side by side: what takes time is done without the interpreter's lock.

    Raises:
        MediaError: as `probe`, for the first of them that is wrong.
    """
    if len(paths) < 2:
        return {path: probe(path) for path in paths}
    with ThreadPoolExecutor(min(len(paths), _SIDE_BY_SIDE)) as pool:
        return dict(zip(paths, pool.map(probe, paths), strict=True))


@lru_cache(maxsize=512)
def _probe(path: str, stamp: tuple[int, int, int, int]) -> MediaFacts:
    with open_media(path) as container, reading(path):
        facts = _measure(container, path)
    if facts.picture is None and facts.sound is None:
        raise MediaError("nothing in this file decodes", code="undecodable", where=path, hint="it may be damaged")
    return replace(facts, bytes=stamp[2])


def _measure(container: InputContainer, path: str) -> MediaFacts:
    video, audio = _video_stream(container), list(container.streams.audio)
    zero = Fraction(container.start_time or 0, 1_000_000)
    seen = _demux(container, [stream for stream in (video, *audio) if stream is not None])
    picture = _picture(container, video, seen[video.index], zero, path) if video and seen[video.index].pts else None
    sound, notices = _sound(audio, seen, zero, path)
    if picture and video:
        notices += _dolby_vision(container, video, picture.encoding, path)
    return MediaFacts(
        path=path,
        container=container.format.name,
        zero=zero,
        picture=picture,
        sound=sound,
        still=container.format.name in _IMAGES,
        notices=notices,
    )


def _video_stream(container: InputContainer) -> av.VideoStream | None:
    """The first video stream that is not a cover picture."""
    return next((stream for stream in container.streams.video if not stream.disposition & _ATTACHED), None)


# ---- packets -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """What demuxing shows of one stream: its timestamps in ticks of its time base, sorted; the first frame that
    decodes."""

    pts: list[int]
    last_duration: int = 0
    bytes: int = 0
    first: av.VideoFrame | av.AudioFrame | None = None

    @property
    def end(self) -> int:
        return self.pts[-1] + self.last_duration


def _demux(container: InputContainer, streams: list[av.VideoStream | av.AudioStream]) -> dict[int, _Seen]:
    """The packets that show: those that an edit list discards do not count."""
    found = {stream.index: _Seen([]) for stream in streams}
    durations: dict[int, dict[int, int]] = {stream.index: {} for stream in streams}
    tries = {stream.index: _Tries(stream) for stream in streams}
    try:
        for packet in container.demux(*streams) if streams else ():  # to demux no stream would mean all of them
            seen, trial = found[packet.stream_index], tries[packet.stream_index]
            if seen.first is None and trial.left:
                seen.first = trial.decode(packet)
            pts = packet.pts if packet.pts is not None else packet.dts
            if pts is None or packet.is_discard or packet.size == 0:
                continue
            seen.pts.append(pts)
            seen.bytes += packet.size
            durations[packet.stream_index][pts] = packet.duration or 0
    except (av.error.InvalidDataError, av.error.EOFError):
        pass  # a file that is cut off is as long as what is there
    for index, seen in found.items():
        seen.pts = sorted(set(seen.pts))
        seen.last_duration = durations[index][seen.pts[-1]] if seen.pts else 0
    return found


class _Tries:
    """A stream's decoder, for as many packets as it may take to a first frame; one that libav lacks gives none."""

    def __init__(self, stream: av.VideoStream | av.AudioStream) -> None:
        self.left = _TRY_PACKETS if isinstance(stream, av.AudioStream) else 4 * _TRY_PACKETS
        try:
            guard(stream)
        except av.error.DecoderNotFoundError:
            self.left = 0

    def decode(self, packet: av.Packet[Stream]) -> av.VideoFrame | av.AudioFrame | None:
        """The first frame of a packet; None where it is damaged, or the decoder wants more of them first."""
        self.left -= 1
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError:
            return None
        except (av.error.FFmpegError, ValueError):
            self.left = 0  # a decoder that refuses a stream refuses all of it; that nothing decoded is told by who asks
            return None
        return next((frame for frame in decoded if isinstance(frame, av.VideoFrame | av.AudioFrame)), None)


def _rate(times: list[Fraction], tick: Fraction) -> tuple[Fraction, bool]:
    """The nominal rate, and whether every frame stands on its grid to within the rounding of one tick."""
    if len(times) < 2:
        return Fraction(30), True
    measured = (len(times) - 1) / (times[-1] - times[0])
    usual = (rate for rate in _RATES if abs(rate / measured - 1) < Fraction(1, 50))
    for rate in (*sorted(usual, key=lambda rate: abs(rate - measured)), measured):
        offsets = [time - index / rate for index, time in enumerate(times)]
        if max(offsets) - min(offsets) <= tick:
            return rate, True
    gap = median_low(sorted(b - a for a, b in pairwise(times)))
    nearest = min(_RATES, key=lambda rate: abs(rate * gap - 1))
    close = abs(nearest * gap - 1) < Fraction(1, 20)
    return (nearest if close else (1 / gap).limit_denominator(1001)), False


# ---- picture -------------------------------------------------------------------------------------------------


def _picture(
    container: InputContainer, stream: av.VideoStream, times: _Seen, zero: Fraction, path: str
) -> PictureFacts:
    first = times.first
    if not isinstance(first, av.VideoFrame):
        guard(stream)  # which fails where the codec is unknown, and says so
        raise MediaError("its picture does not decode", code="undecodable", where=path, hint="the file may be damaged")
    tick = stream.time_base or Fraction(1, 1000)
    seconds = [pts * tick - zero for pts in times.pts]
    rate, constant = _rate(seconds, tick)
    coded = Size(first.width, first.height)
    visible = _visible(container, stream, coded, path)
    orientation = _orientation(container, stream, first, path)
    encoding = _encoding(first)
    return PictureFacts(
        stream=stream.index,
        codec=stream.codec_context.name,
        pixel_format=first.format.name,
        coded=coded,
        visible=visible,
        size=_upright(visible.size, stream.sample_aspect_ratio, orientation),
        orientation=orientation,
        rate=rate,
        constant=constant,
        frames=len(seconds),
        start=seconds[0],
        end=_end(seconds[-1], times.last_duration * tick or 1 / rate, stream, tick, zero),
        encoding=encoding,
        profile=stream.codec_context.profile or "",
        bit_rate=_bit_rate(times, seconds[-1] - seconds[0]),
        # Asked of HDR only: PyAV stumbles over kinds of side data that it does not know, such as the Exif of a photo.
        light=light_of(first) if encoding.hdr else None,
    )


def _end(last: Fraction, duration: Fraction, stream: av.VideoStream, tick: Fraction, zero: Fraction) -> Fraction:
    """Where the last frame ends: after its own duration, unless an edit list cuts it short."""
    declared = ((stream.start_time or 0) + (stream.duration or 0)) * tick - zero
    return min(last + duration, declared) if declared > last else last + duration


def _bit_rate(times: _Seen, seconds: Fraction) -> int:
    return round(8 * times.bytes / seconds) if seconds > 0 else 0


def _visible(container: InputContainer, stream: av.VideoStream, coded: Size, path: str) -> Box:
    """The part to show, on even pixels: cameras that steady the picture code a margin that nobody is to see."""
    aperture = boxes.apertures(path).get(stream.id) if "mov" in container.format.name else None
    whole = Box.whole(coded)
    if aperture is None:
        return whole
    width, height = (int(side) // 2 * 2 for side in (aperture.width, aperture.height))
    x = int((coded.width - width) / 2 + aperture.x) // 2 * 2
    y = int((coded.height - height) / 2 + aperture.y) // 2 * 2
    inside = 0 <= x <= coded.width - width and 0 <= y <= coded.height - height and min(width, height) >= 2
    return Box(x, y, width, height) if inside else whole


def _orientation(container: InputContainer, stream: av.VideoStream, first: av.VideoFrame, path: str) -> Orientation:
    """From the display matrix of MP4 and QuickTime, which alone tells a mirror; elsewhere from the frame."""
    if "mov" in container.format.name:
        matrix = boxes.matrices(path).get(stream.id, boxes.IDENTITY)
        return orientation_of(matrix)
    if container.format.name in _PHOTOS:
        return _photo_orientation(path)
    turns = first.rotation / 90
    return Orientation(-round(turns) % 4) if turns == round(turns) else Orientation()


_PHOTOS = {"jpeg_pipe": "JPEG", "png_pipe": "PNG", "webp_pipe": "WEBP"}
_EXIF_ORIENTATION = 0x0112
# Exif's eight (CIPA DC-008 §4.6.4.A): of a mirrored picture libav tells a turn only.
_EXIF_ORIENTATIONS = {
    2: Orientation(0, mirrored=True),
    3: Orientation(2),
    4: Orientation(2, mirrored=True),
    5: Orientation(3, mirrored=True),
    6: Orientation(1),
    7: Orientation(1, mirrored=True),
    8: Orientation(3),
}


def _photo_orientation(path: str) -> Orientation:
    """As its Exif says; upright where it says nothing that can be read."""
    from PIL import Image

    try:
        with Image.open(path, formats=list(_PHOTOS.values())) as picture:
            said = picture.getexif().get(_EXIF_ORIENTATION)
    except (OSError, SyntaxError, ValueError):
        return Orientation()
    return _EXIF_ORIENTATIONS.get(said, Orientation())


def orientation_of(matrix: boxes.Matrix) -> Orientation:
    """Quarter turns and mirror of a display matrix; one that is neither counts as upright."""
    signs = tuple((value > 0) - (value < 0) for value in matrix)
    return _ORIENTATIONS.get(signs, Orientation())


# Signs of a, b, c, d: x′ = a·x + c·y, y′ = b·x + d·y, with y pointing down; mirrored left to right first, then turned.
_ORIENTATIONS: dict[tuple[int, ...], Orientation] = {
    (1, 0, 0, 1): Orientation(0),
    (0, 1, -1, 0): Orientation(1),
    (-1, 0, 0, -1): Orientation(2),
    (0, -1, 1, 0): Orientation(3),
    (-1, 0, 0, 1): Orientation(0, mirrored=True),
    (0, -1, -1, 0): Orientation(1, mirrored=True),
    (1, 0, 0, -1): Orientation(2, mirrored=True),
    (0, 1, 1, 0): Orientation(3, mirrored=True),
}


def _upright(coded: Size, aspect: Fraction | None, orientation: Orientation) -> Size:
    """The size that a viewer sees: square pixels, turned."""
    width = round(coded.width * aspect) if aspect and Fraction(1, 10) <= aspect <= 10 else coded.width
    return Size(coded.height, width) if orientation.turned else Size(width, coded.height)


def _encoding(frame: av.VideoFrame) -> Encoding:
    """Untagged is BT.709 from 720 lines on, else BT.601, and of HDR BT.2020; limited unless flagged. RGB arrives as
    BT.709."""
    if frame.format.is_rgb or frame.format.name.startswith(("pal", "gray")):
        return Encoding("bt709", False)
    lines = min(frame.width, frame.height)
    transfer = _TRANSFERS.get(int(frame.color_trc), "sdr")
    guess: Matrix = "bt2020" if transfer != "sdr" else "bt709" if lines >= 720 else "bt601"
    matrix = _MATRICES.get(int(frame.colorspace), guess)
    full = int(frame.color_range) == _FULL_RANGE or frame.format.name.startswith("yuvj")
    return Encoding(matrix, full, transfer, peak_of(frame)) if transfer == "pq" else Encoding(matrix, full, transfer)


def _dolby_vision(container: InputContainer, stream: av.VideoStream, encoding: Encoding, path: str) -> tuple[str, ...]:
    """What is worth saying of a Dolby Vision picture: it is read as what its base layer is to everyone else."""
    found = boxes.dolby_visions(path).get(stream.id) if "mov" in container.format.name else None
    if found is None:
        return ()
    if found.compatible == 0:
        return (
            f"Dolby Vision profile {found.profile} has no picture of its own for others: its colours will be wrong",
        )
    return (f"Dolby Vision: read as {encoding.transfer.upper()}",)


# ---- sound ---------------------------------------------------------------------------------------------------


def _sound(
    streams: Iterable[av.AudioStream], seen: dict[int, _Seen], zero: Fraction, path: str
) -> tuple[SoundFacts | None, tuple[str, ...]]:
    """The first sound stream that decodes; what was passed over is noticed."""
    notices: list[str] = []
    for stream in streams:
        times = seen[stream.index]
        if times.pts and times.first is not None:
            return _sound_facts(stream, times, zero), tuple(notices)
        notices.append(f"sound stream {stream.index} of {os.path.basename(path)} does not decode and is left out")  # noqa: PTH119
    return None, tuple(notices)


def _sound_facts(stream: av.AudioStream, times: _Seen, zero: Fraction) -> SoundFacts:
    tick = stream.time_base or Fraction(1, stream.sample_rate)
    start, end = times.pts[0] * tick - zero, times.end * tick - zero
    return SoundFacts(
        stream=stream.index,
        codec=stream.codec_context.name,
        sample_rate=stream.sample_rate,
        channels=stream.channels,
        start=start,
        end=end,
        bit_rate=_bit_rate(times, end - start),
    )
