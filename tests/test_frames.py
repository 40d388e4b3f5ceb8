"""Frame exactness: each output frame shows the source frame that the rule says, asserted as lists of frame numbers.

The rule: at output time n/fps the picture is the last source frame whose timestamp is not after the mapped time.
"""

from __future__ import annotations

import math
import os
from fractions import Fraction
from pathlib import Path

import pytest

import clipkit as ck
from clipkit.api.clip import Clip
from measure import frame_codes, frame_readings, frame_times, video_facts
from media import Shelf, uneven_times

LONG = bool(os.environ.get("CLIPKIT_LONG"))
RATES = [
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
]
SPEEDS = ["0.3", "0.5", "1", "2", "3"]
SMALL = (180, 320)


def rate_id(rate: Fraction) -> str:
    return f"{float(rate):.2f}fps"


def expected(times: list[Fraction], frames: int, fps: Fraction, start: Fraction, factor: Fraction) -> list[int]:
    """The rule itself, written down once more: source frame numbers of an output of constant rate."""
    shown = []
    for n in range(frames):
        moment = start + n / fps * factor
        shown.append(max((i for i, time in enumerate(times) if time <= moment), default=0))
    return shown


def export(clip: Clip, out: Path, **options: object) -> Path:
    clip.export(out, quality="draft", **options)  # crf 23
    return out


def check(out: Path, fps: Fraction, shown: list[int]) -> None:
    assert frame_codes(out) == shown
    assert frame_times(out) == [n / fps for n in range(len(shown))]


@pytest.mark.parametrize("copy", [True, False], ids=["copy", "encode"])
@pytest.mark.parametrize("fps", RATES, ids=rate_id)
def test_trim(shelf: Shelf, tmp_path: Path, fps: Fraction, copy: bool) -> None:
    source = shelf.clip(fps=fps, seconds=4, size=SMALL, gop=40, bframes=2)
    start, end = Fraction("0.7"), Fraction("3.21")
    out = export(ck.open(source).trim(start, end), tmp_path / "o.mp4", copy=copy)
    frames = math.ceil((end - start) * fps)
    check(out, fps, expected([n / fps for n in range(math.ceil(4 * fps))], frames, fps, start, Fraction(1)))


@pytest.mark.parametrize("fps", RATES, ids=rate_id)
@pytest.mark.parametrize("factor", SPEEDS)
def test_speed(shelf: Shelf, tmp_path: Path, fps: Fraction, factor: str) -> None:
    source = shelf.clip(fps=fps, seconds=3, size=SMALL, gop=40, bframes=2)
    count = math.ceil(3 * fps)
    exact = Fraction(factor)
    out = export(ck.open(source).trim(0, count / fps).speed(factor), tmp_path / "o.mp4")
    frames = math.ceil(count / fps / exact * fps)
    check(out, fps, expected([n / fps for n in range(count)], frames, fps, Fraction(0), exact))


@pytest.mark.parametrize("factor", ["0.5", "1", "1.5", "3"])
def test_variable_rate(shelf: Shelf, tmp_path: Path, factor: str) -> None:
    times = uneven_times(60)
    source = shelf.clip(timestamps=times, fps=60, size=SMALL, gop=25)
    exact, fps = Fraction(factor), Fraction(30)
    out = tmp_path / "o.mp4"
    report = ck.open(source).speed(factor).export(out, fps=30, quality="draft")
    duration = (times[-1] + Fraction(1, 60)) / exact
    assert report.frames == math.ceil(duration * fps)
    check(out, fps, expected(list(times), report.frames, fps, Fraction(0), exact))


