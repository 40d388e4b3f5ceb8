"""Clips of real devices through every job, judged without clipkit: decoded by PyAV, turned upright by FFmpeg.

The clips never become part of the project; `CLIPKIT_REAL_MEDIA` names their folder. Each job runs on every video that
is there, so that a new one needs no line here.
"""

from __future__ import annotations

import math
import os
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import av
import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from numpy.typing import NDArray
from PIL import Image

import clipkit as ck
from clipkit.api.clip import Clip
from clipkit.engine.render import Report
from measure import dominant_frequency, luma_of, mono, mp4_facts, peak, sound, video_facts, video_frames

FOLDER = Path(os.environ.get("CLIPKIT_REAL_MEDIA") or "no-real-media")
SONGS = sorted(path for path in FOLDER.glob("*") if path.suffix in {".mp3", ".flac"})
VIDEOS = sorted(path for path in FOLDER.glob("*") if path.suffix in {".mp4", ".mov", ".webm"})
SIZE = (360, 640)
SPEED = Fraction(3, 2)
LONG = bool(os.environ.get("CLIPKIT_LONG"))
WHOLE = {"audio-shorter-than-video", "damaged-audio", "iphone6s-livephoto-vfr-pcm-gps", "broken-degenerate-matrix"}
"""Clips whose 15 s go through the main job whole even where time is short."""

pytestmark = pytest.mark.skipif(not VIDEOS, reason="CLIPKIT_REAL_MEDIA names no folder with clips")
each_video = pytest.mark.parametrize("path", VIDEOS, ids=lambda path: path.stem)
each_song = pytest.mark.parametrize("path", SONGS, ids=lambda path: path.name)


def named(part: str) -> Path:
    found = next((path for path in (*VIDEOS, *SONGS) if part in path.name), None)
    return found or pytest.skip(f"no clip named like {part}")


def after(path: Path) -> Path:
    """Another clip: each one is once the other of a duet."""
    return VIDEOS[(VIDEOS.index(path) + 1) % len(VIDEOS)]


# --- the independent count -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """What decoding a file shows. Times are seconds from where its first stream starts."""

    times: tuple[Fraction, ...]
    last: Fraction
    """How long the last frame is shown, as its packet says; 0 where it says nothing."""
    sound_end: Fraction | None
    """When the last sample that decodes has been heard; None without any."""
    broken: int = 0
    """Packets of picture that do not decode."""

    @property
    def end(self) -> Fraction:
        return self.times[-1] + (self.last or Fraction(self.gap))

    @property
    def gap(self) -> float:
        return float(median(b - a for a, b in pairwise(self.times)))


@cache
def count(path: Path) -> Count:
    times: list[Fraction] = []
    broken = 0
    with av.open(f"file:{path}", metadata_errors="replace") as container:
        zero, stream = Fraction(container.start_time or 0, av.time_base), _video(container)
        stream.codec_context.thread_type = "AUTO"
        lasts = {}
        for packet in container.demux(stream):
            if packet.pts is not None:
                lasts[packet.pts] = (packet.duration or 0) * packet.time_base
            try:
                for frame in packet.decode():
                    times.append(frame.pts * frame.time_base - zero)
                    last = lasts.get(frame.pts, Fraction(0))
            except av.error.InvalidDataError:
                broken += 1
    end = min(times[-1] + last, _cut_at(path) or times[-1] + last)
    return Count(tuple(times), end - times[-1], _sound_end(path), broken)


def _cut_at(path: Path) -> Fraction | None:
    """When the edit list of the picture ends it."""
    if path.suffix == ".webm":
        return None
    return sum((edit.duration for edit in mp4_facts(path).track("vide").edits), Fraction(0)) or None


def _video(container: av.container.InputContainer) -> av.VideoStream:
    attached = av.stream.Disposition.attached_pic
    return next(stream for stream in container.streams.video if not stream.disposition & attached)


def _sound_end(path: Path) -> Fraction | None:
    end: Fraction | None = None
    with av.open(f"file:{path}", metadata_errors="replace") as container:
        zero = Fraction(container.start_time or 0, av.time_base)
        for packet in container.demux(*container.streams.audio[:1]) if container.streams.audio else ():
            try:
                for frame in packet.decode():
                    end = frame.pts * frame.time_base - zero + Fraction(frame.samples, frame.sample_rate)
            except av.error.FFmpegError:
                continue
    return end


