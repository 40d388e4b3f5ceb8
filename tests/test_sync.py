"""Sound against picture in finished files: decoded again and measured, never asked of clipkit itself.

Flash and click of a mark stay within one frame and 2 ms of each other; where pitch is kept, tone bursts start within
20 ms of their moment and do not drift. What has no sound is silent, and no sum clips.
"""

from __future__ import annotations

import math
import os
import wave
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clipkit as ck
from clipkit.api.clip import Clip
from clipkit.engine.render import Report
from measure import (
    cents,
    click_free,
    clicks,
    dominant_frequency,
    flashes,
    frame_times,
    mono,
    mp4_facts,
    onsets,
    peak,
    sound,
)
from media import Box, Samples, Shelf, tone_of

LONG = bool(os.environ.get("CLIPKIT_LONG"))
SMALL = (180, 320)
MARKS = (Fraction(0), Fraction(5), Fraction(10), Fraction(14))
THEIRS = (Fraction(2), Fraction(7), Fraction(12))
FPS = Fraction(30)
EXACT = 0.002
"""How far a click may stand from its moment, in seconds."""

SLOW = Fraction(10)
"""Frames a second where only the sound is looked at."""

TOP, BOTTOM = (0, 0, 180, 160), (0, 160, 180, 160)
WITHOUT_EDIT_LIST = ["reels", "stories", "shorts"]


@pytest.fixture
def take(shelf: Shelf) -> Path:
    """15 s that flash and click at 0, 5, 10 and 14 s."""
    return shelf.clip(fps=FPS, seconds=15, size=SMALL, gop=60, bframes=2, sound="marks", marks=MARKS, clip_id=1)


@pytest.fixture
def other(shelf: Shelf) -> Path:
    """15 s that flash and click at 2, 7 and 12 s."""
    return shelf.clip(fps=25, seconds=15, size=SMALL, gop=60, sound="marks", marks=THEIRS, clip_id=2)


@pytest.fixture
def silent(shelf: Shelf) -> Path:
    """12 s of picture alone."""
    return shelf.clip(fps=SLOW, seconds=12, size=SMALL)


@pytest.fixture
def toned(shelf: Shelf) -> Path:
    """15 s in which each second has a tone of its own."""
    return shelf.clip(fps=SLOW, seconds=15, size=SMALL, sound="tones")


@pytest.fixture
def bursts(shelf: Shelf) -> Path:
    """15 s with a burst of 1 kHz at each quarter and three quarters of a second."""
    return shelf.clip(fps=SLOW, seconds=15, size=SMALL, sound="bursts")


@pytest.fixture
def short(shelf: Shelf) -> Path:
    """6 s of picture, 2 s of sound."""
    return shelf.clip(fps=SLOW, seconds=6, size=SMALL, sound="tones", sound_seconds=2)


def together(compose: Callable[..., Clip], *sources: Path | Clip, **words: Any) -> Clip:
    """Two sources on a canvas as small as they are."""
    return compose(*sources, **words).with_output(target="source", size=SMALL)


def export(clip: Clip, out: Path, **options: Any) -> Path:
    clip.export(out, quality="draft", **options)
    return out


def heard(out: Path) -> list[float]:
    """When it clicks; a click played three times as fast has a third of its area."""
    return clicks(*sound(out), threshold=0.2)


def in_sync(out: Path, moments: Sequence[Fraction], *, box: Box | None = None, fps: Fraction = FPS) -> None:
    """Each mark is heard at its moment, seen no later than a frame after it, and both belong together."""
    seen, sounds = flashes(out, box), heard(out)
    assert len(seen) == len(moments), f"flashes at {[float(t) for t in seen]}"
    for moment, flash in zip(moments, seen, strict=True):
        click = min(sounds, key=lambda t: abs(t - float(moment)), default=math.inf)
        assert abs(click - float(moment)) <= EXACT, f"{float(moment)}: heard at {click}"
        assert 0 <= flash - moment < 1 / fps, f"{float(moment)}: seen at {float(flash)}"
        assert abs(float(flash) - click) <= float(1 / fps) + EXACT


