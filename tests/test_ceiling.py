"""Spans made apart from each other keep one ceiling together, and a file is never larger than its target takes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clipkit as ck
from clipkit.engine.render import Report, render
from clipkit.geometry import Size
from clipkit.plan import budget
from clipkit.plan.budget import Bucket
from clipkit.plan.types import Ceiling, Plan
from clipkit.store import cache
from measure import spare_bits
from media import Shelf

FPS = 30
SIZE = (96, 160)
SECONDS = 7


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nothing is harder: every frame is new, at x264's default quality 20 times what the tests allow."""
    path = tmp_path_factory.mktemp("noise") / "noise.mp4"
    dice = np.random.default_rng(7)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=FPS, options={"qscale": "2"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.flags |= av.codec.context.Flags.qscale
        for index in range(SECONDS * FPS):
            loud = 30 if index // FPS % 3 else 90  # so that spans differ
            pixels = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
            pixels[: SIZE[1]] += dice.integers(-loud, loud + 1, (SIZE[1], SIZE[0])).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="yuv420p")))
        container.mux(stream.encode(None))
    return path


def plan_of(path: Path, kbps: int | None = None) -> Plan:
    """A plan for X, which takes any size; under another ceiling if one is given."""
    plan = ck.open(path).with_output(target="x", size=SIZE, quality="draft").plan("mp4", copy=False)
    return plan if kbps is None else under(plan, budget.ceiling(kbps, plan.output.size, plan.output.rate))


def under(plan: Plan, limit: Ceiling) -> Plan:
    video = plan.output.video
    given = tuple({**dict(video.options), **budget.options(limit)}.items())
    return replace(plan, output=replace(plan.output, video=replace(video, options=given, ceiling=limit)))


def by_itself(plan: Plan) -> Plan:
    """The plan as it was before there was a budget: each span has the ceiling, and what x264 begins with."""
    options = dict(plan.output.video.options)
    del options["rc_init_occupancy"]
    return replace(
        plan,
        output=replace(plan.output, video=replace(plan.output.video, options=tuple(options.items()), ceiling=None)),
    )


def made(plan: Plan, out: Path, **options: object) -> tuple[str, Report]:
    report = render(plan, out, force=True, **options)
    return hashlib.sha256(out.read_bytes()).hexdigest(), report


def spare(path: Path, limit: Ceiling) -> float:
    return spare_bits(path, limit.rate, limit.buffer, limit.found)


# ---- the ceiling ---------------------------------------------------------------------------------------------------

TIGHT, ROOMY = 46, 160
"""Kilobits a second; a tenth of a bit a pixel lies between 46 and 47."""


def test_tight_and_roomy_are_told_apart_by_bits_a_pixel():
    assert budget.ceiling(TIGHT, Size(*SIZE), Fraction(FPS)) == Ceiling(46_000, 92_000, found=46_000)
    assert budget.ceiling(ROOMY, Size(*SIZE), Fraction(FPS)) == Ceiling(160_000, 320_000, found=288_000)


@pytest.mark.parametrize("kbps", [TIGHT, ROOMY])
def test_hard_spans_keep_the_ceiling_together(noise: Path, tmp_path: Path, kbps: int):
    plan, out = plan_of(noise, kbps), tmp_path / "out.mp4"
    limit = plan.output.video.ceiling
    assert limit is not None
    assert len(plan.spans) == 4
    first, report = made(plan, out, cache=False)
    assert spare(out, limit) >= 0
    assert report.notices == plan.notices
    for workers in (1, 2, 3):
        cache.clear()
        cold, again = made(plan, out, workers=workers)
        warm, kept = made(plan, out, workers=workers)
        assert first == cold == warm
        assert (again.reused, kept.reused) == (0, SECONDS * FPS)


@pytest.mark.parametrize("kbps", [TIGHT, ROOMY])
def test_without_the_budget_they_do_not(noise: Path, tmp_path: Path, kbps: int):
    plan, out = plan_of(noise, kbps), tmp_path / "out.mp4"
    limit = plan.output.video.ceiling
    made(by_itself(plan), out, cache=False)
    assert limit is not None
    assert spare_bits(out, limit.rate, limit.buffer, limit.buffer * 9 // 10) < -limit.rate / 4


def test_easy_spans_are_as_they_were(shelf: Shelf, tmp_path: Path):
    plan = plan_of(shelf.clip(seconds=5, size=SIZE))
    budgeted, _ = made(plan, tmp_path / "a.mp4", cache=False)
    alone, _ = made(by_itself(plan), tmp_path / "b.mp4", cache=False)
    assert budgeted == alone


def test_what_no_quality_can_keep_is_said(noise: Path, tmp_path: Path):
    plan = plan_of(noise, 1)
    _, report = made(plan, tmp_path / "out.mp4", cache=False)
    assert any("more than its ceiling" in line for line in report.notices)


BITS = st.integers(0, 400)
SPANS = st.lists(st.lists(BITS, min_size=1, max_size=8), min_size=1, max_size=6)
LIMIT = Ceiling(3000, 6000, found=3000)


@given(SPANS)
def test_what_keeps_to_a_half_full_buffer_keeps_to_it_in_its_place(spans: list[list[int]]):
    def alone() -> Bucket:
        return Bucket(LIMIT, Fraction(10))

    fitting = [span for span in spans if alone().takes(span, last=False)]
    together = alone()
    for span in fitting:
        assert together.takes(span, last=False)
        assert together.lay(span)
    level = lowest = 3000.0
    for size in (size for span in fitting for size in span):
        lowest = min(lowest, level - 8 * size)
        level = min(6000, level - 8 * size + 300)
    assert lowest >= 0
    assert level == together.fill >= 3000


def test_a_bucket_can_run_empty():
    bucket = Bucket(LIMIT, Fraction(10))
    assert bucket.takes([375], last=True)
    assert not bucket.takes([375], last=False)
    assert not bucket.takes([376], last=True)
    assert not bucket.lay([376])
    assert bucket.fill == 292


# ---- the size ------------------------------------------------------------------------------------------------------


def limited(plan: Plan, size: int) -> Plan:
    return replace(plan, output=replace(plan.output, max_bytes=size))


def test_a_file_is_never_larger_than_its_target_takes(noise: Path, tmp_path: Path):
    plan, out = plan_of(noise, ROOMY), tmp_path / "out.mp4"
    _, free = made(plan, out)
    limit = free.bytes * 2 // 3
    first, report = made(limited(plan, limit), out)
    assert limit // 2 < out.stat().st_size == report.bytes <= limit
    again, kept = made(limited(plan, limit), out, workers=1)
    assert first == again
    assert kept.reused == kept.frames


def test_what_fits_is_left_as_it_is(noise: Path, tmp_path: Path):
    plan, out = plan_of(noise, TIGHT), tmp_path / "out.mp4"
    first, report = made(plan, out)
    assert made(limited(plan, report.bytes), out)[0] == first


def test_what_cannot_fit_is_refused_and_leaves_nothing(noise: Path, tmp_path: Path):
    out = tmp_path / "out.mp4"
    with pytest.raises(ck.RenderError) as told:
        made(limited(plan_of(noise, TIGHT), 4000), out)
    assert told.value.code == "too-large"
    assert "0.004 MB" in told.value.message
    assert list(tmp_path.iterdir()) == []
