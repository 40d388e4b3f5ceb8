"""Pauses: found by the recording's own noise, listed, drawn, and cut out of picture and sound together."""

from __future__ import annotations

import json
import math
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import clipkit as ck
import measure
from clipkit.api.clip import Clip
from clipkit.api.silence import pauses
from clipkit.api.waveform import draw
from clipkit.cli._run import run
from clipkit.errors import MediaError, ProjectError
from clipkit.project.time_edits import Keep
from media import Shelf
from test_mixing import RATE, noises, save, tone

REAL = os.environ.get("CLIPKIT_REAL_MEDIA")
LOUD = [(0.5, 2.0), (2.8, 4.1), (6.3, 8.0), (9.0, 11.4)]
"""When something sounds in the 12 s below."""


def talking(level: float = 0.2) -> np.ndarray:
    """A tone of changing level at `LOUD`, and nothing else."""
    row = np.zeros(12 * RATE)
    for start, end in LOUD:
        part = tone(end - start, 300, level)
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(len(part)) / RATE)
        row[round(start * RATE) : round(start * RATE) + len(part)] = part * swell
    return row


@pytest.fixture
def picture(shelf: Shelf) -> Path:
    """12 s whose frames carry their numbers."""
    return shelf.clip(fps=10, seconds=12, size=(180, 320), gop=30)


def with_sound(picture: Path, row: np.ndarray, folder: Path) -> Clip:
    return ck.open(picture).mix(save(folder / "row.wav", row))


def gaps() -> list[tuple[float, float]]:
    edges = [0.0, *(edge for part in LOUD for edge in part), 12.0]
    return list(zip(edges[::2], edges[1::2], strict=True))


@pytest.mark.parametrize(("noise", "level"), [("none", 0.2), ("white", 0.2), ("pink", 0.5), ("brown", 0.1)])
@pytest.mark.parametrize("under", [25, 40])
def test_pauses_are_found_over_any_floor(picture: Path, tmp_path: Path, noise: str, level: float, under: float):
    row = talking(level)
    if noise != "none":
        hiss = noises(noise)[:, 0].astype(float)
        row += hiss / hiss.std() * level / math.sqrt(2) * 10 ** (-under / 20)
    found = with_sound(picture, row, tmp_path).pauses(margin=0.1)
    wanted = [(a + (0.1 if a else 0), b - (0.1 if b < 12 else 0)) for a, b in gaps() if b - a >= 0.4]
    assert len(found) == len(wanted)
    for (start, end), (low, high) in zip(found, wanted, strict=True):
        assert low - 0.02 <= start <= low + 0.12  # whole frames of 0.1 s within
        assert high - 0.12 <= end <= high + 0.02


def test_a_recording_without_contrast_has_no_pauses(picture: Path, tmp_path: Path):
    for kind in ("white", "pink"):
        assert with_sound(picture, noises(kind)[:, 0].astype(float), tmp_path).pauses() == ()
    assert with_sound(picture, tone(12, 300), tmp_path).pauses() == ()


def test_a_threshold_of_ones_own(picture: Path, tmp_path: Path):
    clip = with_sound(picture, talking(0.01), tmp_path)  # about −45 dBFS
    assert len(clip.pauses()) == len([1 for a, b in gaps() if b - a >= 0.4])
    assert clip.pauses(threshold_db=-30) == ((Fraction(0), Fraction(12)),)


def test_what_is_cut_is_gone_in_picture_and_sound_to_the_frame(picture: Path, tmp_path: Path):
    clip = with_sound(picture, talking(), tmp_path)
    cut = clip.cut_silence(margin=0.1)
    keep = cut.project.root.edits[-1]
    assert isinstance(keep, Keep)
    found = clip.pauses(margin=0.1)
    frames = [n for n in range(120) if not any(a <= Fraction(n, 10) < b for a, b in found)]
    out = tmp_path / "cut.mp4"
    report = cut.export(out, target="source", quality="draft")
    assert measure.frame_codes(out) == frames
    assert report.frames == len(frames) == sum((b - a) * 10 for a, b in keep.ranges)
    # Sound is cut at the very same times: what is left is the original at the frames that are left.
    whole, left = clip.samples(), cut.samples()
    expected = np.concatenate([whole[round(a * RATE) : round(b * RATE)] for a, b in keep.ranges])
    assert left.shape == expected.shape
    joins = np.cumsum([round((b - a) * RATE) for a, b in keep.ranges])[:-1]
    away = np.ones(len(left), bool)
    for join in joins:
        away[join : join + 240] = False
    np.testing.assert_allclose(left[away], expected[away], atol=1e-6)


def test_what_sounds_is_not_cut(picture: Path, tmp_path: Path):
    clip = with_sound(picture, talking(), tmp_path)
    kept = clip.cut_silence().project.root.edits[-1].ranges
    for start, end in LOUD:
        assert any(a <= start and end <= b for a, b in kept)


