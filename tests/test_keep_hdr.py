"""HDR that is kept: HEVC of 10 bits, tagged as its source, its codes as they were, and refused where that cannot be."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest

import clipkit as ck
from clipkit.engine.compose import Painter
from clipkit.engine.light import light_of
from clipkit.engine.planes import planes_of
from clipkit.engine.tables import Tables
from clipkit.plan import describe
from clipkit.plan.facts import HdrLight
from clipkit.project.document import dumps, loads
from measure import frame_codes, mp4_boxes, video_facts
from media import HLG, PQ, Shelf, upright

SIZE = (180, 320)
COLOURS = {"hlg": HLG, "pq": PQ}
FPS = 30
REAL = Path(os.environ.get("CLIPKIT_REAL_MEDIA", "nowhere"))


def clip(shelf: Shelf, transfer: str = "hlg", seconds: int = 1, **words: object) -> Path:
    return shelf.clip(
        seconds=seconds,
        size=SIZE,
        pix_fmt="yuv420p10le",
        colour=COLOURS[transfer],
        codec="libx265",
        quality=10,
        **words,
    )


def decoded(path: Path) -> list[tuple[np.ndarray, ...]]:
    """The planes of all frames as they are coded, 10 bits deep."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        assert {frame.format.name for frame in frames} == {"yuv420p10le"}
        return [tuple(plane.copy() for plane in planes_of(frame)) for frame in frames]


def painted(project: ck.Clip, index: int = 0) -> tuple[np.ndarray, ...]:
    with Painter(project.with_output(keep_hdr=True).plan("mp4", copy=False), Tables()) as painter:
        return tuple(plane.copy() for plane in planes_of(painter.paint(index)))


def psnr(got: np.ndarray, wanted: np.ndarray) -> float:
    """In dB, of 10 bits."""
    error = np.mean((got.astype(float) - wanted) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(1023**2 / error))