def lasts_as_long_as_the_picture(out: Path, fps: Fraction = FPS) -> None:
    samples, rate = sound(out)
    # An edit list counts whole milliseconds unless the muxer is told otherwise.
    assert abs(len(samples) / rate - float(len(frame_times(out)) / fps)) <= 0.001


def level(samples: Samples, rate: int, start: float, end: float) -> float:
    """RMS of a stretch of sound."""
    part = mono(samples)[round(start * rate) : round(end * rate)]
    return float(np.sqrt(np.mean(np.square(part)))) if len(part) else 0.0


def decibels(ratio: float) -> float:
    return 20 * math.log10(max(ratio, 1e-9))


def wav(path: Path, samples: np.ndarray, rate: int = 48000) -> Path:
    """A mono WAV file of 16 bits; full scale is ±1."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(path: Path, seconds: float, *, hz: float = 440.0, amplitude: float = 0.5) -> Path:
    n = np.arange(round(seconds * 48000))
    return wav(path, amplitude * np.sin(2 * np.pi * hz * n / 48000))


# --- flash and click -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm"])
def test_plain_export(take: Path, tmp_path: Path, suffix: str) -> None:
    out = export(ck.open(take), tmp_path / f"o{suffix}")
    in_sync(out, MARKS)
    assert len(heard(out)) == len(MARKS)
    if suffix != ".webm":
        assert mp4_facts(out).track("vide").edits
        lasts_as_long_as_the_picture(out)


@pytest.mark.parametrize("target", WITHOUT_EDIT_LIST)
def test_targets_without_an_edit_list(shelf: Shelf, tmp_path: Path, target: str) -> None:
    """Nothing tells a player there to skip the encoder's priming; from 0.1 s on it does not show."""
    marks = (Fraction(1, 10), *MARKS[1:])
    source = shelf.clip(fps=FPS, seconds=15, size=SMALL, gop=60, bframes=2, sound="marks", marks=marks)
    out = export(ck.open(source), tmp_path / "o.mp4", target=target, size="180x320")
    assert not mp4_facts(out).edit_lists
    in_sync(out, marks)
    assert len(heard(out)) == len(marks)


@pytest.mark.parametrize("target", WITHOUT_EDIT_LIST if LONG else ["reels"])
def test_speed_without_an_edit_list(take: Path, tmp_path: Path, target: str) -> None:
    clip = ck.open(take).trim("1.5").speed("1.5", pitch="follow")
    out = export(clip, tmp_path / "o.mp4", target=target, size="180x320")
    assert not mp4_facts(out).edit_lists
    in_sync(out, [(mark - Fraction(3, 2)) / Fraction(3, 2) for mark in MARKS[1:]])


@pytest.mark.parametrize("start", ["2.5", "5", "4.987", "0.5071"])
def test_trim(take: Path, tmp_path: Path, start: str) -> None:
    first = Fraction(start)
    out = export(ck.open(take).trim(first, 15), tmp_path / "o.mp4")
    in_sync(out, [mark - first for mark in MARKS if mark >= first])
    lasts_as_long_as_the_picture(out)


@pytest.mark.parametrize("factor", ["0.5", "1.5", "2", "3"])
def test_speed_with_the_pitch_following(take: Path, tmp_path: Path, factor: str) -> None:
    out = export(ck.open(take).speed(factor, pitch="follow"), tmp_path / "o.mp4")
    in_sync(out, [mark / Fraction(factor) for mark in MARKS])
    lasts_as_long_as_the_picture(out)


def test_trim_of_a_speed_of_a_trim(take: Path, tmp_path: Path) -> None:
    clip = ck.open(take).trim(1, 15).speed(2, pitch="follow").trim("0.5", 7)
    in_sync(export(clip, tmp_path / "o.mp4"), [(mark - 1) / 2 - Fraction(1, 2) for mark in MARKS[1:]])


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30000, 1001), Fraction(60)][: None if LONG else 2], ids=float)
def test_other_rates(shelf: Shelf, tmp_path: Path, fps: Fraction) -> None:
    marks = tuple(round(mark * fps) / fps for mark in (0, 2, 5))
    source = shelf.clip(fps=fps, seconds=6, size=SMALL, gop=60, sound="marks", marks=marks)
    in_sync(export(ck.open(source), tmp_path / "o.mp4"), marks, fps=fps)


