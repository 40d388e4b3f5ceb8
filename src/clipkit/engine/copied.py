"""Packets of a source as packets of the output, and the stream that holds them together with encoded ones."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import replace

import av
from av.container import OutputContainer

from clipkit.engine import nal
from clipkit.engine.bridge import reading
from clipkit.engine.coding import Coding, picture_stream
from clipkit.engine.encoder import EncodedPacket, span_encoder
from clipkit.engine.nal import Malformed
from clipkit.engine.opening import open_media
from clipkit.engine.packets import packet_index
from clipkit.errors import RenderError
from clipkit.plan.facts import MediaFacts, Orientation
from clipkit.plan.types import AsCoded, Copy, Encode, Plan

_TAGS = {"h264": "avc1", "hevc": "hvc1"}


def copied_packets(facts: MediaFacts, copy: Copy) -> Iterator[EncodedPacket]:
    """The packets of a copied span, one after the other; their times count frames from its start.

    Raises:
        MediaError: the source can no longer be read.
        RenderError: ``source-changed``: they are not there any more.
    """
    done = 0
    with closing(_found(facts, copy.pts)) as packets, suppress(Malformed):
        for place, (packet, coding) in zip(_places(facts, copy), packets, strict=False):
            data = nal.joined(coding.kept(coding.units(bytes(packet))))
            yield EncodedPacket(data, place, packet.is_keyframe)
            done += 1
    if done != copy.frames:
        raise RenderError(
            "the source changed while it was copied", code="source-changed", where=facts.path, hint="render again"
        )


def with_lengths(packet: EncodedPacket) -> EncodedPacket:
    """An encoder's packet, as packets beside copied ones are: each unit after its length."""
    return replace(packet, data=nal.joined(nal.split_start_codes(packet.data)))


def _places(facts: MediaFacts, copy: Copy) -> list[int]:
    """Of each packet, in decode order, which frame of the span it shows."""
    packets = packet_index(facts).packets
    first = next((n for n, packet in enumerate(packets) if packet.pts == copy.pts), len(packets))
    stamps = [packet.pts for packet in packets[first : first + copy.frames]]
    order = {pts: place for place, pts in enumerate(sorted(stamps))}
    return [order[pts] for pts in stamps]


def _found(facts: MediaFacts, pts: int) -> Generator[tuple[av.Packet[av.VideoStream], Coding], None, None]:
    """Packets from one stamp on: by seeking, or from the start of the file where that lands beyond it."""
    for seeking in (True, False):
        with open_media(facts.path) as container, reading(facts.path):
            stream = picture_stream(container, facts)
            coding = Coding.of(stream)
            if seeking:
                container.seek(pts, stream=stream)
            begun = False
            for packet in container.demux(stream):
                begun = begun or packet.pts == pts
                if begun and packet.size:
                    yield packet, coding
                elif seeking and packet.is_keyframe and packet.pts is not None and packet.pts > pts:
                    break
            if begun:
                return


# ---- the stream ------------------------------------------------------------------------------------------------


def copied_stream(container: OutputContainer, plan: Plan, as_coded: AsCoded) -> av.VideoStream:
    """A stream as its source's, that knows the parameter sets of what is copied and of what is encoded.

    Only what a player needs goes over: the codec's own description and the orientation, no word that the source says of
    itself.
    """
    facts = plan.sources[as_coded.source]
    with open_media(facts.path) as source, reading(facts.path):
        template = picture_stream(source, facts)
        coding = Coding.of(template)
        stream = container.add_stream_from_template(template)
    context = stream.codec_context
    context.codec_tag = _TAGS[template.codec_context.name]
    context.extradata = coding.codec.write_config([*coding.sets.units, *_edge_sets(plan)])
    stream.time_base = context.time_base = 1 / plan.output.rate
    stream.set_display_matrix(display_matrix(as_coded.orientation, as_coded.size.width, as_coded.size.height))
    return stream


def _edge_sets(plan: Plan) -> list[bytes]:
    """The parameter sets of what is encoded between copies."""
    if not any(isinstance(span, Encode) for span in plan.spans):
        return []
    encoder = span_encoder(plan.output)
    encoder.open()
    return nal.split_start_codes(encoder.extradata or b"")


def display_matrix(orientation: Orientation, width: int, height: int) -> tuple[int, ...]:
    """The matrix of ISO/IEC 14496-12 §8.3.2 that mirrors, then turns, and moves the result to the corner."""
    turn = ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))[orientation.quarter_turns]
    flip = -1 if orientation.mirrored else 1
    a, b, c, d = flip * turn[0], flip * turn[1], turn[2], turn[3]
    x = -min(0, a * width) - min(0, c * height)
    y = -min(0, b * width) - min(0, d * height)
    one = 1 << 16
    return (a * one, b * one, 0, c * one, d * one, 0, x * one, y * one, 1 << 30)