def check_by_ffmpeg(path: Path) -> None:
    """Another decoder finds nothing to say about it."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def nal_types(path: Path) -> set[int]:
    """Of what stands in the packets; the parameter sets are in the header alone."""
    found = set()
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            data, at = bytes(packet), 0
            while at < len(data):
                found.add(data[at + 4] >> 1 & 63)
                at += 4 + int.from_bytes(data[at : at + 4], "big")
    return found


# ---- the file ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
def test_it_is_hevc_of_ten_bits_tagged_as_its_source(shelf: Shelf, tmp_path: Path, transfer: str):
    source, out = clip(shelf, transfer, 5), tmp_path / "o.mp4"
    report = ck.open(source).export(out, keep_hdr=True, copy=False)
    facts, wanted = video_facts(out), video_facts(source)
    assert (facts.codec, facts.pix_fmt, facts.profile) == ("hevc", "yuv420p10le", "Main 10")
    assert (facts.primaries, facts.transfer, facts.matrix, facts.range) == COLOURS[transfer]
    assert (facts.size, facts.count, facts.times) == (SIZE, 5 * FPS, tuple(Fraction(n, FPS) for n in range(5 * FPS)))
    assert facts.keyframes[:3] == (0, 60, 120)
    assert frame_codes(out) == frame_codes(source) == list(range(5 * FPS))
    assert report.frames == wanted.count
    data = out.read_bytes()
    entries = {box.path.rpartition("/")[2]: data[box.payload : box.end] for box in mp4_boxes(data)}
    assert b"hvc1" in entries["stsd"]
    assert entries["stsd"].count(b"hvcC") == 1
    colr = entries["stsd"].index(b"colrnclx") + 8
    assert [int.from_bytes(entries["stsd"][colr + n : colr + n + 2], "big") for n in (0, 2, 4)] == list(
        COLOURS[transfer][:3]
    )
    assert nal_types(out) <= set(range(22))  # pictures: no parameter set, no SEI that names settings
    check_by_ffmpeg(out)


def test_another_decoder_can_find_fault(shelf: Shelf, tmp_path: Path):
    out = tmp_path / "o.mp4"
    ck.open(clip(shelf)).export(out, keep_hdr=True, copy=False)
    data = bytearray(out.read_bytes())
    with av.open(str(out)) as container:
        start = next(packet.pos for packet in container.demux(video=0))
    data[start : start + 4] = b"\xff" * 4  # the length of the first picture
    out.write_bytes(data)
    with pytest.raises(AssertionError):
        check_by_ffmpeg(out)


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
def test_its_codes_are_as_they_were(shelf: Shelf, tmp_path: Path, transfer: str):
    source, out = clip(shelf, transfer), tmp_path / "o.mp4"
    ck.open(source).export(out, keep_hdr=True, copy=False)
    scores = [
        psnr(got, wanted)
        for a, b in zip(decoded(out), decoded(source), strict=True)
        for got, wanted in zip(a, b, strict=True)
    ]
    assert min(scores) >= 38
    other = decoded(source)[0][0] + np.uint16(16)  # what a wrong range or a detour through 8 bits and back would cost
    assert psnr(decoded(out)[0][0], other) < 38


def gradient(path: Path) -> Path:
    """A slow ramp of luma: about two codes of 8 bits for each ten columns."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=FPS, options={"x265-params": "lossless=1:log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 640, 64, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = HLG
        for _ in range(10):
            frame = av.VideoFrame(640, 64, "yuv420p10le")
            y, u, v = planes_of(frame)
            y[:], u[:], v[:] = 300 + np.arange(640) // 8, 512, 512
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_a_slow_ramp_keeps_all_its_steps(tmp_path: Path):
    source, out = gradient(tmp_path / "ramp.mp4"), tmp_path / "o.mp4"
    ck.open(source).export(out, keep_hdr=True, copy=False)
    got, wanted = decoded(out)[5][0], decoded(source)[5][0]
    assert len(np.unique(wanted)) == 80
    assert psnr(got, wanted) >= 55
    assert psnr(wanted & ~np.uint16(3), wanted) < 55  # in 8 bits there are a quarter of them
    row = np.median(got, axis=0)
    assert len(np.unique(row)) >= 76
    assert (np.diff(row) >= -1).all()


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
def test_the_same_bytes_for_any_number_of_workers(shelf: Shelf, tmp_path: Path, transfer: str):
    source = clip(shelf, transfer, 5)
    digests = set()
    for workers in (1, 2, 3):
        out = tmp_path / f"{workers}.mp4"
        ck.open(source).export(out, keep_hdr=True, workers=workers, cache=False, copy=False)
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    warm = tmp_path / "warm.mp4"
    ck.open(source).export(warm, keep_hdr=True, copy=False)
    assert ck.open(source).export(warm, keep_hdr=True, force=True, copy=False).reused == 5 * FPS
    assert digests == {hashlib.sha256(warm.read_bytes()).hexdigest()}


def test_kept_and_mapped_do_not_share_spans(shelf: Shelf, tmp_path: Path):
    source = clip(shelf)
    ck.open(source).export(tmp_path / "sdr.mp4", copy=False)
    assert ck.open(source).export(tmp_path / "hdr.mp4", keep_hdr=True, copy=False).reused == 0


# ---- the light it was graded on ------------------------------------------------------------------------------------

DISPLAY = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
LIGHT = HdrLight((34000, 16000, 13250, 34500, 7500, 3000, 15635, 16450, 10000000, 50), (1000, 400))