@pytest.mark.parametrize(
    "words", [{"sound_rate": 44100}, {"sound_rate": 96000}, {"channels": 1}, {"channels": 6}], ids=str
)
def test_other_sounds(shelf: Shelf, tmp_path: Path, words: dict[str, int]) -> None:
    marks = (Fraction(0), Fraction(2), Fraction(5))
    source = shelf.clip(fps=SLOW, seconds=6, size=SMALL, sound="marks", marks=marks, **words)
    in_sync(export(ck.open(source), tmp_path / "o.mp4"), marks, fps=SLOW)


@pytest.mark.parametrize("layout", ["left-right", "top-bottom"])
def test_duet(take: Path, other: Path, tmp_path: Path, layout: str) -> None:
    boxes = {"left-right": ((0, 0, 90, 320), (90, 0, 90, 320)), "top-bottom": (TOP, BOTTOM)}
    out = export(together(ck.duet, take, other, layout=layout), tmp_path / "o.mp4")
    in_sync(out, MARKS, box=boxes[layout][0])
    in_sync(out, THEIRS, box=boxes[layout][1])
    assert len(heard(out)) == len(MARKS) + len(THEIRS)
    lasts_as_long_as_the_picture(out)


@pytest.mark.parametrize("offset", ["1.5", "-1.5", "0.123"])
def test_a_duet_offset_shifts_the_other_exactly(take: Path, other: Path, tmp_path: Path, offset: str) -> None:
    theirs = [mark + Fraction(offset) for mark in THEIRS]
    out = export(together(ck.duet, take, other, layout="top-bottom", offset=offset), tmp_path / "o.mp4")
    in_sync(out, MARKS, box=TOP)
    in_sync(out, theirs, box=BOTTOM)
    sounds = heard(out)
    for moment in theirs:
        assert min(abs(t - float(moment)) for t in sounds) <= 1e-4  # 5 samples


def test_react(take: Path, other: Path, tmp_path: Path) -> None:
    clip = together(ck.react, take, other, at=(0.8, 0.15), scale=0.36, shape="rectangle")
    out = export(clip, tmp_path / "o.mp4")
    in_sync(out, MARKS, box=(120, 10, 45, 75))
    in_sync(out, THEIRS, box=(0, 150, 90, 150))
    assert len(heard(out)) == len(MARKS) + len(THEIRS)
    lasts_as_long_as_the_picture(out)


def test_a_duet_at_another_speed(take: Path, tmp_path: Path) -> None:
    mine = ck.open(take).trim("2.5", 15)
    theirs = ck.open(take).trim(4, 15).speed("0.5", pitch="follow")
    out = export(together(ck.duet, mine, theirs, layout="top-bottom"), tmp_path / "o.mp4")
    in_sync(out, [mark - Fraction(5, 2) for mark in MARKS[1:]], box=TOP)
    in_sync(out, [Fraction(2), Fraction(12)], box=BOTTOM)


@pytest.mark.parametrize("words", [{"sound_start": "2/5"}, {"first_pts": "1/2"}], ids=["late-sound", "late-picture"])
def test_a_late_start_of_one_stream(shelf: Shelf, tmp_path: Path, words: dict[str, str]) -> None:
    marks = (Fraction(1), Fraction(3), Fraction(5))
    told = {name: Fraction(value) for name, value in words.items()}
    source = shelf.clip(fps=FPS, seconds=6, size=SMALL, gop=60, sound="marks", marks=marks, **told)
    in_sync(export(ck.open(source), tmp_path / "o.mp4"), marks)
    in_sync(export(ck.open(source).trim("0.7"), tmp_path / "trim.mp4"), [mark - Fraction(7, 10) for mark in marks])
    fast = export(ck.open(source).speed(2, pitch="follow"), tmp_path / "fast.mp4")
    in_sync(fast, [mark / 2 for mark in marks])


