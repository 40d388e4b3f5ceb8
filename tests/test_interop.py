"""Both ways with MoviePy, pydub, Pillow and numpy: what goes in comes out; nothing is imported before it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import clipkit as ck
from clipkit import folders
from clipkit.engine.probe import probe
from clipkit.interop.moviepy import REFUSED, USABLE, check_effect, effect_call
from measure import frame_codes
from media import Shelf, barcode, read_barcode

SIZE = (96, 160)
SECOND = Fraction(1)


def codes(count: int, width: int = SIZE[0], height: int = SIZE[1]) -> np.ndarray:
    """Pictures in grey that show their own number."""
    luma = np.stack([barcode(n, width, height) for n in range(count)])
    return np.repeat(luma[..., None], 3, axis=3)


def ramp(count: int = 12, width: int = SIZE[0], height: int = SIZE[1]) -> np.ndarray:
    """Smooth colours, all different from frame to frame; nothing that 4:2:0 would lose."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([np.stack([40 + x, 60 + y, np.full_like(x, 90 + 10 * n)], -1) for n in range(count)]).astype(
        np.uint8
    )


def tone(seconds: float = 1.0, rate: int = 48_000) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return np.stack([0.5 * np.sin(2 * np.pi * 440 * t), 0.3 * np.sin(2 * np.pi * 660 * t)], axis=1).astype(np.float32)


def stored(clip: ck.Clip) -> Path:
    return Path(clip.project.root.source.path)


def every_time(clip: ck.Clip) -> list[Fraction]:
    plan = clip.plan("mp4")
    return [n / plan.output.rate for n in range(plan.expect.frames)]


def luma_codes(pictures: list[np.ndarray]) -> list[int | None]:
    return [read_barcode(picture[..., 1]) for picture in pictures]


# --- arrays and images ---------------------------------------------------------------------------------------------


def test_frames_come_back():
    frames = ramp()
    clip = ck.from_array(frames, 12)
    back = clip.frames(every_time(clip))
    assert len(back) == 12
    for before, after in zip(frames, back, strict=True):
        error = np.abs(after.astype(int) - before)
        assert error.max() <= 6
        assert error.mean() < 1.2  # 8-bit 4:2:0 rounds three planes


def test_samples_come_back_exactly():
    sound = tone()
    clip = ck.from_array(ramp(), 12, sound)
    assert np.array_equal(clip.samples(), sound)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(60), Fraction(25, 2)], ids=str)
def test_each_frame_has_its_place(rate: Fraction):
    facts = probe(str(stored(ck.from_array(codes(11), rate))))
    assert facts.picture is not None
    assert (facts.picture.rate, facts.picture.constant, facts.picture.frames) == (rate, True, 11)
    assert facts.picture.start == 0
    assert facts.picture.end == 11 / rate


def test_one_channel_goes_to_both_sides():
    sound = tone()[:, 0]
    for shape in ((-1,), (-1, 1)):
        samples = ck.from_array(ramp(), 12, sound.reshape(shape).astype(np.float64)).samples()
        assert np.array_equal(samples[:, 0], sound)
        assert np.array_equal(samples[:, 1], sound)


def test_the_same_is_stored_once_and_nothing_else_lies_there():
    first, second = ck.from_array(ramp(), 12, tone()), ck.from_array(ramp(), 12, tone())
    assert first == second
    assert [path.name for path in (folders.data() / "content").iterdir()] == [stored(first).name]


def test_a_failed_write_leaves_nothing():
    from moviepy import VideoClip

    def frame(t: float) -> np.ndarray:
        return np.zeros((32 + 2 * int(t * 10), 32, 3), np.uint8)

    with pytest.raises(ck.ProjectError, match="shape") as caught:
        ck.from_moviepy(VideoClip(frame, duration=1), fps=10)
    assert caught.value.code == "size-changes"
    assert list((folders.data() / "content").iterdir()) == []


