"""The sound of the engine: where samples land, at what pitch, how pieces join, and what damage does."""

from __future__ import annotations

import itertools
import os
import threading
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import measure
import media
from clipkit.engine.ahead import Ahead
from clipkit.engine.probe import probe
from clipkit.engine.sound import Mixer
from clipkit.engine.soundtrack import read_all
from clipkit.engine.voice import envelope_gain, passages
from clipkit.errors import MediaError
from clipkit.plan.facts import MediaFacts, SoundFacts
from clipkit.plan.types import Envelope, Programme, Voice
from clipkit.project.timemap import Piece, TimeMap
from clipkit.sound.limiter import CEILING, Limiter
from clipkit.sound.stretch import Stretch

F = Fraction
RATE = 48_000
REAL = os.environ.get("CLIPKIT_REAL_MEDIA")
MARKS = (F(1), F(5, 2), F(4), F(7))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> media.Shelf:
    return media.Shelf(tmp_path_factory.mktemp("sound"))


def clip(shelf: media.Shelf, suffix: str = ".wav", **words) -> MediaFacts:
    words = {"picture": False, "seconds": 8, "sound": "marks", "marks": MARKS, **words}
    return probe(str(shelf.clip(suffix, **words)))


def wave(path: Path, samples: np.ndarray, rate: int = RATE) -> MediaFacts:
    """A float WAV of exactly these samples, shape (n, 2)."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=rate, layout="stereo")
        for start in range(0, len(samples), 4096):
            part = np.ascontiguousarray(samples[start : start + 4096], np.float32)
            frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), "flt", "stereo")
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return probe(str(path))


def programme(*voices: Voice | TimeMap, samples: int | None = None, limit: bool = False) -> Programme:
    row = tuple(Voice(0, voice) if isinstance(voice, TimeMap) else voice for voice in voices)
    return Programme(samples or round(max(v.time.end for v in row) * RATE), row, limit)


def play(facts: MediaFacts, time: TimeMap, **words) -> np.ndarray:
    return read_all(programme(time, **words), (facts,))


def click_errors(samples: np.ndarray, times: list[F]) -> list[float]:
    """How late each click is, in samples."""
    found = measure.clicks(samples, RATE)
    assert len(found) == len(times)
    return [float((at - float(t)) * RATE) for at, t in zip(found, times, strict=True)]


# ---- placement -------------------------------------------------------------------------------------------------

CODECS = [
    (".wav", 48000, 2, None),
    (".wav", 44100, 2, None),
    (".wav", 96000, 1, None),
    (".wav", 8000, 1, None),
    (".wav", 12000, 1, None),
    (".wav", 48000, 2, "pcm_s32le"),
    (".wav", 48000, 2, "pcm_u8"),
    (".m4a", 48000, 2, None),
    (".m4a", 44100, 1, None),
    (".mp3", 44100, 2, "libmp3lame"),
    (".ogg", 48000, 2, "libopus"),
    (".ogg", 48000, 1, "libopus"),
    (".flac", 48000, 2, "flac"),
    (".mp4", 48000, 6, "aac"),
    (".mkv", 44100, 2, "flac"),
]


@pytest.mark.parametrize(("suffix", "rate", "channels", "codec"), CODECS)
def test_a_click_comes_back_on_its_sample(shelf, suffix, rate, channels, codec):
    facts = clip(shelf, suffix, sound_rate=rate, channels=channels, sound_codec=codec)
    samples = play(facts, TimeMap.identity(F(8)))
    assert samples.shape == (8 * RATE, 2)
    assert samples.dtype == np.float32
    assert np.abs(click_errors(samples, list(MARKS))).max() <= 1


@pytest.mark.parametrize(("suffix", "allowed"), [(".wav", 1), (".m4a", 1), (".mp3", 1), (".webm", 49)])
def test_a_trim_lands_on_its_sample(shelf, suffix, allowed):
    """Matroska's clock has 1 ms, so what is found by seeking in it is off by as much."""
    facts = clip(shelf, suffix)
    samples = play(facts, TimeMap.trim(F(37, 10), F(15, 2)))
    assert np.abs(click_errors(samples, [F(3, 10), F(33, 10)])).max() <= allowed


