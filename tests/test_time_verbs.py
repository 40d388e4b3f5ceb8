"""What shows when time runs backwards, stands still, comes again or changes its speed: lists of source frames.

The rule, for time that runs forwards: the last source frame whose timestamp is not after the mapped time. A frame is so
on show in [a, b), and backwards in the mirrored range: the last source frame whose timestamp is before the mapped time.
"""

from __future__ import annotations

import math
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import clipkit as ck
from clipkit.api.clip import Clip
from clipkit.engine import playback
from measure import frame_codes, frame_times
from media import Shelf, uneven_times

LONG = bool(os.environ.get("CLIPKIT_LONG"))
F = Fraction
RATES = [F(24), F(25), F(30000, 1001), F(30), F(50), F(60000, 1001), F(60)]
SOME = RATES if LONG else [F(25), F(30000, 1001), F(60)]
SMALL = (180, 320)
THE_ISSUE = "0:1 3:1 4:0.3 6:0.3 6.5:2"


def rate_id(rate: Fraction) -> str:
    return f"{float(rate):.2f}fps"


def at(times: list[Fraction], moment: Fraction) -> int:
    return max((i for i, time in enumerate(times) if time <= moment), default=0)


def before(times: list[Fraction], moment: Fraction) -> int:
    return max((i for i, time in enumerate(times) if time < moment), default=0)


def shown(clip: Clip, out: Path, **options: object) -> list[int | None]:
    """The source frames that an export shows, each of its frames at exactly n/fps."""
    report = clip.export(out, quality="draft", **options)
    codes, times = frame_codes(out), frame_times(out)
    assert len(codes) == report.frames
    assert times == [n * times[1] for n in range(len(codes))]
    return codes


# ---- backwards -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fps", SOME, ids=rate_id)
def test_reverse(shelf: Shelf, tmp_path: Path, fps: Fraction) -> None:
    source = shelf.clip(fps=fps, seconds=3, size=SMALL, gop=40, bframes=2)
    count = math.ceil(3 * fps)
    assert shown(ck.open(source).reverse(), tmp_path / "o.mp4") == list(range(count - 1, -1, -1))


@pytest.mark.parametrize("fps", SOME, ids=rate_id)
def test_reverse_of_a_ragged_trim(shelf: Shelf, tmp_path: Path, fps: Fraction) -> None:
    source = shelf.clip(fps=fps, seconds=3, size=SMALL, gop=40, bframes=2)
    times = [n / fps for n in range(math.ceil(3 * fps))]
    start, end = F("0.7"), F("2.21")
    wanted = [before(times, end - n / fps) for n in range(math.ceil((end - start) * fps))]
    assert shown(ck.open(source).trim(start, end).reverse(), tmp_path / "o.mp4") == wanted


@pytest.mark.parametrize("factor", ["0.3", "0.5", "2", "3"])
def test_reverse_at_another_speed(shelf: Shelf, tmp_path: Path, factor: str) -> None:
    source = shelf.clip(fps=30, seconds=2, size=SMALL, gop=25, bframes=2)
    times, exact = [n / F(30) for n in range(60)], F(factor)
    count = math.ceil(2 / exact * 30)
    wanted = [before(times, 2 - n / F(30) * exact) for n in range(count)]
    clip = ck.open(source).reverse().speed(factor)
    assert shown(clip, tmp_path / "o.mp4") == wanted
    assert shown(ck.open(source).speed(factor).reverse(), tmp_path / "other.mp4") == wanted


@pytest.mark.parametrize("fps", [F(24), F(30), F(60)], ids=rate_id)
def test_reverse_of_a_variable_rate(shelf: Shelf, tmp_path: Path, fps: Fraction) -> None:
    times = list(uneven_times(60))
    source = shelf.clip(timestamps=times, fps=60, size=SMALL, gop=25)
    end = times[-1] + F(1, 60)
    wanted = [before(times, end - n / fps) for n in range(math.ceil(end * fps))]
    assert shown(ck.open(source).reverse(), tmp_path / "o.mp4", fps=fps) == wanted