BAD = [
    ({"frames": ramp()[0]}, "bad-frames"),
    ({"frames": ramp().astype(np.float32)}, "bad-frames"),
    ({"frames": ramp()[:0]}, "bad-frames"),
    ({"fps": 0}, "bad-rate"),
    ({"sound": np.zeros((100, 2), np.int16)}, "bad-samples"),
    ({"sound": np.zeros((100, 3), np.float32)}, "bad-samples"),
    ({"sound": np.full(100, np.nan)}, "bad-samples"),
    ({"sound": np.zeros(100), "sample_rate": 0}, "bad-sample-rate"),
]


@pytest.mark.parametrize(("words", "code"), BAD, ids=[f"{code}-{n}" for n, (_, code) in enumerate(BAD)])
def test_bad_arrays(words: dict[str, object], code: str):
    with pytest.raises(ck.ProjectError) as caught:
        ck.from_array(**{"frames": ramp(), "fps": 12, **words})
    assert caught.value.code == code
    assert caught.value.hint


def test_images_both_ways():
    from PIL import Image

    pixels = ramp()[3]
    clip = ck.from_image(Image.fromarray(pixels), 2)
    assert clip.duration == 2
    back = clip.frame(1)
    assert back.size == SIZE
    assert np.abs(np.asarray(back).astype(int) - pixels).max() <= 6
    assert ck.from_image(back, 2).duration == 2
    with pytest.raises(ck.ProjectError) as caught:
        ck.from_image(pixels)  # type: ignore[arg-type]
    assert caught.value.code == "bad-image"


def test_black_shows_through_a_transparent_image():
    from PIL import Image

    clear = Image.new("RGBA", SIZE, (255, 0, 0, 0))
    assert np.asarray(ck.from_image(clear).frame(0)).max() <= 1


# --- MoviePy -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(30), Fraction(60)], ids=str)
def test_moviepy_frames_are_those_of_the_clip(shelf: Shelf, rate: Fraction):
    clip = ck.open(shelf.clip(fps=rate, seconds=2, size=SIZE)).trim("0.5", "1.5")
    expected = clip.frames(every_time(clip))
    with clip.to_moviepy() as movie:
        assert (movie.size, movie.duration) == (SIZE, pytest.approx(len(expected) / rate))
        shown = list(movie.iter_frames())
        assert len(shown) == len(expected)
        assert all(np.array_equal(a, b) for a, b in zip(shown, expected, strict=True))
        assert np.array_equal(movie.get_frame(7 / movie.fps), expected[7])  # going back


def test_moviepy_sound_is_that_of_the_clip(shelf: Shelf):
    clip = ck.open(shelf.clip(seconds=2, size=SIZE, sound="tones")).trim("0.5", "1.5")
    with clip.to_moviepy() as movie:
        sound = movie.audio.to_soundarray(fps=48_000)
        one = movie.audio.get_frame(0.25)
    expected = clip.samples()
    assert np.abs(sound[: len(expected)] - expected).max() <= 1 / 32768
    assert len(sound) - len(expected) in (0, 1)
    assert sum(map(len, movie.audio.iter_chunks(chunksize=5000, fps=48_000))) == len(expected)
    assert np.array_equal(one, expected[12_000])


def test_a_silent_clip_has_no_moviepy_sound():
    assert ck.from_array(ramp(), 12).to_moviepy().audio is None


@pytest.mark.skipif(sys.platform != "linux", reason="counts the files of /proc/self/fd")
def test_closing_lets_go_of_the_file(shelf: Shelf):
    clip = ck.open(shelf.clip(seconds=2, size=SIZE))
    before = open_files()
    movie = clip.to_moviepy()
    assert open_files() > before
    movie.close()
    assert open_files() == before
    assert read_barcode(movie.get_frame(0.5)[..., 1]) == 15  # and it can be asked again
    movie.close()


def test_moviepy_counts_through_the_exact_frames(tmp_path: Path):
    from moviepy import ImageSequenceClip

    rate = Fraction(30)
    movie = ImageSequenceClip(list(codes(40)), fps=30)
    clip = ck.from_moviepy(movie)
    assert luma_codes(clip.frames(every_time(clip))) == list(range(40))
    clip.trim(Fraction(10, 30), 1).export(tmp_path / "o.mp4")
    assert frame_codes(tmp_path / "o.mp4") == list(range(10, 30))
    assert clip.plan("mp4").output.rate == rate


