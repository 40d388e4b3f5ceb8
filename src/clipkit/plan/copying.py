"""Which frames of a plan are packets that its source has already. Pure.

The rule that makes a copy show exactly what a re-encode would: the frame at n/rate is the last one of the source that
is not after the mapped time. Where that rule picks frames that follow each other in the source, from one where decoding
can begin, their packets are copied; all else is encoded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from clipkit import targets
from clipkit.geometry import Size
from clipkit.plan.facts import MediaFacts, PictureFacts
from clipkit.plan.packets import PacketIndex, PicturePacket
from clipkit.plan.types import AsCoded, Copy, Encode, Framed, Group, Look, Plan, Shot, Span, VideoCodec
from clipkit.project.timemap import Instant
from clipkit.time import clock, frame_count

_PIXELS = {"h264": ("yuv420p", "yuvj420p"), "hevc": ("yuv420p", "yuvj420p", "yuv420p10le")}
_LEAST = Fraction(1, 4)
"""Seconds that are worth a seam: shorter stretches are encoded with their neighbours."""
_EDGE_REORDER = 2


def obstacle(plan: Plan) -> str:
    """Why nothing of a plan can be copied, as far as can be told without looking at packets; empty where it may be."""
    if plan.output.container not in ("mp4", "mov"):
        return f"{plan.output.container} is encoded anew"
    if isinstance(plan.picture, Group):
        return "every frame is composed anew"
    if isinstance(plan.picture, Framed):
        return f"its frame changes ({plan.picture.effect.kind})"
    source = plan.sources[plan.picture.source]
    return _of_source(source) or _of_edits(plan, plan.picture, source)


def source_of(plan: Plan) -> int:
    """The source of a plan that has one picture only; without an `obstacle` it has."""
    assert isinstance(plan.picture, Shot)
    return plan.picture.source


def _of_source(source: MediaFacts) -> str:
    picture = source.picture
    if source.still or picture is None:
        return "it is a still"
    if picture.codec not in _PIXELS:
        return f"{picture.codec.upper()} is not copied"
    if picture.pixel_format not in _PIXELS[picture.codec]:
        return f"{picture.codec.upper()} in {picture.pixel_format} is not copied"
    return ""


def _of_edits(plan: Plan, shot: Shot, source: MediaFacts) -> str:
    picture, output = source.picture, plan.output
    assert picture is not None
    coded = picture.coded
    whole = Size(coded.height, coded.width) if picture.orientation.turned else coded
    problems = (
        (any(isinstance(step, Look) for step in shot.steps), "the picture is filtered"),
        (bool(shot.steps), "the picture passes through MoviePy"),
        (shot.slow_motion != "pick", "frames are made between those of the source"),
        (not any(piece.factor == 1 for piece in shot.time.pieces), _of_speed(shot)),
        (output.size != picture.size, f"its size changes from {picture.size}"),
        (whole != picture.size, "its pixels are not square, or a part of them is hidden"),
        (output.rate != picture.rate, "its frame rate changes"),
        (output.encoding.hdr and picture.codec != "hevc", "HDR is kept as HEVC"),
        (not targets.find(plan.target).any_gop, f"the target {plan.target} limits GOPs"),
    )
    return next((reason for is_so, reason in problems if is_so), "")


def _of_speed(shot: Shot) -> str:
    backwards = any(piece.factor < 0 for piece in shot.time.pieces)
    return "it plays backwards" if backwards else "its speed changes"


def encoded(plan: Plan, reason: str) -> Plan:
    """The plan, with the reason why it copies nothing."""
    return replace(plan, spans=tuple(replace(span, reason=reason) for span in plan.spans))


def with_copies(plan: Plan, index: PacketIndex) -> Plan:
    """The plan with as many frames copied as can be.

    Args:
        plan: One without an `obstacle`, as compiled.
        index: Of its only source.
    """
    if index.refusal:
        return encoded(plan, index.refusal)
    shot = plan.picture
    assert isinstance(shot, Shot)
    facts = plan.sources[shot.source].picture
    assert facts is not None
    stream = _Stream.of(index, facts)
    shown = _Shown.of(plan, shot, stream.times)
    copies = list(stream.copies(shown.places, shot.source, _LEAST * plan.output.rate))
    gaps = [(start, stop, shown.why(stream, start, stop)) for start, stop in _gaps(copies, plan.expect.frames)]
    if not copies:
        return encoded(plan, gaps[0][2])
    if gaps and (index.free_id is None or facts.codec != "h264"):
        return encoded(plan, f"{gaps[0][2]}, and {facts.codec.upper()} is not spliced")
    gop = plan.output.video.gop
    edges = [
        Encode(first, min(first + gop, stop), reason)
        for start, stop, reason in gaps
        for first in range(start, stop, gop)
    ]
    spans: list[Span] = sorted([*copies, *edges], key=lambda span: span.start)
    as_coded = AsCoded(shot.source, facts.coded, facts.orientation, index.colour)
    video = _codec(plan.output.video, index, stream.reorder, facts.codec, facts.pixel_format)
    return replace(plan, output=replace(plan.output, video=video, as_coded=as_coded), spans=tuple(spans))


def _codec(video: VideoCodec, index: PacketIndex, reorder: int, codec: str, pixel_format: str) -> VideoCodec:
    """The encoder of what lies between copies: parameter sets of its own, and no B-frames where the source has none."""
    if codec != "h264":
        return VideoCodec(codec, (), video.gop, reorder, pixel_format=pixel_format)
    options = dict(video.options) | {
        "bf": str(_EDGE_REORDER if reorder else 0),
        "x264-params": f"sps-id={index.free_id}",
    }
    delay = max(reorder, _EDGE_REORDER) if reorder else 0
    return replace(video, options=tuple(options.items()), reorder=delay, pixel_format=pixel_format)


def _gaps(copies: Sequence[Copy], frames: int) -> Iterator[tuple[int, int]]:
    """The frames between copies."""
    ends = [0, *(copy.stop for copy in copies)]
    starts = [*(copy.start for copy in copies), frames]
    return ((end, start) for end, start in zip(ends, starts, strict=True) if end < start)


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which frame of the source each frame of an output is, counted in the order they show; −1 for none.

    `joins` are the frames with which another piece of the time map begins.
    """

    places: tuple[int, ...]
    joins: frozenset[int]

    @classmethod
    def of(cls, plan: Plan, shot: Shot, times: Sequence[Fraction]) -> _Shown:
        rate = plan.output.rate
        instants = (shot.time.instant(n / rate) for n in range(plan.expect.frames))
        places = (_place_at(instant, times) if instant is not None and times else -1 for instant in instants)
        return cls(tuple(places), frozenset(frame_count(piece.start, rate) for piece in shot.time.pieces))

    def why(self, stream: _Stream, start: int, stop: int) -> str:
        """Why the frames [start, stop) are encoded."""
        before = max(start - 1, 0)
        steps = ((n, later - earlier) for n, (earlier, later) in enumerate(pairwise(self.places[before : stop + 1]), 1))
        if any(step != 1 and before + n not in self.joins for n, step in steps):
            return "frames are not one to one" + ("" if stream.constant else ": variable rate")
        return stream.why(self.places[start : stop + 1])


