"""One after another: to the frame, and with joins that nobody hears."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clipkit as ck
from clipkit.project import document
from measure import click_free, dominant_frequency, frame_readings, frame_times, sound, video_facts
from media import Shelf, tone_of

LONG = bool(os.environ.get("CLIPKIT_LONG"))
SMALL = (180, 320)
CLIPS = [(Fraction(30), 47), (Fraction(25), 31), (Fraction(30000, 1001), 40), (Fraction(60), 33)]
ORDERS = [(0, 1), (1, 0), (0, 1, 2, 3), (3, 2, 1, 0)]


def read(path: Path) -> list[tuple[int, int] | None]:
    return [(r.clip, r.frame) if r else None for r in frame_readings(path)]


def rule(clips: list[tuple[Fraction, int]], fps: Fraction) -> list[tuple[int, int]]:
    """At n/fps shows the clip whose turn it is, its last frame that is not after the time since it began."""
    shown, begin = [], Fraction(0)
    for number, (rate, frames) in enumerate(clips):
        end = begin + frames / rate
        while len(shown) / fps < end:
            shown.append((number, int((len(shown) / fps - begin) * rate)))
        begin = end
    return shown


@pytest.mark.parametrize("order", ORDERS if LONG else ORDERS[::3], ids=str)
def test_every_frame_of_each_shows_in_its_turn(shelf: Shelf, tmp_path: Path, order: tuple[int, ...]) -> None:
    chosen = [CLIPS[n] for n in order]
    clips = [shelf.clip(fps=rate, frames=frames, size=SMALL, clip_id=n) for n, (rate, frames) in enumerate(chosen)]
    out = tmp_path / "o.mp4"
    ck.join(*clips).export(out, quality="draft")
    fps = chosen[0][0]
    assert read(out) == rule(chosen, fps)
    assert frame_times(out) == [n / fps for n in range(len(rule(chosen, fps)))]


def test_stitch_is_five_seconds_of_theirs_and_then_mine(shelf: Shelf, tmp_path: Path) -> None:
    mine = shelf.clip(fps=30, seconds=2, size=SMALL, clip_id=1, sound="tones")
    theirs = shelf.clip(fps=30, seconds=7, size=(320, 180), clip_id=2, sound="tones")
    out = tmp_path / "o.mp4"
    ck.stitch(mine, theirs).export(out, size="360x640", quality="draft", target="source")
    assert read(out) == [(2, n) for n in range(150)] + [(1, n) for n in range(60)]
    heard, rate = sound(out)
    assert len(heard) == 7 * rate
    for second in range(7):
        expected = tone_of(second, 2) if second < 5 else tone_of(second - 5, 1)
        assert dominant_frequency(heard, rate, second + 0.1, second + 0.9) == pytest.approx(expected, rel=0.003)
    assert click_free(heard, rate, 5.0)


def test_the_size_is_mine_and_theirs_fills_it(shelf: Shelf, tmp_path: Path) -> None:
    mine = shelf.clip(fps=25, frames=10, size=SMALL, clip_id=1)
    theirs = shelf.clip(fps=30, frames=10, size=(320, 180), clip_id=2)
    out = tmp_path / "o.mp4"
    ck.stitch(mine, theirs).export(out, quality="draft", target="source")
    facts = video_facts(out)
    assert facts.size == SMALL
    assert facts.rate == 25
    assert read(out)[0] == (2, 0)
    assert ck.stitch(mine, theirs).plan("mp4").target == "tiktok"


def test_clips_of_one_sound_cut_and_joined_are_what_they_were(shelf: Shelf, tmp_path: Path) -> None:
    """Where the sound goes on there is no join: not a sample differs."""
    whole = ck.open(shelf.clip(fps=30, seconds=4, size=SMALL, sound="tones"))
    parts = ck.join(whole.trim(0, "1.1"), whole.trim("1.1", "2.7"), whole.trim("2.7"))
    assert np.array_equal(parts.samples(), whole.samples())
    parts.export(tmp_path / "o.mp4", quality="draft")
    assert [frame for _, frame in read(tmp_path / "o.mp4")] == list(range(120))


def test_a_join_keeps_its_power_and_does_not_click(shelf: Shelf) -> None:
    """Tones of two clips: the level over the join is that of either side; a hard cut clicks."""
    one = ck.open(shelf.clip(fps=30, seconds=3, size=SMALL, clip_id=1, sound="tones")).trim(0, "1.003")
    two = ck.open(shelf.clip(fps=30, seconds=3, size=SMALL, clip_id=2, sound="tones")).trim("0.501")
    heard = ck.join(one, two).samples()
    join = round(1.003 * 48000)
    assert click_free(heard, 48000, 1.003)
    hard = np.concatenate([one.samples()[:join], two.samples()])
    assert not click_free(hard, 48000, 1.003)
    around = heard[join - 4800 : join + 4800]
    level = [float(np.sqrt(np.mean(part**2))) for part in (around[:4800], around[4800:5040], around[5040:])]
    assert level[1] == pytest.approx(np.mean([level[0], level[2]]), rel=0.25)
    assert np.array_equal(heard[:join], one.samples()[:join])
    assert np.array_equal(heard[join + 240 : join + 96000], two.samples()[240:96000])


def test_a_click_on_the_first_sample_of_all_survives(shelf: Shelf) -> None:
    first = shelf.clip(fps=30, seconds=1, size=SMALL, sound="marks", marks=(Fraction(0),))
    heard = ck.join(first, first).samples()
    assert np.abs(heard[:48]).max() > 0.85
    assert np.abs(heard[48000:48048]).max() < 0.6  # where a sound before gives way, it comes in


def test_an_edit_of_mine_makes_none_of_theirs_again(shelf: Shelf, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path / "home"))
    mine = shelf.clip(fps=30, seconds=4, size=SMALL, clip_id=1)
    theirs = shelf.clip(fps=30, seconds=4, size=SMALL, clip_id=2)
    ck.join(theirs, mine).export(tmp_path / "a.mp4", quality="draft")
    again = ck.join(theirs, ck.open(mine).filter("noir")).export(tmp_path / "b.mp4", quality="draft")
    assert again.reused == 120


def test_it_is_a_source_as_any_other(shelf: Shelf, tmp_path: Path) -> None:
    a, b = (shelf.clip(fps=30, frames=20, size=SMALL, clip_id=n) for n in (1, 2))
    clip = ck.duet(ck.join(a, b), b, layout="left-right").trim("0.5", "1")
    again = ck.Clip(document.loads(document.dumps(clip.project)))
    assert again == clip
    clip.export(tmp_path / "o.mp4", size="360x320", quality="draft", target="source")
    left = frame_readings(tmp_path / "o.mp4", (0, 0, 180, 320))
    assert [(r.clip, r.frame) if r else None for r in left] == [(1, n) for n in range(15, 20)] + [
        (2, n) for n in range(10)
    ]


def test_a_stitch_takes_no_more_than_five_seconds(shelf: Shelf) -> None:
    clip = shelf.clip(frames=5, size=SMALL)
    for seconds in (0, "5.001", 60):
        with pytest.raises(ck.ProjectError) as caught:
            ck.stitch(clip, clip, seconds=seconds)
        assert caught.value.code in ("stitch-too-long", "bad-time")
    with pytest.raises(ck.ProjectError) as caught:
        ck.join(clip, main=1)
    assert caught.value.code == "bad-value"
