"""Copied spans: frame-exact by barcode, bit-identical where copied, clean to every decoder; or encoded, and said so.

The oracle is the rule of `test_frames` and the source as PyAV decodes it from its beginning; nothing here trusts the
seam check of clipkit, which is put to the test itself.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import unquote

import av
import numpy as np
import pytest

import clipkit as ck
from clipkit.engine import coding, copied, seams
from clipkit.engine.coding import Coding
from clipkit.engine.encoder import EncodedPacket
from clipkit.engine.render import Report
from clipkit.plan import describe
from clipkit.plan.types import Copy, Encode, Plan
from cuts import av_complaints, decoded, ffmpeg_complaints, shown_frames, source_of
from measure import frame_codes, frame_times, mp4_facts, orientation, upright_codes, video_facts
from media import HLG, Shelf, uneven_times
from odd_streams import write_stream

LONG = bool(os.environ.get("CLIPKIT_LONG"))
CHROMIUM = shutil.which("chromium")
CUTS = 1000 if LONG else 80
SIZE = (96, 160)

CLIPS: dict[str, dict[str, Any]] = {
    "gop 1": {"gop": 1},
    "gop 12": {"gop": 12},
    "gop 12, B": {"gop": 12, "bframes": 2},
    "gop 30, B, 29.97": {"gop": 30, "bframes": 3, "fps": Fraction(30000, 1001)},
    "gop 250, B": {"gop": 250, "bframes": 3},
    "gop 250": {"gop": 250},
    "open gop": {"gop": 15, "bframes": 2, "open_gop": True},
    "variable rate": {"gop": 10, "timestamps": uneven_times(150), "fps": 60},
    "sideways": {"gop": 20, "bframes": 2, "rotation": 90},
    "mirrored": {"gop": 20, "rotation": 270, "mirrored": True},
    "full range": {"gop": 24, "colour": (1, 1, 1, 2), "pix_fmt": "yuvj420p"},
    "late": {"gop": 15, "first_pts": Fraction(1, 5), "sound": "tones"},
    "mov": {"suffix": ".mov", "gop": 20, "bframes": 2},
    "mkv": {"suffix": ".mkv", "gop": 20, "bframes": 2},
    "ts": {"suffix": ".ts", "gop": 20, "bframes": 2},
    "hevc": {"codec": "libx265", "gop": 10, "bframes": 2},
    "hevc, open gop": {"codec": "libx265", "gop": 15, "bframes": 2, "open_gop": True},
    "hevc 10 bit": {"codec": "libx265", "gop": 10, "pix_fmt": "yuv420p10le", "colour": HLG},
}
SECONDS = 4


def clip_of(shelf: Shelf, name: str) -> Path:
    words = {"seconds": SECONDS, "size": SIZE, "clip_id": 3, **CLIPS[name]}
    return shelf.clip(words.pop("suffix", ".mp4"), **words)


# ---- the judge ----------------------------------------------------------------------------------------------------


def slices(path: Path, indices: range) -> Iterator[bytes]:
    """The slices of H.264 packets of an MP4, by decode order."""
    with av.open(f"file:{path}") as container:
        packets = [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]
    for index in indices:
        data, at = packets[index], 0
        while at < len(data):
            end = at + 4 + int.from_bytes(data[at : at + 4], "big")
            if data[at + 4] & 31 in (1, 5):
                yield data[at + 4 : end]
            at = end


def check(source: Path, out: Path, plan: Plan, start: Fraction, first: int = 0) -> int:
    """All that must hold of a smart cut of a clip whose codes begin with `first`; returns how many were copied."""
    shown, told = shown_frames(source, plan, start), source_of(source)
    turned = plan.output.as_coded is not None and not plan.output.as_coded.orientation.identity
    assert (upright_codes if turned else frame_codes)(out) == [first + n for n in shown]
    assert frame_times(out) == [n / plan.output.rate for n in range(len(shown))]
    looks = [look for _, look in decoded(out)]
    for span in plan.spans:
        if isinstance(span, Copy):
            same = [looks[n] == told.digests[shown[n]] for n in range(span.start, span.stop)]
            assert all(same), (span, same.index(False))
            if source.suffix != ".ts" and plan.output.video.encoder == "libx264":
                content = source.read_bytes()
                assert all(piece in content for piece in slices(out, range(span.start, span.stop)))
    assert av_complaints(out) == []
    assert ffmpeg_complaints(out) == ""
    return plan.copied


# ---- many cuts -----------------------------------------------------------------------------------------------------


def cuts(count: int) -> list[tuple[str, Fraction, Fraction]]:
    """Clips with where to cut them: at awkward times, on frames, at the ends."""
    choose = random.Random(20)
    found = []
    for number in range(count):
        name = list(CLIPS)[number % len(CLIPS)]
        start, end = sorted(Fraction(choose.randrange(0, 1000 * SECONDS), 1000) for _ in range(2))
        grid = choose.choice((None, Fraction(1, 30), Fraction(1, 3)))
        if grid is not None:
            start, end = (round(moment / grid) * grid for moment in (start, end))
        found.append((name, choose.choice((start, start, Fraction(0))), end + Fraction(1, 4)))
    return found


@pytest.mark.parametrize("share", range(8))
def test_cuts(shelf: Shelf, tmp_path: Path, share: int) -> None:
    copied_frames = 0
    for number, (name, start, end) in list(enumerate(cuts(CUTS)))[share::8]:
        source, out = clip_of(shelf, name), tmp_path / f"{number}.mp4"
        clip = ck.open(source).trim(start, end).with_output(quality="draft")
        plan = clip.plan("mp4")
        report = clip.export(out)
        assert (report.notices, report.copied) == (plan.notices, plan.copied), (name, start, end)
        copied_frames += check(source, out, plan, start)
        out.unlink()
    assert copied_frames > 20 * CUTS / 8


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_whole_clips(shelf: Shelf, tmp_path: Path, name: str, suffix: str) -> None:
    source, out = clip_of(shelf, name), tmp_path / f"o{suffix}"
    plan = ck.open(source).plan(suffix[1:])
    report = ck.open(source).export(out)
    assert report.copied == check(source, out, plan, Fraction(0))
    assert (report.copied == report.frames) == (name not in ("variable rate", "late"))


def test_the_judges_can_fail(shelf: Shelf, tmp_path: Path) -> None:
    """On a picture that is damaged, and on another clip's."""
    source, out = clip_of(shelf, "gop 12, B"), tmp_path / "o.mp4"

    def garbled(index: int, data: bytes) -> bytes:
        return data if index != 15 else data[:12] + b"\xff" * (len(data) - 12)

    write_stream(out, change=garbled, length_size=4)
    assert av_complaints(out)
    assert ffmpeg_complaints(out)
    plan = ck.open(source).plan("mp4")
    with pytest.raises(AssertionError):
        check(source, shelf.clip(size=SIZE, seconds=SECONDS, clip_id=4), plan, Fraction(0))