def test_a_click_at_the_very_start_survives(shelf):
    samples = play(clip(shelf, ".wav", marks=(F(0),)), TimeMap.identity(F(1)))
    assert np.argmax(np.abs(samples[:, 0])) == 0
    assert samples[0, 0] > 0.85


def test_a_moment_held_before_or_after_the_sound_is_no_join(shelf):
    facts = clip(shelf, ".wav", marks=(F(0),))
    time = TimeMap((Piece(F(0), F(1), F(0), F(0)), Piece(F(1), F(2), F(0)), Piece(F(2), F(3), F(1), F(0))))
    samples = play(facts, time)
    assert np.argmax(np.abs(samples[:, 0])) == RATE
    assert samples[RATE, 0] > 0.85


def test_hundreds_of_pieces_do_not_drift(shelf):
    """A click every second, cut into 330 pieces of 1/30 s − 1 µs that change over: each click keeps its place."""
    facts = clip(shelf, ".wav", marks=tuple(F(n, 2) for n in range(1, 16)))
    step = F(1, 30) - F(1, 1_000_000)
    pieces = [Piece(step * n, step * (n + 1), step * (n % 200)) for n in range(330)]
    samples = play(facts, TimeMap(tuple(pieces)))
    clicks = [F(n, 2) for n in range(1, 14)]
    expected = [t for t in clicks if t < step * 200] + [t + step * 200 for t in clicks if t < step * 130]
    assert np.abs(click_errors(samples, expected)).max() <= 1


def test_exact_samples_pass_untouched(tmp_path):
    rng = np.random.default_rng(1)
    noise = rng.uniform(-0.5, 0.5, (RATE, 2)).astype(np.float32)
    facts = wave(tmp_path / "noise.wav", noise)
    assert np.array_equal(play(facts, TimeMap.identity(F(1))), noise)


def test_late_sound_and_short_sound_are_silent_where_there_is_none(shelf):
    late = clip(shelf, ".mp4", picture=True, size=(64, 64), seconds=2, sound_start=F(2, 5), sound="tones", marks=None)
    samples = play(late, TimeMap.identity(F(2)))
    assert measure.peak(samples[: round(0.38 * RATE)]) < 1e-3  # AAC begins a little before its sound
    assert measure.peak(samples[round(0.42 * RATE) :]) > 0.2
    short = clip(shelf, ".wav", seconds=2, sound_seconds=F(4, 5), sound="tones", marks=None)
    samples = play(short, TimeMap.identity(F(3)))
    assert measure.peak(samples[: round(0.8 * RATE)]) > 0.2
    assert measure.peak(samples[round(0.8 * RATE) + 1 :]) == 0


def test_gaps_and_held_pieces_are_silent(shelf):
    facts = clip(shelf, ".wav", sound="tones", marks=None)
    time = TimeMap((Piece(F(1, 2), F(1), F(0)), Piece(F(1), F(2), F(1), F(0)), Piece(F(3), F(4), F(1))))
    samples = play(facts, time, samples=5 * RATE)
    for start, end, loud in ((0, 0.5, False), (0.5, 1, True), (1.01, 3, False), (3, 4, True), (4, 5, False)):
        assert (measure.peak(samples[round(start * RATE) : round(end * RATE)]) > 0.2) == loud


def test_one_channel_goes_to_both_sides_at_full_level(shelf):
    samples = play(clip(shelf, ".wav", channels=1, sound="tones", marks=None), TimeMap.identity(F(1)))
    assert np.array_equal(samples[:, 0], samples[:, 1])
    assert measure.peak(samples) == pytest.approx(media.TONE_LEVEL, abs=0.002)


def test_a_source_without_sound_is_silent():
    mute = MediaFacts("none.mp4", "mov,mp4", F(0), None, None)
    samples = read_all(programme(TimeMap.identity(F(1))), (mute,))
    assert samples.shape == (RATE, 2)
    assert not samples.any()


def test_an_undecodable_source_is_silent_with_a_notice(shelf):
    facts = clip(shelf, ".wav")
    lost = MediaFacts(facts.path, "wav", F(0), None, SoundFacts(7, "aac", RATE, 2, F(0), F(8)))
    with Mixer(programme(TimeMap.identity(F(1))), (lost,)) as mixer:
        assert not mixer.read(RATE).any()
        assert len(mixer.notices) == 1


