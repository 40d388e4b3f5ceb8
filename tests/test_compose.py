"""Songs made on the machine: the same words, the same samples; an exact grid, one loudness, no seam."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from click.testing import CliRunner

import clipkit as ck
import hearing
import measure
from clipkit import folders
from clipkit.cli._group import group
from clipkit.engine.soundfile import SUFFIXES
from clipkit.errors import ClipkitError, ProjectError, RenderError
from clipkit.sound.compose import compose, genres
from clipkit.sound.compose.desk import mixed
from clipkit.sound.compose.form import fitted, laid_out
from clipkit.sound.compose.genre import Kit, Voice
from clipkit.sound.compose.instruments import Synth, Touch
from clipkit.sound.compose.lines import Drums
from clipkit.sound.compose.master import _limited, mastered
from clipkit.sound.compose.score import Note, Score, strokes
from clipkit.sound.compose.song import Composition
from clipkit.sound.compose.space import Echo, Room, band, convolved
from clipkit.sound.compose.theory import chord, key_name, voiced
from clipkit.sound.loudness import Meter

LONG = bool(os.environ.get("CLIPKIT_LONG"))
GENRES = genres.names()
EVERY = pytest.mark.parametrize("genre", GENRES)
RATE = 48_000


@functools.cache
def song(genre: str, seconds: float = 12, bpm: float | None = None, seed: int = 0, ending: bool = False) -> Composition:
    return compose(genre, seconds, bpm, seed, ending=ending)


def eighth_of(made: Composition) -> float:
    return float(made.duration) / made.bars / 8


# ---- length and grid ---------------------------------------------------------------------------------------------


def test_the_genres_are_there():
    assert {"pop", "hip-hop", "lo-fi", "house", "drum-and-bass", "rock", "latin", "ambient"} <= set(GENRES)


@EVERY
def test_a_song_is_as_long_as_asked_to_the_sample_in_the_tempo_of_its_genre(genre: str):
    made, about = song(genre), genres.find(genre)
    assert made.samples.shape == (12 * RATE, 2)
    assert made.samples.dtype == np.float32
    assert made.bpm == pytest.approx(made.bars * 4 * 60 / 12)
    assert about.tempo[0] <= made.bpm <= about.tempo[1]


@EVERY
@pytest.mark.parametrize("seconds", [15, 30, 60, 240])
def test_usual_lengths_fit_every_genre(genre: str, seconds: float):
    about = genres.find(genre)
    bars, samples = fitted(seconds, about.tempo, about.favourite)
    assert samples == seconds * RATE
    assert about.tempo[0] <= bars * 240 / seconds <= about.tempo[1]


def test_a_tempo_that_is_asked_for_is_kept_to_the_sample():
    made = song("house", 12, bpm=97.3)
    assert made.bpm == 97.3
    assert made.bars == 5
    assert len(made.samples) == round(5 * 4 * 60 / 97.3 * RATE)


def test_the_grid_is_exact():
    made = song("house", 12, bpm=97.3)
    assert made.beat_times[0] == 0
    assert {after - before for before, after in zip(made.beat_times, made.beat_times[1:], strict=False)} == {
        Fraction(len(made.samples), RATE) / 20
    }
    assert made.bar_times == made.beat_times[::4]
    assert made.grid()["bars"] == [pytest.approx(n * 240 / 97.3, abs=1.1e-5) for n in range(5)]


@EVERY
@pytest.mark.parametrize("bpm", [None, 60, 190])
def test_onsets_lie_on_the_eighths_of_the_grid(genre: str, bpm: float | None):
    if bpm is not None and not LONG and genre not in ("hip-hop", "latin"):
        pytest.skip("every genre at every tempo with CLIPKIT_LONG")
    made = song(genre, 12, bpm)
    assert abs(hearing.offset(made.samples, eighth_of(made))) <= 0.011


def test_the_comparer_of_grids_finds_one_that_is_late():
    made = song("house")
    late = np.roll(made.samples, round(0.03 * RATE), axis=0)
    assert hearing.offset(late, eighth_of(made)) == pytest.approx(0.03, abs=0.011)


def test_each_beat_of_a_drop_has_its_onset():
    made = song("house")
    rise = hearing.flux(made.samples)
    drop = next(part for part in made.sections if part.name == "drop")
    for time in made.beat_times[4 * drop.first : 4 * drop.stop]:
        place = round(time * RATE / hearing.HOP)
        assert rise.take(range(place - 2, place + 3), mode="wrap").max() > 2 * np.median(rise)


def test_swing_moves_what_is_between_beats_and_nothing_else():
    bars = laid_out(4, ending=False)
    score = Score(bars, ((chord("I", 0),),) * 4, 0, "major", 4 * 96_000, swing=0.3, swung=1, seed=1)
    assert [score.sample_at(step) for step in (0, 1, 2, 4, 16)] == [0, 7800, 12_000, 24_000, 96_000]


@pytest.mark.parametrize("bars", [1, 2, 3, 4, 5, 7, 8, 11, 16, 21, 33, 64, 104, 220])
@pytest.mark.parametrize("ending", [False, True])
def test_sections_fill_the_song_in_order(bars: int, ending: bool):
    rows = laid_out(bars, ending=ending)
    assert [bar.number for bar in rows] == list(range(bars))
    assert rows[-1].kind == ("ending" if ending and bars > 1 else "outro" if bars >= 4 else "chorus")
    assert all(bar.last == (n + 1 == bars or rows[n + 1].place == 0) for n, bar in enumerate(rows))
    if bars >= 8:
        assert [rows[0].kind, rows[1].kind != "chorus"] == ["intro", True]


# ---- loudness and loops ------------------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("seed", range(8) if LONG else [0])
def test_it_is_as_loud_as_promised_by_two_other_meters(genre: str, seed: int):
    samples = song(genre, seed=seed).samples
    integrated, peak = measure.ebur128(samples)
    assert integrated == pytest.approx(-14, abs=0.5)
    assert pyloudnorm.Meter(RATE).integrated_loudness(samples) == pytest.approx(-14, abs=0.5)
    assert peak <= -1


@EVERY
def test_its_end_runs_into_its_beginning(genre: str):
    made = song(genre)
    count = len(made.samples)
    endless = np.concatenate([made.samples, made.samples])
    # What drums do on the first beat of any bar is no seam.
    usual = max(hearing.jump(endless, count + round(time * RATE)) for time in made.bar_times[1:])
    assert hearing.jump(endless, count) <= usual + 6
    meter = Meter(true_peak=False)
    meter.push(endless)
    momentary = meter.momentary()
    at = round(float(made.duration) * 10)
    assert momentary[at - 4 : at + 1].min() >= momentary[4 : at - 4].min() - 1


@dataclass(frozen=True)
class Across:
    """A note that begins before the end of a loop and ends after its beginning."""

    def notes(self, score: Score) -> Iterator[Note]:
        yield Note(len(score.bars) * 16 - 6, 12, 57, 1.0)
        yield Note(20, 12, 64, 1.0)


def test_a_tone_across_the_seam_passes_the_whole_desk_without_a_jump():
    tone = Synth(wave="triangle", cutoff=300, attack=0.05, sustain=1, release=0.3)
    voice = Voice(lines=(Across(),), instrument=tone, level=-3, room=-9, echo=-9, low=60)
    plain = dataclasses.replace(genres.find("house"), tracks=(voice,))
    score = Score(laid_out(2, ending=False), ((chord("I", 0),),) * 2, 0, "major", 180_000, swing=0, swung=1, seed=1)
    loop = mastered(mixed(plain, score, np.random.default_rng(1), 180_000), -14, -1.5)
    assert hearing.jump(np.concatenate([loop, loop]), len(loop)) <= -60
    # The comparer hears a seam where there is one.
    cut = loop[:-50]
    assert hearing.jump(np.concatenate([cut, loop]), len(cut)) > -60


@pytest.mark.parametrize(
    "process",
    [
        lambda loop: convolved(loop.copy(), Room(decay=2.5).kernel()),
        lambda loop: convolved(loop.copy(), band(100, 5000)),
        lambda loop: Echo()(loop[:1], 5000.0),
        lambda loop: _limited(loop, np.float32(4), 0.5).T,
    ],
    ids=["room", "filter", "echo", "limiter"],
)
def test_what_is_done_to_a_loop_does_not_depend_on_where_it_begins(process):
    random = np.random.default_rng(5)
    loop = (random.standard_normal((2, 70_001)) * np.linspace(0.02, 0.6, 70_001)).astype(np.float32)
    turned = process(np.roll(loop, 12_345, axis=1))
    assert np.abs(turned - np.roll(process(loop), 12_345, axis=1)).max() < 2e-5
    assert np.abs(turned - process(loop)).max() > 0.01


def test_an_ending_rings_out():
    made = song("pop", ending=True)
    assert not made.loops
    assert made.sections[-1].name == "ending"
    assert len(made.samples) == 12 * RATE
    assert np.abs(made.samples[-480:]).max() < 0.003
    assert measure.ebur128(made.samples)[0] == pytest.approx(-14, abs=0.5)


# ---- what is heard -----------------------------------------------------------------------------------------------


def test_genres_are_told_apart_by_rhythm_and_spectrum_and_tempo():
    seeds = range(4 if LONG else 2)
    made = [(genre, song(genre, seed=seed)) for genre in GENRES for seed in seeds]
    rows = np.array([hearing.features(each) for _, each in made])
    names = [genre for genre, _ in made]
    apart = hearing.distances(rows)
    untimed = hearing.distances(rows[:, 1:])
    same = np.array([[a == b for a in names] for b in names])
    for matrix, share in ((apart, 1.0), (untimed, 0.85)):
        np.fill_diagonal(matrix, np.inf)
        nearest = matrix.argmin(axis=1)
        assert np.mean([names[n] == names[k] for n, k in enumerate(nearest)]) >= share
    between = [
        apart[[n == a for n in names]][:, [n == b for n in names]].min() for a in GENRES for b in GENRES if a < b
    ]
    within = apart[same & np.isfinite(apart)]
    assert min(between) > np.median(within)


@EVERY
def test_every_repeat_varies(genre: str):
    made = song(genre)
    bars = np.array_split(made.samples.mean(axis=1), made.bars)
    size = min(map(len, bars))
    rows = np.array([bar[:size] for bar in bars])
    alike = np.corrcoef(rows) - 2 * np.eye(made.bars)
    assert alike.max() < 0.98


@EVERY
def test_it_has_bass_and_treble_two_sides_and_dynamics(genre: str):
    samples = song(genre).samples
    shares = hearing.spectrum(samples)
    assert shares[:3].max() > -10  # something below 250 Hz
    assert shares[6] > -26  # and from 2 to 4 kHz
    assert abs(samples.mean()) < 1e-3
    left, right = samples.T
    assert abs(20 * np.log10(left.std() / right.std())) < 1.5
    assert 0.2 < np.corrcoef(left, right)[0, 1] < 0.97
    assert 20 * np.log10(np.abs(samples).max() / samples.std()) > 10


@EVERY
def test_no_note_of_any_instrument_clicks(genre: str):
    for track in genres.find(genre).tracks:
        for number, hard in enumerate((0.3, 0.8, 1.0)):
            random = np.random.default_rng(number)
            if isinstance(track, Kit):
                sound = track.drum(hard, random)
            else:
                sound = track.instrument(40 + 20 * number, 0.13 * (number + 1), Touch(hard, 0.7, random))
            assert np.isfinite(sound).all()
            peak = np.abs(sound).max()
            assert 0.05 < peak < 6
            assert np.abs(sound[..., [0, -1]]).max() <= 0.004 * peak


def test_the_same_words_give_the_same_samples_in_another_process():
    script = "import clipkit as ck, hashlib; print(hashlib.sha256(ck.compose('pop', 8, seed=3).samples).hexdigest())"
    run = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in range(2)]
    assert run[0].stdout == run[1].stdout != ""


def test_another_seed_is_another_song():
    assert not np.array_equal(song("lo-fi", seed=1).samples, song("lo-fi", seed=2).samples)
    assert len({song("lo-fi", seed=seed).title for seed in range(3)}) > 1


# ---- theory ------------------------------------------------------------------------------------------------------


def test_numerals_are_chords():
    assert chord("IV", 9).tones == (2, 6, 9)
    assert chord("bVImaj7", 9).tones == (5, 9, 0, 4)
    assert chord("vi7", 0).tones == (9, 0, 4, 7)
    assert chord("im9", 0).tones == (0, 3, 7, 10, 2)
    assert chord("i5", 4).tones == (4, 11)
    assert key_name(6, "minor") == "F♯ minor"


def test_voices_move_little():
    before = voiced(chord("I", 0), (), 55, 76, 4)
    after = voiced(chord("V", 0), before, 55, 76, 4)
    assert sum(abs(a - b) for a, b in zip(before, after, strict=True)) <= 8
    assert {key % 12 for key in after} == {7, 11, 2}


def test_a_row_of_signs_is_strokes():
    assert list(strokes("x--.r.t.")) == [
        (0, 3, "x"),
        (4, 0.5, "r"),
        (4.5, 0.5, "r"),
        *((pytest.approx(6 + n * 2 / 3), pytest.approx(2 / 3), "t") for n in range(3)),
    ]


@EVERY
def test_every_pattern_is_whole_bars(genre: str):
    for track in genres.find(genre).tracks:
        for line in track.lines:
            patterns = getattr(line, "patterns", None) or getattr(line, "cells", {})
            rows = [row for found in patterns.values() for row in found]
            rows += line.fills if isinstance(line, Drums) else getattr(line, "cadences", ())
            assert all(len(row) % 16 == 0 for row in rows), rows


# ---- files, words and mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_song_is_saved_with_its_grid_beside_it(suffix: str, tmp_path: Path):
    made = ck.compose("ambient", 8)
    path = made.save(tmp_path / f"song{suffix}")
    samples, rate = measure.sound(path)
    assert rate == RATE
    # An MP3 begins at the time of its encoder's delay; what is before that is not played.
    samples = samples[len(samples) - len(made.samples) :] if suffix == ".mp3" else samples
    assert samples.shape == made.samples.shape
    if suffix in (".wav", ".flac"):
        assert np.abs(samples - made.samples).max() < 2.0**-22
    assert np.corrcoef(samples.mean(axis=1), made.samples.mean(axis=1))[0, 1] > 0.98
    side = json.loads((tmp_path / "song.json").read_text("utf-8"))
    assert side.pop("lufs") == pytest.approx(-14, abs=0.5)
    assert side.pop("true_peak") <= -1
    assert side == made.grid()
    assert ck.probe(str(path)).sound is not None


def test_a_song_is_a_track():
    track = ck.compose("ambient", 4).clip()
    assert ck.probe(track.project.root.source.path).sound is not None


def test_nothing_is_written_where_something_is(tmp_path: Path):
    made = ck.compose("ambient", 4)
    for there in ("song.json", "song.wav"):
        (tmp_path / there).write_text("mine")
        with pytest.raises(RenderError, match="already"):
            made.save(tmp_path / "song.wav")
        assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {there: "mine"}
        (tmp_path / there).unlink()


def test_the_command_makes_what_python_makes(tmp_path: Path):
    path = tmp_path / "song.flac"
    words = ["tracks", "compose", "--genre", "ambient", "--seconds", "8", "--seed", "5", "-o", str(path), "--json"]
    done = CliRunner().invoke(group, words, catch_exceptions=False)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["path"] == str(path)
    assert told["licence"] == "CC0-1.0"
    made = ck.compose("ambient", 8, seed=5)
    assert np.abs(measure.sound(path)[0] - made.samples).max() < 2.0**-22
    side = json.loads((tmp_path / "song.json").read_text("utf-8"))
    assert side.pop("lufs") == pytest.approx(-14, abs=0.5)
    assert side.pop("true_peak") <= -1
    assert side == made.grid()


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        ({"genre": "polka"}, "unknown-genre", "drum-and-bass"),
        ({"genre": "pop", "seconds": 3}, "out-of-range", "4 to 300"),
        ({"genre": "pop", "seconds": float("nan")}, "out-of-range", "4 to 300"),
        ({"genre": "pop", "bpm": 20}, "out-of-range", "50 to 220"),
        ({"genre": "pop", "seed": -1}, "out-of-range", "0 or more"),
    ],
)
def test_wrong_words(words: dict[str, object], code: str, hint: str):
    with pytest.raises(ProjectError) as caught:
        ck.compose(**words)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert hint in caught.value.hint


def test_a_name_that_is_no_sound_is_refused_before_the_work(tmp_path: Path):
    with pytest.raises(ClipkitError) as caught:
        CliRunner().invoke(
            group, ["tracks", "compose", "--genre", "pop", "-o", str(tmp_path / "a.mp4")], catch_exceptions=False
        )
    assert caught.value.code == "bad-suffix"
    assert "*.wav" in caught.value.hint


# ---- the songs that come with it ---------------------------------------------------------------------------------


@EVERY
def test_one_song_of_each_genre_is_shipped(genre: str):
    folder = folders.shipped("sample_media")
    grid = json.loads((folder / f"{genre}.json").read_text("utf-8"))
    samples, rate = measure.sound(folder / f"{genre}.ogg")
    assert grid["genre"] == genre
    assert len(samples) / rate == pytest.approx(grid["duration"], abs=0.001)
    integrated, peak = measure.ebur128(samples)
    assert integrated == pytest.approx(-14, abs=0.5)
    assert peak <= -1
    assert (folder / f"{genre}.ogg").stat().st_size < 400_000


@pytest.mark.skipif(not LONG, reason="CLIPKIT_LONG is not set")
def test_four_minutes_take_bounded_memory():
    script = (
        "import resource, clipkit as ck; song = ck.compose('drum-and-bass', 240); "
        "print(len(song.samples), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    count, kilobytes = map(int, done.stdout.split())
    assert count == 240 * RATE
    assert kilobytes < 700_000