# ---- what is copied ------------------------------------------------------------------------------------------------


def exported(clip: ck.Clip, out: Path, **options: Any) -> tuple[Report, Plan]:
    clip = clip.with_output(quality="draft")
    return clip.export(out, **options), clip.plan(out.suffix[1:])


def test_another_song_or_gain_copies_all_of_the_picture(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(seconds=3, size=SIZE, sound="tones", gop=90)
    song = shelf.clip(".m4a", picture=False, seconds=4, sound=("tones",), clip_id=7)
    report, plan = exported(ck.open(source).music(song, original_gain_db=-6), tmp_path / "o.mp4")
    assert (report.copied, report.frames) == (90, 90)
    assert check(source, tmp_path / "o.mp4", plan, Fraction(0)) == 90
    once, _ = exported(ck.open(source).music(song, original_gain_db=-6), tmp_path / "e.mp4", copy=False)
    assert once.copied == 0
    assert ck.open(tmp_path / "o.mp4").samples().tolist() == ck.open(tmp_path / "e.mp4").samples().tolist()


def test_a_cut_of_a_cut_of_a_cut(shelf: Shelf, tmp_path: Path) -> None:
    """Each has one more parameter set in its header, of an id that was free."""
    source = clip_of(shelf, "gop 12, B")
    for number, start in enumerate(("0.23", "0.31", "0.11")):
        out = tmp_path / f"{number}.mp4"
        report, plan = exported(ck.open(source).trim(start), out)
        assert 0 < report.copied < report.frames
        check(source, out, plan, Fraction(start), frame_codes(source)[0])
        with av.open(str(out)) as container:
            config = container.streams.video[0].codec_context.extradata
        assert (config[5] & 31) == number + 2
        source = out


def test_rotation_stays_in_the_header(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(seconds=2, size=SIZE, rotation=90, mirrored=True, gop=10)
    report, plan = exported(ck.open(source).trim("0.2"), tmp_path / "o.mp4")
    assert 0 < report.copied < report.frames
    before, after = (orientation(mp4_facts(path).track("vide")) for path in (source, tmp_path / "o.mp4"))
    assert before == after
    assert video_facts(tmp_path / "o.mp4").size == (SIZE[1], SIZE[0])
    assert str(plan.expect.size) == f"{SIZE[0]}x{SIZE[1]}"


@pytest.mark.parametrize("name", ["hevc", "hevc 10 bit"])
def test_hevc_is_copied_on_closed_boundaries(shelf: Shelf, tmp_path: Path, name: str) -> None:
    source = clip_of(shelf, name)
    on = ck.open(source).trim(1, 3)
    report, plan = exported(on, tmp_path / "on.mp4")
    assert report.copied == report.frames == check(source, tmp_path / "on.mp4", plan, Fraction(1)) == 60
    off, plan = exported(ck.open(source).trim("1.1", 3), tmp_path / "off.mp4")
    assert off.copied == 0
    assert plan.spans[0].reason == "not on a keyframe, and HEVC is not spliced"


def test_hdr_stays_hdr_where_all_of_it_is_copied(shelf: Shelf, tmp_path: Path) -> None:
    source = clip_of(shelf, "hevc 10 bit")
    song = shelf.clip(".m4a", picture=False, seconds=4, sound=("tones",), clip_id=7)
    exported(ck.open(source).music(song), tmp_path / "o.mp4")
    facts = video_facts(tmp_path / "o.mp4")
    assert (facts.codec, facts.pix_fmt) == ("hevc", "yuv420p10le")
    assert (facts.primaries, facts.transfer, facts.matrix, facts.range) == HLG
    with av.open(str(tmp_path / "o.mp4")) as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"
    exported(ck.open(source).music(song), tmp_path / "e.mp4", copy=False)
    assert video_facts(tmp_path / "e.mp4").transfer == 1


@pytest.mark.parametrize("name", ["gop 12, B", "sideways", "full range", "gop 30, B, 29.97"])
def test_edges_look_like_the_source(shelf: Shelf, tmp_path: Path, name: str) -> None:
    source = clip_of(shelf, name)
    _, plan = exported(ck.open(source).trim("0.31", "3.01"), tmp_path / "o.mp4")
    shown = shown_frames(source, plan, Fraction("0.31"))
    with av.open(str(source)) as a, av.open(str(tmp_path / "o.mp4")) as b:
        before = [frame.to_ndarray().astype(int) for frame in a.decode(video=0)]
        after = [frame.to_ndarray().astype(int) for frame in b.decode(video=0)]
    edges = [n for span in plan.spans if isinstance(span, Encode) for n in range(span.start, span.stop)]
    assert len(edges) > 3
    assert min(10 * np.log10(255**2 / np.mean((after[n] - before[shown[n]]) ** 2)) for n in edges) > 34


def test_any_workers_and_a_warm_cache_give_the_same_bytes(shelf: Shelf, tmp_path: Path) -> None:
    clip = ck.open(clip_of(shelf, "gop 30, B, 29.97")).trim("0.31", "3.01").with_output(quality="draft")
    made = [clip.export(tmp_path / f"{n}.mp4", workers=n) for n in (1, 2, 3)]
    assert made[0].reused == 0
    assert made[1].reused == made[0].frames - made[0].copied > 0
    assert len({Path(report.path).read_bytes() for report in made}) == 1


def test_progress_counts_copied_frames_as_done(shelf: Shelf, tmp_path: Path) -> None:
    told: list[Any] = []
    clip = ck.open(clip_of(shelf, "gop 12, B")).trim("0.1", "3.9")
    report = clip.export(tmp_path / "o.mp4", progress=told.append)
    assert told[-1].done == told[-1].total == report.frames
    assert told[-1].ready == report.copied > 0


def test_nothing_of_the_source_gets_through(shelf: Shelf, tmp_path: Path) -> None:
    """Names of encoders in the stream, words in the header, a name of a handler: none is in the output."""
    words = (("comment", "secret-comment"), ("location", "+12.3456+065.4321/"))
    for codec, mark in (("libx264", b"x264 - core"), ("libx265", b"x265 (build")):
        source = shelf.clip(seconds=2, size=SIZE, gop=10, codec=codec, metadata=words)
        out = tmp_path / f"{codec}.mp4"
        report, _ = exported(ck.open(source).trim(0 if codec == "libx265" else "0.1"), out)
        assert report.copied > 0
        assert mark in source.read_bytes()
        assert b"secret-comment" in source.read_bytes()
        for trace in (b"x264", b"x265", b"secret", b"+12.3456", b"Lavf", b"Lavc"):
            assert trace not in out.read_bytes(), trace


# ---- the list of what must hold, each line broken once ---------------------------------------------------------------


def refused(source: Path, out: Path, reason: str, start: str = "0.3") -> None:
    """The clip is encoded, right, and the plan says why."""
    report, plan = exported(ck.open(source).trim(start), out)
    assert (report.copied, report.notices) == (0, plan.notices)
    assert any(reason in line for line in describe.lines(plan)), describe.lines(plan)[-1]
    codes = frame_codes(out)
    assert codes == shown_frames(source, plan, Fraction(start))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"codec": "libvpx-vp9", "suffix": ".webm"}, "VP9 is not copied"),
        ({"pix_fmt": "yuv422p"}, "H264 in yuv422p is not copied"),
        ({"pix_fmt": "yuv420p10le"}, "H264 in yuv420p10le is not copied"),
        ({"sar": Fraction(4, 3), "size": (180, 320)}, "its pixels are not square"),
        ({"open_gop": True, "bframes": 2, "gop": 15}, "H264 with leading pictures at 0:00.50"),
        ({"codec": "libx265", "open_gop": True, "bframes": 2, "gop": 15}, "HEVC with leading pictures at 0:00.50"),
        ({"timestamps": uneven_times(60), "fps": 60}, "frames are not one to one: variable rate"),
        ({"gop": 250}, "not on a keyframe"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_clips_that_are_not_copied(shelf: Shelf, tmp_path: Path, words: dict[str, Any], reason: str) -> None:
    words = {"seconds": 2, "size": SIZE, **words}
    refused(shelf.clip(words.pop("suffix", ".mp4"), **words), tmp_path / "o.mp4", reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda clip: clip.filter("noir"), "the picture is filtered"),
        (lambda clip: clip.speed(2), "its speed changes"),
        (lambda clip: clip.with_output(size=(48, 80)), "its size changes from 96x160"),
        (lambda clip: clip.with_output(fps=25), "its frame rate changes"),
        (lambda clip: clip.with_output(target="tiktok", size=(360, 640)), "its size changes from 96x160"),
        (lambda clip: ck.duet(clip, clip).with_output(target="source"), "every frame is composed anew"),
    ],
)
def test_edits_that_are_not_copied(shelf: Shelf, change: Any, reason: str) -> None:
    plan = change(ck.open(clip_of(shelf, "gop 12"))).plan("mp4")
    assert {span.reason for span in plan.spans} == {reason}
    assert plan.copied == 0