def test_there_and_back(shelf: Shelf):
    clip = ck.open(shelf.clip(seconds=1, size=SIZE, sound="tones"))
    with clip.to_moviepy() as movie:
        back = ck.from_moviepy(movie)
    times = every_time(clip)
    assert luma_codes(back.frames(every_time(back))) == luma_codes(clip.frames(times))
    assert np.abs(back.samples() - clip.samples()).max() <= 1 / 32768


def test_a_plain_colour_with_its_own_words():
    from moviepy import ColorClip

    movie = ColorClip(SIZE, color=(200, 40, 90), duration=0.5)
    with pytest.raises(ck.ProjectError) as caught:
        ck.from_moviepy(movie)
    assert caught.value.code == "no-rate"
    clip = ck.from_moviepy(movie, fps=20)
    assert clip.plan("mp4").expect.frames == 10
    assert np.abs(clip.frames([0])[0].astype(int) - (200, 40, 90)).max() <= 3
    with pytest.raises(ck.ProjectError) as caught:
        ck.from_moviepy(ColorClip(SIZE, color=(1, 2, 3)), fps=20)
    assert caught.value.code == "no-duration"
    with pytest.raises(ck.ProjectError) as caught:
        ck.from_moviepy("take.mp4")
    assert caught.value.code == "bad-clip"


def test_a_masked_clip_shows_black():
    from moviepy import ColorClip

    mask = ColorClip(SIZE, color=0.5, is_mask=True, duration=0.5)
    clip = ck.from_moviepy(ColorClip(SIZE, color=(200, 200, 200), duration=0.5).with_mask(mask), fps=10)
    assert np.abs(clip.frames([0])[0].astype(int) - 100).max() <= 2


# --- MoviePy effects -----------------------------------------------------------------------------------------------


def test_every_moviepy_effect_is_known():
    from moviepy import vfx

    assert USABLE.isdisjoint(REFUSED)
    assert USABLE | set(REFUSED) == set(vfx.__all__)


EFFECTS = {
    "BlackAndWhite": {},
    "FadeIn": {"duration": 0.8},
    "FadeOut": {"duration": 0.8, "final_color": (255, 255, 255)},
    "GammaCorrection": {"gamma": 2.2},
    "HeadBlur": {"fx": 30, "fy": 50, "radius": 25},
    "InvertColors": {},
    "LumContrast": {"lum": 20, "contrast": 0.4},
    "MirrorX": {},
    "MirrorY": {},
    "MultiplyColor": {"factor": 0.5},
    "Painting": {},
    "Rotate": {"angle": 10, "expand": False},
}


@pytest.mark.parametrize("name", sorted(USABLE))
def test_an_effect_does_what_moviepy_does(name: str):
    """The oracle is MoviePy itself, on a clip of its own."""
    from moviepy import ImageSequenceClip, vfx

    frames, params = ramp(), EFFECTS[name]
    given = {key: (lambda t, held=value: held) if key in ("fx", "fy") else value for key, value in params.items()}
    movie = ImageSequenceClip(list(frames), fps=12).with_effects([getattr(vfx, name)(**given)])
    call = effect_call(name, params, SECOND)
    changed = 0
    for n, frame in enumerate(frames):
        after = call(frame, n / 12)
        assert after.dtype == np.uint8
        assert np.abs(after - movie.get_frame(n / 12 + 1e-6)).max() <= 1
        changed += not np.array_equal(after, frame)
    assert changed


def test_an_effect_on_a_clip():
    clip = ck.from_array(ramp(), 12)
    (plain,) = clip.frames([Fraction(1, 2)])
    (grey,) = clip.effect("moviepy:BlackAndWhite").frames([Fraction(1, 2)])
    assert np.ptp(grey.astype(int), axis=2).max() <= 2
    assert np.abs(grey[..., 0] - plain.mean(axis=2)).max() <= 4
    (inverted,) = clip.effect("moviepy:InvertColors").frames([Fraction(1, 2)])
    assert np.abs(255 - plain.astype(int) - inverted).mean() < 2
    (twice,) = clip.effect("moviepy:MirrorX").effect("moviepy:MirrorX").frames([Fraction(1, 2)])
    assert np.abs(twice.astype(int) - plain).mean() < 2


