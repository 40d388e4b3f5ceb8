"""Voice effects, and sound effects of other libraries: length, place, pitch, spectrum, strength."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import clipkit as ck
import measure
from clipkit import voices
from clipkit.api.clip import Clip
from clipkit.catalog.voice import PitchedVoice, ProcessedVoice
from clipkit.errors import ClipkitError, ProjectError
from media import Shelf
from test_mixing import RATE, SMALL, level_db, save, tone

SAMPLES = Path(__file__).parent.parent / "sample_media"
NAMES = voices.names()


@pytest.fixture
def silent(shelf: Shelf) -> Path:
    return shelf.clip(fps=10, seconds=6, size=SMALL)


def carrying(silent: Path, row: np.ndarray, folder: Path) -> Clip:
    """A clip of 6 s that sounds these samples."""
    return ck.open(silent).mix(save(folder / "row.wav", row))


def test_there_are_these():
    assert {"chipmunk", "deep", "robot", "echo", "hall", "telephone"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_voice_keeps_the_contract(name: str, tmp_path: Path):
    """As long as before, finite, the same each time, nothing at strength 0, something at 1, and in no way silent."""
    clip = ck.open(SAMPLES / "host.mp4").trim(0, 3)
    plain, half, whole = clip.samples(), clip.voice(name, 0.5).samples(), clip.voice(name).samples()
    assert plain.shape == half.shape == whole.shape
    assert np.isfinite(whole).all()
    assert np.array_equal(clip.voice(name, 0).samples(), plain)
    assert np.array_equal(clip.voice(name).samples(), whole)
    assert not np.allclose(whole, plain, atol=0.01)
    assert not np.allclose(whole, half, atol=0.005)
    assert abs(level_db(whole, 0, 3) - level_db(plain, 0, 3)) < 7
    assert measure.peak(whole) <= 10 ** (-1 / 20) + 1e-6
    assert (voices.voice_class(name).__doc__ or "").strip()
    assert issubclass(voices.voice_class(name), PitchedVoice | ProcessedVoice)


@pytest.mark.parametrize("name", NAMES)
def test_a_voice_is_not_late(name: str, silent: Path, tmp_path: Path):
    """A burst begins where it began: to 2 ms where samples are processed, 20 ms where a stretcher works."""
    row = np.zeros(5 * RATE)
    row[2 * RATE : 2 * RATE + 9_600] = tone(0.2, 1000, 0.5)
    samples = carrying(silent, row, tmp_path).voice(name).samples()
    envelope = np.abs(samples).max(axis=1)
    first = int(np.argmax(envelope > 0.1 * envelope.max())) / RATE
    allowed = 0.02 if name in ("chipmunk", "deep", "robot") else 0.002
    assert abs(first - 2) <= allowed


@pytest.mark.parametrize(("name", "strength", "semitones"), [("chipmunk", 1, 8), ("chipmunk", 0.5, 4), ("deep", 1, -6)])
def test_pitched_voices_change_the_pitch_alone(
    name: str, strength: float, semitones: float, silent: Path, tmp_path: Path
):
    row = tone(5, 330, 0.4)
    samples = carrying(silent, row, tmp_path).voice(name, strength).samples()
    found = measure.dominant_frequency(samples[:, 0], RATE, 0.3, 4.7)
    assert abs(measure.cents(found, 330 * 2 ** (semitones / 12))) < 10
    assert level_db(samples, 5.1, 6) < -80


def share(samples: np.ndarray, low: float, high: float) -> float:
    """The part of the power that lies between two frequencies, in dB."""
    power = np.abs(np.fft.rfft(samples.mean(axis=1).astype(float))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return 10 * math.log10(power[(hz >= low) & (hz < high)].sum() / power.sum() + 1e-15)


def test_a_telephone_has_its_band_and_no_other(silent: Path, tmp_path: Path):
    row = np.random.default_rng(2).normal(0, 0.1, 5 * RATE)
    samples = carrying(silent, row, tmp_path).voice("telephone").samples()[: 5 * RATE]
    assert share(samples, 300, 3400) > -0.5
    assert share(samples, 0, 150) < -30
    assert share(samples, 7000, 24_000) < -30
    assert np.allclose(samples[:, 0], samples[:, 1], atol=1e-6)


def test_an_echo_repeats_and_decays(silent: Path, tmp_path: Path):
    row = np.zeros(5 * RATE)
    row[RATE : RATE + 480] = 0.5 * np.hanning(480)
    samples = carrying(silent, row, tmp_path).voice("echo").samples()
    levels = [measure.peak(samples[round((1 + 0.28 * n) * RATE) :][:960]) for n in range(4)]
    assert levels[0] == pytest.approx(0.5, abs=0.01)
    assert all(0.35 < after / before < 0.95 for before, after in itertools.pairwise(levels))
    assert measure.peak(samples[round(1.1 * RATE) : round(1.25 * RATE)]) < 1e-3


def test_what_follows_an_effect_hears_it(silent: Path, tmp_path: Path):
    """An echo, then twice the speed with the pitch following: the repeats come in half the time."""
    row = np.zeros(5 * RATE)
    row[2 * RATE : 2 * RATE + 480] = 0.5 * np.hanning(480)
    samples = carrying(silent, row, tmp_path).voice("echo").speed(2, pitch="follow").samples()
    assert measure.peak(samples[round(1.0 * RATE) :][:480]) == pytest.approx(0.5, abs=0.02)
    assert measure.peak(samples[round(1.14 * RATE) :][:480]) > 0.2
    assert measure.peak(samples[round(1.05 * RATE) :][:2400]) < 1e-3


def test_an_effect_hears_what_stands_before_it_only(silent: Path, tmp_path: Path):
    row = np.random.default_rng(2).normal(0, 0.05, 5 * RATE)
    high = save(tmp_path / "high.wav", tone(5, 9_000, 0.2))
    clip = carrying(silent, row, tmp_path).voice("telephone")
    samples = clip.mix(high).samples()[: 5 * RATE]
    assert share(samples, 8_900, 9_100) > -3  # the track came later
    both = carrying(silent, row, tmp_path).mix(high).voice("telephone").samples()[: 5 * RATE]
    assert share(both, 8_900, 9_100) < -25


def test_a_hall_rings_on(silent: Path, tmp_path: Path):
    row = np.zeros(5 * RATE)
    row[RATE : RATE + 2_400] = tone(0.05, 800, 0.5)
    samples = carrying(silent, row, tmp_path).voice("hall").samples()
    early, late = level_db(samples, 1.1, 1.3), level_db(samples, 2.1, 2.3)
    assert 15 < early - late < 50  # 60 dB in about 1.8 s
    left, right = samples[round(1.2 * RATE) : 2 * RATE].T
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.4


def test_a_robot_speaks_on_one_note():
    clip = ck.open(SAMPLES / "host.mp4").trim(5, 7.4)
    samples = clip.voice("robot").samples().mean(axis=1)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    near = np.abs((hz + 50) % 100 - 50) < 6
    band = (hz > 150) & (hz < 3000)
    assert power[near & band].sum() / power[band].sum() > 0.5  # 12 % of the frequencies hold most of the power


def test_wrong_names_and_strengths_are_told():
    clip = ck.open(SAMPLES / "host.mp4")
    for make in (lambda: clip.voice("robbot"), lambda: clip.voice("robot", 1.5), lambda: clip.voice("robot", -0.1)):
        with pytest.raises(ProjectError) as told:
            make()
        assert told.value.hint


def test_a_voice_of_a_missing_plug_in_survives_and_is_refused_when_planned():
    from clipkit.project import document

    text = """{"version": 1, "root": {"source": {"kind": "media", "path": "/x.mp4"}, "edits": [
        {"kind": "voice", "effect": {"kind": "whale", "size": 3}}]}}"""
    project = document.loads(text)
    assert document.loads(document.dumps(project)) == project
    clip = Clip(project.model_copy(update={"root": project.root.model_copy(update={"source": _media()})}))
    with pytest.raises(ClipkitError) as told:
        clip.plan()
    assert (told.value.code, told.value.where) == ("unknown-kind", "/root/edits/0/effect")


def _media() -> object:
    return ck.open(SAMPLES / "host.mp4").project.root.source


# ---- other libraries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("pydub:normalize", {}),
        ("pydub:compress_dynamic_range", {"threshold": -25.0, "ratio": 6.0}),
        ("pydub:invert_phase", {}),
        ("pydub:low_pass_filter", {"cutoff": 1000}),
        ("pydub:high_pass_filter", {"cutoff": 1000}),
        ("pydub:pan", {"pan_amount": -0.5}),
        ("pydub:apply_gain", {"volume_change": -6}),
        ("pydub:fade_in", {"duration": 500}),
        ("moviepy:AudioFadeIn", {"duration": 0.5}),
        ("moviepy:AudioFadeOut", {"duration": 0.5}),
        ("moviepy:AudioNormalize", {}),
        ("moviepy:MultiplyVolume", {"factor": 0.5}),
        ("moviepy:MultiplyStereoVolume", {"left": 0.2, "right": 1.0}),
    ],
)
def test_effects_of_other_libraries_keep_the_length_and_do_something(name: str, params: dict[str, object]):
    clip = ck.open(SAMPLES / "host.mp4").trim(1, 1.6).with_output(normalise=False)
    plain, changed = clip.samples(), clip.effect(name, **params).samples()
    assert changed.shape == plain.shape
    assert not np.allclose(changed, plain, atol=1e-3)
    assert level_db(changed, 0.1, 0.5) > -60


def test_known_effects_do_what_they_say(silent: Path, tmp_path: Path):
    clip = carrying(silent, tone(5, 500, 0.5), tmp_path)
    assert level_db(clip.effect("pydub:apply_gain", volume_change=-6).samples(), 1, 4) == pytest.approx(
        level_db(clip.samples(), 1, 4) - 6, abs=0.05
    )
    halved = clip.effect("moviepy:MultiplyVolume", factor=0.5).samples()
    np.testing.assert_allclose(halved, 0.5 * clip.samples(), atol=1e-6)
    np.testing.assert_allclose(clip.effect("pydub:invert_phase").samples(), -clip.samples(), atol=1e-6)


def test_a_foreign_effect_is_rendered(silent: Path, tmp_path: Path):
    clip = carrying(silent, tone(5, 500, 0.5), tmp_path).effect("pydub:fade_in", duration=2000)
    clip.export(tmp_path / "out.mp4", target="source", quality="draft")
    samples, _ = measure.sound(tmp_path / "out.mp4")
    assert level_db(samples, 0, 0.2) < level_db(samples, 3, 4) - 12


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("pydub:speedup", "speed"),
        ("pydub:strip_silence", "silence"),
        ("pydub:reverse", "reverse"),
        ("moviepy:AudioLoop", "loop"),
        ("moviepy:AudioDelay", "echo"),
    ],
)
def test_effects_that_change_the_length_are_refused_with_our_verb(name: str, verb: str):
    with pytest.raises(ProjectError) as told:
        ck.open(SAMPLES / "host.mp4").effect(name)
    assert told.value.code == "changes-time"
    assert verb in told.value.hint


def test_unknown_effects_and_wrong_arguments_are_told():
    clip = ck.open(SAMPLES / "host.mp4")
    for name, params in (("pydub:normalise", {}), ("pydub:pan", {"amount": 3}), ("moviepy:AudioFadeIn", {})):
        with pytest.raises(ProjectError) as told:
            clip.effect(name, **params)
        assert told.value.hint
    with pytest.raises(ProjectError) as told:
        clip.effect("pydub:pan", keys={"pan_amount": [(0, 0.0)]}, pan_amount=0.1)
    assert told.value.code == "bad-value"


def test_times_of_a_bus_are_exact(silent: Path, tmp_path: Path):
    """Through a bus and a trim, a pulse stands where it should, to the sample."""
    row = np.zeros(5 * RATE)
    row[3 * RATE] = 0.8
    clip = carrying(silent, row, tmp_path).effect("moviepy:MultiplyVolume", factor=1.0).trim(Fraction(3, 2), 5)
    samples = clip.samples()
    assert int(np.argmax(samples[:, 0])) == round(1.5 * RATE)