def test_a_target_that_limits_gops(shelf: Shelf) -> None:
    source = shelf.clip(seconds=1, size=(1080, 1920))
    assert ck.open(source).plan("mp4").copied == 30
    plan = ck.open(source).with_output(target="tiktok").plan("mp4")
    assert {span.reason for span in plan.spans} == {"the target tiktok limits GOPs"}


@pytest.mark.parametrize(("container", "reason"), [("webm", "webm is encoded anew"), ("gif", "gif is encoded anew")])
def test_other_containers(shelf: Shelf, container: str, reason: str) -> None:
    assert ck.open(clip_of(shelf, "gop 12")).plan(container).spans[0].reason == reason


def test_copying_switched_off(shelf: Shelf, tmp_path: Path) -> None:
    report, _ = exported(ck.open(clip_of(shelf, "gop 12")), tmp_path / "o.mp4", copy=False)
    assert report.copied == 0
    assert ck.open(clip_of(shelf, "gop 12")).plan("mp4", copy=False).spans[0].reason == "copying is switched off"


def test_interlaced(tmp_path: Path) -> None:
    source = write_stream(tmp_path / "s.mp4", params="tff=1")
    refused(source, tmp_path / "o.mp4", "it is interlaced")


def test_parameter_sets_that_change_on_the_way(tmp_path: Path) -> None:
    """From frame 30 on each GOP brings sets of another encoder, under the same ids."""
    source = write_stream(tmp_path / "s.mp4", later="ref=1:cabac=0")
    plan = ck.open(source).plan("mp4")
    assert (plan.spans[0].stop, plan.copied) == (30, 30)
    report, plan = exported(ck.open(source), tmp_path / "o.mp4")
    assert report.copied == check(source, tmp_path / "o.mp4", plan, Fraction(0)) == 30
    assert describe.lines(plan)[-1].endswith("the end re-encoded: its parameter sets change on the way")


