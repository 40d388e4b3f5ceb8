"""What shows between two frames: the first, both mixed, or both moved; the same whoever paints it, in any order."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import clipkit as ck
from clipkit.api.clip import Clip
from clipkit.engine import playback
from clipkit.engine.between import between
from clipkit.engine.compose import Painter
from clipkit.engine.planes import DEEP, FramePool, blank, planes_of
from clipkit.engine.tables import Tables
from clipkit.geometry import Size
from media import Shelf, uneven_times

F = Fraction
SIZE = (96, 160)
Luma = np.ndarray


def painted(clip: Clip, indices: range | list[int] | None = None, fps: int = 30) -> dict[int, Luma]:
    plan = clip.with_output(target="source", size=SIZE, fps=fps).plan("mp4", copy=False)
    with Painter(plan, Tables()) as painter:
        return {n: planes_of(painter.paint(n)).y.copy() for n in indices or range(plan.expect.frames)}


def mixed(one: Luma, two: Luma, share: Fraction) -> Luma:
    step = round(share * 256)
    return ((one.astype(int) * (256 - step) + two.astype(int) * step + 128) >> 8).astype(np.uint8)


def test_blend_mixes_by_the_share_of_the_way(shelf: Shelf) -> None:
    clip = ck.open(shelf.clip(seconds=1, size=SIZE, gop=12, bframes=2))
    plain, slow = painted(clip), painted(clip.speed("0.3", slow_motion="blend"))
    assert len(slow) == 100
    for n, frame in slow.items():
        place = F(n) * F(3, 10)
        first = int(place)
        wanted = plain[first] if first == 29 else mixed(plain[first], plain[first + 1], place - first)
        assert np.array_equal(frame, wanted), n


@pytest.mark.parametrize("kept", [2, 5, 64])
def test_backwards_it_mixes_with_the_one_that_comes_then(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(playback, "KEPT_BYTES", kept * SIZE[0] * SIZE[1] * 3 // 2)
    clip = ck.open(shelf.clip(seconds=1, size=SIZE, gop=12, bframes=2))
    plain, slow = painted(clip), painted(clip.reverse().speed("0.5", slow_motion="blend"))
    for n, frame in slow.items():
        shown = 29 - n // 2
        wanted = plain[shown] if n % 2 == 0 or shown == 0 else mixed(plain[shown], plain[shown - 1], F(1, 2))
        assert np.array_equal(frame, wanted), n


def test_of_a_variable_rate_it_goes_by_the_timestamps(shelf: Shelf) -> None:
    times = uneven_times(30)
    clip = ck.open(shelf.clip(timestamps=times, fps=60, size=SIZE, gop=25))
    slow = painted(clip.speed("0.25", slow_motion="blend"), fps=60)
    picked = painted(clip.speed("0.25"), fps=60)
    for n in range(0, len(slow) - 20, 7):
        moment = F(n, 60) / 4
        first = max(i for i, t in enumerate(times) if t <= moment)
        share = (moment - times[first]) / (times[first + 1] - times[first])
        after = next(m for m in range(n, len(slow)) if F(m, 60) / 4 >= times[first + 1])
        assert np.array_equal(slow[n], mixed(picked[n], picked[after], share))


@pytest.mark.parametrize("how", ["blend", "flow"])
def test_a_frame_is_the_same_in_any_order_and_alone(shelf: Shelf, how: str) -> None:
    clip = ck.open(shelf.clip(frames=12, size=SIZE, gop=12)).ramp("0:1 0.2:0.3", slow_motion=how).boomerang()
    whole = painted(clip)
    for n in (35, 3, 21, 40, 20):
        assert np.array_equal(painted(clip, [n])[n], whole[n])


def test_workers_and_cache_change_nothing(shelf: Shelf, tmp_path: Path) -> None:
    clip = ck.open(shelf.clip(seconds=3, size=SIZE, gop=40)).speed("0.4", slow_motion="blend")
    outs = [tmp_path / f"{workers}.mp4" for workers in (1, 2)]
    for workers, out in enumerate(outs, 1):
        clip.export(out, quality="draft", workers=workers, cache=workers == 2)
    assert outs[0].read_bytes() == outs[1].read_bytes()
    report = clip.speed(1).export(tmp_path / "o.mp4", quality="draft")
    assert report.reused == report.frames
    picked = ck.open(shelf.clip(seconds=3, size=SIZE, gop=40)).speed("0.4")
    assert picked.export(tmp_path / "p.mp4", quality="draft").reused == 0


def test_what_has_frames_enough_is_left_alone(shelf: Shelf) -> None:
    clip = ck.open(shelf.clip(seconds=1, fps=60, size=SIZE))
    plain, mixed_in = painted(clip.speed("0.5")), painted(clip.speed("0.5", slow_motion="blend"))
    assert all(np.array_equal(plain[n], mixed_in[n]) for n in plain)
    fast = painted(clip.speed(2, slow_motion="flow"))
    assert all(np.array_equal(frame, fast[n]) for n, frame in painted(clip.speed(2)).items())


def moving(by: int) -> av.VideoFrame:
    """A patterned disc over patterned ground, `by` pixels along."""
    rng = np.random.default_rng(5)
    ground = np.kron(rng.integers(70, 170, (32, 24)), np.ones((10, 10)))
    pattern = np.kron(rng.integers(20, 235, (16, 12)), np.ones((20, 20)))
    rows, columns = np.ogrid[:320, :240]
    disc = (rows - 160) ** 2 + (columns - 90 - by) ** 2 < 60**2
    frame = blank(Size(240, 320))
    planes = planes_of(frame)
    planes.fill((0, 128, 128))
    planes.y[...] = np.where(disc, np.roll(pattern, by, 1), ground)
    return frame


def off(frame: av.VideoFrame, wanted: av.VideoFrame, part: tuple[slice, ...] = (slice(None),)) -> float:
    return float(np.square(planes_of(frame).y.astype(float) - planes_of(wanted).y)[part].mean())


@pytest.mark.parametrize("share", [F(1, 4), F(1, 2), F(3, 4)])
def test_flow_moves_what_blend_only_mixes(share: Fraction) -> None:
    one, two, wanted = moving(0), moving(8), moving(round(8 * share))
    mix, moved = (between(one, two, float(share), FramePool(), moving=how) for how in (False, True))
    assert off(moved, wanted) < 0.5 * off(mix, wanted)
    inside = (slice(130, 190), slice(70, 110))
    assert off(moved, wanted, inside) < 0.02 * off(mix, wanted, inside)


def test_nothing_lies_between_two_scenes() -> None:
    one, two = blank(Size(64, 64)), blank(Size(64, 64))
    planes_of(one).fill((40, 128, 128))
    planes_of(two).fill((200, 128, 128))
    for how in (False, True):
        assert between(one, two, 0.5, FramePool(), moving=how) is one


def test_ten_bits_are_mixed_as_ten_bits() -> None:
    one, two = blank(Size(64, 64), DEEP), blank(Size(64, 64), DEEP)
    planes_of(one).fill((400, 512, 512))
    planes_of(two).fill((441, 512, 512))
    for how in (False, True):
        assert np.unique(planes_of(between(one, two, 0.25, FramePool(), moving=how)).y).tolist() == [410]
