"""Loudness and true peak against the EBU's own signals, FFmpeg's `ebur128` and pyloudnorm."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given
from hypothesis import strategies as st

import measure
from clipkit.sound import loudness, truepeak
from clipkit.sound.limiter import Limiter
from clipkit.sound.loudness import Meter, measured

RATE = 48_000


def tone(level: float, seconds: float, hz: float = 1000.0) -> np.ndarray:
    """A sine in both channels whose peak is `level` dBFS, so that 1 kHz measures as many LUFS."""
    n = np.arange(round(seconds * RATE))
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hz * n / RATE)
    return np.stack([wave, wave], 1).astype(np.float32)


def tones(*parts: tuple[float, float]) -> np.ndarray:
    return np.concatenate([tone(level, seconds) for level, seconds in parts])


def music(seed: int, seconds: float) -> np.ndarray:
    """Notes of changing pitch and level, wide in stereo, over a little noise."""
    rng = np.random.default_rng(seed)
    out = rng.normal(0, 0.003, (round(seconds * RATE), 2))
    for start in range(0, len(out) - 24_000, 12_000):
        n = np.arange(24_000)
        note = np.sin(2 * np.pi * rng.uniform(60, 6000) * n / RATE) * np.exp(-n / 6000) * rng.uniform(0.02, 0.5)
        out[start : start + 24_000] += note[:, None] * rng.uniform(0.2, 1, 2)
    return out.astype(np.float32)


# EBU Tech 3341, table 1: cases 1 to 5, and the tones of Tech 3342, table 1.
EBU = {
    "1": (((-23, 20),), -23.0),
    "2": (((-33, 20),), -33.0),
    "3": (((-36, 10), (-23, 60), (-36, 10)), -23.0),
    "4": (((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23.0),
    "5": (((-26, 20), (-20, 20.1), (-26, 20)), -23.0),
    "range-10": (((-20, 20), (-30, 20)), None),
    "range-5": (((-20, 20), (-15, 20)), None),
    "range-20": (((-40, 20), (-20, 20)), None),
    "range-15": (((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), None),
}


@pytest.mark.parametrize("case", EBU)
def test_loudness_of_the_ebus_signals(case):
    parts, expected = EBU[case]
    samples = tones(*parts)
    found = measured(samples).lufs
    if expected is not None:
        assert found == pytest.approx(expected, abs=0.1)
    assert found == pytest.approx(measure.ebur128(samples)[0], abs=0.02)
    assert found == pytest.approx(pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(float)), abs=0.1)


NOISE = np.random.default_rng(1).normal(0, 0.1, (12 * RATE, 2)).astype(np.float32)
PROGRAMMES = {
    "white": NOISE,
    "brown": (np.cumsum(NOISE, 0) - np.cumsum(NOISE, 0).mean(0)).astype(np.float32) / 200,
    "one side": NOISE * np.array([1, 0], np.float32),
    "music": music(3, 20),
    "with a silence": np.concatenate([music(4, 6), np.zeros((5 * RATE, 2), np.float32), music(5, 6)]),
    "odd length": music(6, 7.777),
}


@pytest.mark.parametrize("name", PROGRAMMES)
def test_loudness_of_other_programmes(name):
    samples = PROGRAMMES[name]
    found = measured(samples).lufs
    assert found == pytest.approx(measure.ebur128(samples)[0], abs=0.03)
    assert found == pytest.approx(pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(float)), abs=0.1)


def test_the_comparison_can_fail():
    assert measured(NOISE).lufs != pytest.approx(measure.ebur128(NOISE * np.float32(1.02))[0], abs=0.03)


def test_silence_and_sounds_shorter_than_a_block():
    assert measured(np.zeros((0, 2), np.float32)).lufs == -math.inf
    assert measured(np.zeros((RATE, 2), np.float32)).lufs == -math.inf
    assert measured(np.zeros((RATE, 2), np.float32)).true_peak == -math.inf
    assert measured(tone(-90, 2)).lufs == -math.inf  # below the absolute gate
    assert measured(tone(-20, 0.25)).lufs == pytest.approx(-20, abs=0.5)


@given(st.lists(st.integers(0, 150_000), max_size=6))
def test_it_does_not_matter_how_blocks_are_cut(cuts):
    samples = PROGRAMMES["music"][:150_000]
    bounds = sorted({0, *cuts, len(samples)})
    meter = Meter()
    for a, b in itertools.pairwise(bounds):
        meter.push(samples[a:b])
    meter.result()  # asking does not disturb
    whole = measured(samples)
    assert meter.result().lufs == pytest.approx(whole.lufs, abs=1e-3)
    assert meter.result().true_peak == pytest.approx(whole.true_peak, abs=1e-3)


def test_momentary_loudness_follows_the_sound():
    meter = Meter()
    meter.push(tones((-20, 2), (-40, 2)))
    found = meter.momentary()
    assert found[:17] == pytest.approx(-20, abs=0.1)
    assert found[21:37] == pytest.approx(-40, abs=0.1)
    assert len(found) == 37


# ---- true peak -------------------------------------------------------------------------------------------------


def sine(hz: float, amplitude: float, degrees: float) -> np.ndarray:
    """A sine with soft ends, whose peaks lie between the samples unless the phase says otherwise."""
    n = np.arange(RATE)
    fade = np.minimum(1, np.minimum(n, n[::-1]) / 4800)
    wave = amplitude * fade * np.sin(2 * np.pi * hz * n / RATE + np.radians(degrees))
    return np.stack([wave, -wave], 1).astype(np.float32)


# EBU Tech 3341, cases 15 to 19: +0.2/−0.4 dB are allowed there.
PEAKS = [
    (12_000, 0.5, 0.0, -6.0),
    (12_000, 0.5, 45.0, -6.0),
    (8_000, 0.5, 60.0, -6.0),
    (6_000, 0.5, 67.5, -6.0),
    (12_000, 1.41, 45.0, 3.0),
    (997, 1.0, 10.0, 0.0),
    (17_000, 0.7, 30.0, -3.1),
    (20_000, 0.7, 30.0, -3.1),
]


@pytest.mark.parametrize(("hz", "amplitude", "phase", "expected"), PEAKS)
def test_true_peak_of_sines(hz, amplitude, phase, expected):
    samples = sine(hz, amplitude, phase)
    assert measured(samples).true_peak == pytest.approx(expected, abs=0.12)
    assert measured(samples).true_peak >= loudness.decibels(float(np.abs(samples).max())) - 1e-6


def test_true_peak_of_programmes_agrees_with_ffmpeg():
    for name in ("white", "music", "with a silence", "odd length"):
        samples = PROGRAMMES[name]
        assert measured(samples).true_peak == pytest.approx(measure.ebur128(samples)[1], abs=0.05)


def test_skipping_what_cannot_be_higher_changes_nothing():
    samples = PROGRAMMES["music"]
    padded = np.concatenate([np.zeros((2 * truepeak.SIDE - 1, 2), np.float32), samples])
    assert measured(samples).true_peak == loudness.decibels(float(truepeak.between(padded).max()))


# ---- the limiter by true peak ------------------------------------------------------------------------------------


def limited(samples: np.ndarray, cuts: list[int]) -> np.ndarray:
    limiter = Limiter(true_peak=True)
    bounds = [0, *sorted(cut % (len(samples) + 1) for cut in cuts), len(samples)]
    parts = [limiter.push(samples[a:b]) for a, b in itertools.pairwise(bounds)]
    return np.concatenate([*parts, limiter.flush()])


@given(st.integers(0, 2**31), st.integers(0, 6000), st.floats(0.1, 4), st.lists(st.integers(0, 6000), max_size=6))
def test_the_limiter_holds_the_true_peak_in_any_blocks(seed, count, level, cuts):
    rng = np.random.default_rng(seed)
    samples = (rng.normal(0, level, (count, 2)) * (rng.random((count, 1)) < 0.02)).astype(np.float32)
    out = limited(samples, cuts)
    assert out.shape == samples.shape
    assert np.array_equal(out, limited(samples, []))
    assert (np.abs(out) <= np.abs(samples)).all()
    assert measured(out).true_peak <= -0.95


@pytest.mark.parametrize("hz", [997, 6_000, 11_990, 12_000, 15_000])
def test_the_limiter_sees_peaks_between_samples(hz):
    loud = sine(hz, 1.6, 45.0)
    assert measured(limited(loud, [])).true_peak == pytest.approx(-1, abs=0.08)
    by_sample = Limiter()
    held = np.concatenate([by_sample.push(loud), by_sample.flush()])
    if hz == 12_000:
        assert measured(held).true_peak > 1.5  # which is what the other limiter is for


def test_the_limiter_by_true_peak_lets_quiet_sound_pass_bit_for_bit():
    samples = np.random.default_rng(2).uniform(-0.35, 0.35, (20_000, 2)).astype(np.float32)
    assert np.array_equal(limited(samples, [1000, 1001, 15_000]), samples)