def test_joins_leave_no_step_in_a_tone(picture: Path, tmp_path: Path):
    """A band-limited tone cut at 40 places: above 8 kHz, where it has nothing, there is less than −60 dBFS."""
    clip = with_sound(picture, tone(12, 331.7, 0.5), tmp_path)
    ranges = tuple((Fraction(3 * n, 10), Fraction(3 * n + 2, 10)) for n in range(40))
    cut = clip.edited(Keep(ranges=ranges))
    samples = cut.samples()[:, 0].astype(float)
    assert measure.peak(_above(samples, 8_000)[RATE // 10 : -RATE // 10]) < 1e-3
    hard = np.concatenate([clip.samples()[round(a * RATE) : round(b * RATE), 0] for a, b in ranges]).astype(float)
    assert measure.peak(_above(hard, 8_000)[RATE // 10 : -RATE // 10]) > 1e-2  # without fades it would


def _above(samples: np.ndarray, hz: float) -> np.ndarray:
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / RATE) < hz] = 0
    return np.fft.irfft(spectrum, len(samples))


def test_a_clip_without_pauses_stays_as_it_is(picture: Path, tmp_path: Path):
    clip = with_sound(picture, tone(12, 300), tmp_path)
    assert clip.cut_silence() == clip


def test_silent_clips_and_clips_without_sound_are_told(picture: Path, tmp_path: Path):
    silent = with_sound(picture, np.zeros(12 * RATE), tmp_path)
    assert silent.pauses() == ((Fraction(0), Fraction(12)),)
    with pytest.raises(ProjectError) as told:
        silent.cut_silence()
    assert told.value.code == "all-silent"
    with pytest.raises(MediaError) as told_too:
        ck.open(picture).pauses()
    assert told_too.value.code == "no-sound"
    with pytest.raises(ProjectError):
        silent.pauses(least=0.1, margin=0.1)


def test_ranges_must_be_in_order():
    for ranges in ([(2, 1)], [(0, 2), (1, 3)], [(3, 4), (1, 2)], []):
        with pytest.raises(ValueError, match=r"stretches|end must come|at least 1"):
            Keep(ranges=ranges)


def test_keeping_beyond_the_end_is_cut_there_with_a_notice(picture: Path):
    plan = ck.open(picture).edited(Keep(ranges=((1, 2), (11, 15)))).plan("mp4")
    assert plan.duration == 2
    assert any("nothing is kept beyond" in notice for notice in plan.notices)


def test_the_drawing_shows_the_pauses(picture: Path, tmp_path: Path):
    clip = with_sound(picture, talking(), tmp_path)
    found = pauses(clip, Fraction(2, 5), Fraction(1, 10), None)
    image = np.asarray(draw(found))
    assert image.shape == (400, 1600, 3)

    def at(t: float) -> np.ndarray:
        return image[20, 56 + round((1600 - 72) * t / 12)]

    assert tuple(at(5.2)) == (255, 224, 178)
    assert tuple(at(1.27)) == (255, 255, 255)


# ---- the command -----------------------------------------------------------------------------------------------


def saved(picture: Path, tmp_path: Path) -> Path:
    with_sound(picture, talking(), tmp_path).save(tmp_path / "in.clipkit")
    return tmp_path / "in.clipkit"


def test_the_command_lists_draws_and_cuts(picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    project = saved(picture, tmp_path)
    assert run(["silence", str(project), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed["pauses"]) == len([1 for a, b in gaps() if b - a >= 0.4])
    assert listed["duration"] == 12
    assert listed["silent"] == pytest.approx(sum(p["end"] - p["start"] for p in listed["pauses"]))
    assert run(["silence", str(project), "--plot", str(tmp_path / "p.png"), "--quiet"]) == 0
    assert Image.open(tmp_path / "p.png").size == (1600, 400)
    assert run(["silence", str(project), "--cut", "-o", str(tmp_path / "cut.clipkit")]) == 0
    assert isinstance(ck.load(tmp_path / "cut.clipkit").project.root.edits[-1], Keep)
    assert run(["silence", str(project), "-o", str(tmp_path / "x.mp4")]) == 2
    assert "--cut" in capsys.readouterr().err


@pytest.mark.skipif(not REAL, reason="CLIPKIT_REAL_MEDIA is not set")
def test_the_pauses_of_real_speech(tmp_path: Path):
    clip = ck.open(Path(REAL or "") / "720p30-speech-42s.mp4")
    found = [(float(a), float(b)) for a, b in clip.pauses()]
    wanted = [(0.77, 1.2), (13.17, 13.73), (17.43, 39.83), (40.67, 42.4)]
    assert np.allclose(found, wanted, atol=0.07)
    report = clip.cut_silence().export(tmp_path / "cut.mp4", target="source", quality="draft")
    assert report.copied > 400  # what is kept is copied
    assert report.duration == pytest.approx(42.4 - sum(b - a for a, b in wanted), abs=0.3)
