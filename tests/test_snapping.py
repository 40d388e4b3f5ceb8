"""Cuts, freezes and ramps that go to the beat: of the music laid under a clip, else of its own sound."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clipkit as ck
from bands import RATE, Song, song
from clipkit.cli._run import run
from clipkit.engine.soundfile import write_sound
from clipkit.errors import MediaError, PlanError, ProjectError
from clipkit.project.sound_edits import Music
from clipkit.project.time_edits import Freeze, Ramp, Trim
from clipkit.sound.beats import snapped_in_order
from media import Shelf

NEAR = 0.02
"""Seconds between a measured beat and the true one."""


@pytest.fixture(scope="module")
def rock() -> Song:
    return song("rock", 120, 6, seconds=26)


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory, rock: Song) -> Path:
    path = tmp_path_factory.mktemp("snap") / "rock.wav"
    write_sound(path, np.repeat(rock.sound[:, None], 2, axis=1), {})
    return path


@pytest.fixture
def silent(shelf: Shelf) -> ck.Clip:
    return ck.open(shelf.clip(seconds=12, size=(96, 96), sound="none"))


def cut(clip: ck.Clip) -> tuple[float, float | None]:
    edit = clip.project.root.edits[-1]
    assert isinstance(edit, Trim)
    return float(edit.start), None if edit.end is None else float(edit.end)


def nearest(grid: np.ndarray, time: float) -> float:
    return float(grid[np.abs(grid - time).argmin()])


def test_both_ends_of_a_cut_go_to_the_beats_of_the_music(silent: ck.Clip, track: Path, rock: Song):
    clip = silent.music(track)
    start, end = cut(clip.trim(3.1, 7.3, snap="beats"))
    assert start == pytest.approx(nearest(rock.beats, 3.1), abs=NEAR)
    assert end == pytest.approx(nearest(rock.beats, 7.3), abs=NEAR)
    start, end = cut(clip.trim(3.1, 7.3, snap="bars"))
    assert start == pytest.approx(nearest(rock.bars, 3.1), abs=NEAR)
    assert end == pytest.approx(nearest(rock.bars, 7.3), abs=NEAR)
    assert cut(clip.trim(3.1, snap="beats"))[1] is None


def test_a_length_is_counted_from_where_the_cut_then_begins(silent: ck.Clip, track: Path):
    start, end = cut(silent.music(track).trim(3.1, length=2.1, snap="beats"))
    assert end is not None
    assert end - start == pytest.approx(2.0, abs=NEAR)


def test_a_cut_never_collapses(silent: ck.Clip, track: Path):
    start, end = cut(silent.music(track).trim(3.1, length=0.1, snap="bars"))
    assert end is not None
    assert end - start == pytest.approx(2.0, abs=NEAR)
    with pytest.raises(ProjectError):
        silent.music(track).trim(5, 3, snap="beats")


def test_what_was_done_to_the_time_is_done_to_the_grid(silent: ck.Clip, track: Path, rock: Song):
    start, _ = cut(silent.music(track, start=1.3).speed(2).trim(2.2, snap="beats"))
    assert start == pytest.approx(nearest((rock.beats - 1.3) / 2, 2.2), abs=NEAR)
    grid = ck.beats(silent.music(track, start=1.3).speed(2))
    assert grid.bpm == pytest.approx(240, rel=0.01)
    assert set(grid.bars) <= set(grid.beats)


def test_music_that_repeats_has_its_beats_again(silent: ck.Clip, track: Path, rock: Song):
    late = float(rock.beats[-5]) - 0.1
    grid = ck.beats(silent.music(track, start=late))
    turn = len(rock.sound) / RATE - late
    turns = [[late + beat - n * turn for beat in grid.beats if n * turn < beat < n * turn + 2.2] for n in (0, 1)]
    for heard in turns:
        assert heard == pytest.approx(list(rock.beats[-5:]), abs=NEAR)


def test_without_music_the_clip_s_own_beats_count(rock: Song):
    frames = np.zeros((12 * 10, 16, 16, 3), np.uint8)
    clip = ck.from_array(frames, 10, rock.sound[: 12 * RATE])
    start, end = cut(clip.trim(3.1, 7.3, snap="beats"))
    assert start == pytest.approx(nearest(rock.beats, 3.1), abs=NEAR)
    assert end == pytest.approx(nearest(rock.beats, 7.3), abs=NEAR)


def test_a_composed_song_is_cut_to_the_sample(silent: ck.Clip, tmp_path: Path):
    made = ck.compose("latin", seconds=8, seed=4)
    clip = silent.music(made.save(tmp_path / "song.flac"))
    start, end = cut(clip.trim(2.1, 5.2, snap="beats"))
    beats = np.array([float(beat) for beat in made.beat_times])
    assert start == pytest.approx(nearest(beats, 2.1), abs=1 / RATE)
    assert end == pytest.approx(nearest(beats, 5.2), abs=1 / RATE)
    (own,) = ck.add_tracks(tmp_path / "song.flac").tracks
    assert ck.beats(f"library:{own.name}").beats == own.beats
    again = silent.music(f"library:{own.name}")
    assert isinstance(again.project.root.edits[-1], Music)
    assert cut(again.trim(2.1, 5.2, snap="beats")) == (start, end)


def test_a_freeze_begins_on_a_beat_and_lasts_whole_ones(silent: ck.Clip, track: Path, rock: Song):
    edit = silent.music(track).freeze(4.2, 0.8, snap="beats").project.root.edits[-1]
    assert isinstance(edit, Freeze)
    assert float(edit.at) == pytest.approx(nearest(rock.beats, 4.2), abs=NEAR)
    assert float(edit.length) == pytest.approx(1.0, abs=0.005)
    short = silent.music(track).freeze(4.2, 0.1, snap="bars").project.root.edits[-1]
    assert isinstance(short, Freeze)
    assert float(short.length) == pytest.approx(2.0, abs=0.01)


def test_knots_of_a_ramp_go_to_beats_and_stay_apart(silent: ck.Clip, track: Path, rock: Song):
    clip = silent.music(track)
    edit = clip.ramp("2.1:1 4:1 4:0.3 4.1:2", snap="beats").project.root.edits[-1]
    assert isinstance(edit, Ramp)
    times = [float(knot.at) for knot in edit.knots]
    assert times[0] == pytest.approx(nearest(rock.beats, 2.1), abs=NEAR)
    assert times[1] == times[2] == pytest.approx(nearest(rock.beats, 4), abs=NEAR)
    assert times[3] == pytest.approx(times[2] + 0.5, abs=NEAR)
    named = clip.ramp("bullet", snap="beats").project.root.edits[-1]
    assert isinstance(named, Ramp)
    assert named.curve == "smooth"
    inner = [float(knot.at) for knot in named.knots if 1 < knot.at < 11]
    assert all(abs(time - nearest(rock.beats, time)) < NEAR for time in inner)


def test_where_no_beat_is_there_is_nothing_to_snap_to(silent: ck.Clip):
    with pytest.raises(MediaError, match="no sound"):
        silent.trim(1, 2, snap="beats")
    noise = np.random.default_rng(1).standard_normal(12 * RATE).astype(np.float32) * 0.1
    clip = ck.from_array(np.zeros((12, 16, 16, 3), np.uint8), 1, noise)
    with pytest.raises(PlanError) as caught:
        clip.trim(1, 2, snap="beats")
    assert caught.value.code == "no-beat"


def test_the_commands_snap(shelf: Shelf, track: Path, rock: Song, tmp_path: Path):
    scored = tmp_path / "scored.clipkit"
    silent = str(shelf.clip(seconds=12, size=(96, 96), sound="none"))
    assert run(["music", silent, str(track), "-o", str(scored)]) == 0
    out = tmp_path / "cut.clipkit"
    assert run(["trim", str(scored), "--start", "3.1", "--length", "4", "--snap", "bars", "-o", str(out)]) == 0
    start, end = cut(ck.load(out))
    assert start == pytest.approx(nearest(rock.bars, 3.1), abs=NEAR)
    assert end == pytest.approx(start + 4, abs=NEAR)
    for number, words in enumerate((["freeze", str(scored), "4", "1"], ["speed", str(scored), "--ramp", "hero"])):
        assert run([*words, "--snap", "beats", "-o", str(tmp_path / f"{number}.clipkit")]) == 0
    assert run(["speed", str(scored), "2", "--snap", "beats", "-o", str(tmp_path / "no.clipkit")]) == 2
    assert run(["trim", silent, "--snap", "beats", "-o", str(tmp_path / "no.clipkit")]) == 3


@given(st.lists(st.integers(0, 400), max_size=12), st.lists(st.integers(0, 400), unique=True, max_size=20))
def test_times_stay_in_order_and_none_meet_that_were_apart(ticks: list[int], marks: list[int]):
    times, grid = sorted(tick / 10 for tick in ticks), sorted(mark / 10 for mark in marks)
    done = snapped_in_order(times, grid)
    assert len(done) == len(times)
    for (before, after), (one, two) in zip(pairwise(times), pairwise(done), strict=True):
        assert one == two if before == after else one < two or one >= max(grid, default=0)


def test_exact_seconds_are_kept(silent: ck.Clip, track: Path):
    edit = silent.music(track).trim(3, 5, snap="beats").project.root.edits[-1]
    assert isinstance(edit, Trim)
    assert isinstance(edit.start, Fraction)
    assert RATE % edit.start.denominator == 0