def test_this_comparer_can_fail(shelf: Shelf, tmp_path: Path) -> None:
    """A click one frame and some early is out of sync."""
    source = shelf.clip(fps=FPS, seconds=3, size=SMALL, sound="marks", marks=[Fraction(1)])
    out = export(ck.open(source), tmp_path / "o.mp4")
    in_sync(out, [Fraction(1)])
    with pytest.raises(AssertionError, match="heard at"):
        in_sync(out, [Fraction(1) - Fraction(5, 1000)])
    with pytest.raises(AssertionError, match="flashes at"):
        in_sync(out, [Fraction(1), Fraction(2)])


# --- with the pitch kept -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", ["0.3", "0.5", "0.75", "1.5", "2", "3"] if LONG else ["0.5", "1.5", "2", "3"])
def test_bursts_do_not_drift(bursts: Path, tmp_path: Path, factor: str) -> None:
    exact = Fraction(factor)
    out = export(ck.open(bursts).speed(factor), tmp_path / "o.mp4")
    starts = onsets(*sound(out), quiet=0.06)
    wanted = [float(Fraction(2 * n + 1, 4) / exact) for n in range(30)]
    assert len(starts) == len(wanted)
    errors = np.array(starts) - np.array(wanted)
    assert float(np.abs(errors).max()) <= 0.020
    slope = float(np.polyfit(wanted, errors, 1)[0])
    assert abs(slope) * 15 <= 0.005, f"{slope * 15 * 1000:.1f} ms in 15 s"
    lasts_as_long_as_the_picture(out, SLOW)


def test_bursts_of_a_trimmed_and_slowed_clip(bursts: Path, tmp_path: Path) -> None:
    out = export(ck.open(bursts).trim("3.1", "9.1").speed("0.5"), tmp_path / "o.mp4")
    wanted = [(0.25 + n / 2 - 3.1) * 2 for n in range(6, 18)]
    starts = onsets(*sound(out), quiet=0.06)
    assert len(starts) == len(wanted)
    assert max(abs(a - b) for a, b in zip(starts, wanted, strict=True)) <= 0.020


@pytest.mark.parametrize("factor", ["0.5", "0.75", "1.5", "2"])
def test_the_pitch_is_kept(toned: Path, tmp_path: Path, factor: str) -> None:
    out = export(ck.open(toned).speed(factor), tmp_path / "o.mp4")
    samples, rate = sound(out)
    for second in range(15):
        start, end = (second + 0.15) / float(factor), (second + 0.85) / float(factor)
        off = cents(dominant_frequency(samples, rate, start, end), tone_of(second))
        assert abs(off) <= 5, f"second {second}: {off:.2f} cents"


@pytest.mark.parametrize("factor", ["0.5", "2"])
def test_the_pitch_follows_where_asked(toned: Path, tmp_path: Path, factor: str) -> None:
    out = export(ck.open(toned).speed(factor, pitch="follow"), tmp_path / "o.mp4")
    samples, rate = sound(out)
    for second in range(15):
        start, end = (second + 0.15) / float(factor), (second + 0.85) / float(factor)
        assert abs(cents(dominant_frequency(samples, rate, start, end), tone_of(second) * float(factor))) <= 5


# --- joins ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", ["1.2345", "2.3"])
def test_no_click_where_music_loops(silent: Path, tmp_path: Path, seconds: str) -> None:
    length = float(seconds)
    song = tone(tmp_path / "song.wav", length, hz=311.0)
    clip = ck.open(silent).trim(0, 8).music(song, gain_db=0, fade_out=0)
    samples, rate = sound(export(clip, tmp_path / "o.mp4"))
    joins = [n * length for n in range(1, int(7.9 / length) + 1)]
    assert all(click_free(samples, rate, join) for join in joins)
    assert all(level(samples, rate, join - 0.01, join + 0.01) > 0.1 for join in joins)
    # The same loop put end to end does click: the measure can fail.
    once = 0.5 * np.sin(2 * np.pi * 311.0 * np.arange(round(length * 48000)) / 48000)
    naive = np.tile(once, len(joins) + 1)
    assert any(not click_free(naive, 48000, join) for join in joins)


