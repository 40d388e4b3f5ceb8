"""Which packets a plan copies: pure, over streams that are facts only, and over bytes that anybody may have made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit.engine import h264, hevc, nal
from clipkit.plan import copying, describe
from clipkit.plan.compile import compile_project
from clipkit.plan.packets import PacketIndex, PicturePacket
from clipkit.plan.types import Copy, Encode, Plan
from clipkit.project.model import Media, Node, Project
from clipkit.project.time_edits import Trim
from facts import video

RATE = 30


def pattern(gops: int, leading: int = 0, length: int = 15) -> list[tuple[int, bool]]:
    """Frames in decode order with whether each is a keyframe; each GOP's first B-frames show before its keyframe."""
    frames = []
    for gop in range(gops):
        begin = gop * length
        lead = leading if gop else 0
        frames += [(begin + lead, True), *((begin + n, False) for n in range(lead))]
        frames += [(begin + n, False) for n in range(lead + 1, length)]
    return frames


def index_of(frames: list[tuple[int, bool]], **changes: Any) -> PacketIndex:
    packets = tuple(
        PicturePacket(pts=n, time=Fraction(n, RATE), opens="anywhere" if key else "", key=key) for n, key in frames
    )
    return replace(PacketIndex(packets, free_id=1), **changes)


def changed(index: PacketIndex, at: int, **changes: Any) -> PacketIndex:
    packets = list(index.packets)
    packets[at] = replace(packets[at], **changes)
    return replace(index, packets=tuple(packets))


def planned(index: PacketIndex, *trims: tuple[Any, Any], codec: str = "h264", constant: bool = True) -> Plan:
    facts = video("/take.mp4", Fraction(len(index.packets), RATE), size=(96, 160))
    assert facts.picture is not None
    facts = replace(facts, picture=replace(facts.picture, codec=codec, constant=constant))
    edits = tuple(Trim(start=Fraction(start), end=Fraction(end)) for start, end in trims)
    plan = compile_project(Project(root=Node(source=Media(path="/take.mp4"), edits=edits)), {"/take.mp4": facts})
    assert copying.obstacle(plan) == ""
    return copying.with_copies(plan, index)


def spans(plan: Plan) -> list[tuple[str, int, int]]:
    return [(type(span).__name__.lower(), span.start, span.stop) for span in plan.spans]


CLOSED = index_of(pattern(8))


def test_a_ragged_cut() -> None:
    plan = planned(CLOSED, ("0.3", "3.8"))
    assert spans(plan) == [("encode", 0, 6), ("copy", 6, 105)]
    assert describe.lines(plan)[-1] == "copied 3.3 s of 3.5 s; the start re-encoded: not on a keyframe"
    assert dict(plan.output.video.options)["x264-params"] == "sps-id=1"
    assert (dict(plan.output.video.options)["bf"], plan.output.video.reorder) == ("0", 0)


def test_b_frames_are_not_cut_from_what_they_need() -> None:
    """I0 P3 B1 B2 P6 B4 B5 …: an end at frame 5 cannot have 4 without 6, so it stops after 3."""
    order = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11, 14, 13]
    index = index_of([(15 * gop + n, n == 0) for gop in range(4) for n in order])
    plan = planned(index, ("0.1", Fraction(50, RATE)))
    assert spans(plan) == [("encode", 0, 12), ("copy", 12, 46), ("encode", 46, 47)]
    assert describe.lines(plan)[-1].endswith("both ends re-encoded: not on a keyframe")
    assert (dict(plan.output.video.options)["bf"], plan.output.video.reorder) == ("2", 2)


def test_a_trim_of_a_trim_is_one() -> None:
    assert planned(CLOSED, ("0.1", 4), ("0.2", 3)) == replace(
        planned(CLOSED, ("0.3", "3.1")), notices=planned(CLOSED, ("0.1", 4), ("0.2", 3)).notices
    )


def test_an_open_gop_goes_on_but_does_not_begin() -> None:
    index = index_of(pattern(8, leading=2))
    assert spans(planned(index)) == [("copy", 0, 120)]
    assert spans(planned(index, (0, 1))) == [("copy", 0, 30)]
    plan = planned(index, ("0.3", 3))
    assert plan.copied == 0
    assert plan.spans[0].reason == "H264 with leading pictures at 0:00.57"


def test_a_keyframe_where_decoding_cannot_begin() -> None:
    index = index_of(pattern(8))
    for at in range(15, 120, 15):
        index = changed(index, at, opens="")
    assert planned(index, ("0.3", 3)).spans[0].reason == "open GOP at 0:00.50"


