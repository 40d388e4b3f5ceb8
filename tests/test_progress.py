"""Progress counts the frames that are truly left, with speed and time left."""

from __future__ import annotations

from pathlib import Path

import clipkit as ck
from clipkit.cli._progress import pace
from clipkit.engine.progress import Progress, Reporter
from media import Shelf


def test_what_was_there_already_makes_nothing_faster():
    half = Progress(done=300, total=400, seconds=4.0, ready=200, rate=25)
    assert (half.made, half.to_make, half.fps, half.speed, half.remaining) == (100, 200, 25, 1, 4)
    assert half.fraction == 0.75
    assert str(half) == "300/400 frames (75%), 25 frames/s (1.0×), 0:04.00 left"
    assert pace(half) == "25 frames/s, 1.0×, 0:04 left"


def test_before_the_first_frame_nobody_knows():
    begun = Progress(done=200, total=400, seconds=0.5, ready=200, rate=25)
    assert (begun.fps, begun.speed, begun.remaining) == (0, 0, None)
    assert pace(begun) == "…"
    assert "left" not in str(begun)
    assert pace(Progress(done=399, total=400, seconds=1.0, ready=400)) == "nothing to make"
    assert Progress(done=399, total=400, seconds=1.0, ready=400).fps == 0  # all were there; the file is being checked


def test_without_a_rate_there_is_no_speed():
    assert Progress(10, 20, 1.0).speed == 0
    assert str(Progress(10, 20, 1.0)) == "10/20 frames (50%), 10 frames/s, 0:01.00 left"


def test_a_reporter_tells_the_end_whatever_the_time():
    told: list[Progress] = []
    reporter = Reporter(10, 30.0, told.append)
    reporter.begin(4)
    reporter.tell(5)  # too soon after the beginning
    reporter.tell(10)
    assert [(step.done, step.total, step.ready, step.rate) for step in told] == [(10, 10, 4, 30.0)]


def test_a_render_tells_what_was_kept_and_what_is_left(shelf: Shelf, tmp_path: Path):
    clip = ck.open(shelf.clip(seconds=9, size=(96, 160))).with_output(quality="draft")
    clip.export(tmp_path / "first.mp4", copy=False)
    told: list[Progress] = []
    clip.filter("noir", start=4, end=6).export(tmp_path / "second.mp4", progress=told.append)
    assert {(step.total, step.ready, step.to_make, step.rate) for step in told} == {(270, 210, 60, 30.0)}
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert all(210 <= step.done <= 270 for step in told)
    assert (told[-1].made, told[-1].remaining) == (60, 0)


def test_what_is_copied_is_done(shelf: Shelf, tmp_path: Path):
    told: list[Progress] = []
    report = ck.open(shelf.clip(seconds=9, size=(96, 160))).export(tmp_path / "o.mp4", progress=told.append)
    assert report.copied == 270
    assert {(step.total, step.ready, step.to_make) for step in told} == {(270, 270, 0)}