def test_mastering_display_and_light_level_go_with_it(tmp_path: Path):
    source, out = tmp_path / "s.mp4", tmp_path / "o.mp4"
    params = f"log-level=none:master-display={DISPLAY}:max-cll=1000,400"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("libx265", rate=FPS, options={"x265-params": params})
        stream.width, stream.height, stream.pix_fmt = 64, 96, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = PQ
        for _ in range(70):
            frame = av.VideoFrame(64, 96, "yuv420p10le")
            for plane in planes_of(frame):
                plane[:] = 512
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    ck.open(source).export(out, keep_hdr=True, copy=False)
    for path in (source, out):
        with av.open(str(path)) as container:
            assert light_of(next(container.decode(video=0))) == LIGHT
    assert nal_types(out) <= set(range(22))
    check_by_ffmpeg(out)


def test_none_is_made_up(shelf: Shelf, tmp_path: Path):
    out = tmp_path / "o.mp4"
    ck.open(clip(shelf, "pq")).export(out, keep_hdr=True, copy=False)
    with av.open(str(out)) as container:
        assert light_of(next(container.decode(video=0))) is None


# ---- the picture ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_it_is_turned_upright_bit_for_bit(shelf: Shelf, turn: int, mirrored: bool):
    source = clip(shelf, rotation=turn, mirrored=mirrored)
    for got, coded in zip(painted(ck.open(source)), decoded(source)[0], strict=True):
        np.testing.assert_array_equal(got, upright(coded, turn, mirrored))


def test_it_is_cropped_bit_for_bit(shelf: Shelf):
    source = clip(shelf)
    got = painted(ck.open(source).with_output(size="180x180", fit="cover"))
    for plane, coded, part in zip(
        got, decoded(source)[0], (slice(70, 250), slice(35, 125), slice(35, 125)), strict=True
    ):
        np.testing.assert_array_equal(plane, coded[part])


def test_it_is_scaled_in_ten_bits(tmp_path: Path):
    source = gradient(tmp_path / "ramp.mp4")
    luma = painted(ck.open(source).with_output(size="320x32"))[0]
    assert len(np.unique(luma)) >= 78


@pytest.mark.parametrize("fit", ["contain", "blur"])
def test_what_is_around_it_is_of_ten_bits_too(shelf: Shelf, fit: str):
    source = clip(shelf)
    y, u, v = painted(ck.open(source).with_output(size="320x320", fit=fit))
    coded = decoded(source)[0]
    np.testing.assert_array_equal(y[:, 70:250], coded[0])
    if fit == "contain":
        assert {int(plane[0, 0]) for plane in (u, v)} == {512}
        assert np.unique(y[:, :70]).tolist() == [64]
    else:
        assert abs(float(y[:, :70].mean()) - float(coded[0].mean())) < 150
        assert len(np.unique(y[:, :70] & 3)) == 4


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        (lambda c: c.trim("0.5", "1.5"), list(range(15, 45))),
        (lambda c: c.speed(2), list(range(0, 60, 2))),
        (lambda c: c.speed("0.5").trim(0, 1), [n // 2 for n in range(30)]),
    ],
)
def test_time_goes_as_ever(shelf: Shelf, tmp_path: Path, edit: Callable[[ck.Clip], ck.Clip], wanted: list[int]):
    out = tmp_path / "o.mov"
    edit(ck.open(clip(shelf, seconds=2))).export(out, keep_hdr=True, copy=False)
    assert frame_codes(out) == wanted


def test_what_is_shown_as_rgb_is_sdr(shelf: Shelf):
    project = ck.open(clip(shelf))
    np.testing.assert_array_equal(project.with_output(keep_hdr=True).frames([0])[0], project.frames([0])[0])