def test_that_check_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copied all the same, the later GOPs are read with the first sets: the seam check finds out."""
    monkeypatch.setattr(Coding, "fault", lambda *_: "")
    source = write_stream(tmp_path / "s.mp4", later="ref=1:cabac=0")
    report, _ = exported(ck.open(source), tmp_path / "o.mp4")
    assert report.copied == 0
    assert any("beside a seam" in notice for notice in report.notices)
    assert frame_codes(tmp_path / "o.mp4") == list(range(60))


def test_the_same_sets_over_and_over_are_no_obstacle(shelf: Shelf, tmp_path: Path) -> None:
    """As MPEG-TS has them, before each keyframe: they are in the header once, and not in the packets."""
    source = clip_of(shelf, "ts")
    report, _ = exported(ck.open(source), tmp_path / "o.mp4")
    assert report.copied == report.frames
    with av.open(str(tmp_path / "o.mp4")) as container:
        packets = [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]
    assert {packet[4] & 31 for packet in packets} == {1, 5}


def test_a_keyframe_that_is_no_idr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recovery point: pictures after it may be decodable from there, but parameter sets may not change there."""
    source = write_stream(tmp_path / "s.mp4", params="open-gop=1:keyint=250", bf=1, intra=(30,))
    refused(source, tmp_path / "o.mp4", "open GOP at 0:01.00")
    with monkeypatch.context() as patch:
        patch.setattr(Coding, "opens", lambda *_: "anywhere")
        plan = _fresh(source, tmp_path).trim("0.3").plan("mp4")
        assert plan.copied == 30