@pytest.mark.parametrize("gop", [1, 12, 250])
@pytest.mark.parametrize("kept", [2, 7, 64])
def test_backwards_through_any_gop_with_few_frames_kept(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gop: int, kept: int
) -> None:
    """However little is kept, and wherever keyframes are."""
    monkeypatch.setattr(playback, "KEPT_BYTES", kept * SMALL[0] * SMALL[1] * 3 // 2)
    source = shelf.clip(fps=30, seconds=3, size=SMALL, gop=gop, bframes=3, open_gop=gop == 12)
    assert shown(ck.open(source).reverse(), tmp_path / "o.mp4") == list(range(89, -1, -1))


def test_twice_backwards_is_copied_as_it_is(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(fps=30, seconds=2, size=SMALL, gop=30)
    report = ck.open(source).reverse().reverse().export(tmp_path / "o.mp4")
    assert report.copied == 60
    assert frame_codes(tmp_path / "o.mp4") == list(range(60))


def test_backwards_is_the_same_for_any_number_of_workers(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(fps=30, seconds=9, size=SMALL, gop=100, bframes=2, sound="tones")
    clip = ck.open(source).ramp("0:2 3:0.5 6:3").boomerang()
    outs = [tmp_path / f"{workers}.mp4" for workers in (1, 2, 3)]
    for workers, out in enumerate(outs, 1):
        clip.export(out, quality="draft", workers=workers, cache=workers == 2)
    assert outs[0].read_bytes() == outs[1].read_bytes() == outs[2].read_bytes()


# ---- there and back, again, standing still ---------------------------------------------------------------------------


@pytest.mark.parametrize("fps", SOME, ids=rate_id)
def test_boomerang_and_loop(shelf: Shelf, tmp_path: Path, fps: Fraction) -> None:
    source = shelf.clip(fps=fps, frames=20, size=SMALL, gop=12)
    once = [*range(20), *range(18, 0, -1)]
    assert shown(ck.open(source).boomerang(), tmp_path / "b.mp4") == once
    assert shown(ck.open(source).boomerang().loop(3), tmp_path / "l.mp4") == once * 3


@pytest.mark.parametrize("copy", [True, False], ids=["copy", "encode"])
def test_a_loop_of_a_whole_clip_copies_each_turn(shelf: Shelf, tmp_path: Path, copy: bool) -> None:
    source = shelf.clip(fps=30, seconds=2, size=SMALL, gop=30, bframes=2)
    report = ck.open(source).loop(3).export(tmp_path / "o.mp4", copy=copy)
    assert frame_codes(tmp_path / "o.mp4") == [*range(60)] * 3
    assert report.copied == (180 if copy else 0)


@pytest.mark.parametrize("fps", SOME, ids=rate_id)
@pytest.mark.parametrize("moment", ["0", "0.41", "end"])
def test_freeze(shelf: Shelf, tmp_path: Path, fps: Fraction, moment: str) -> None:
    source = shelf.clip(fps=fps, frames=40, size=SMALL, gop=12, bframes=2)
    end, length = 40 / fps, F("0.43")
    start = end if moment == "end" else F(moment)
    times = [n / fps for n in range(40)]
    wanted = []
    for n in range(math.ceil((end + length) * fps)):
        t = n / fps
        wanted.append(at(times, t if t < start else start if t < start + length else t - length))
    assert shown(ck.open(source).freeze(start, length), tmp_path / "o.mp4") == wanted


def test_a_freeze_copies_what_does_not_stand(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(fps=30, seconds=4, size=SMALL, gop=30)
    report = ck.open(source).freeze(2, 1).export(tmp_path / "o.mp4")
    assert frame_codes(tmp_path / "o.mp4") == [*range(60), *[60] * 30, *range(60, 120)]
    assert report.copied >= 90


# ---- ramps -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("curve", ["linear", "smooth"])
@pytest.mark.parametrize("fps", SOME, ids=rate_id)
def test_a_ramp_shows_the_frames_of_its_map(shelf: Shelf, tmp_path: Path, fps: Fraction, curve: str) -> None:
    """The speed is integrated anew here, in steps of 10 µs of source; frames within half a millisecond of a change of
    frame may be either."""
    source = shelf.clip(fps=fps, seconds=8, size=SMALL, gop=60)
    clip = ck.open(source).trim(0, 8).ramp(THE_ISSUE, curve=curve)
    codes = shown(clip, tmp_path / "o.mp4", fps=fps)
    knots = [tuple(map(float, knot.split(":"))) for knot in THE_ISSUE.split()]
    steps = np.arange(0, 8, 1e-5) + 5e-6
    times, speeds = zip(*knots, strict=True)
    if curve == "smooth":
        place = np.clip(np.searchsorted(times, steps, side="right") - 1, 0, len(times) - 2)
        a, b = np.array(times)[place], np.array(times)[place + 1]
        share = np.clip((steps - a) / (b - a), 0, 1)
        u, v = np.array(speeds)[place], np.array(speeds)[place + 1]
        factor = u + (v - u) * share**2 * (3 - 2 * share)
    else:
        factor = np.interp(steps, times, speeds)
    shows = np.concatenate([[0], np.cumsum(1e-5 / factor)])
    assert len(codes) == math.ceil(shows[-1] * float(fps))
    moments = np.interp(np.arange(len(codes)) / float(fps), shows, np.arange(len(shows)) * 1e-5)
    plain = math.ceil(3 * fps)
    assert codes[:plain] == list(range(plain))
    early, late = (np.floor((moments + shift) * float(fps)) for shift in (-0.0006, 0.0006))
    assert all(low <= code <= high for low, code, high in zip(early, codes, late, strict=True))
    assert np.mean(early[plain:] == late[plain:]) > 0.9


def test_a_ramp_by_steps_is_exact(shelf: Shelf, tmp_path: Path) -> None:
    """Two knots at one moment: constant speeds, so every frame is known exactly."""
    source = shelf.clip(fps=30, seconds=3, size=SMALL, gop=30)
    codes = shown(ck.open(source).ramp("0:2 1:2 1:0.5 2:0.5 2:1"), tmp_path / "o.mp4")
    assert codes == [*range(0, 30, 2), *[n for n in range(30, 60) for _ in range(2)], *range(60, 90)]


@pytest.mark.parametrize("curve", ["montage", "hero", "bullet", "jump-cut", "flash-in", "flash-out"])
def test_a_named_curve_fits_any_length(shelf: Shelf, tmp_path: Path, curve: str) -> None:
    source = shelf.clip(fps=30, seconds=3, size=SMALL, gop=30)
    short, long = ck.open(source).trim(0, 1).ramp(curve), ck.open(source).ramp(curve)
    ratio = float(long.duration / short.duration)
    assert ratio == pytest.approx(3, rel=0.06)  # whole frames
    codes = shown(long, tmp_path / "o.mp4")
    assert codes[0] == 0
    assert codes[-1] >= 89 - 8
    assert codes == sorted(codes)


def test_time_edits_reach_what_a_composition_shows(shelf: Shelf, tmp_path: Path) -> None:
    mine = shelf.clip(fps=30, seconds=1, size=(360, 640), clip_id=1)
    other = shelf.clip(fps=30, seconds=1, size=(360, 640), clip_id=2)
    clip = ck.duet(ck.open(mine).reverse(), other, layout="top-bottom").freeze("0.5", "0.2").reverse()
    clip.export(tmp_path / "o.mp4", quality="draft", size="720x1280")
    wanted = [*range(30)]
    turned = [*wanted[:15], *[wanted[15]] * 6, *wanted[15:]][::-1]
    assert frame_codes(tmp_path / "o.mp4", (0, 0, 720, 640)) == [29 - n for n in turned]
    assert frame_codes(tmp_path / "o.mp4", (0, 640, 720, 640)) == turned