@pytest.mark.parametrize("fault", ["a packet is damaged", "its parameter sets change on the way"])
def test_a_fault_costs_the_rest_of_its_gop(fault: str) -> None:
    plan = planned(changed(CLOSED, 40, fault=fault))
    assert spans(plan) == [("copy", 0, 40), ("encode", 40, 45), ("copy", 45, 120)]
    assert describe.lines(plan)[-1] == f"copied 3.83 s of 4 s; one part re-encoded: {fault}"


def test_a_hidden_frame_is_not_shown_by_a_copy() -> None:
    index = CLOSED
    for at in range(5):
        index = changed(index, at, hidden=True)
    packets = tuple(replace(packet, time=packet.time - Fraction(5, RATE)) for packet in index.packets)
    plan = planned(replace(index, packets=packets), (0, Fraction(100, RATE)))
    assert spans(plan) == [("encode", 0, 10), ("copy", 10, 100)]


def test_repeats_and_gaps_are_not_one_to_one() -> None:
    late = tuple(replace(p, time=p.time + Fraction(1, 60) * (n > 40)) for n, p in enumerate(CLOSED.packets))
    plan = planned(replace(CLOSED, packets=late), constant=False)
    assert spans(plan)[0] == ("copy", 0, 41)
    assert plan.spans[1].reason == "frames are not one to one: variable rate"
    double = tuple(replace(p, time=p.time * 2) for p in CLOSED.packets)
    whole = planned(replace(CLOSED, packets=double), constant=False)
    assert (whole.copied, whole.spans[0].reason) == (0, "frames are not one to one: variable rate")


def test_what_is_refused_as_a_whole() -> None:
    plan = planned(replace(CLOSED, refusal="it is interlaced"))
    assert {span.reason for span in plan.spans} == {"it is interlaced"}
    assert describe.lines(plan)[-1] == "encode 0:04.00 in 2 spans: it is interlaced"
    assert planned(replace(CLOSED, free_id=None)).copied == 120
    assert planned(replace(CLOSED, free_id=None), ("0.1", 3)).copied == 0


def test_hevc_is_not_spliced() -> None:
    assert spans(planned(CLOSED, codec="hevc")) == [("copy", 0, 120)]
    assert spans(planned(CLOSED, ("0.5", 2), codec="hevc")) == [("copy", 0, 45)]
    plan = planned(CLOSED, ("0.4", 2), codec="hevc")
    assert plan.spans[0].reason == "not on a keyframe, and HEVC is not spliced"
    clean = changed(changed(CLOSED, 0, opens="first"), 15, opens="first")
    assert planned(clean, codec="hevc").copied == 120
    assert planned(clean, ("0.5", 2), codec="hevc").copied == 45


# ---- any stream, any cut -------------------------------------------------------------------------------------------