@each_video
def test_facts(path: Path) -> None:
    facts, told = ck.probe(str(path)), count(path)
    assert facts.picture is not None
    assert facts.picture.frames == len(told.times) + told.broken
    assert abs(float(facts.duration - told.end)) <= max(told.gap, 0.002)
    assert float(facts.picture.start) == pytest.approx(float(told.times[0]), abs=1e-5)
    if facts.picture.constant:
        assert float(facts.picture.rate) == pytest.approx(1 / told.gap, rel=0.02)
    else:
        assert float(facts.picture.rate) == pytest.approx(1 / told.gap, rel=0.06)
    assert (facts.sound is None) == (told.sound_end is None)
    if facts.sound is not None and told.sound_end is not None:
        assert abs(float(facts.sound.end - told.sound_end)) <= 0.1


@each_video
def test_the_plan_holds_no_surprise(path: Path) -> None:
    """A plan costs no render and says what one would do."""
    plan = ck.open(path).plan()
    assert plan.expect.frames == math.ceil(ck.probe(str(path)).duration * plan.output.rate)
    assert plan.output.size.width % 2 == plan.output.size.height % 2 == 0


# --- the jobs ------------------------------------------------------------------------------------------------------


def rate_for(path: Path) -> Fraction:
    """The rate that TikTok gets: the clip's own between 23 and 60, else the nearest whole multiple or part."""
    own = ck.probe(str(path)).picture.rate
    return own * math.ceil(23 / own) if own < 23 else own / math.ceil(own / 60) if own > 60 else own


def check(out: Path, report: Report, seconds: Fraction, rate: Fraction, *, size: tuple[int, int] = SIZE) -> None:
    """Decodes from end to end; size, count, times, tags and sound are what was asked for."""
    facts = video_facts(out)
    frames = math.ceil(seconds * rate)
    assert facts.size == size
    assert facts.count == report.frames == frames
    assert list(facts.times) == [n / rate for n in range(frames)]
    assert abs(facts.end - frames / rate) < Fraction(1, 1000)
    assert (facts.codec, facts.profile, facts.pix_fmt) == ("h264", "High", "yuv420p")
    assert (facts.primaries, facts.transfer, facts.matrix, facts.range) == (1, 1, 1, 1)
    assert facts.rotation == 0
    assert facts.sound_streams == 1
    samples, heard_rate = sound(out)
    assert heard_rate == 48000
    assert abs(len(samples) / heard_rate - float(frames / rate)) <= 0.001
    assert peak(samples) <= 1.0
    assert np.isfinite(samples).all()


def length(path: Path, seconds: Fraction | int) -> Fraction:
    return min(Fraction(seconds), ck.probe(str(path)).duration)


def made(path: Path, out: Path, seconds: int) -> tuple[Report, Fraction]:
    clip = ck.open(path).trim(0, seconds).speed(SPEED).filter("golden-hour").music(named("song.flac"))
    report = clip.export(out, target="tiktok", size=SIZE, quality="draft")
    return report, length(path, seconds) / SPEED


@each_video
def test_make(path: Path, tmp_path: Path) -> None:
    seconds = 15 if LONG or path.stem in WHOLE else 3
    out = tmp_path / "o.mp4"
    report, lasts = made(path, out, seconds)
    check(out, report, lasts, rate_for(path))
    samples, rate = sound(out)
    music_alone = mono(samples)[: round(float(min(lasts, Fraction(1, 2))) * rate)]
    assert peak(music_alone) > 0.001


@each_video
def test_duet(path: Path, tmp_path: Path) -> None:
    mine, out = ck.open(path).trim(0, 2), tmp_path / "o.mp4"
    report = ck.duet(mine, after(path)).export(out, size=SIZE, quality="draft")
    check(out, report, length(path, 2), rate_for(path))


@each_video
def test_react(path: Path, tmp_path: Path) -> None:
    mine, out = ck.open(path).trim(0, 2), tmp_path / "o.mp4"
    clip = ck.react(mine, after(path), path=[(0, (0.7, 0.2)), (1, (0.3, 0.6))], shape="circle", border=4)
    report = clip.export(out, size=SIZE, quality="draft")
    check(out, report, length(path, 2), rate_for(path))


@each_video
def test_the_end_is_there_too(path: Path, tmp_path: Path) -> None:
    """The last second, reached by seeking."""
    whole = ck.probe(str(path)).duration
    start = max(whole - 1, Fraction(0))
    out = tmp_path / "o.mp4"
    report = ck.open(path).trim(start).export(out, target="tiktok", size=SIZE, quality="draft")
    check(out, report, whole - start, rate_for(path))