def test_a_fade_out_ends_with_the_clip():
    clip = ck.from_array(np.full((24, 64, 64, 3), 200, np.uint8), 12).effect("moviepy:FadeOut", duration=1)
    levels = [picture.mean() for picture in clip.frames([0, 1, Fraction(3, 2), Fraction(23, 12)])]
    assert levels == pytest.approx([200, 200, 100, 200 / 12], abs=3)
    faster = clip.speed(2)
    assert [picture.mean() for picture in faster.frames([0, Fraction(3, 4)])] == pytest.approx([200, 100], abs=3)


def test_a_fade_out_keeps_its_place_when_the_end_is_cut_off():
    clip = ck.from_array(np.full((24, 64, 64, 3), 200, np.uint8), 12).effect("moviepy:FadeOut", duration=1)
    assert clip.trim(0, "1.5").frames([Fraction(17, 12)])[0].mean() == pytest.approx(200 * 7 / 12, abs=3)


@pytest.mark.parametrize("colour", [(255, 0, 0), [255, 0, 0]], ids=["tuple", "list"])
def test_an_effect_takes_a_colour(colour: object, tmp_path: Path):
    clip = ck.from_array(ramp(), 12).effect("moviepy:FadeIn", duration=1, initial_color=colour)
    clip.save(tmp_path / "x.clipkit")
    for each in (clip, ck.load(tmp_path / "x.clipkit")):
        assert np.abs(each.frames([0])[0].astype(int) - (255, 0, 0)).max() <= 4


def test_an_effect_is_saved_and_exported(tmp_path: Path):
    clip = ck.from_array(ramp(), 12).effect("moviepy:MultiplyColor", factor=0.5)
    clip.save(tmp_path / "x.clipkit")
    loaded = ck.load(tmp_path / "x.clipkit")
    assert loaded.project.root.edits == clip.project.root.edits
    loaded.export(tmp_path / "o.mp4")
    after = ck.open(tmp_path / "o.mp4").frames([0])[0].astype(float)
    assert np.abs(after - ramp()[0] / 2).mean() < 4


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_effects_that_do_not_fit_are_refused(name: str):
    clip = ck.from_array(ramp(), 12)
    with pytest.raises(ck.ProjectError) as caught:
        clip.effect(f"moviepy:{name}")
    assert caught.value.code == REFUSED[name][0]
    assert caught.value.hint


def test_the_refusal_names_our_verb():
    with pytest.raises(ck.ProjectError) as caught:
        check_effect("MultiplySpeed", {"factor": 2})
    assert caught.value.code == "changes-time"
    assert "clipkit speed" in caught.value.hint


WRONG = [
    ("BlackWhite", {}, "unknown-effect", "BlackAndWhite"),
    ("os", {}, "unknown-effect", "BlackAndWhite"),
    ("FadeIn", {}, "bad-parameters", "duration"),
    ("FadeIn", {"duration": "long"}, "bad-parameters", "duration"),
    ("InvertColors", {"strength": 1}, "bad-parameters", "none"),
    ("Rotate", {"angle": 3, "expand": False, "resample": "best"}, "bad-parameters", "resample"),
    ("Rotate", {"angle": 3}, "changes-size", "expand=False"),
]


@pytest.mark.parametrize(("name", "params", "code", "hint"), WRONG)
def test_wrong_words(name: str, params: dict[str, object], code: str, hint: str):
    with pytest.raises(ck.ProjectError) as caught:
        check_effect(name, params)
    assert caught.value.code == code
    assert hint in caught.value.hint


# --- pydub ---------------------------------------------------------------------------------------------------------


def test_pydub_sound_is_that_of_the_clip():
    clip = ck.from_array(ramp(), 12, tone())
    segment = clip.to_pydub()
    assert (segment.frame_rate, segment.channels, segment.sample_width, len(segment)) == (48_000, 2, 2, 1000)
    samples = np.array(segment.get_array_of_samples()).reshape(-1, 2) / 32768
    assert np.abs(samples - clip.samples()).max() <= 0.5 / 32768