@dataclass(frozen=True, slots=True)
class _Stream:
    """Packets in decode order, and the order in which their frames show."""

    codec: str
    packets: tuple[PicturePacket, ...]
    places: tuple[int, ...]
    """Of each packet, where its frame comes among those that show; −1 where it does not."""
    decoded: tuple[int, ...]
    """The inverse: the packet of each frame that shows."""
    times: tuple[Fraction, ...]
    reorder: int
    constant: bool

    @classmethod
    def of(cls, index: PacketIndex, facts: PictureFacts) -> _Stream:
        packets = index.packets
        decoded = sorted((n for n, packet in enumerate(packets) if not packet.hidden), key=lambda n: packets[n].pts)
        places = [-1] * len(packets)
        for place, n in enumerate(decoded):
            places[n] = place
        by_pts = {n: place for place, n in enumerate(sorted(range(len(packets)), key=lambda n: packets[n].pts))}
        reorder = max((n - place for n, place in by_pts.items()), default=0)
        times = tuple(packets[n].time for n in decoded)
        return cls(facts.codec, packets, tuple(places), tuple(decoded), times, reorder, facts.constant)

    def copies(self, shown: Sequence[int], source: int, least: Fraction) -> Iterator[Copy]:
        """The stretches of an output, given the frames that it shows, that can be copied, in order."""
        runs = _runs(shown)
        n = 0
        while n < len(shown):
            count = self._copyable(shown[n], runs[n], at_start=n == 0)
            if count and (count >= least or count == len(shown)):
                yield Copy(n, n + count, source, self.packets[self.decoded[shown[n]]].pts)
            else:
                count = 1
            n += count

    def _copyable(self, place: int, frames: int, *, at_start: bool) -> int:
        """How many of `frames` frames that follow each other from `place` on can be copied.

        Packets are taken in decode order as long as each is sound; they may end wherever what was taken so far shows
        without a gap.
        """
        if place < 0:
            return 0
        first = self.decoded[place]
        opens = self.packets[first].opens
        if not (opens == "anywhere" or (opens == "first" and at_start)):
            return 0
        last, whole = place, 0
        for count, n in enumerate(range(first, min(first + frames, len(self.packets))), start=1):
            if self.packets[n].fault or self.places[n] < place:
                break
            last = max(last, self.places[n])
            if last - place + 1 == count:
                whole = count
        return whole

    def why(self, shown: Sequence[int]) -> str:
        """Why frames that follow each other, or are followed by the last of them, cannot be copied."""
        packets = [self.packets[self.decoded[place]] for place in shown if place >= 0]
        if fault := next((packet.fault for packet in packets if packet.fault), ""):
            return fault
        return next((reason for packet in packets if (reason := self._not_open(packet))), "not on a keyframe")

    def _not_open(self, packet: PicturePacket) -> str:
        """Why copying cannot begin with a keyframe; empty for a packet that is none."""
        if not packet.key:
            return ""
        if self._leads(packet):
            return f"{self.codec.upper()} with leading pictures at {clock(packet.time)}"
        return f"open GOP at {clock(packet.time)}" if packet.opens != "anywhere" else ""

    def _leads(self, packet: PicturePacket) -> bool:
        """Whether frames that show before a keyframe are decoded after it."""
        after = self.packets.index(packet) + 1
        return after < len(self.packets) and self.packets[after].pts < packet.pts


def _place_at(instant: Instant, times: Sequence[Fraction]) -> int:
    """Which of the frames with these times is on show."""
    return max((bisect_left if instant.before else bisect_right)(times, instant.at) - 1, 0)


def _runs(shown: Sequence[int]) -> list[int]:
    """From each frame on, how many follow each other in the source."""
    runs = [1] * len(shown)
    for n in range(len(shown) - 2, -1, -1):
        if shown[n + 1] == shown[n] + 1:
            runs[n] = runs[n + 1] + 1
    return runs
