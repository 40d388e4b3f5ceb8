"""Many tracks in one programme: where they land, how loud they are, how they make room for speech."""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import clipkit as ck
import measure
from clipkit.api.clip import Clip
from clipkit.api.tracks import parse_track
from clipkit.errors import ClipkitError, MediaError, ProjectError
from clipkit.project import document
from clipkit.project.sound_edits import Music, Track
from clipkit.sound.speech import SpeechFinder
from media import Shelf

RATE = 48_000
LONG = bool(os.environ.get("CLIPKIT_LONG"))
REAL = os.environ.get("CLIPKIT_REAL_MEDIA")
SAMPLES = Path(__file__).parent.parent / "sample_media"
SMALL = (64, 64)


def save(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    """A WAV file of 16 bits; shape (n,) or (n, channels), full scale ±1."""
    row = samples[:, None] if samples.ndim == 1 else samples
    with wave.open(str(path), "wb") as file:
        file.setnchannels(row.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(row, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(seconds: float, hz: float = 440.0, level: float = 0.25, rate: int = RATE) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


@pytest.fixture
def silent(shelf: Shelf) -> Path:
    """12 s of picture alone."""
    return shelf.clip(fps=10, seconds=12, size=SMALL)


def level_db(samples: np.ndarray, start: float, end: float) -> float:
    part = samples[round(start * RATE) : round(end * RATE)].astype(float)
    return 10 * math.log10(float(np.mean(part**2)) + 1e-20)


def heard(clip: Clip) -> np.ndarray:
    return clip.with_output(normalise=False).samples()


# ---- where tracks land -----------------------------------------------------------------------------------------


def pulses(places: list[int], seconds: int) -> np.ndarray:
    """Where each of these samples is the highest of its pulse; they are apart."""
    row = np.zeros(seconds * RATE)
    row[places] = 0.8
    return row


def test_fifty_tracks_at_random_places_land_within_a_sample(silent: Path, tmp_path: Path):
    """Each track holds one pulse, 0.1 s into it; it is placed so that the pulse stands where no other does."""
    rng = np.random.default_rng(11)
    slots = rng.permutation(52)[:50]
    tracks, expected = [], []
    for n, slot in enumerate(slots):
        start, at = (
            Fraction(int(rng.integers(0, 4000)), RATE),
            Fraction(int(slot) * 10_000 + int(rng.integers(20_000, 26_000)), RATE),
        )
        inside = round(start * RATE) + 4_800
        path = save(tmp_path / f"{n}.wav", pulses([inside], 1), RATE)
        tracks.append(ck.track(path, start=start, at=at, gain_db=-3))
        expected.append(round(at * RATE) + 4_800)
    samples = heard(ck.open(silent).mix(*tracks))
    found = np.flatnonzero(samples[:, 0] > 0.3)
    assert np.abs(found - np.sort(expected)).max() <= 1
    assert len(found) == 50


@pytest.mark.parametrize(("suffix", "target"), [(".mp4", "source"), (".mp4", "reels"), (".webm", "source")])
def test_tracks_stand_in_place_in_the_decoded_file(silent: Path, tmp_path: Path, suffix: str, target: str):
    """Encoder priming is compensated: bursts that codecs keep are found where they were placed, to the sample."""
    places = [Fraction(24_001, RATE), Fraction(5), Fraction(389_999, RATE)]
    n = np.arange(4_800)
    burst = 0.5 * np.sin(2 * np.pi * 1000 * n / RATE) * np.hanning(4_800)
    path = save(tmp_path / "burst.wav", burst)
    clip = ck.open(silent).mix(*(ck.track(path, at=at) for at in places))
    out = tmp_path / f"out{suffix}"
    clip.export(out, target=target, size=None if target == "source" else "180x320", quality="draft", normalise=False)
    samples, rate = measure.sound(out)
    assert rate == RATE
    for at in places:
        first = round(at * RATE) - 2_400
        part = samples[first : first + 9_600, 0]
        lag = int(np.argmax(np.correlate(part, burst, "valid"))) - 2_400
        assert abs(lag) <= 1


def test_gain_pan_fades_loop_and_start(silent: Path, tmp_path: Path):
    song = save(tmp_path / "song.wav", np.concatenate([tone(1, 200), tone(1, 1000)]))
    laid = ck.track(song, start=1, at=2, gain_db=-6, pan=-1, fade_in=0.5, fade_out=1, loop=True)
    samples = heard(ck.open(silent).mix(laid))
    assert measure.peak(samples[: 2 * RATE]) == 0
    assert measure.peak(samples[:, 1]) == pytest.approx(0, abs=1e-6)
    assert measure.dominant_frequency(samples[:, 0], RATE, 2.5, 11) == pytest.approx(1000, rel=1e-3)
    full = level_db(tone(1), 0, 1) - 6 + 3.01  # all of the power of both sides is on the left
    assert level_db(samples[:, 0], 3, 10) == pytest.approx(full, abs=0.1)
    assert level_db(samples[:, 0], 2.0, 2.1) < full - 10
    assert level_db(samples[:, 0], 11.9, 12) < full - 10


def test_a_track_plays_once_unless_it_loops(silent: Path, tmp_path: Path):
    song = save(tmp_path / "song.wav", tone(2))
    once = heard(ck.open(silent).mix(ck.track(song, at=1)))
    assert measure.peak(once[:RATE]) == 0
    assert measure.peak(once[3 * RATE + 1 :]) == 0
    assert level_db(once[:, 0], 1.1, 2.9) == pytest.approx(level_db(tone(1), 0, 1), abs=0.1)


@pytest.mark.parametrize("pan", [-1, -0.5, 0, 0.3, 1])
def test_pan_keeps_the_power(silent: Path, tmp_path: Path, pan: float):
    song = save(tmp_path / "song.wav", tone(2))
    samples = heard(ck.open(silent).mix(ck.track(song, pan=pan)))
    left, right = level_db(samples[:, 0], 0.5, 1.5), level_db(samples[:, 1], 0.5, 1.5)
    assert 10 ** (left / 10) + 10 ** (right / 10) == pytest.approx(2 * 10 ** (level_db(tone(1), 0, 1) / 10), rel=0.01)
    assert (left < right) == (pan > 0) or pan == 0


def test_old_documents_mean_what_they_meant():
    text = """{"version": 1, "root": {"source": {"kind": "media", "path": "/take.mp4"}, "edits": [
        {"kind": "music", "track": "/song.mp3", "start": "3", "gain_db": -8.0}]}}"""
    music = document.loads(text).root.edits[0]
    assert music == Music(track="/song.mp3", start=Fraction(3), gain_db=-8)
    assert (music.at, music.pan, music.duck, music.fade_out, music.loop) == (0, 0, None, 1, True)


def test_a_mix_goes_through_a_document_and_its_paths_move_along(tmp_path: Path):
    clip = ck.open(SAMPLES / "host.mp4").mix(ck.track(SAMPLES / "pop.ogg", at=2, duck=9), SAMPLES / "lo-fi.ogg")
    clip = clip.voiceover(SAMPLES / "dancer.mp4", at=1).voice("robot", 0.5)
    text = document.dumps(clip.project, SAMPLES)
    assert '"track": "pop.ogg"' in text
    assert document.loads(text, SAMPLES) == clip.project


# ---- words -----------------------------------------------------------------------------------------------------


def test_a_track_in_words():
    text = "a, b.mp3,gain=-12,at=0:02.5,pan=-0.3,fade-in=0.5,fade-out=1,start=12,duck=9,loop,voice"
    assert parse_track(text) == ck.track(
        "a, b.mp3", gain_db=-12, at="2.5", pan=-0.3, fade_in=0.5, fade_out=1, start=12, duck=9, loop=True, voice=True
    )
    assert parse_track("song.mp3") == Track(track="song.mp3")


@pytest.mark.parametrize("text", ["song.mp3,gain=99", "song.mp3,at=x", "song.mp3,pan=2", ",loop", "song.mp3,gian=3"])
def test_wrong_words_of_a_track_are_told(text: str):
    with pytest.raises(ProjectError) as told:
        parse_track(text)
    assert told.value.hint


# ---- ducking ---------------------------------------------------------------------------------------------------

SPOKEN = [(2.0, 4.0), (7.0, 8.5)]
"""When the host of the sample media is made to speak below."""


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """Two seconds and more of the presenter's speech, without a pause."""
    samples = ck.open(SAMPLES / "host.mp4").samples()
    return samples[round(5.1 * RATE) : round(7.4 * RATE)].mean(axis=1)


@pytest.fixture
def talk(shelf: Shelf, silent: Path, speech: np.ndarray, tmp_path: Path) -> Clip:
    """12 s of picture in which somebody speaks at `SPOKEN`."""
    row = np.zeros(12 * RATE)
    for start, end in SPOKEN:
        count = round((end - start) * RATE)
        part = speech[:count] * np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / 480)
        row[round(start * RATE) : round(start * RATE) + count] = part
    return ck.open(silent).voiceover(save(tmp_path / "talk.wav", row), duck=None)


HZ = 9_000
"""Of a tone that stands for music: speech has next to nothing there, so that it can be measured under speech."""


def tone_level(samples: np.ndarray, start: float, end: float) -> float:
    """The level of that tone in dB, in a stretch of whole hundredths of a second."""
    part = samples[round(start * RATE) : round(end * RATE)].astype(float).mean(axis=1)
    n = np.arange(len(part))
    return 20 * math.log10(2 * abs(np.mean(part * np.exp(-2j * np.pi * HZ * n / RATE))) + 1e-12)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return save(tmp_path / "tone.wav", tone(12, HZ, 0.2))


@pytest.mark.parametrize("db", [6, 12, 20])
def test_music_is_lower_under_speech_and_back_within_the_release(talk: Clip, song: Path, db: float):
    release, attack = 0.5, 0.2
    duck = ck.Duck(db=db, attack=Fraction(1, 5), release=Fraction(1, 2), look_ahead=Fraction(1, 5))
    samples = heard(talk.music(song, gain_db=0, fade_out=0, duck=duck))
    usual = 20 * math.log10(0.2)
    for start, end in SPOKEN:
        for t in np.arange(start + 0.05, end - 0.15, 0.1):
            assert tone_level(samples, t, t + 0.1) == pytest.approx(usual - db, abs=1), t
        assert tone_level(samples, start - attack - 0.2, start - attack - 0.1) == pytest.approx(usual, abs=0.3)
        assert tone_level(samples, end + release, end + release + 0.1) == pytest.approx(usual, abs=0.3)
    assert tone_level(samples, 5.5, 6.5) == pytest.approx(usual, abs=0.05)


def test_without_duck_music_stays_and_the_measure_can_tell(talk: Clip, song: Path):
    samples = heard(talk.music(song, gain_db=0, fade_out=0))
    assert tone_level(samples, 2.5, 3.5) == pytest.approx(20 * math.log10(0.2), abs=0.3)


def test_a_voice_over_lowers_the_own_sound_and_the_music(shelf: Shelf, song: Path, speech: np.ndarray, tmp_path: Path):
    own = shelf.clip(fps=10, seconds=12, size=SMALL, sound="tones")
    spoken = save(tmp_path / "words.wav", speech)
    clip = ck.open(own).music(song, gain_db=0, fade_out=0, duck=12).voiceover(spoken, at=5, duck=9)
    samples = heard(clip)
    usual = 20 * math.log10(0.2)
    assert tone_level(samples, 5.5, 6.9) == pytest.approx(usual - 12, abs=1)
    assert tone_level(samples, 2, 4) == pytest.approx(usual, abs=0.3)


def test_the_own_sound_alone_is_lower_under_a_voice_over(silent: Path, song: Path, speech: np.ndarray, tmp_path: Path):
    spoken = save(tmp_path / "words.wav", speech)
    clip = ck.open(silent).mix(ck.track(song), ck.track(spoken, at=5, voice=True), original_duck=9)
    assert tone_level(heard(clip), 5.5, 6.9) == pytest.approx(20 * math.log10(0.2), abs=0.3)  # it is no own sound
    clip = ck.open(silent).mix(ck.track(song, duck=9), ck.track(spoken, at=5, voice=True))
    assert tone_level(heard(clip), 5.5, 6.9) == pytest.approx(20 * math.log10(0.2) - 9, abs=1)


# ---- the voice detector ------------------------------------------------------------------------------------------


def noises(kind: str, seconds: int = 12, seed: int = 0) -> np.ndarray:
    """White, pink or brown noise; traffic: cars that pass, rumble and an engine's hum; wind: slow gusts."""
    rng = np.random.default_rng(seed)
    count = seconds * RATE
    spectrum = np.fft.rfft(rng.normal(size=count))
    hz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 1)
    shape = {
        "white": np.ones_like(hz),
        "pink": hz**-0.5,
        "brown": 1 / hz,
        "traffic": 1 / np.sqrt((1 + (hz / 150) ** 2) * (1 + (hz / 2000) ** 2)),
        "wind": 1 / (1 + (hz / 300) ** 2),
    }[kind]
    row = np.fft.irfft(spectrum * shape, count)
    t = np.arange(count) / RATE
    if kind == "traffic":
        passing = 0.15 + sum(np.exp(-(((t - c) / rng.uniform(0.6, 1.4)) ** 2)) for c in np.arange(1, seconds, 2.7))
        turns = 2 * np.pi * np.cumsum(45 + 12 * np.sin(t / 2)) / RATE
        row = passing * (row / row.std() + 0.5 * sum(np.sin(k * turns) / k for k in range(1, 12)))
    if kind == "wind":
        row = row / row.std() * (1 + 0.8 * np.sin(2 * np.pi * 0.3 * t + rng.uniform(0, 6)))
    return np.repeat((0.05 * row / row.std())[:, None], 2, axis=1).astype(np.float32)


def spoken(samples: np.ndarray) -> list[tuple[float, float]]:
    finder = SpeechFinder()
    for start in range(0, len(samples), 12_000):
        finder.push(samples[start : start + 12_000])
    return [(a / RATE, b / RATE) for a, b in finder.stretches()]


@pytest.mark.parametrize("kind", ["white", "pink", "brown", "traffic", "wind"])
@pytest.mark.parametrize("seed", range(10 if LONG else 2))
def test_noise_is_no_speech(kind: str, seed: int):
    assert spoken(noises(kind, seed=seed)) == []


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.ogg")))
def test_music_is_no_speech(name: str):
    samples = ck.open(SAMPLES / "host.mp4").music(SAMPLES / f"{name}.ogg", mute_original=True, fade_out=0).samples()
    assert spoken(samples) == []


def test_silence_clicks_and_tones_are_no_speech():
    assert spoken(np.zeros((5 * RATE, 2), np.float32)) == []
    assert spoken(np.zeros((0, 2), np.float32)) == []
    clicks = np.zeros((10 * RATE, 2), np.float32)
    clicks[::24_000] = 0.9
    assert spoken(clicks) == []
    assert spoken(np.repeat(tone(10, 220)[:, None], 2, axis=1).astype(np.float32)) == []


def overlap(found: list[tuple[float, float]], wanted: list[tuple[float, float]]) -> float:
    """How much of `wanted` is found."""
    both = sum(max(0.0, min(b, d) - max(a, c)) for a, b in found for c, d in wanted)
    return both / sum(d - c for c, d in wanted)


# By ear and eye: when somebody speaks in the real clip.
REAL_SPEECH = [(0.15, 0.7), (1.3, 4.8), (5.05, 10.4), (10.7, 13.1), (13.85, 17.3), (39.9, 40.6)]


@pytest.mark.skipif(not REAL, reason="CLIPKIT_REAL_MEDIA is not set")
@pytest.mark.parametrize("kind", ["none", "white", "pink", "traffic"])
def test_real_speech_is_found_also_in_noise(kind: str):
    samples = ck.open(Path(REAL or "") / "720p30-speech-42s.mp4").samples()
    if kind != "none":
        loud = float(np.mean(samples[round(1.3 * RATE) : round(17 * RATE)] ** 2))
        noise = np.tile(noises(kind), (4, 1))[: len(samples)]
        samples = samples + noise * np.sqrt(loud / np.mean(noise**2) / 10)  # 10 dB below the speech
    found = spoken(samples)
    assert overlap(found, REAL_SPEECH) > 0.93
    assert overlap(found, [(17.8, 39.4), (41.2, 42.3)]) < 0.01


def test_synthetic_speech_is_found():
    samples = ck.open(SAMPLES / "host.mp4").samples()
    phrases = [(0.5, 1.8), (2.3, 4.4), (5.1, 7.4), (8.6, 11.4), (12.3, 15.4), (16.2, 17.0)]
    found = spoken(samples)
    assert overlap(found, phrases) > 0.95
    assert overlap(found, [(0, 0.4), (4.6, 4.95), (7.65, 8.4), (11.6, 12.1), (15.7, 16.0)]) < 0.02


# ---- loudness of what comes out ------------------------------------------------------------------------------------


def loud(path: Path) -> tuple[float, float]:
    """Loudness and true peak of a decoded file, by FFmpeg's meter."""
    samples, rate = measure.sound(path)
    assert rate == RATE
    return measure.ebur128(samples)


def short(name: str) -> Clip:
    """Ten seconds that differ in how they are loud."""
    host, dancer = ck.open(SAMPLES / "host.mp4").trim(1, 11), ck.open(SAMPLES / "dancer.mp4").trim(1, 11)
    clips: dict[str, Callable[[], Clip]] = {
        "speech": lambda: host,
        "speech and music": lambda: host.music(SAMPLES / "house.ogg", duck=9),
        "soft": lambda: dancer.music(SAMPLES / "lo-fi.ogg", gain_db=-40, original_gain_db=-20),
        "loud": lambda: dancer.music(SAMPLES / "pop.ogg", gain_db=12, mute_original=True),
        "four": lambda: host.mix(
            ck.track(SAMPLES / "pop.ogg", gain_db=-6, loop=True, duck=12),
            ck.track(SAMPLES / "hip-hop.ogg", at=4, gain_db=-10, pan=0.5),
            ck.track(SAMPLES / "dancer.mp4", at=2, voice=True),
        ),
    }
    return clips[name]()


@pytest.mark.parametrize("name", ["speech", "speech and music", "soft", "loud", "four"])
@pytest.mark.parametrize(("target", "suffix"), [("tiktok", ".mp4"), ("reels", ".mp4"), ("source", ".webm")])
def test_an_export_has_the_targets_loudness_and_its_peak_after_decoding(
    name: str, target: str, suffix: str, tmp_path: Path
):
    if not LONG and (name, target) not in (("speech", "tiktok"), ("loud", "reels"), ("four", "source")):
        pytest.skip("CLIPKIT_LONG is not set")
    out = tmp_path / f"out{suffix}"
    size = {"source": "64x64"}.get(target, "360x640")
    report = short(name).export(out, target=target, size=size, fps=24, quality="draft", normalise=True)
    lufs, peak = loud(out)
    assert lufs == pytest.approx(-14, abs=0.5)
    assert peak <= -1
    assert report.lufs == pytest.approx(lufs, abs=0.1)
    assert report.true_peak == pytest.approx(peak, abs=0.1)
    assert not any("LUFS" in notice for notice in report.notices)


def test_peaks_that_forbid_it_leave_it_quieter_and_are_told(silent: Path, tmp_path: Path):
    """A murmur with a few hard knocks: its peaks stand 35 dB and more above its loudness."""
    rng = np.random.default_rng(4)
    row = rng.normal(0, 0.003, 12 * RATE)
    row[RATE :: 2 * RATE] = 0.9
    clip = ck.open(silent).voiceover(save(tmp_path / "knocks.wav", row), duck=None)
    report = clip.export(tmp_path / "out.mp4", target="source", normalise=True, quality="draft")
    lufs, peak = loud(tmp_path / "out.mp4")
    assert lufs < -14.5
    assert peak <= -1
    assert any("its peaks allow no more" in notice for notice in report.notices)


def test_silence_is_not_raised(silent: Path, tmp_path: Path):
    report = ck.open(silent).export(tmp_path / "out.mp4", target="tiktok", size="360x640", fps=24, quality="draft")
    assert report.lufs is None
    assert measure.peak(measure.sound(tmp_path / "out.mp4")[0]) == 0


def test_normalising_does_not_undo_ducking(talk: Clip, song: Path):
    clip = talk.music(song, gain_db=0, fade_out=0, duck=12)
    samples = clip.with_output(normalise=True).samples()
    assert tone_level(samples, 5.5, 6.5) - tone_level(samples, 2.3, 3.7) == pytest.approx(12, abs=1)


def test_it_is_one_gain(shelf: Shelf, tmp_path: Path):
    """Where nothing is limited, the result is the mix times a constant."""
    own = shelf.clip(fps=10, seconds=12, size=SMALL, sound="tones")
    plain, raised = (ck.open(own).with_output(normalise=wanted).samples() for wanted in (False, True))
    ratio = raised[np.abs(plain) > 0.05] / plain[np.abs(plain) > 0.05]
    assert ratio.std() < 1e-5
    assert measure.ebur128(raised)[0] == pytest.approx(-14, abs=0.2)


def test_what_a_target_says_of_loudness_holds_unless_something_else_is_said():
    clip = ck.open(SAMPLES / "host.mp4")
    levels = {
        ("tiktok", None): -14.0,
        ("tiktok", False): None,
        ("source", None): None,
        ("source", True): -14.0,
    }
    for (target, wanted), lufs in levels.items():
        sound = clip.with_output(target=target, normalise=wanted).plan("mp4", copy=False).sound
        assert sound is not None
        assert (sound.level.lufs if sound.level else None) == lufs


def test_the_bytes_do_not_depend_on_workers(tmp_path: Path):
    clip = ck.open(SAMPLES / "host.mp4").trim(0, 4).music(SAMPLES / "pop.ogg", duck=9).voice("hall", 0.4)
    files = [tmp_path / "1.mp4", tmp_path / "2.mp4"]
    for workers, out in zip((1, 3), files, strict=True):
        clip.export(out, target="tiktok", size="360x640", quality="draft", workers=workers, cache=False)
    assert files[0].read_bytes() == files[1].read_bytes()


# ---- odd tracks ------------------------------------------------------------------------------------------------


def refused(make: Callable[[], object]) -> ClipkitError:
    with pytest.raises(ClipkitError) as told:
        make()
    assert told.value.hint
    return told.value


def test_text_as_music(silent: Path, tmp_path: Path):
    text = tmp_path / "words.mp3"
    text.write_text("This is no song.\n" * 50)
    error = refused(lambda: ck.open(silent).music(text).plan())
    assert (type(error), error.code, error.where) == (MediaError, "not-media", str(text))


def test_an_empty_file_as_music(silent: Path, tmp_path: Path):
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    error = refused(lambda: ck.open(silent).mix(empty).plan())
    assert (type(error), error.where) == (MediaError, str(empty))


def test_a_track_of_no_length(silent: Path, tmp_path: Path):
    error = refused(lambda: ck.open(silent).mix(save(tmp_path / "none.wav", np.zeros(0))).plan())
    assert (type(error), error.code) == (MediaError, "undecodable")


def test_a_picture_without_sound_as_music(silent: Path):
    error = refused(lambda: ck.open(silent).voiceover(silent).plan())
    assert (type(error), error.code) == (MediaError, "no-sound")


def test_a_start_beyond_the_tracks_end(silent: Path, tmp_path: Path):
    song = save(tmp_path / "song.wav", tone(3))
    error = refused(lambda: ck.open(silent).mix(ck.track(song, start=3)).plan())
    assert (type(error), error.code, error.where) == (ProjectError, "start-beyond-end", "/root/edits/0/tracks/0/start")


def test_a_place_beyond_the_clips_end(silent: Path, tmp_path: Path):
    song = save(tmp_path / "song.wav", tone(3))
    error = refused(lambda: ck.open(silent).music(song, at=12).plan())
    assert (type(error), error.code, error.where) == (ProjectError, "at-beyond-end", "/root/edits/0/at")


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000, 192_000])
def test_any_sample_rate(silent: Path, tmp_path: Path, rate: int):
    song = save(tmp_path / "song.wav", tone(4, 1000, 0.25, rate), rate)
    samples = heard(ck.open(silent).mix(ck.track(song, at=2)))
    assert abs(measure.cents(measure.dominant_frequency(samples, RATE, 2.2, 5.8), 1000)) < 1
    assert level_db(samples[:, 0], 2.2, 5.8) == pytest.approx(level_db(tone(1), 0, 1), abs=0.1)
    assert measure.peak(samples[: 2 * RATE - 200]) < 0.02
    assert measure.peak(samples[6 * RATE + 200 :]) < 0.02