def _fresh(source: Path, folder: Path) -> ck.Clip:
    """The same clip under another name: nothing is remembered of it."""
    copy = folder / "fresh.mp4"
    copy.write_bytes(source.read_bytes())
    return ck.open(copy)


def test_an_edit_list_that_hides_frames(shelf: Shelf, tmp_path: Path) -> None:
    """The first five frames of a GOP are there for the decoder and never shown: that GOP is not copied."""
    whole = shelf.clip(seconds=2, size=SIZE, gop=15)
    source = tmp_path / "s.mp4"
    data = bytearray(whole.read_bytes())
    at = data.index(b"elst") + 16
    ticks = int(mp4_facts(whole).track("vide").timescale * Fraction(5, 30))
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "big") + ticks).to_bytes(4, "big")
    source.write_bytes(data)
    assert frame_codes(source)[0] == 5
    report, plan = exported(ck.open(source), tmp_path / "o.mp4")
    assert [type(span) for span in plan.spans][:2] == [Encode, Copy]
    assert plan.spans[0].stop == 10
    assert frame_codes(tmp_path / "o.mp4")[:55] == list(range(5, 60))
    assert report.copied >= 30


def test_frames_with_the_same_time(tmp_path: Path) -> None:
    source = write_stream(tmp_path / "s.mp4", bf=2, times=lambda n: n - (n == 20))
    plan = ck.open(source).plan("mp4")
    assert plan.spans[0].reason in ("two frames have the same time", "a frame has no time")
    assert plan.copied == 0