@st.composite
def streams(draw: st.DrawFn) -> PacketIndex:
    """GOPs of any length and order, keyframes where decoding may not begin, faults, hidden frames, uneven times."""
    frames: list[tuple[int, bool]] = []
    for _ in range(draw(st.integers(1, 5))):
        length = draw(st.integers(1, 20))
        rest = draw(st.permutations(range(1, length))) if draw(st.booleans()) else range(1, length)
        frames += [(len(frames) + n, n == 0) for n in (0, *rest)]
    index = index_of(frames)
    if draw(st.booleans()):  # open: two neighbours change places across a boundary
        at = draw(st.integers(0, len(frames) - 1))
        swapped = list(index.packets)
        swapped[at], swapped[at - 1] = swapped[at - 1], swapped[at]
        index = replace(index, packets=tuple(swapped))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(frames) - 1))
        index = changed(index, at, **draw(st.sampled_from([{"fault": "bad"}, {"hidden": True}, {"opens": ""}])))
    jitter = draw(st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(1, 25)]))
    packets = tuple(replace(packet, time=packet.time + jitter * (packet.pts // 7)) for packet in index.packets)
    return replace(index, packets=packets)


@given(streams(), st.fractions(0, 1), st.fractions(0, 1))
def test_every_copy_shows_what_the_rule_says(index: PacketIndex, start: Fraction, length: Fraction) -> None:
    total = Fraction(len(index.packets), RATE)
    begin = total * start * Fraction(9, 10)
    plan = planned(index, (begin, begin + max((total - begin) * length, Fraction(1, RATE))), constant=False)
    assert [span.start for span in plan.spans] == [0, *(span.stop for span in plan.spans[:-1])]
    assert plan.spans[-1].stop == plan.expect.frames
    visible = sorted((packet for packet in index.packets if not packet.hidden), key=lambda packet: packet.time)
    for span in plan.spans:
        if isinstance(span, Encode):
            assert span.reason
            continue
        assert isinstance(span, Copy)
        moments = [begin + Fraction(n) / RATE for n in range(span.start, span.stop)]
        wanted = [([p for p in visible if p.time <= moment] or visible[:1])[-1] for moment in moments]
        first = next(n for n, packet in enumerate(index.packets) if packet.pts == span.pts)
        taken = index.packets[first : first + span.frames]
        assert taken[0].opens == "anywhere"
        assert not any(packet.fault or packet.hidden for packet in taken)
        assert sorted(taken, key=lambda packet: packet.pts) == wanted


# ---- bytes ---------------------------------------------------------------------------------------------------------

SPS = bytes.fromhex("6764000bacd94615b016a0202028000003000800000301e078a14cb0")
PPS = bytes.fromhex("68ef8fcb")
BYTES = st.binary(max_size=400)


def mutated(seed: bytes) -> st.SearchStrategy[bytes]:
    """The seed with a few bytes changed, and its end cut off."""
    places = st.lists(st.tuples(st.integers(0, len(seed) - 1), st.integers(0, 255)), max_size=6)

    def change(edits: list[tuple[int, int]], length: int) -> bytes:
        data = bytearray(seed)
        for at, value in edits:
            data[at] = value
        return bytes(data[:length])

    return st.builds(change, places, st.integers(0, len(seed)))


AVCC = h264.write_config([SPS, PPS])
HEVC_SPS = bytes.fromhex("420101016000000300900000030000030078a0021c801e0596566924cae69b9000003e90000ea60200")
HVCC = hevc.write_config([b"\x40\x01\x0c\x01\xff\xff", HEVC_SPS, b"\x44\x01\xc1\x73\xd1\x89"])


@pytest.mark.parametrize(
    "read",
    [
        lambda data: nal.split_lengths(data, 4),
        lambda data: nal.split_lengths(data, 1),
        nal.split_start_codes,
        lambda data: nal.scrubbed_sei(data, 1),
        lambda data: nal.scrubbed_sei(data, 2),
        h264.read_sps,
        hevc.read_sps,
        lambda data: h264.refusal(h264.read_config(data)),
        lambda data: hevc.refusal(hevc.read_config(data)),
    ],
)
@given(st.one_of(BYTES, *map(mutated, (SPS, PPS, AVCC, HVCC, HEVC_SPS))))
def test_any_bytes_are_read_or_refused(read: Callable[[bytes], object], data: bytes) -> None:
    with suppress(nal.Malformed):  # anything else fails
        assert read(data) is not None


@given(BYTES)
def test_escaping_is_undone(payload: bytes) -> None:
    written = nal.escaped(payload + b"\x80")
    assert nal.unescaped(written) == payload + b"\x80"
    assert not any(code in written for code in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
def test_units_are_joined_and_split(units: list[bytes]) -> None:
    assert nal.split_lengths(nal.joined(units), 4) == units


def test_sets_are_read() -> None:
    sps = h264.read_sps(SPS)
    assert (sps.id, sps.profile, sps.level, sps.chroma, sps.depth, sps.progressive) == (0, 100, 11, 1, 8, True)
    assert sps.colour == (1, 1, 1, 1)
    assert h264.read_config(AVCC) == h264.Sets((SPS, PPS), 4)
    assert h264.free_id(h264.read_config(AVCC)) == 1
    found = hevc.read_sps(HEVC_SPS)
    assert (found.chroma, found.luma_depth, found.chroma_depth, found.interlaced) == (1, 8, 8, False)
    assert hevc.read_config(HVCC).units[1] == HEVC_SPS


def test_only_allowed_messages_stay() -> None:
    """Recovery point (6) and mastering display (137) stay; user data (5) and picture timing (1) go."""
    message = {kind: bytes((kind, 3)) + bytes((kind, 0, 1)) for kind in (1, 5, 6, 137)}
    unit = b"\x06" + nal.escaped(message[5] + message[6] + message[1] + message[137] + b"\x80")
    assert nal.unescaped(nal.scrubbed_sei(unit, 1)) == b"\x06" + message[6] + message[137] + b"\x80"
    assert nal.scrubbed_sei(b"\x06" + message[5] + b"\x80", 1) == b""
    long = b"\x06\x05\xff\x01" + bytes(range(1, 129)) * 2 + b"\x80"
    assert nal.scrubbed_sei(long, 1) == b""
