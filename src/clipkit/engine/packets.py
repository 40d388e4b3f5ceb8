"""The packets of a source's picture as facts for planning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import av

from clipkit.engine import h264
from clipkit.engine.bridge import reading
from clipkit.engine.coding import Coding, picture_stream
from clipkit.engine.nal import Malformed
from clipkit.engine.opening import open_media, status_of
from clipkit.plan.facts import MediaFacts
from clipkit.plan.packets import PacketIndex, PicturePacket


def packet_index(facts: MediaFacts) -> PacketIndex:
    """The packets of a source's picture, remembered while the file stays the same.

    Raises:
        MediaError: it can no longer be read.
    """
    status = status_of(facts.path)
    return _packet_index(facts, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=16)
def _packet_index(facts: MediaFacts, stamp: tuple[int, int, int, int]) -> PacketIndex:
    with open_media(facts.path) as container, reading(facts.path):
        stream = picture_stream(container, facts)
        try:
            coding = Coding.of(stream)
            if refusal := coding.codec.refusal(coding.sets):
                return PacketIndex((), refusal)
        except Malformed as error:
            return PacketIndex((), f"its header is damaged: {error}")
        packets, broken = [], ""
        try:
            packets = [_described(packet, facts, coding) for packet in container.demux(stream) if packet.size]
        except av.error.FFmpegError:
            broken = "the file is cut off"
    if coding.codec is not h264:
        return PacketIndex(tuple(packets), broken or _ambiguous(packets))
    colour, free = h264.colour(coding.sets), h264.free_id(coding.sets)
    return PacketIndex(tuple(packets), broken or _ambiguous(packets), colour, free)


def _ambiguous(packets: Sequence[PicturePacket]) -> str:
    return "" if len({packet.pts for packet in packets}) == len(packets) else "two frames have the same time"


def _described(packet: av.Packet[av.VideoStream], facts: MediaFacts, coding: Coding) -> PicturePacket:
    assert facts.picture is not None
    key, hidden = packet.is_keyframe, packet.is_discard
    if packet.pts is None:
        return PicturePacket(0, Fraction(0), "", key, "a frame has no time", hidden)
    seconds = packet.pts * (packet.time_base or Fraction(1, 1000)) - facts.zero
    plain = PicturePacket(packet.pts, facts.picture.on_grid(seconds), "", key, hidden=hidden)
    if packet.is_corrupt:
        return replace(plain, fault="a packet is damaged")
    if packet.has_sidedata("new_extradata"):
        return replace(plain, fault="its parameter sets change on the way")
    try:
        units = coding.units(bytes(packet))
        coding.kept(units)
    except Malformed as error:
        return replace(plain, fault=f"a packet is damaged: {error}")
    return replace(plain, opens=coding.opens(units) if key else "", fault=coding.fault(units))