def test_surround_is_mixed_down_and_no_channel_is_lost(silent: Path, shelf: Shelf, tmp_path: Path):
    """Left, right, centre, low, surround left and right, one tone each: BS.775 puts centre and surrounds at −3 dB."""
    tones = [400, 600, 800, 50, 1200, 1600]
    row = np.stack([tone(4, hz, 0.1) for hz in tones], axis=1)
    song = surround(tmp_path / "song.wav", row)
    samples = heard(ck.open(silent).mix(ck.track(song)))

    def at(side: int, hz: float) -> float:
        n = np.arange(RATE, 3 * RATE)
        return 20 * math.log10(abs(np.mean(samples[n, side] * np.exp(-2j * np.pi * hz * n / RATE))) * 2 / 0.1 + 1e-9)

    assert at(0, 400) == pytest.approx(0, abs=0.2)
    assert at(1, 600) == pytest.approx(0, abs=0.2)
    assert at(0, 800) == pytest.approx(-3, abs=0.2)
    assert at(1, 800) == pytest.approx(-3, abs=0.2)
    assert at(0, 1200) == pytest.approx(-3, abs=0.2)
    assert at(1, 1600) == pytest.approx(-3, abs=0.2)
    assert at(0, 600) < -60
    assert at(1, 400) < -60