# ---- speed -----------------------------------------------------------------------------------------------------

SPEEDS = [F(3, 10), F(1, 2), F(7, 10), F(3, 2), F(2), F(3)]


@pytest.fixture(scope="module")
def bursts(shelf) -> MediaFacts:
    return clip(shelf, ".wav", seconds=15, sound="bursts", marks=tuple(F(3 + 5 * n, 10) for n in range(29)))


@pytest.mark.parametrize("factor", SPEEDS)
def test_pitch_kept_onsets_stay_within_20_ms_without_drift(bursts, factor):
    samples = play(bursts, TimeMap.speed(F(15), factor, pitch_follows=False))
    found = np.array(measure.onsets(samples, RATE))
    wanted = np.array([float(F(3 + 5 * n, 10) / factor) for n in range(29)])
    assert len(found) == len(wanted)
    late = found - wanted
    assert np.abs(late).max() < 0.02
    assert abs(late[-5:].mean() - late[:5].mean()) < 0.005


@pytest.mark.parametrize("factor", SPEEDS)
def test_pitch_kept_is_kept_within_5_cents(tmp_path, factor):
    tone = 0.4 * np.sin(2 * np.pi * 330 * np.arange(5 * RATE) / RATE)
    facts = wave(tmp_path / "tone.wav", np.stack([tone, -tone], 1))
    samples = play(facts, TimeMap.speed(F(5), factor, pitch_follows=False))
    found = measure.dominant_frequency(samples[:, 0], RATE, 0.2, float(5 / factor) - 0.2)
    assert abs(measure.cents(found, 330)) < 5
    inside = np.abs(samples[RATE // 10 : -RATE // 10, 0]).reshape(-1)
    levels = inside[: len(inside) // 480 * 480].reshape(-1, 480).max(axis=1)
    assert levels.min() > 0.38


@pytest.mark.parametrize("factor", [F(1, 10), *SPEEDS, F(1234567, 1000003), F(10)])
def test_following_pitch_keeps_clicks_within_2_ms(shelf, factor):
    length = 15 if factor > F(1, 5) else 3
    times = tuple(F(2 * n + 1, 2) for n in range(length))
    facts = clip(shelf, ".wav", seconds=length, marks=times)
    samples = play(facts, TimeMap.speed(F(length), factor, pitch_follows=True))
    errors = click_errors(samples, [t / factor for t in times])
    assert np.abs(errors).max() <= 2


def test_following_pitch_moves_the_pitch(tmp_path):
    tone = 0.4 * np.sin(2 * np.pi * 330 * np.arange(4 * RATE) / RATE)
    facts = wave(tmp_path / "tone.wav", np.stack([tone, tone], 1))
    samples = play(facts, TimeMap.speed(F(4), F(3, 2), pitch_follows=True))
    assert abs(measure.cents(measure.dominant_frequency(samples, RATE, 0.2, 2.4), 495)) < 0.5
    # Half of the speed from pitch, half from time: 1.5 = 1.2 × 1.25.
    mixed = TimeMap((Piece(F(0), F(8, 3), F(0), F(3, 2), F(6, 5)),))
    samples = play(facts, mixed)
    assert abs(measure.cents(measure.dominant_frequency(samples, RATE, 0.2, 2.4), 396)) < 5


def test_a_ramp_is_one_stretch_and_keeps_its_onsets(bursts):
    """1× to 2× in steps of a thirtieth of a second, pitch kept."""
    pieces, source = [], F(0)
    for n in range(240):
        factor = 1 + F(n + 1, 240)
        pieces.append(Piece(F(n, 30), F(n + 1, 30), source, factor))
        source += factor / 30
    time = TimeMap(tuple(pieces))
    assert len(passages(time)) == 1
    found = np.array(measure.onsets(play(bursts, time), RATE))
    wanted = np.interp(
        [0.3 + k / 2 for k in range(20)], [float(p.source) for p in pieces], [n / 30 for n in range(240)]
    )
    assert np.abs(found[:20] - wanted).max() < 0.02


# ---- joins -----------------------------------------------------------------------------------------------------


def test_looped_music_joins_without_a_click(tmp_path):
    n = np.arange(2 * RATE)
    tone = 0.4 * np.cos(2 * np.pi * 331.7 * n / RATE)
    facts = wave(tmp_path / "loop.wav", np.stack([tone, tone], 1))
    length = F(17, 10) + F(1, 7)
    time = TimeMap(tuple(Piece(length * k, length * (k + 1), F(0)) for k in range(5)))
    samples = play(facts, time)
    assert all(measure.click_free(samples, RATE, float(length * k)) for k in range(1, 5))
    hard = np.concatenate([tone[: round(length * RATE)]] * 2)
    assert not measure.click_free(hard, RATE, float(length))


def test_a_join_keeps_the_power(tmp_path):
    """Two unrelated sounds: through the fade the power stays, within what 5 ms of noise can tell."""
    noise = np.random.default_rng(3).normal(0, 0.1, (20 * RATE, 2)).astype(np.float32)
    facts = wave(tmp_path / "noise.wav", noise)
    time = TimeMap(tuple(Piece(F(k, 50), F(k + 1, 50), F(19 * k % 97, 5)) for k in range(400)))
    samples = play(facts, time)
    middles = np.stack([samples[960 * k : 960 * k + 240] for k in range(1, 400)])
    power = (middles**2).mean(axis=(0, 2)) / 0.01
    assert abs(power.mean() - 1) < 0.05
    assert power.reshape(12, 20).mean(axis=1).min() > 0.85


def test_a_ramp_whose_pitch_follows_has_no_clicks_and_no_bumps(tmp_path):
    tone = 0.4 * np.cos(2 * np.pi * 331.7 * np.arange(6 * RATE) / RATE)
    facts = wave(tmp_path / "tone.wav", np.stack([tone, tone], 1))
    pieces, source = [], F(0)
    for n in range(60):
        factor = 1 + F(n, 60)
        pieces.append(Piece(F(n, 30), F(n + 1, 30), source, factor, factor))
        source += factor / 30
    samples = play(facts, TimeMap(tuple(pieces)))
    assert all(measure.click_free(samples, RATE, k / 30) for k in range(1, 60))
    peaks = np.abs(samples[: len(samples) // 240 * 240, 0]).reshape(-1, 240).max(axis=1)
    assert 0.36 < peaks.min() <= peaks.max() < 0.41


def test_pieces_that_continue_each_other_are_not_faded(tmp_path):
    noise = np.random.default_rng(2).uniform(-0.5, 0.5, (2 * RATE, 2)).astype(np.float32)
    facts = wave(tmp_path / "noise.wav", noise)
    time = TimeMap(tuple(Piece(F(n, 30), F(n + 1, 30), F(n, 30)) for n in range(30)))
    assert np.array_equal(play(facts, time), noise[:RATE])


# ---- gain ------------------------------------------------------------------------------------------------------


def test_gain_and_envelope(tmp_path):
    facts = wave(tmp_path / "flat.wav", np.full((4 * RATE, 2), 0.5, np.float32))
    fade = Envelope(TimeMap((Piece(F(1), F(4), F(0)),)), ((F(0), 0.0), (F(1), 1.0), (F(2), 1.0), (F(3), 0.0)))
    samples = read_all(programme(Voice(0, TimeMap.identity(F(4)), -6.0, (fade,))), (facts,))[:, 0]
    n = np.arange(RATE)
    rise = np.sin(np.pi / 2 * n / RATE)
    assert samples[: RATE + 1].max() == 0
    np.testing.assert_allclose(samples[RATE : 2 * RATE], 0.5 * 10**-0.3 * rise, atol=1e-6)
    np.testing.assert_allclose(samples[2 * RATE : 3 * RATE], 0.5 * 10**-0.3, atol=1e-6)
    np.testing.assert_allclose(samples[3 * RATE :], 0.5 * 10**-0.3 * np.cos(np.pi / 2 * n / RATE), atol=1e-6)


@given(st.lists(st.integers(0, 4000), min_size=1, max_size=6, unique=True), st.integers(1, 500))
def test_an_envelope_is_the_same_in_any_blocks(cuts, start):
    time = TimeMap((Piece(F(1, 100), F(1, 50), F(0)), Piece(F(1, 40), F(1, 15), F(3), F(2))))
    envelope = Envelope(time, ((F(0), 0.0), (F(1, 100), 1.0), (F(3), 0.2), (F(61, 20), 0.9)))
    bounds = sorted({start, *(start + cut for cut in cuts)})
    whole = envelope_gain(envelope, bounds[0], bounds[-1])
    parts = [envelope_gain(envelope, a, b) for a, b in itertools.pairwise(bounds)]
    np.testing.assert_allclose(np.concatenate([*parts, np.ones(0)]), whole, atol=1e-12)


# ---- the limiter -----------------------------------------------------------------------------------------------


def limited(samples: np.ndarray, cuts: list[int]) -> np.ndarray:
    limiter = Limiter()
    bounds = [0, *sorted(cut % (len(samples) + 1) for cut in cuts), len(samples)]
    parts = [limiter.push(samples[a:b]) for a, b in itertools.pairwise(bounds)]
    return np.concatenate([*parts, limiter.flush()])


def spiky(seed: int, count: int, level: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(0, level, (count, 2)) * (rng.random((count, 1)) < 0.02)).astype(np.float32)


@given(st.integers(0, 2**31), st.integers(0, 6000), st.floats(0.1, 8), st.lists(st.integers(0, 6000), max_size=6))
@example(99, 2733, 0.328125, [1420])  # a release that ends with a block
def test_the_limiter_holds_its_ceiling_in_any_blocks(seed, count, level, cuts):
    samples = spiky(seed, count, level)
    out = limited(samples, cuts)
    assert out.shape == samples.shape
    assert measure.peak(out) <= np.float32(CEILING)
    assert np.array_equal(out, limited(samples, []))
    assert (np.abs(out) <= np.abs(samples)).all()
    assert (np.sign(out) == np.sign(samples)).all()


@given(st.integers(0, 2**31), st.integers(1, 4000), st.lists(st.integers(0, 4000), max_size=5))
def test_the_limiter_lets_quiet_sound_pass_bit_for_bit(seed, count, cuts):
    samples = np.random.default_rng(seed).uniform(-0.89, 0.89, (count, 2)).astype(np.float32)
    assert np.array_equal(limited(samples, cuts), samples)


def test_the_limiter_is_transparent_far_from_a_peak_and_smooth_near_it():
    samples = np.full((RATE, 2), 0.5, np.float32)
    samples[RATE // 2] = 1.5
    gain = limited(samples, [])[:, 0] / samples[:, 0]
    assert (gain[: RATE // 2 - 256] == 1).all()
    assert (gain[RATE // 2 + 15_000 :] == 1).all()
    assert gain[RATE // 2] * 1.5 == pytest.approx(CEILING, rel=1e-4)
    assert np.abs(np.diff(gain)).max() < 0.01


def test_a_limited_programme_stays_in_step(shelf):
    facts = clip(shelf, ".wav")
    time = TimeMap.identity(F(8))
    samples = read_all(programme(time, time, limit=True), (facts,))
    assert measure.peak(samples) <= np.float32(CEILING)
    assert np.abs(click_errors(samples, list(MARKS))).max() <= 1


# ---- reading ---------------------------------------------------------------------------------------------------


def test_the_output_does_not_depend_on_how_it_is_read(shelf, bursts):
    music = clip(shelf, ".m4a", sound="tones", marks=None, sound_rate=44100)
    own = TimeMap((Piece(F(0), F(2), F(1), F(3, 2)), Piece(F(2), F(4), F(4)), Piece(F(4), F(6), F(1), F(2), F(2))))
    loop = TimeMap(tuple(Piece(F(k * 7, 4), F((k + 1) * 7, 4), F(5)) for k in range(4)))
    mix = Programme(6 * RATE + 77, (Voice(1, own, 3.0), Voice(0, loop), Voice(0, loop, 6.0)), True)
    whole = read_all(mix, (music, bursts))
    rng = np.random.default_rng(5)
    with Mixer(mix, (music, bursts)) as mixer:
        parts = []
        while len(part := mixer.read(int(rng.integers(1, 9000)))):
            parts.append(part)
        assert mixer.read(10).shape == (0, 2)
    assert np.array_equal(np.concatenate(parts), whole)
    assert len(whole) == mix.samples


def blocks(mixer: Mixer) -> Iterator[np.ndarray]:
    while len(block := mixer.read(9_000)):
        yield block


def test_mixed_ahead_it_is_the_same(bursts):
    mix = programme(TimeMap.identity(F(6)), limit=True)
    with Mixer(mix, (bursts,)) as mixer, Ahead(blocks(mixer)) as ahead:
        parts = []
        while (part := ahead.take()) is not None:
            parts.append(part)
        assert ahead.take() is None
    assert np.array_equal(np.concatenate(parts), read_all(mix, (bursts,)))


def test_what_fails_ahead_is_raised_where_it_is_taken(tmp_path):
    facts = wave(tmp_path / "gone.wav", np.zeros((RATE, 2), np.float32))
    Path(facts.path).unlink()
    mixer = Mixer(programme(TimeMap.identity(F(1))), (facts,))
    with mixer, Ahead(blocks(mixer)) as ahead, pytest.raises(MediaError):
        ahead.take()


def test_leaving_ends_what_is_made_ahead(bursts):
    before = threading.active_count()
    with Mixer(programme(TimeMap.identity(F(6))), (bursts,)) as mixer, Ahead(blocks(mixer)) as ahead:
        ahead.take()
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_long_work_ahead_is_called_off_where_it_gives_nothing():
    def endless() -> Iterator[list[int]]:
        while True:
            yield []

    before = threading.active_count()
    with Ahead(endless()) as ahead:
        assert not ahead.ready
    assert threading.active_count() == before


def test_ten_minutes_are_mixed_in_bounded_memory(tmp_path):
    """Ten minutes are 230 MB a voice; the mixer holds a few seconds."""
    noise = np.random.default_rng(4).uniform(-0.4, 0.4, (20 * RATE, 2)).astype(np.float32)
    facts = wave(tmp_path / "noise.wav", noise)
    loop = TimeMap(tuple(Piece(F(20 * k), F(20 * k + 20), F(0)) for k in range(30)))
    tracemalloc.start()
    with Mixer(programme(loop, limit=True), (facts,)) as mixer:
        total = 0
        while count := len(mixer.read(RATE)):
            total += count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 600 * RATE
    assert peak < 8_000_000


def test_the_stretcher_begins_on_its_sample():
    ramp = np.repeat(np.linspace(0, 1, 9600, dtype=np.float32)[:, None], 2, axis=1)

    def fetch(start: int, stop: int) -> np.ndarray:
        out = np.zeros((stop - start, 2), np.float32)
        low, high = max(start, 0), min(stop, len(ramp))
        out[low - start : high - start] = ramp[low:high]
        return out

    assert Stretch(fetch, lambda n: 1000 + n * 1.0).read(2000) == pytest.approx(ramp[1000:3000], abs=1e-6)


# ---- damage ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not REAL, reason="CLIPKIT_REAL_MEDIA is not set")
def test_real_damaged_sound_is_silent_where_damaged():
    """This FFmpeg decodes every packet of it; from 4.7 s on they hold nothing, and nothing may be heard."""
    facts = probe(str(Path(REAL or "") / "damaged-audio.mp4"))
    samples = play(facts, TimeMap.identity(facts.duration))
    assert len(samples) == round(facts.duration * RATE)
    assert measure.peak(samples[: 4 * RATE]) > 0.1
    assert measure.peak(samples[5 * RATE :]) == 0


def test_a_lost_stretch_of_packets_is_silent_and_the_rest_in_place(shelf, tmp_path):
    """Packets of an AAC file filled with junk: silence there, clicks after it where they were."""
    whole = Path(clip(shelf, ".m4a", seconds=8).path)
    with av.open(str(whole)) as container:
        spans = [(p.pos, p.size) for p in container.demux(audio=0) if p.size and 2 < p.pts * p.time_base < 3]
    data = bytearray(whole.read_bytes())
    for at, size in spans:
        data[at : at + size] = b"\xff" * size
    broken = tmp_path / "broken.m4a"
    broken.write_bytes(data)
    with Mixer(programme(TimeMap.identity(F(8))), (probe(str(broken)),)) as mixer:
        samples = mixer.read(8 * RATE)
        assert len(mixer.notices) == 1
        assert "from 0:02.0" in mixer.notices[0]
    assert np.abs(click_errors(samples, [F(1), F(4), F(7)])).max() <= 1
