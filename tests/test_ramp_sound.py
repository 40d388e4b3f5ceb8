"""The sound of ramps, and of what plays backwards: when it is heard, at what pitch, and that no join is heard."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import measure
from clipkit.plan.facts import MediaFacts
from clipkit.project.ramp import Curve, Knot, ramp
from clipkit.project.timemap import Piece, TimeMap
from media import click_pulse
from test_sound import RATE, clip, play, wave

# ---- ramps -----------------------------------------------------------------------------------------------------

F = Fraction
RAMPS = {
    "the issue's": "0:1 3:1 4:0.3 6:0.3 6.5:2",
    "down": "0:3 10:0.3",
    "steps": "0:0.3 2:0.3 2:3 6:3 6:0.3 8:0.3 8:1",
    "waves": "0:1 1:3 2:0.3 3:3 4:0.3 5:1 6:1 7:0.5 8:2",
    "slow": "0:0.3",
    "fast": "0:3",
}


def ramped(name: str, curve: Curve = "linear", *, back: bool = False, follow: bool = False) -> TimeMap:
    knots = [Knot(*map(F, word.split(":"))) for word in RAMPS[name].split()]
    time = ramp(knots, F(10), curve, pitch_follows=follow)
    return time.after(TimeMap.reverse(time.end)) if back else time


def heard_at(time: TimeMap, source: float) -> float:
    """When a moment of the source is due."""
    for piece in time.pieces:
        ends = sorted((float(piece.source), float(piece.at(piece.end))))
        if ends[0] <= source < ends[1]:
            return float(piece.start) + (source - float(piece.source)) / float(piece.factor)
    raise AssertionError(source)


def clicking(tmp_path) -> tuple[MediaFacts, list[float]]:
    """Forty clicks of a millisecond, a quarter of a second apart."""
    track = np.zeros(10 * RATE, np.float32)
    pulse = click_pulse(RATE)
    places = [RATE // 5 + n * RATE // 4 for n in range(39)]
    for place in places:
        track[place : place + len(pulse)] = pulse
    middle = len(pulse) // 2
    return wave(tmp_path / "clicks.wav", np.stack([track, track], 1)), [(p + middle) / RATE for p in places]


@pytest.mark.parametrize("back", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("name", RAMPS)
def test_each_click_is_heard_once_whole_and_when_it_is_due(tmp_path, name, back):
    """The issue allows 20 ms; a sound that sets in is placed by the map itself."""
    facts, places = clicking(tmp_path)
    time = ramped(name, back=back)
    samples = play(facts, time)
    assert len(samples) == round(time.end * RATE)
    due = np.array(sorted(heard_at(time, place) for place in places))
    found = np.array(measure.clicks(samples, RATE, threshold=0.25, apart=0.002))
    assert len(found) == len(due)
    assert np.abs(found - due).max() < 0.003
    levels = [np.abs(samples[round((t - 0.01) * RATE) : round((t + 0.01) * RATE)]).max() for t in due]
    assert min(levels) > 0.8


@pytest.mark.parametrize("curve", ["linear", "smooth"])
@pytest.mark.parametrize("name", ["the issue's", "down", "waves"])
@pytest.mark.parametrize("hertz", [110.0, 331.7, 997.0])
def test_a_ramp_keeps_the_pitch_within_10_cents_and_the_level(tmp_path, name, curve, hertz):
    tone = 0.4 * np.sin(2 * np.pi * hertz * np.arange(10 * RATE) / RATE)
    samples = play(wave(tmp_path / "tone.wav", np.stack([tone, tone], 1)), ramped(name, curve))
    for start in np.arange(0.1, len(samples) / RATE - 0.6, 0.5):
        found = measure.dominant_frequency(samples[:, 0], RATE, start, start + 0.5)
        assert abs(measure.cents(found, hertz)) < 10
    inside = np.abs(samples[RATE // 10 : -RATE // 10, 0])
    levels = inside[: len(inside) // 960 * 960].reshape(-1, 960).max(axis=1)
    assert 0.38 < levels.min() <= levels.max() < 0.42


def syllables() -> np.ndarray:
    """Voiced sounds of varied length and pitch with pauses between, ten seconds of them."""
    rng = np.random.default_rng(1)
    track, at = np.zeros(10 * RATE), 0.3
    while at < 9.6:
        seconds, pitch = rng.uniform(0.12, 0.25), rng.uniform(100, 220)
        n = np.arange(round(seconds * RATE))
        phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * n / len(n))) / RATE
        formant = rng.uniform(400, 900)
        voice = sum(np.sin(k * phase) / k * np.exp(-(((k * pitch - formant) / 700) ** 2)) for k in range(1, 25))
        voice *= np.minimum(1, n / (0.008 * RATE)) * np.minimum(1, n[::-1] / (0.03 * RATE))
        start = round(at * RATE)
        track[start : start + len(n)] = 0.5 * voice / np.abs(voice).max()
        at += seconds + rng.uniform(0.15, 0.35)
    return track


@pytest.mark.parametrize("curve", ["linear", "smooth"])
@pytest.mark.parametrize("name", RAMPS)
def test_syllables_begin_within_20_ms_of_when_they_are_due(tmp_path, name, curve):
    track = syllables()
    time = ramped(name, curve)
    samples = play(wave(tmp_path / "speech.wav", np.stack([track, track], 1)), time)
    due = [heard_at(time, place) for place in measure.onsets(track, RATE, quiet=0.02)]
    found = np.array(measure.onsets(samples, RATE, quiet=0.02))
    late = np.array([min(found - t, key=abs) for t in due])
    assert len(due) > 20
    assert np.abs(late).max() < 0.02
    assert abs(late[-8:].mean() - late[:8].mean()) < 0.01


def hiss(samples: np.ndarray) -> float:
    """The loudest sample above 4 kHz, in dBFS: of a lower tone that nothing breaks there is none."""
    n = np.arange(511) - 255
    kernel = -np.sinc(n / 6) / 6 * np.kaiser(511, 10)
    kernel[255] += 1
    above = np.convolve(samples[:, 0].astype(np.float64), kernel, "same")[RATE // 50 : -RATE // 50]
    return float(20 * np.log10(np.abs(above).max() + 1e-9))


JOINED = {
    "a splice": TimeMap((Piece(F(0), F(1), F(0)), Piece(F(1), F(2), F(3333, 1000)), Piece(F(2), F(3), F(7, 10)))),
    "a loop": TimeMap.looped(F(1), F(1234, 1000), F(5)),
    "a freeze": TimeMap.freeze(F(5), F(2345, 1000), F(1)),
    "a boomerang": TimeMap.boomerang(F(3217, 1000), F(1, 30)),
    "a ramp": ramped("the issue's"),
    "steps": ramped("steps"),
    "a ramp backwards": ramped("the issue's", back=True),
    "a ramp whose pitch follows": ramped("waves", "smooth", follow=True),
}


@pytest.mark.parametrize("hertz", [110.0, 440.0, 997.0])
@pytest.mark.parametrize("name", JOINED)
def test_no_join_breaks_a_tone(tmp_path, name, hertz):
    tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(11 * RATE) / RATE)
    facts = wave(tmp_path / "tone.wav", np.stack([tone, tone], 1))
    assert hiss(play(facts, JOINED[name])) < -60


def test_a_hard_cut_does_break_a_tone():
    """The measure can fail."""
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)
    hard = np.concatenate([tone[: RATE + 13], tone[500:]])
    assert hiss(np.stack([hard, hard], 1)) > -40


# ---- backwards -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".wav", ".m4a", ".mp3"])
def test_backwards_is_the_mirror_of_forwards(shelf, suffix):
    """Longer than one block, in files that can seek and in one that cannot."""
    facts = clip(shelf, suffix, seconds=25, sound="tones", marks=())
    forwards = play(facts, TimeMap.identity(F(25)))
    backwards = play(facts, TimeMap.reverse(F(25)))
    assert np.abs(backwards[::-1] - forwards)[RATE // 10 :].max() < (1e-6 if suffix == ".wav" else 1e-3)