def surround(path: Path, samples: np.ndarray) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=RATE, layout="5.1")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32).reshape(1, -1), "flt", "5.1")
        frame.sample_rate, frame.pts = RATE, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_a_damaged_mp3_is_silent_where_damaged_and_told(silent: Path, shelf: Shelf, tmp_path: Path):
    whole = shelf.clip(".mp3", picture=False, seconds=8, sound="tones", sound_codec="libmp3lame", sound_rate=44100)
    data = bytearray(whole.read_bytes())
    low, high = len(data) * 3 // 8, len(data) * 5 // 8
    data[low:high] = bytes(n * 37 % 251 for n in range(high - low))
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(data)
    clip = ck.open(silent).mix(ck.track(broken, at=1))
    report = clip.export(tmp_path / "out.mp4", target="source", quality="draft")
    assert any("broken.mp3" in notice for notice in report.notices)
    samples, rate = measure.sound(tmp_path / "out.mp4")
    assert rate == RATE
    first = measure.dominant_frequency(measure.sound(whole)[0], 44_100, 0.2, 0.8)
    assert measure.dominant_frequency(samples, RATE, 1.2, 1.8) == pytest.approx(first, abs=2)
    assert measure.peak(samples[round(1.1 * RATE) : round(3.5 * RATE)]) > 0.2