# ---- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "container", "code"),
    [
        (lambda c: c.filter("noir"), "mp4", "hdr-coloured"),
        (lambda c: c.filter("noir", start="0.5"), "mp4", "hdr-coloured"),
        (lambda c: c.effect("moviepy:MirrorX"), "mp4", "hdr-coloured"),
        (lambda c: ck.duet(c, c).with_output(target="source"), "mp4", "hdr-composed"),
        (lambda c: c, "webm", "hdr-container"),
        (lambda c: c, "gif", "hdr-container"),
        (lambda c: c.with_output(target="tiktok"), "mp4", "hdr-target"),
    ],
)
def test_what_cannot_keep_it_is_refused_and_says_what_can(shelf: Shelf, change, container: str, code: str):
    project = change(ck.open(clip(shelf)))
    project.plan(container, copy=False)  # is possible in SDR
    with pytest.raises(ck.PlanError) as told:
        project.with_output(keep_hdr=True).plan(container, copy=False)
    assert told.value.code == code
    assert "leave out --keep-hdr: it becomes SDR" in told.value.hint


def test_what_is_not_hdr_is_exported_as_usual(shelf: Shelf, tmp_path: Path):
    source = ck.open(shelf.clip(seconds=1, size=SIZE))
    report = source.export(tmp_path / "kept.mp4", keep_hdr=True, copy=False)
    source.export(tmp_path / "usual.mp4", copy=False)
    assert "nothing here is HDR: exported as usual" in report.notices
    assert (tmp_path / "kept.mp4").read_bytes() == (tmp_path / "usual.mp4").read_bytes()
    assert (
        ck.duet(source, source).filter("noir").with_output(keep_hdr=True).plan("mp4", copy=False).output.encoding.hdr
        is False
    )


def test_the_plan_and_the_document_say_so(shelf: Shelf):
    project = ck.open(clip(shelf, "pq")).with_output(keep_hdr=True)
    lines = describe.lines(project.plan("mp4", copy=False))
    assert "libx265" in lines[0]
    assert "PQ kept" in lines[1]
    text = dumps(project.project)
    assert loads(text) == project.project
    data = json.loads(text)
    assert data["output"].pop("keep_hdr") is True
    assert loads(json.dumps(data)).output.keep_hdr is False  # of an older document


def test_what_does_not_change_is_copied_and_what_is_cut_is_encoded(shelf: Shelf, tmp_path: Path):
    source = ck.open(clip(shelf, seconds=2))
    whole = source.export(tmp_path / "whole.mp4", keep_hdr=True)
    assert whole.copied == whole.frames == 2 * FPS
    part = source.trim("0.1", "1.5").export(tmp_path / "part.mp4", keep_hdr=True)
    assert (part.copied, part.frames) == (0, 42)
    assert video_facts(tmp_path / "part.mp4").transfer == 18
    assert frame_codes(tmp_path / "part.mp4") == list(range(3, 45))


def test_hdr_in_h264_is_encoded_as_hevc(shelf: Shelf, tmp_path: Path):
    source = shelf.clip(seconds=1, size=SIZE, colour=HLG)
    assert ck.open(source).plan("mp4").copied == FPS
    report = ck.open(source).export(tmp_path / "o.mp4", keep_hdr=True)
    assert report.copied == 0
    facts = video_facts(tmp_path / "o.mp4")
    assert (facts.codec, facts.pix_fmt, facts.transfer) == ("hevc", "yuv420p10le", 18)


# ---- real clips ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not REAL.is_dir(), reason="CLIPKIT_REAL_MEDIA names no folder")
@pytest.mark.parametrize("name", ["android14-hlg10-gps.mp4", "iphone12promax-hlg-rot90-gps.mp4"])
def test_clips_of_phones(tmp_path: Path, name: str):
    out = tmp_path / "o.mp4"
    project = ck.open(REAL / name)
    project.export(out, keep_hdr=True, copy=False)
    facts = video_facts(out)
    assert (facts.codec, facts.pix_fmt, facts.transfer, facts.rotation) == ("hevc", "yuv420p10le", 18, 0)
    with Painter(project.with_output(keep_hdr=True).plan("mp4", copy=False), Tables()) as painter:
        wanted = [plane.copy() for plane in planes_of(painter.paint(0))]
    assert all(psnr(a, b) >= 38 for a, b in zip(decoded(out)[0], wanted, strict=True))
    check_by_ffmpeg(out)
