"""Songs made on the machine: the same words, the same samples; an exact grid, one loudness, no seam."""

from __future__ import annotations

import functools
import subprocess
import sys

import numpy as np
import pyloudnorm
import pytest

import clipkit as ck
from clipkit.errors import ProjectError
from clipkit.sound.compose import CEILING, compose, genres
from clipkit.sound.compose.loud import loudness, true_peak
from clipkit.sound.compose.song import Composition

GENRES = genres.names()
EVERY = pytest.mark.parametrize("genre", GENRES)
RATE = 48_000


@functools.cache
def song(genre: str, seconds: float = 15, bpm: float | None = None, seed: int = 0, ending: bool = False) -> Composition:
    return compose(genre, seconds, bpm, seed, ending=ending)


def test_the_genres_are_there():
    assert {"pop", "hip-hop", "lo-fi", "house", "drum-and-bass", "rock", "latin", "ambient"} <= set(GENRES)


@EVERY
def test_a_song_is_exactly_as_long_as_asked(genre: str):
    made = song(genre)
    assert made.samples.shape == (15 * RATE, 2)
    assert made.samples.dtype == np.float32
    assert made.duration == 15
    assert len(made.bar_times) == made.bars
    assert made.bpm == pytest.approx(made.bars * 4 * 60 / 15)


@EVERY
def test_it_is_as_loud_as_promised(genre: str):
    samples = song(genre).samples
    assert pyloudnorm.Meter(RATE).integrated_loudness(samples) == pytest.approx(-14, abs=0.5)
    assert 20 * np.log10(true_peak(samples)) <= CEILING
    assert loudness(samples.T.copy()) == pytest.approx(pyloudnorm.Meter(RATE).integrated_loudness(samples), abs=0.1)


def test_the_same_words_give_the_same_samples_in_another_process():
    script = "import clipkit as ck, hashlib; print(hashlib.sha256(ck.compose('pop', 8, seed=3).samples).hexdigest())"
    run = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in range(2)]
    assert run[0].stdout == run[1].stdout != ""


def test_another_seed_is_another_song():
    assert not np.array_equal(compose("lo-fi", 8, seed=1).samples, compose("lo-fi", 8, seed=2).samples)


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