@pytest.mark.parametrize("size", [2, 4])
def test_lengths_of_two_bytes(tmp_path: Path, size: int) -> None:
    source = write_stream(tmp_path / "s.mp4", length_size=size)
    with av.open(str(source)) as container:
        assert (container.streams.video[0].codec_context.extradata[4] & 3) + 1 == size
    report, plan = exported(ck.open(source).trim("0.3"), tmp_path / "o.mp4")
    assert report.copied == check(source, tmp_path / "o.mp4", plan, Fraction("0.3")) == 45


def test_a_damaged_packet(shelf: Shelf, tmp_path: Path) -> None:
    """Its GOP is encoded, from what still decodes; the others are copied."""

    def cut(index: int, data: bytes) -> bytes:
        return data if index != 35 else b"\0\0\xff\xff" + data[4:]

    source = write_stream(tmp_path / "s.mp4", change=cut, length_size=4)
    plan = ck.open(source).plan("mp4")
    assert any("a packet is damaged" in span.reason for span in plan.spans)
    assert plan.copied < 60
    assert all(not span.start <= 35 < span.stop for span in plan.spans if isinstance(span, Copy))


def test_what_is_no_plain_picture(tmp_path: Path) -> None:
    def partitioned(index: int, data: bytes) -> bytes:
        return data if index < 45 else bytes((*data[:4], data[4] & 0xE0 | 2, *data[5:]))

    source = write_stream(tmp_path / "s.mp4", change=partitioned, length_size=4)
    plan = ck.open(source).plan("mp4")
    assert plan.spans[-1].reason == "it holds what clipkit does not copy"
    assert plan.copied == 45


def test_without_a_free_id_edges_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding.h264, "_IDS", 1)
    source = write_stream(tmp_path / "s.mp4")
    assert ck.open(source).plan("mp4").spans[0].reason == "no parameter set id is free"


def test_ids_must_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the source's own id the edges' sets hide the source's: found at the seams, and encoded."""
    monkeypatch.setattr(coding.h264, "free_id", lambda _: 0)
    source = write_stream(tmp_path / "s.mp4", params="cabac=0")
    report, _ = exported(ck.open(source).trim("0.3"), tmp_path / "o.mp4")
    assert report.copied == 0
    assert any(notice.startswith("everything was encoded: ") for notice in report.notices)
    assert frame_codes(tmp_path / "o.mp4") == list(range(9, 60))


