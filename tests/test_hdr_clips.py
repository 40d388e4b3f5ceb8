"""HDR clips through the engine: 10 bits deep until the colour table, upright, cropped, and SDR from there on."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest

import clipkit as ck
from clipkit.colour.encoding import Encoding
from clipkit.engine.compose import Painter
from clipkit.engine.planes import DEEP, FramePool, Scaler, blank, planes_of
from clipkit.engine.tables import Tables
from clipkit.geometry import Box, Size
from clipkit.plan import describe
from measure import frame_codes, mp4_boxes, video_facts
from media import HLG, PQ, Shelf, upright
from test_colour import psnr
from test_lattice import exact, levels

SMALL = (180, 320)
COLOURS = {"hlg": HLG, "pq": PQ}


def clip(shelf: Shelf, transfer: str = "hlg", **words: object) -> Path:
    return shelf.clip(
        seconds=1, size=SMALL, pix_fmt="yuv420p10le", colour=COLOURS[transfer], codec="libx265", quality=10, **words
    )


def decoded(path: Path, index: int = 0) -> tuple[np.ndarray, ...]:
    """The planes of a frame as they are coded, 10 bits deep."""
    with av.open(str(path)) as container:
        frame = next(frame for i, frame in enumerate(container.decode(video=0)) if i == index)
        assert frame.format.name == "yuv420p10le"
        return tuple(
            np.frombuffer(p, np.uint16).reshape(-1, p.line_size // 2)[: p.height, : p.width].copy()
            for p in frame.planes
        )


def painted(project: ck.Clip, index: int = 0) -> tuple[np.ndarray, ...]:
    """The planes of a frame as they would be encoded."""
    with Painter(project.plan("mp4", copy=False), Tables()) as painter:
        return tuple(plane.copy() for plane in planes_of(painter.paint(index)))


def scores(got, wanted) -> list[float]:
    return [psnr(a, b) for a, b in zip(got, wanted, strict=True)]


# ---- accuracy ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
def test_a_frame_is_tone_mapped_from_its_ten_bits(shelf, transfer):
    source = clip(shelf, transfer)
    luma, *chroma = scores(painted(ck.open(source)), exact(decoded(source), Encoding("bt2020", False, transfer)))
    assert luma >= 53
    assert min(chroma) >= 52


def test_the_comparer_can_fail(shelf):
    source = clip(shelf, "hlg")
    assert scores(painted(ck.open(source)), exact(decoded(source), Encoding("bt2020", False, "pq")))[0] < 53
    assert scores(painted(ck.open(source)), exact(decoded(source), Encoding("bt2020", False)))[0] < 53


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_it_is_turned_upright(shelf, turn, mirrored):
    source = clip(shelf, rotation=turn, mirrored=mirrored)
    planes = tuple(upright(plane, turn, mirrored) for plane in decoded(source))
    luma, *chroma = scores(painted(ck.open(source)), exact(planes, Encoding("bt2020", False, "hlg")))
    assert luma >= 53
    assert min(chroma) >= 52


@pytest.mark.parametrize("size", ["360x640", "90x160", "320x180"])
def test_it_is_scaled(shelf, tmp_path, size):
    source, out = clip(shelf, rotation=90), tmp_path / "o.mp4"
    ck.open(source).export(out, size=size, quality="draft", copy=False)
    assert "{}x{}".format(*video_facts(out).size) == size
    assert frame_codes(out) == list(range(30))


@pytest.mark.parametrize("turn", [0, 90])
def test_it_is_cropped(shelf, turn):
    source = clip(shelf, rotation=turn)
    got = painted(ck.open(source).with_output(size="180x180", fit="cover"))
    middle = tuple(
        upright(plane, turn, False)[part]
        for plane, part in zip(decoded(source), (slice(70, 250), slice(35, 125), slice(35, 125)), strict=True)
    )
    luma, *chroma = scores(got, exact(middle, Encoding("bt2020", False, "hlg")))
    assert luma >= 53
    assert min(chroma) >= 52


def test_a_look_acts_on_sdr_colours(shelf):
    source = clip(shelf)
    grey = painted(ck.open(source).effect("monochrome"))
    assert set(np.unique(grey[1])) == set(np.unique(grey[2])) == {128}
    assert psnr(grey[0], painted(ck.open(source))[0]) > 25


# ---- ten bits ----------------------------------------------------------------------------------------------------


def ramp(height: int = 64, width: int = 256) -> av.VideoFrame:
    """A frame with every fourth code of 10 bits and those between, in all planes."""
    frame = blank(Size(width, height), DEEP)
    for number, plane in enumerate(planes_of(frame)):
        rows, columns = np.mgrid[: plane.shape[0], : plane.shape[1]]
        plane[:] = (rows * 7 + columns * 3 + 64 + 100 * number) % 1024
    return frame


def test_every_format_arrives_in_ten_bits():
    scaler = Scaler(None, FramePool(), deep=True)
    frame = ramp()
    box, size = Box(0, 0, 256, 64), Size(256, 64)
    assert scaler.scale(frame, size, box) is frame
    for name in ("p010le", "yuv420p12le"):
        same = Scaler(None, FramePool(), deep=True).scale(frame.reformat(format=name), size, box)
        assert same.format.name == DEEP
        for a, b in zip(planes_of(same), planes_of(frame), strict=True):
            assert np.abs(a.astype(int) - b).max() <= 1
    short = frame.reformat(format="yuv420p")
    wide = scaler.scale(short, size, box)
    for a, b in zip(planes_of(wide), planes_of(short), strict=True):
        assert np.abs(a.astype(int) - 4 * b.astype(int)).max() <= 3


def test_a_part_is_cut_out_in_ten_bits():
    frame, box = ramp(), Box(8, 6, 100, 40)
    cut = Scaler(None, FramePool(), deep=True).scale(frame, box.size, box)
    assert cut.format.name == DEEP
    for a, b in zip(planes_of(cut), planes_of(frame).crop(box), strict=True):
        np.testing.assert_array_equal(a, b)


def test_scaling_keeps_ten_bits():
    """A flat ramp of few 8-bit codes keeps the codes between them when it shrinks, and loses them in 8 bits."""
    frame = blank(Size(640, 64), DEEP)
    y, u, v = planes_of(frame)
    y[:] = 400 + np.arange(640) // 20
    u[:] = v[:] = 512
    deep, short = (
        planes_of(Scaler(None, FramePool(), deep=deep).scale(frame, Size(320, 32), Box(0, 0, 640, 64))).y[16]
        for deep in (True, False)
    )
    assert levels(deep) >= 32
    assert levels(short) < 12


# ---- what the file and the plan say ------------------------------------------------------------------------------


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
def test_the_output_is_tagged_as_what_it_is(shelf, tmp_path, transfer):
    source, out = clip(shelf, transfer), tmp_path / "o.mp4"
    ck.open(source).export(out, copy=False)
    facts = video_facts(out)
    assert facts.pix_fmt == "yuv420p"
    assert (facts.primaries, facts.transfer, facts.matrix, facts.range) == (1, 1, 1, 1)
    assert frame_codes(out) == list(range(30))


@pytest.mark.parametrize(("transfer", "words"), [("hlg", "HLG to SDR"), ("pq", "PQ to SDR")])
def test_the_plan_says_so(shelf, transfer, words):
    assert any(words in line for line in describe.lines(ck.open(clip(shelf, transfer)).plan("mp4", copy=False)))
    sdr = shelf.clip(seconds=1, size=SMALL)
    assert not any("SDR" in line for line in describe.lines(ck.open(sdr).plan("mp4")))


DISPLAY = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L({},50)"


@pytest.mark.parametrize(
    ("words", "peak"),
    [
        ("", 1000),
        ("master-display=" + DISPLAY.format(40_000_000), 4000),
        ("master-display=" + DISPLAY.format(40_000_000) + ":max-cll=3180,400", 3200),
        ("max-cll=600,100", 1000),
        ("max-cll=65535,100", 10_000),
        ("master-display=" + DISPLAY.format(0), 1000),
    ],
)
@pytest.mark.parametrize("transfer", [16, 18])
def test_the_peak_of_pq_is_what_the_file_says(tmp_path, words, peak, transfer):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx265", 30, options={"x265-params": f"log-level=none:{words}".rstrip(":")})
        stream.width, stream.height, stream.pix_fmt = 64, 64, DEEP
        stream.codec_context.color_trc = transfer
        for index in range(3):
            frame = ramp(64, 64)
            frame.pts, frame.color_trc = index, transfer
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    encoding = ck.open(path).plan("mp4").sources[0].picture.encoding
    assert encoding == Encoding("bt2020", False, "pq", peak) if transfer == 16 else encoding.peak == 1000


# ---- Dolby Vision ------------------------------------------------------------------------------------------------


def with_dolby_vision(source: Path, out: Path, kind: bytes, profile: int, compatible: int) -> Path:
    """The same file with a configuration box at the end of its sample entry, as phones write it."""
    record = bytes((1, 0, profile << 1, 5 << 3 | 5, compatible << 4)) + bytes(19)
    box = struct.pack(">I4s", 8 + len(record), kind) + record
    data = bytearray(source.read_bytes())
    path = "moov/trak/mdia/minf/stbl/stsd"
    boxes = {found.path: found for found in mp4_boxes(bytes(data))}
    stsd = boxes[path]
    assert boxes["moov"].start > boxes["mdat"].start  # so that no offset into mdat changes
    starts = [boxes["/".join(path.split("/")[: depth + 1])].start for depth in range(6)]
    for start in (*starts, stsd.payload + 8):  # the entry itself, after version and count
        (size,) = struct.unpack_from(">I", data, start)
        struct.pack_into(">I", data, start, size + len(box))
    data[stsd.end : stsd.end] = box
    out.write_bytes(data)
    return out


@pytest.mark.parametrize("kind", [b"dvvC", b"dvcC"])
def test_dolby_vision_is_read_as_hlg_with_a_note(shelf, tmp_path, kind):
    source = with_dolby_vision(clip(shelf), tmp_path / "dv.mp4", kind, 8, 4)
    plan = ck.open(source).plan("mp4")
    assert plan.notices == ("Dolby Vision: read as HLG",)
    assert "note: Dolby Vision: read as HLG" in describe.lines(plan)
    for a, b in zip(painted(ck.open(source)), painted(ck.open(clip(shelf))), strict=True):
        np.testing.assert_array_equal(a, b)


def test_dolby_vision_that_others_cannot_see_is_said(shelf, tmp_path):
    source = with_dolby_vision(clip(shelf), tmp_path / "dv.mp4", b"dvcC", 5, 0)
    assert any("profile 5" in notice for notice in ck.open(source).plan("mp4").notices)


def test_no_dolby_vision_no_note(shelf):
    assert ck.open(clip(shelf)).plan("mp4").notices == ()


def test_hdr_without_a_matrix_is_bt2020():
    from clipkit.engine.probe import _encoding

    frame = ramp()
    frame.color_trc = 18
    assert _encoding(frame) == Encoding("bt2020", False, "hlg")
    frame.color_trc = 1
    assert _encoding(frame) == Encoding("bt601", False)