def test_a_loop_of_full_scale_does_not_clip_at_its_joins(silent: Path, tmp_path: Path) -> None:
    """The two ends of a fade can be in phase: equal-power gains then make 3 dB more of them."""
    song = tone(tmp_path / "song.wav", 2, hz=440.0, amplitude=0.99)
    clip = ck.open(silent).trim(0, 7).music(song, gain_db=0, fade_out=0, mute_original=True)
    assert peak(clip.samples()) <= 1.0
    assert peak(sound(export(clip, tmp_path / "o.mp4"))[0]) <= 1.0


def test_a_loop_keeps_its_place(silent: Path, shelf: Shelf, tmp_path: Path) -> None:
    """Turn n of a loop begins at n times its length, so a click comes back exactly."""
    song = shelf.clip(".flac", picture=False, seconds=3, fps=FPS, sound="marks", marks=[Fraction(1)])
    out = export(ck.open(silent).music(song, gain_db=0, fade_out=0), tmp_path / "o.mp4")
    assert heard(out) == pytest.approx([1, 4, 7, 10], abs=1e-4)


# --- what is not there is silent -----------------------------------------------------------------------------------


def test_short_sound_ends_in_silence(short: Path, tmp_path: Path) -> None:
    out = export(ck.open(short), tmp_path / "o.mp4")
    samples, rate = sound(out)
    assert level(samples, rate, 0.1, 1.9) > 0.1
    assert peak(samples[round(2.05 * rate) :]) < 1e-3
    lasts_as_long_as_the_picture(out, SLOW)


@pytest.mark.parametrize("factor", ["0.5", "2"])
@pytest.mark.parametrize("pitch", ["keep", "follow"])
def test_short_sound_ends_in_silence_at_another_speed(short: Path, tmp_path: Path, factor: str, pitch: Any) -> None:
    out = export(ck.open(short).speed(factor, pitch=pitch), tmp_path / "o.mp4")
    samples, rate = sound(out)
    end = 2 / float(factor)
    assert level(samples, rate, 0.1, end - 0.1) > 0.1
    assert peak(samples[round((end + 0.1) * rate) :]) < 1e-3
    lasts_as_long_as_the_picture(out, SLOW)


def test_a_trim_beyond_the_sound_is_silent(short: Path, tmp_path: Path) -> None:
    samples, _ = sound(export(ck.open(short).trim(3, 6), tmp_path / "o.mp4"))
    assert peak(samples) < 1e-3


def test_no_sound_at_all(silent: Path, tmp_path: Path) -> None:
    """A target that wants sound gets silence, as long as the picture."""
    out = export(ck.open(silent).trim(0, 3), tmp_path / "o.mp4", target="tiktok", size="360x640")
    assert peak(sound(out)[0]) == 0
    lasts_as_long_as_the_picture(out)


@pytest.mark.parametrize("which", ["mine", "other"])
def test_a_duet_with_one_silent_half(silent: Path, take: Path, tmp_path: Path, which: str) -> None:
    loud = ck.open(take).trim(4, 11)
    pair = (ck.open(silent).trim(0, 7), loud) if which == "mine" else (loud, silent)
    out = export(together(ck.duet, *pair), tmp_path / "o.mp4")
    assert heard(out) == pytest.approx([1, 6], abs=EXACT)
    lasts_as_long_as_the_picture(out, SLOW if which == "mine" else FPS)


def test_an_other_that_ends_is_silent(silent: Path, toned: Path, tmp_path: Path) -> None:
    clip = together(ck.duet, ck.open(silent).trim(0, 5), ck.open(toned).trim(0, 2), offset=1)
    samples, rate = sound(export(clip, tmp_path / "o.mp4"))
    assert peak(samples[: round(0.95 * rate)]) < 1e-3
    assert level(samples, rate, 1.1, 2.9) > 0.1
    assert peak(samples[round(3.05 * rate) :]) < 1e-3