# ---- a browser -----------------------------------------------------------------------------------------------------

PAGE = b"""<!doctype html><video id=v muted autoplay src=/clip.mp4></video><script>
const tell = what => fetch("/told?" + encodeURIComponent(what));
v.onended = () => { const q = v.getVideoPlaybackQuality();
  tell(["ended", v.currentTime.toFixed(3), v.videoWidth, v.videoHeight, q.corruptedVideoFrames].join(" ")); };
v.onerror = () => tell("error " + v.error.code + " " + v.error.message);
v.play().catch(error => tell("refused " + error));
</script>"""


def played(path: Path, profile: Path) -> str:
    """What Chromium says at the end of a file."""
    told: Queue[str] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/told?"):
                told.put(unquote(self.path.removeprefix("/told?")))
            content = path.read_bytes() if self.path == "/clip.mp4" else PAGE
            self.send_response(200)
            self.send_header("Content-Type", "video/mp4" if self.path == "/clip.mp4" else "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--mute-audio", f"--user-data-dir={profile}"]
    words += ["--autoplay-policy=no-user-gesture-required", f"http://127.0.0.1:{server.server_port}/"]
    browser = subprocess.Popen([CHROMIUM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return told.get(timeout=90)
    finally:
        browser.terminate()
        browser.wait(timeout=20)
        server.shutdown()
        server.server_close()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("name", ["gop 12, B", "sideways", "open gop"])
def test_chromium_plays_it_to_the_end(shelf: Shelf, tmp_path: Path, name: str) -> None:
    clip = ck.open(clip_of(shelf, name)).trim("0.31" if name != "open gop" else 0, "2.5")
    report, _ = exported(clip, tmp_path / "o.mp4")
    assert report.copied > 0
    width, height = SIZE
    said = played(tmp_path / "o.mp4", tmp_path / "profile").split()
    assert said[0] == "ended", said
    assert float(said[1]) == pytest.approx(report.duration, abs=0.04)
    assert said[2:] == [str(width), str(height), "0"]


# ---- seams ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["first", "second", "last"])
def test_a_seam_that_fails_is_made_again_without(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A frame beside a seam that shows another one, though everything decodes."""
    real = copied.copied_packets

    def planted(*args: Any) -> Iterator[EncodedPacket]:
        packets = list(real(*args))
        wanted = {"first": 0, "second": 1, "last": len(packets) - 1}[place]
        # Of GOP 1: each packet is a picture of its own.
        packets[wanted] = EncodedPacket(packets[wanted // 2 + 5].data, packets[wanted].pts, True)
        yield from packets

    source = clip_of(shelf, "gop 1")
    clip = ck.open(source).trim("0.5", "2.5")
    monkeypatch.setattr("clipkit.engine.spans.copied_packets", planted)
    out = tmp_path / "o.mp4"
    report, plan = exported(clip, out)
    assert plan.copied == 60
    assert (report.copied, report.frames) == (0, 60)
    assert any(notice.startswith("everything was encoded: the picture at ") for notice in report.notices)
    assert frame_codes(out) == list(range(15, 75))
    assert [path.name for path in tmp_path.iterdir()] == ["o.mp4"]


def test_an_edge_that_shows_something_else_fails(shelf: Shelf, tmp_path: Path) -> None:
    clip = ck.open(clip_of(shelf, "gop 12, B")).trim("0.5", "2.5").with_output(quality="draft")
    plan = clip.plan("mp4")
    clip.export(tmp_path / "o.mp4")
    seams.check_seams(tmp_path / "o.mp4", plan)
    other = ck.open(clip_of(shelf, "gop 12, B")).trim("0.6", "2.6").plan("mp4")
    with pytest.raises(ck.RenderError) as caught:
        seams.check_seams(tmp_path / "o.mp4", other)
    assert caught.value.code == "seam-failed"