def test_a_truncated_mp3_plays_as_far_as_it_goes(silent: Path, shelf: Shelf, tmp_path: Path):
    whole = shelf.clip(".mp3", picture=False, seconds=8, sound="tones", sound_codec="libmp3lame", sound_rate=44100)
    half = tmp_path / "half.mp3"
    half.write_bytes(whole.read_bytes()[: len(whole.read_bytes()) // 2 + 100])
    samples = heard(ck.open(silent).mix(half))
    assert measure.peak(samples[round(0.5 * RATE) : round(3.5 * RATE)]) > 0.2
    assert measure.peak(samples[round(4.5 * RATE) :]) == 0


# ---- memory ----------------------------------------------------------------------------------------------------

_MIXING = '''
import resource, sys
import clipkit as ck
from clipkit.engine.soundtrack import soundtrack

def peak():
    """KiB. Linux hands ru_maxrss on from the process that started this one, which may be large."""
    try:
        lines = open("/proc/self/status").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

clip = ck.open(sys.argv[1])
song, words = sys.argv[2], sys.argv[3]
songs = [ck.track(song, gain_db=-20, loop=True, duck=9, at=n) for n in range(3)]
clip = clip.mix(*songs, ck.track(words, loop=True, voice=True))
plan = clip.with_output(target="tiktok").plan("mp4", copy=False)
before = peak()
with soundtrack(plan) as track:
    packets = 0
    while (made := track.take()) is not None:
        packets += len(made)
assert packets * 1024 >= float(plan.duration) * 48000, packets
assert abs(track.measured.lufs + 14) < 0.5, track.measured
print(before, peak())
'''


@pytest.mark.skipif(not hasattr(resource, "getrusage"), reason="this system does not tell")
def test_mixing_stays_in_bounded_memory(shelf: Shelf, tmp_path: Path):
    """Four tracks, ducked and normalised; ten minutes of that are 230 MB a voice, if anybody held them."""
    minutes = 10 if LONG else 2
    clip = shelf.clip(fps=2, seconds=60 * minutes, size=SMALL, gop=60)
    words = [str(clip), str(SAMPLES / "house.ogg"), str(SAMPLES / "host.mp4")]
    done = subprocess.run([sys.executable, "-c", _MIXING, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before, peak = (int(part) / 1024 for part in done.stdout.split())
    assert peak < 400
    assert peak - before < 180