def test_music_that_does_not_loop_ends_in_silence(silent: Path, tmp_path: Path) -> None:
    song = tone(tmp_path / "song.wav", 2)
    out = export(ck.open(silent).trim(0, 5).music(song, gain_db=0, fade_out=0, loop=False), tmp_path / "o.mp4")
    samples, rate = sound(out)
    assert level(samples, rate, 0.1, 1.9) > 0.3
    assert peak(samples[round(2.05 * rate) :]) < 1e-3
    lasts_as_long_as_the_picture(out, SLOW)


# --- sums ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compose", [ck.duet, ck.react], ids=["duet", "react"])
@pytest.mark.parametrize("sounds", ["tones", "clicks"])
def test_no_sum_clips(toned: Path, take: Path, tmp_path: Path, compose: Callable[..., Clip], sounds: str) -> None:
    """Two sources at full scale and music at full scale; the same one twice adds up the most."""
    source, gain = (toned, 12) if sounds == "tones" else (take, 1)  # tones have a quarter of full scale
    song = tone(tmp_path / "song.wav", 6, hz=330, amplitude=0.99)
    mine = ck.open(source).trim(0, 6)
    clip = together(compose, mine, source, gain_mine_db=gain, gain_other_db=gain)
    clip = clip.music(song, gain_db=0, fade_out=0)
    assert peak(clip.samples()) <= 10 ** (-1 / 20)
    samples, rate = sound(export(clip, tmp_path / "o.mp4"))
    assert peak(samples) <= 1.0
    assert level(samples, rate, 0.5, 5.5) > 0.3  # limited, not muted


@pytest.mark.parametrize("gain", [12.0, 24.0])
def test_louder_does_not_clip(toned: Path, tmp_path: Path, gain: float) -> None:
    song = tone(tmp_path / "song.wav", 3, amplitude=0.01)
    clip = ck.open(toned).trim(0, 3).music(song, original_gain_db=gain)
    assert peak(sound(export(clip, tmp_path / "o.mp4"))[0]) <= 1.0


def test_a_sum_that_fits_is_left_alone(toned: Path, tmp_path: Path) -> None:
    mine, other = ck.open(toned).trim(0, 3), ck.open(toned).trim(5, 8)
    both = ck.duet(mine, other).with_output(normalise=False)
    assert np.allclose(both.samples(), mine.samples() + other.samples(), atol=1e-6)


# --- music ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gain", [None, -6.0, -24.0, 3.0])
def test_music_gain(silent: Path, tmp_path: Path, gain: float | None) -> None:
    song = tone(tmp_path / "song.wav", 4)
    words = {} if gain is None else {"gain_db": gain}
    samples, rate = sound(export(ck.open(silent).trim(0, 4).music(song, **words), tmp_path / "o.mp4"))
    before = 0.5 / math.sqrt(2)
    assert decibels(level(samples, rate, 0.5, 2.5) / before) == pytest.approx(-12 if gain is None else gain, abs=0.2)


@pytest.mark.parametrize("gain", [0.0, -10.0])
def test_original_gain(toned: Path, tmp_path: Path, gain: float) -> None:
    """My own sound is told from the music by its pitch."""
    song = tone(tmp_path / "song.wav", 4, amplitude=0.001)
    out = export(ck.open(toned).trim(0, 4).music(song, original_gain_db=gain), tmp_path / "o.mp4")
    samples, rate = sound(out)
    change = decibels(level(samples, rate, 0.1, 3.9) / level(*sound(toned), 0.1, 3.9))
    assert change == pytest.approx(gain, abs=0.2)
    assert abs(cents(dominant_frequency(samples, rate, 1.1, 1.9), tone_of(1))) <= 5


def test_mute_original(toned: Path, tmp_path: Path) -> None:
    song = tone(tmp_path / "song.wav", 4, hz=1234.0)
    out = export(ck.open(toned).trim(0, 4).music(song, mute_original=True, gain_db=0, fade_out=0), tmp_path / "o.mp4")
    samples, rate = sound(out)
    part = mono(samples)[rate : 2 * rate]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    own = spectrum[round(tone_of(1)) - 3 : round(tone_of(1)) + 4].max()
    assert abs(cents(dominant_frequency(samples, rate, 0.5, 3.5), 1234.0)) <= 2
    assert decibels(own / spectrum.max()) < -60