def test_late_first_timestamp_holds_the_first_frame(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(fps=30, seconds=2, size=SMALL, first_pts=Fraction(1, 2), sound="tones")
    out = export(ck.open(source), tmp_path / "o.mp4", copy=False)
    check(out, Fraction(30), [0] * 15 + list(range(60)))


def test_a_millisecond_clock_does_not_judder(shelf: Shelf, tmp_path: Path) -> None:
    """Matroska rounds 1/30 s to whole milliseconds; the frames still stand on their grid."""
    source = shelf.clip(".webm", fps=30, seconds=2, size=SMALL)
    out = export(ck.open(source), tmp_path / "o.mp4", copy=False)
    check(out, Fraction(30), list(range(60)))


@pytest.mark.parametrize("start", ["2.5", "5.03", "8.9"])
@pytest.mark.parametrize("gop", [1, 12, 250])
def test_seeking_is_exact(shelf: Shelf, tmp_path: Path, start: str, gop: int) -> None:
    source = shelf.clip(fps=30, seconds=10, size=SMALL, gop=gop, bframes=3, open_gop=gop == 12)
    first = Fraction(start)
    out = export(ck.open(source).trim(first, first + 1), tmp_path / "o.mp4", copy=False)
    check(out, Fraction(30), expected([n / Fraction(30) for n in range(300)], 30, Fraction(30), first, Fraction(1)))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_frames_are_the_same_for_any_number_of_workers(shelf: Shelf, tmp_path: Path, workers: int) -> None:
    source = shelf.clip(fps=30, seconds=10, size=SMALL, gop=250, bframes=3, open_gop=False, sound="tones")
    out = tmp_path / "o.mp4"
    ck.open(source).export(out, quality="draft", workers=workers, copy=False)
    once = tmp_path / "once.mp4"
    ck.open(source).export(once, quality="draft", workers=1, copy=False)
    assert frame_codes(out) == list(range(300))
    assert out.read_bytes() == once.read_bytes()


@pytest.mark.parametrize("layout", ["left-right", "top-bottom"])
@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30000, 1001)], ids=rate_id)
def test_duet(shelf: Shelf, tmp_path: Path, layout: str, fps: Fraction) -> None:
    """Mine sets the rate; the other is read by its own timestamps, and stands still when it ends."""
    mine = shelf.clip(fps=fps, seconds=2, size=(360, 640), clip_id=1)
    other = shelf.clip(fps=30, frames=45, size=(360, 640), clip_id=2)
    out = export(ck.duet(mine, other, layout=layout), tmp_path / "o.mp4", size="720x1280")
    boxes = {
        "left-right": ((0, 0, 360, 1280), (360, 0, 360, 1280)),
        "top-bottom": ((0, 0, 720, 640), (0, 640, 720, 640)),
    }
    count = math.ceil(math.ceil(2 * fps) / fps * fps)
    left, right = (frame_readings(out, box) for box in boxes[layout])
    assert [(r.clip, r.frame) if r else None for r in left] == [(1, n) for n in range(count)]
    others = expected([n / Fraction(30) for n in range(45)], count, fps, Fraction(0), Fraction(1))
    assert [(r.clip, r.frame) if r else None for r in right] == [(2, n) for n in others]


@pytest.mark.parametrize("offset", ["0.4", "-0.4"])
def test_duet_offset(shelf: Shelf, tmp_path: Path, offset: str) -> None:
    mine = shelf.clip(fps=30, seconds=2, size=(360, 640), clip_id=1)
    other = shelf.clip(fps=30, seconds=2, size=(360, 640), clip_id=2)
    out = export(ck.duet(mine, other, layout="top-bottom", offset=offset), tmp_path / "o.mp4", size="720x1280")
    shift = int(Fraction(offset) * 30)
    assert frame_codes(out, (0, 0, 720, 640)) == list(range(60))
    assert frame_codes(out, (0, 640, 720, 640)) == [min(max(n - shift, 0), 59) for n in range(60)]


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30)], ids=rate_id)
def test_react(shelf: Shelf, tmp_path: Path, fps: Fraction) -> None:
    mine = shelf.clip(fps=fps, seconds=2, size=(360, 640), clip_id=1)
    other = shelf.clip(fps=30, seconds=3, size=(360, 640), clip_id=2)
    clip = ck.react(mine, other, at=(0.8, 0.15), scale=0.36, shape="rectangle")
    out = export(clip, tmp_path / "o.mp4", size="720x1280")
    window = (446, 0, 260, 442)
    count = math.ceil(2 * fps)
    assert [(r.clip, r.frame) if r else None for r in frame_readings(out, window)] == [(1, n) for n in range(count)]
    behind = [(r.clip, r.frame) if r else None for r in frame_readings(out, (0, 442, 720, 838))]
    whole = [(r.clip, r.frame) if r else None for r in frame_readings(out)]
    others = expected([n / Fraction(30) for n in range(90)], count, fps, Fraction(0), Fraction(1))
    assert (2, others[-1]) in (behind[-1], whole[-1])


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_upright(shelf: Shelf, tmp_path: Path, turn: int, mirrored: bool) -> None:
    """A mirrored or sideways barcode cannot be read."""
    source = shelf.clip(seconds=1, size=SMALL, rotation=turn, mirrored=mirrored)
    out = export(ck.open(source), tmp_path / "o.mp4", copy=False)
    check(out, Fraction(30), list(range(30)))
    assert video_facts(out).size == SMALL


def test_the_output_is_what_the_target_says(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(seconds=5, size=(360, 640), sound="tones")
    out = export(ck.open(source), tmp_path / "o.mp4", target="tiktok")
    facts = video_facts(out)
    assert facts.size == (1080, 1920)
    assert facts.pix_fmt == "yuv420p"
    assert (facts.primaries, facts.transfer, facts.matrix, facts.range) == (1, 1, 1, 1)
    assert facts.profile == "High"
    assert facts.count == 150
    assert all(later - earlier <= 60 for earlier, later in zip(facts.keyframes, facts.keyframes[1:], strict=False))


def test_this_comparer_can_fail(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(fps=30, seconds=2, size=SMALL)
    out = export(ck.open(source).trim("0.5", 2), tmp_path / "o.mp4")
    assert frame_codes(out) == list(range(15, 60))
    assert frame_codes(out) != list(range(14, 59))