@pytest.mark.parametrize("name", ["720p30-speech", "green-screen", "big-buck-bunny"])
def test_fifteen_seconds(name: str, tmp_path: Path) -> None:
    path, out = named(name), tmp_path / "o.mp4"
    report, lasts = made(path, out, 15)
    assert lasts == 10
    check(out, report, lasts, rate_for(path))


# --- upright and unmirrored ----------------------------------------------------------------------------------------

ORIENTATIONS = [(turns, mirrored) for mirrored in (False, True) for turns in range(4)]


def small(picture: NDArray[np.generic]) -> NDArray[np.float64]:
    """A picture brought to 64 × 64, whatever its shape: orientations can so be compared."""
    image = Image.fromarray(np.asarray(np.rint(picture), np.uint8))
    return np.asarray(image.resize((64, 64), Image.Resampling.BOX), np.float64)


def alike(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Their correlation; 0 for a flat picture."""
    a, b = one - one.mean(), two - two.mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) or 1))


def oriented(picture: NDArray[np.float64], turns: int, mirrored: bool) -> NDArray[np.float64]:
    turned = np.rot90(picture, turns)
    return np.fliplr(turned) if mirrored else turned


def as_ffmpeg_shows(path: Path, index: int, folder: Path) -> NDArray[np.uint8]:
    """One frame as FFmpeg's own command turns it upright."""
    still = folder / "still.png"
    command = [
        get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        str(path),
        "-map",
        "0:v:0",
        "-vf",
        f"select=eq(n\\,{index})",
    ]
    command += ["-frames:v", "1", "-fps_mode", "passthrough", "-pix_fmt", "gray", str(still)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with Image.open(still) as image:
        return np.asarray(image.convert("L"))


def is_telling(picture: NDArray[np.float64]) -> bool:
    """Neither dark or flat, nor nearly the same when turned or mirrored."""
    others = [alike(picture, oriented(picture, *how)) for how in ORIENTATIONS[1:]]
    return float(picture.std()) > 6 and max(others) < 0.95


def first_shown(path: Path, index: int, folder: Path) -> NDArray[np.float32]:
    """The first frame of an output of the source's own size that begins with frame `index`."""
    start = count(path).times[index] if index else Fraction(0)
    out = folder / "o.mp4"
    ck.open(path).trim(start, start + Fraction(1, 20)).export(out, target="source", copy=False)
    return luma_of(next(video_frames(out))[1])


@each_video
def test_upright_and_unmirrored(path: Path, tmp_path: Path) -> None:
    frames = (0, len(count(path).times) // 2, len(count(path).times) - 2)
    shown = {index: as_ffmpeg_shows(path, index, tmp_path) for index in frames}
    telling = next((index for index in frames if is_telling(small(shown[index]))), None)
    index = telling or 0
    ours = first_shown(path, index, tmp_path)
    height, width = shown[index].shape
    assert ours.shape == (height + height % 2, width + width % 2)
    scores = {how: alike(small(ours), oriented(small(shown[index]), *how)) for how in ORIENTATIONS}
    assert scores[0, False] >= 0.98 or float(small(shown[index]).std()) < 2
    if telling is not None:
        assert max(scores, key=scores.__getitem__) == (0, False), scores


@pytest.mark.parametrize("part", ["rot180", "rot270", "rotated-and-mirrored", "portrait", "edit-list"])
def test_the_orientation_is_put_to_the_test(part: str, tmp_path: Path) -> None:
    """Those clips whose header turns the picture have a frame that tells."""
    path = named(part)
    frames = (0, len(count(path).times) // 2, len(count(path).times) - 2)
    assert any(is_telling(small(as_ffmpeg_shows(path, index, tmp_path))) for index in frames)


def test_a_degenerate_matrix_counts_as_upright() -> None:
    picture = ck.probe(str(named("degenerate"))).picture
    assert picture is not None
    assert picture.orientation.identity
    assert picture.size == picture.coded


def test_the_clean_aperture_is_what_shows() -> None:
    """1440 by 1080 are stored, of which 1308 by 980 are meant to be seen; FFmpeg shows no more."""
    assert str(ck.probe(str(named("iphone6s"))).picture.size) == "1308x980"


# --- HDR -----------------------------------------------------------------------------------------------------------


def tones(path: Path) -> NDArray[np.float32]:
    """Luma of the first frame on 0…1 of limited range, as it is coded."""
    return (luma_of(next(video_frames(path))[1]) - 16) / 219


def is_natural(picture: NDArray[np.float32]) -> bool:
    """Neither flat nor clipped: dark and bright are far apart, and few pixels are entirely white or black."""
    dark, bright = np.percentile(picture, (5, 95))
    return bright - dark > 0.6 and float(np.mean(picture > 0.995)) < 0.05 and float(np.mean(picture <= 0)) < 0.2


@pytest.mark.parametrize("part", ["android14-hlg10", "iphone12promax-hlg", "iphone14pro-hlg", "edit-list"])
def test_hdr_becomes_natural_sdr(part: str, tmp_path: Path) -> None:
    """A grey card stays where it was; what HLG keeps in half its range is spread, and highlights are not cut off."""
    path, out = named(part), tmp_path / "o.mp4"
    ck.open(path).export(out, target="source", copy=False)
    facts, flat, ours = video_facts(out), tones(path), tones(out)
    assert (facts.pix_fmt, facts.primaries, facts.transfer, facts.matrix, facts.range) == ("yuv420p", 1, 1, 1, 1)
    assert is_natural(ours)
    assert float(np.std(ours)) > 1.05 * float(np.std(flat))


def test_the_judge_of_naturalness_can_fail() -> None:
    assert not is_natural(0.3 + 0.4 * np.linspace(0, 1, 1000, dtype=np.float32))
    assert not is_natural(np.clip(np.linspace(0, 1.3, 1000, dtype=np.float32), 0, 1))


def test_dolby_vision_is_said_to_be_read_as_hlg() -> None:
    assert "Dolby Vision: read as HLG" in ck.open(named("dolbyvision")).plan().notices
    assert not any("Dolby" in notice for notice in ck.open(named("android14-hlg10")).plan().notices)


# --- sound ---------------------------------------------------------------------------------------------------------


def test_damaged_sound_is_silent_where_damaged(tmp_path: Path) -> None:
    path, out = named("damaged-audio"), tmp_path / "o.mp4"
    report = ck.open(path).export(out, target="tiktok", size=SIZE, quality="draft")
    check(out, report, ck.probe(str(path)).duration, rate_for(path))
    samples, rate = sound(out)
    assert peak(samples[: 4 * rate]) > 0.05
    assert peak(samples[5 * rate :]) < 1e-3  # its packets are empty from 4.7 s on


def test_sound_that_ends_early_ends_in_silence(tmp_path: Path) -> None:
    path, out = named("audio-shorter"), tmp_path / "o.mp4"
    ck.open(path).export(out, quality="draft")
    samples, rate = sound(out)
    end = ck.probe(str(path)).sound.end
    assert end < ck.probe(str(path)).duration - Fraction(1, 4)
    assert peak(samples[: round(float(end) * rate)]) > 0.002
    assert peak(samples[round((float(end) + 0.05) * rate) :]) < 1e-4


def test_surround_becomes_stereo(tmp_path: Path) -> None:
    path, out = named("51"), tmp_path / "o.mp4"
    ck.open(path).export(out, quality="draft")
    samples, _ = sound(out)
    assert samples.shape[1] == 2
    assert peak(samples) <= 1.0


# --- songs ---------------------------------------------------------------------------------------------------------


@each_song
def test_a_song_is_no_video(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.mp4"
    video = VIDEOS[0]
    jobs: list[Clip] = [ck.open(path).trim(0, 2), ck.duet(path, video), ck.duet(video, path), ck.react(video, path)]
    for job in jobs:
        with pytest.raises(ck.MediaError) as caught:
            job.export(out)
        assert caught.value.code == "no-picture"
        assert caught.value.hint
    assert not list(tmp_path.iterdir())


@each_song
def test_a_song_has_facts(path: Path) -> None:
    facts, told = ck.probe(str(path)), _sound_end(path)
    assert facts.picture is None
    assert facts.sound is not None
    assert told is not None
    assert abs(float(facts.duration - told)) <= 0.1


@each_song
def test_a_song_is_music(path: Path, tmp_path: Path) -> None:
    """Under a silent clip nothing but the song is heard, from its first moment."""
    out = tmp_path / "o.mp4"
    silent = named("degenerate")
    clip = ck.open(silent).trim(0, 3).music(path, gain_db=0, fade_out=0, mute_original=True)
    report = clip.export(out, target="tiktok", size=SIZE, quality="draft", normalise=False)
    check(out, report, Fraction(3), rate_for(silent))
    samples, rate = sound(out)
    song, song_rate = sound(path)
    ours, theirs = (mono(s)[round(0.5 * r) : round(2.5 * r)] for s, r in ((samples, rate), (song, song_rate)))
    assert np.sqrt(np.mean(ours**2)) == pytest.approx(np.sqrt(np.mean(theirs**2)), rel=0.1)
    assert dominant_frequency(ours, rate) == pytest.approx(dominant_frequency(theirs, song_rate), rel=0.01)