def test_mute_original_with_silent_music_is_silent(take: Path, tmp_path: Path) -> None:
    song = wav(tmp_path / "song.wav", np.zeros(48000))
    out = export(ck.open(take).trim(4, 6).music(song, mute_original=True), tmp_path / "o.mp4")
    assert peak(sound(out)[0]) == 0
    lasts_as_long_as_the_picture(out)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".m4a", ".mp4"])
def test_music_start(silent: Path, shelf: Shelf, tmp_path: Path, suffix: str) -> None:
    """A click at 4 s of the track is heard at 4 s less the start, whatever the format delays."""
    marks = [Fraction(4), Fraction(6)]
    picture = suffix == ".mp4"
    song = shelf.clip(suffix, picture=picture, seconds=8, fps=FPS, size=SMALL, sound="marks", marks=marks)
    clip = ck.open(silent).trim(0, 6).music(song, start="1.25", gain_db=0, fade_out=0, loop=False)
    assert heard(export(clip, tmp_path / "o.mp4")) == pytest.approx([2.75, 4.75], abs=EXACT)


def test_music_keeps_its_speed_under_a_fast_clip(take: Path, shelf: Shelf, tmp_path: Path) -> None:
    song = shelf.clip(".flac", picture=False, seconds=6, fps=FPS, sound="marks", marks=[1, 4])
    clip = ck.open(take).speed(3, pitch="follow").music(song, gain_db=0, fade_out=0)
    sounds = heard(export(clip, tmp_path / "o.mp4"))
    for moment in (1, 4, 5 / 3, 10 / 3):
        assert min(abs(t - moment) for t in sounds) <= EXACT


@pytest.mark.parametrize(("fade_in", "fade_out"), [("2", "1.5"), ("0.5", "3"), ("0", "1"), ("1", "0")])
def test_music_fades(silent: Path, tmp_path: Path, fade_in: str, fade_out: str) -> None:
    """Nothing but up at the start, nothing but down at the end, and level between."""
    song = tone(tmp_path / "song.wav", 6, hz=1000.0)
    clip = ck.open(silent).trim(0, 6).music(song, gain_db=0, fade_in=fade_in, fade_out=fade_out)
    samples, rate = sound(export(clip, tmp_path / "o.mp4"))
    step = 0.05
    levels = [level(samples, rate, n * step, (n + 1) * step) for n in range(round(6 / step))]
    full = 0.5 / math.sqrt(2)
    rise, fall = round(float(fade_in) / step), round((6 - float(fade_out)) / step)
    assert all(abs(decibels(one / full)) < 0.2 for one in levels[rise + 1 : fall - 1])
    rising, falling = levels[:rise], levels[fall:]
    assert all(b > a - 0.002 * full for a, b in pairwise(rising))
    assert all(b < a + 0.002 * full for a, b in pairwise(falling))
    if rising:
        assert rising[0] < 0.2 * full
        assert 0.3 * full < rising[len(rising) // 2] < 0.9 * full
    if falling:
        assert falling[-1] < 0.2 * full
        assert 0.3 * full < falling[len(falling) // 2] < 0.9 * full


def test_fades_do_not_touch_the_own_sound(toned: Path, tmp_path: Path) -> None:
    song = wav(tmp_path / "song.wav", np.zeros(4 * 48000))
    clip = ck.open(toned).trim(0, 4).music(song, fade_in=2, fade_out=2)
    samples, rate = sound(export(clip, tmp_path / "o.mp4"))
    levels = [level(samples, rate, n / 10, (n + 1) / 10) for n in range(40)]
    assert decibels(min(levels) / max(levels)) > -0.5


def test_the_report_counts_what_is_there(take: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.mp4"
    report = ck.open(take).trim(0, "3.01").export(out, quality="draft")
    assert isinstance(report, Report)
    assert report.frames == len(frame_times(out)) == 91