def test_pydub_clips_what_is_too_loud():
    loud = np.tile(np.float32([[1.5, -1.5]]), (48_000, 1))
    samples = np.array(ck.from_array(ramp(), 12, loud).to_pydub().get_array_of_samples())
    assert (samples.max(), samples.min()) == (32767, -32768)


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_pydub_segments_come_back(width: int, channels: int):
    from pydub import AudioSegment

    scale = 2 ** (8 * width - 1)
    whole = np.rint(tone()[:, :channels].astype(np.float64) * scale).astype(f"<i{width}")
    track = ck.from_pydub(AudioSegment(whole.tobytes(), sample_width=width, frame_rate=48_000, channels=channels))
    picture = ck.from_array(ramp(), 12)
    heard = picture.music(track, gain_db=0, fade_out=0).samples()
    # The programme is limited to −1 dBFS; a tone at half of full scale passes as it is.
    assert np.abs(heard[:, :channels] - whole / scale).max() <= 1 / 32768


def test_a_segment_is_no_video():
    from pydub import AudioSegment

    with pytest.raises(ck.MediaError) as caught:
        ck.from_pydub(AudioSegment.silent(500)).plan()
    assert caught.value.code == "no-picture"
    for wrong in (AudioSegment.empty(), "song.mp3"):
        with pytest.raises(ck.ProjectError) as bad:
            ck.from_pydub(wrong)
        assert bad.value.code == "bad-segment"


def test_pydub_finds_the_pauses():
    from pydub.silence import detect_silence

    sound = np.concatenate([tone(0.6), np.zeros((24_000, 2), np.float32), tone(0.9), np.zeros((28_800, 2), np.float32)])
    clip = ck.from_array(ramp(26), 10, sound)
    pauses = detect_silence(clip.to_pydub(), min_silence_len=300, silence_thresh=-40, seek_step=5)
    assert pauses == [[pytest.approx(600, abs=10), pytest.approx(1100, abs=10)], [pytest.approx(2000, abs=10), 2600]]


# --- what is imported, opened and read -----------------------------------------------------------------------------


def python(code: str, cwd: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON_DOTENV")}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stdout.strip()


def test_nothing_foreign_is_imported_by_opening(shelf: Shelf, tmp_path: Path):
    code = """
import sys
import clipkit as ck
clip = ck.open(sys.argv[1]).trim(0, 1).filter("noir").music(sys.argv[1])
clip.plan()
import clipkit.interop.moviepy, clipkit.interop.pydub, clipkit.api.sources, clipkit.batch
print(*sorted({"moviepy", "pydub", "dotenv", "imageio"} & set(sys.modules)))
"""
    assert python(code, tmp_path, str(shelf.clip(seconds=2, size=SIZE, sound="tones"))) == ""


SAY = "import os; print(os.environ.get('CLIPKIT_PLANTED'))"


def test_a_planted_env_file_is_not_read(tmp_path: Path):
    (tmp_path / ".env").write_text("CLIPKIT_PLANTED=yes\n")
    used = "from clipkit.interop.moviepy import check_effect; check_effect('InvertColors', {})"
    assert python(f"{used}; {SAY}", tmp_path) == "None"
    # Without the guard it would be; and afterwards python-dotenv works as ever for whoever calls it.
    assert python(f"import moviepy; {SAY}", tmp_path) == "yes"
    own = f"{used}; import dotenv; dotenv.load_dotenv(dotenv.find_dotenv(usecwd=True)); {SAY}"
    assert python(own, tmp_path) == "yes"


def test_pydub_warns_of_nothing(tmp_path: Path):
    """`python` refuses warnings; without an `ffmpeg` to be found, pydub has one."""
    code = "import os; os.environ['PATH'] = ''; from clipkit.interop.pydub import pydub; print(pydub().__name__)"
    assert python(code, tmp_path) == "pydub"


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  a Path would open one more


@pytest.mark.skipif(sys.platform != "linux", reason="counts the files of /proc/self/fd")
def test_a_thousand_clips_hold_no_file_open(shelf: Shelf):
    path = shelf.clip(seconds=2, size=SIZE, sound="tones")
    before = open_files()
    clips = [ck.open(path).trim(0, 1).speed(2).filter("noir").music(path) for _ in range(1000)]
    for clip in clips[::100]:
        clip.plan()
    assert len({id(clip) for clip in clips}) == 1000
    assert open_files() == before
