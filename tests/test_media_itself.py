"""The drawn media is exact, the hostile files are what they say, and every comparer can fail."""

from __future__ import annotations

import contextlib
import itertools
import json
import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import hostile
import measure
import media
from media import Shelf, read_barcode, read_code, spec_of

RATE = 48000
SMALL = {"size": (180, 320), "seconds": Fraction(3, 2)}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


def plain(frame: int = 700, clip: int = 3, size: tuple[int, int] = (360, 640)) -> Any:
    return media.draw_luma(frame, *size, clip_id=clip, flash=False, sar=Fraction(1))


def scaled(luma: Any, width: int, height: int) -> Any:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(luma, np.uint8), format="gray")
    return frame.reformat(width, height).to_ndarray()


# --- the barcode ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", [0, 1, 255, 256, 4095, 43690, 65535])
@pytest.mark.parametrize("clip", [0, 9, 15])
def test_a_barcode_reads_back(frame: int, clip: int) -> None:
    reading = read_code(media.barcode(frame, 180, 320, clip_id=clip))
    assert reading is not None
    assert (reading.frame, reading.clip) == (frame, clip)


@pytest.mark.parametrize(("frame", "clip"), [(65536, 0), (-1, 0), (0, 16)])
def test_what_does_not_fit_the_barcode_is_refused(frame: int, clip: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        media.barcode(frame, 180, 320, clip_id=clip)


def test_no_one_or_two_wrong_cells_go_unseen() -> None:
    bits = media.code_bits(700, 3)
    for places in itertools.chain(itertools.combinations(range(36), 1), itertools.combinations(range(36), 2)):
        damaged = [bit ^ (n in places) for n, bit in enumerate(bits)]
        assert media._decode_bits(damaged) is None


def test_a_cell_painted_over_makes_the_code_unreadable() -> None:
    luma = plain()
    place = media.code_place(360, 640)
    cell = place.width / media.CELLS
    x, y = int(place.x + 4.2 * cell), int(place.y + 4.2 * cell)
    patch = luma[y : y + int(cell * 0.8), x : x + int(cell * 0.8)]
    patch[:] = 255 - patch
    assert read_barcode(luma) is None


@pytest.mark.parametrize(
    "turn", [np.fliplr, np.flipud, np.rot90, lambda p: np.rot90(p, 2), lambda p: np.rot90(p, 3), np.transpose]
)
def test_a_picture_that_is_not_upright_does_not_read(turn: Callable[[Any], Any]) -> None:
    assert read_barcode(plain(size=(180, 320))) == 700
    assert read_barcode(turn(plain(size=(180, 320)))) is None


def test_pictures_without_a_code_do_not_read() -> None:
    dice = np.random.default_rng(1)
    assert read_barcode(np.zeros((320, 180))) is None
    assert read_barcode(np.full((320, 180), 200)) is None
    assert all(read_barcode(dice.integers(0, 256, (160, 90))) is None for _ in range(10))


@pytest.mark.parametrize("size", [(180, 320), (120, 214), (720, 1280), (1080, 1920), (300, 400), (360, 427)])
def test_a_barcode_survives_scaling_and_stretching(size: tuple[int, int]) -> None:
    assert read_barcode(scaled(plain(), *size)) == 700


@pytest.mark.parametrize("share", [Fraction(1), Fraction(1, 2), Fraction(1, 3)])
def test_a_barcode_survives_crf_51_at_a_third_of_the_size(tmp_path: Path, share: Fraction) -> None:
    source = media.write_clip(tmp_path / "source.mp4", frames=12, quality=30, clip_id=5, bframes=2)
    width, height = int(360 * share) // 2 * 2, int(640 * share) // 2 * 2
    with av.open(str(tmp_path / "worse.mp4"), "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"crf": "51", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for _, frame in measure.video_frames(source):
            out.mux(stream.encode(frame.reformat(width, height)))
        out.mux(stream.encode(None))
    readings = measure.frame_readings(tmp_path / "worse.mp4")
    assert [reading and (reading.clip, reading.frame) for reading in readings] == [(5, n) for n in range(12)]


@pytest.mark.parametrize(
    "grade",
    [
        lambda p: p * 0.5,
        lambda p: p * 0.4 + 140,
        lambda p: 255 * (p / 255) ** 2.2,
        lambda p: 255 * (p / 255) ** 0.45,
        lambda p: np.clip(p * 1.8 - 60, 0, 255),
        lambda p: p + 40 * np.sin(np.arange(p.shape[1]) / 100),
    ],
)
def test_a_barcode_survives_grading(grade: Callable[[Any], Any]) -> None:
    assert read_barcode(grade(plain().astype(float))) == 700


def test_both_sources_of_a_duet_are_told_apart() -> None:
    canvas = np.zeros((640, 360), np.uint8)
    canvas[:, :180] = plain(11, 1)[:, 90:270]
    canvas[160:480, 180:] = scaled(plain(222, 2), 180, 320)
    left, right = read_code(canvas, (0, 0, 180, 640)), read_code(canvas, (180, 0, 180, 640))
    assert left is not None
    assert right is not None
    assert (left.clip, left.frame, right.clip, right.frame) == (1, 11, 2, 222)
    assert left.place.width == pytest.approx(172.8, abs=2)
    assert right.place.width == pytest.approx(86.4, abs=2)
    assert right.place.centre == pytest.approx((270, 320), abs=1)


def test_a_small_code_off_the_middle_is_found_over_a_blurred_copy() -> None:
    canvas = scaled(scaled(plain(9, 1), 12, 20), 360, 640)
    canvas[40:253, 200:320] = scaled(plain(9, 1), 120, 213)
    reading = read_code(canvas)
    assert reading is not None
    assert (reading.clip, reading.frame) == (1, 9)
    assert reading.place.centre == pytest.approx((260, 146.5), abs=1)


@pytest.mark.parametrize(("size", "crop"), [((640, 360), 202), ((360, 640), 180)])
def test_the_code_stays_whole_in_a_cover_fit(size: tuple[int, int], crop: int) -> None:
    left = (size[0] - crop) // 2
    assert read_barcode(plain(size=size)[:, left : left + crop]) == 700


def test_where_a_code_lies_is_told_to_a_pixel() -> None:
    moved = np.roll(plain(), (7, -13), (0, 1))
    reading = read_code(moved)
    assert reading is not None
    assert reading.place.centre == pytest.approx((180 - 13, 320 + 7), abs=0.6)


# --- pictures in files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in media.ODD if name != "audio_only"])
def test_every_odd_clip_shows_each_frame_once_and_on_time(shelf: Shelf, name: str) -> None:
    path = shelf.odd(name)
    facts = measure.video_facts(path)
    count = 270 if name == "gop_250" else 30 if name.startswith("hdr") else 60
    upright = facts.mp4 is not None
    assert (measure.upright_codes(path) if upright else measure.frame_codes(path)) == list(range(count))
    assert facts.count == count
    wanted = expected_times(name, count)
    tick = 0 if upright else Fraction(1, 2000)
    assert all(abs(a - b) <= tick for a, b in zip(facts.times, wanted, strict=True))


def expected_times(name: str, count: int) -> list[Fraction]:
    """Said again, on purpose, apart from the builders."""
    if name == "variable_rate":
        return list(media.uneven_times(count))
    fps = Fraction(30000, 1001) if name == "ntsc_rate" else 30
    start = Fraction(1, 2) if name == "late_start" else 0
    return [start + n / Fraction(fps) for n in range(count)]


def test_the_facts_of_odd_clips(shelf: Shelf) -> None:
    def facts(name: str) -> measure.VideoFacts:
        return measure.video_facts(shelf.odd(name))

    assert facts("odd_size").size == facts("odd_size_420").size == (351, 639)
    assert facts("odd_size_420").pix_fmt == "yuv420p"
    assert facts("b_frames").b_frames
    assert facts("b_frames").leading == 0
    assert facts("b_frames").keyframes == (0, 30)
    assert facts("open_gop").leading > 0
    assert facts("open_gop").keyframes == (0, 15, 30, 45)
    assert facts("gop_250").keyframes == (0, 250)
    assert not facts("no_audio").sound_streams
    assert facts("anamorphic").sar == Fraction(4, 3)
    assert facts("full_range").range == 2
    assert facts("wrong_suffix").container.startswith("mov,mp4")
    assert facts("hdr_hlg").pix_fmt == facts("hdr_hlg_h264").pix_fmt == "yuv420p10le"
    assert (facts("hdr_hlg").primaries, facts("hdr_hlg").transfer, facts("hdr_hlg").matrix) == (9, 18, 9)
    assert facts("hdr_pq").transfer == 16
    assert len(set(np.diff([float(t) for t in facts("variable_rate").times]).round(4))) == 4


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("rotated_90", (90, False)),
        ("rotated_180", (180, False)),
        ("rotated_270", (270, False)),
        ("mirrored", (0, True)),
        ("rotated_90_mirrored", (90, True)),
    ],
)
def test_turned_clips_say_how_and_do_not_read_unturned(shelf: Shelf, name: str, wanted: tuple[int, bool]) -> None:
    path = shelf.odd(name)
    assert measure.orientation(measure.mp4_facts(path).track("vide")) == wanted
    rotation = measure.video_facts(path).rotation
    assert wanted[1] or rotation % 360 == -wanted[0] % 360
    assert read_barcode(measure.frames_luma(path)[0]) is None
    assert measure.video_facts(path).size == ((640, 360) if wanted[0] % 180 else (360, 640))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_storing_and_showing_undo_each_other(turn: int, mirrored: bool) -> None:
    picture = np.arange(6).reshape(2, 3)
    assert (media.upright(media.stored(picture, turn, mirrored), turn, mirrored) == picture).all()


def test_the_matrix_puts_the_stored_picture_where_it_is_shown() -> None:
    shown = np.arange(6).reshape(2, 3)
    for turn, mirrored in itertools.product((0, 90, 180, 270), (False, True)):
        kept = media.stored(shown, turn, mirrored)
        a, b, _, c, d, _, x, y, _ = (n / 65536 for n in media.display_matrix(turn, mirrored, *kept.shape[::-1]))
        for row, column in np.ndindex(kept.shape):
            right, down = column + 0.5, row + 0.5
            at = (int(b * right + d * down + y), int(a * right + c * down + x))
            assert shown[at] == kept[row, column]


@pytest.mark.parametrize(("suffix", "codec"), [(".mov", None), (".mkv", None), (".webm", None), (".webm", "libvpx")])
def test_other_containers_and_codecs(shelf: Shelf, suffix: str, codec: str | None) -> None:
    path = shelf.clip(suffix, codec=codec, sound="marks", clip_id=4, **SMALL)
    assert measure.frame_codes(path) == list(range(45))
    assert [round(float(t), 3) for t in measure.flashes(path)] == [1.0]


def test_a_transport_stream_starts_at_its_first_timestamp(shelf: Shelf) -> None:
    path = shelf.clip(".ts", sound="marks", bframes=2, **SMALL)
    assert measure.frame_codes(path) == list(range(45))
    (flash,), (click,) = measure.flashes(path), measure.clicks(*measure.sound(path))
    assert abs(float(flash) - click) < 0.0002


def test_boxes_tell_fast_start_and_edits(shelf: Shelf) -> None:
    plain_one = measure.mp4_facts(shelf.clip(**SMALL))
    quick = measure.mp4_facts(shelf.clip(muxer=(("movflags", "+faststart"),), **SMALL))
    bare = measure.mp4_facts(shelf.clip(muxer=(("use_editlist", "0"),), **SMALL))
    assert (plain_one.moov_first, quick.moov_first) == (False, True)
    assert (plain_one.edit_lists, bare.edit_lists) == (True, False)
    late = measure.mp4_facts(shelf.odd("late_start")).track("vide")
    assert late.edits[0] == measure.Edit(Fraction(1, 2), None)
    assert plain_one.track("vide").runs == ((45, 512),)
    assert plain_one.track("vide").samples == 45
    assert not any(plain_one.creation_times)


def test_the_same_words_make_the_same_bytes_once(shelf: Shelf, tmp_path: Path) -> None:
    words = {"sound": ("marks", "tones"), "bframes": 2, **SMALL}
    first = shelf.clip(**words)
    made = first.stat().st_mtime_ns
    assert shelf.clip(**words) == first
    assert first.stat().st_mtime_ns == made
    assert shelf.clip(**{**words, "clip_id": 1}) != first
    assert media.write_clip(tmp_path / "again.mp4", **words).read_bytes() == first.read_bytes()
    assert not list(first.parent.glob("making-*"))


def test_unknown_words_are_refused() -> None:
    with pytest.raises(TypeError):
        spec_of(colour_of_the_sky="blue")


@pytest.mark.parametrize("name", ["headless", "text_file", "empty_file"])
def test_broken_files_do_not_open(shelf: Shelf, name: str) -> None:
    with pytest.raises(av.error.FFmpegError):
        measure.frame_times(shelf.odd(name))


def test_a_truncated_file_opens_and_gives_only_its_first_frames(shelf: Shelf) -> None:
    path = shelf.odd("truncated")
    assert measure.mp4_facts(path).track("vide").samples == 60
    seen: list[int | None] = []
    with contextlib.suppress(av.error.FFmpegError):
        seen.extend(read_barcode(measure.luma_of(frame)) for _, frame in measure.video_frames(path))
    assert 5 < len(seen) < 60
    assert seen[:-1] == list(range(len(seen) - 1))


def test_sound_alone_has_no_picture(shelf: Shelf) -> None:
    path = shelf.odd("audio_only")
    with av.open(str(path)) as container:
        assert not container.streams.video
    assert measure.clicks(*measure.sound(path)) == pytest.approx([1.0], abs=2e-4)


# --- sound in files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "words"),
    [
        (".mp4", {}),
        (".mp4", {"sound_rate": 44100}),
        (".mp4", {"sound_rate": 96000, "channels": 1}),
        (".mp4", {"channels": 6}),
        (".mp4", {"fps": Fraction(30000, 1001)}),
        (".mp4", {"fps": Fraction(24000, 1001)}),
        (".mp4", {"first_pts": Fraction(1, 2)}),
        (".mp4", {"sound_start": Fraction(2, 5)}),
        (".mov", {"sound_codec": "pcm_s16le"}),
        (".mkv", {"sound_codec": "flac"}),
        (".mkv", {}),
        (".webm", {}),
    ],
)
def test_flash_and_click_agree(shelf: Shelf, suffix: str, words: dict[str, Any]) -> None:
    whole = {"sound": "marks", **SMALL, **words}
    path, wanted = shelf.clip(suffix, **whole), spec_of(**whole).mark_times
    assert len(wanted) == 1
    assert [float(t) for t in measure.flashes(path)] == pytest.approx([float(t) for t in wanted], abs=0.0005)
    assert measure.clicks(*measure.sound(path)) == pytest.approx([float(t) for t in wanted], abs=2e-5)


def test_marks_may_lie_anywhere(shelf: Shelf) -> None:
    marks = [0, Fraction(1, 3), Fraction(7, 10)]
    path = shelf.clip(sound="marks", marks=marks, **SMALL)
    assert measure.flashes(path) == marks
    assert measure.clicks(*measure.sound(path)) == pytest.approx([float(t) for t in marks], abs=5e-5)


@pytest.mark.parametrize("name", ["short_audio", "mono_96k", "cd_rate", "late_start"])
def test_sound_is_as_long_as_it_was_written(shelf: Shelf, name: str) -> None:
    samples, rate = measure.sound(shelf.odd(name))
    seconds = {"short_audio": 0.8, "mono_96k": 2, "cd_rate": 2, "late_start": 2.5}[name]
    assert len(samples) == seconds * rate
    assert len(measure.sound(shelf.odd(name), trim=False)[0]) >= len(samples)
    assert rate == {"mono_96k": 96000, "cd_rate": 44100}.get(name, 48000)
    assert samples.shape[1] == (1 if name == "mono_96k" else 2)


def test_late_sound_is_preceded_by_silence(shelf: Shelf) -> None:
    samples, rate = measure.sound(shelf.clip(sound="tones", sound_start=Fraction(2, 5), **SMALL))
    assert measure.peak(samples[: int(0.37 * rate)]) == 0
    assert measure.peak(samples[int(0.41 * rate) :]) > 0.2


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_each_second_has_its_own_tone(shelf: Shelf, rate: int) -> None:
    path = shelf.clip(sound="tones", sound_rate=rate, clip_id=2, size=(90, 160), seconds=3)
    samples, rate = measure.sound(path)
    for second in range(3):
        heard = measure.dominant_frequency(samples, rate, second + 0.25, second + 0.75)
        assert abs(measure.cents(heard, media.tone_of(second, 2))) < 1


def test_no_two_clips_have_the_same_tone_at_once() -> None:
    assert all(len({round(media.tone_of(s, clip), 3) for clip in range(16)}) == 16 for s in range(40))
    assert len({round(media.tone_of(s), 3) for s in range(36)}) == 36


def test_bursts_are_found_where_they_start(shelf: Shelf) -> None:
    path = shelf.clip(sound="bursts", **SMALL)
    assert measure.onsets(*measure.sound(path)) == pytest.approx([0.25, 0.75, 1.25], abs=0.002)


def test_lossless_sound_comes_back_sample_by_sample(shelf: Shelf) -> None:
    spec = spec_of(sound=("marks", "tones"), sound_codec="pcm_s16le", **SMALL)
    samples, _ = measure.sound(shelf.clip(".mov", sound=("marks", "tones"), sound_codec="pcm_s16le", **SMALL))
    assert np.abs(samples - media.sound_of(spec)).max() < 1e-4


# --- every comparer can fail ---------------------------------------------------------------------------------------


def test_a_shift_by_one_frame_is_seen(shelf: Shelf) -> None:
    still = shelf.clip(sound="marks", **SMALL)
    late = shelf.clip(sound="marks", marks=[Fraction(31, 30)], first_pts=Fraction(1, 30), **SMALL)
    assert measure.frame_times(still) != measure.frame_times(late)
    assert measure.flashes(late) == [Fraction(31, 30)] != measure.flashes(still)
    luma = measure.frames_luma(still)
    assert [read_barcode(picture) for picture in luma[1:]] != list(range(len(luma) - 1))


@pytest.mark.parametrize("shift", [0.001, -0.001, 0.0001])
def test_a_click_that_is_moved_is_seen(shift: float) -> None:
    still = media.click_track(RATE, RATE, [Fraction(1, 2)])
    moved = np.roll(still, round(shift * RATE))
    assert measure.clicks(still, RATE) == pytest.approx([0.5], abs=1e-6)
    assert measure.clicks(moved, RATE) == pytest.approx([0.5 + round(shift * RATE) / RATE], abs=1e-6)


def test_clicks_are_heard_through_tones_and_none_where_there_are_none() -> None:
    tones = media.tones(2 * RATE, RATE)
    both = tones + media.click_track(2 * RATE, RATE, [Fraction(1, 2), Fraction(3, 2)])
    assert measure.clicks(both, RATE) == pytest.approx([0.5, 1.5], abs=2e-4)
    assert measure.clicks(tones, RATE) == []
    assert measure.clicks(np.zeros(RATE), RATE) == measure.clicks(np.zeros(0), RATE) == []


@pytest.mark.parametrize("off", [-10, -2, 2, 10])
def test_a_tone_that_is_a_few_cents_off_is_seen(off: float) -> None:
    wanted = media.tone_of(3)
    tone = np.sin(2 * np.pi * wanted * 2 ** (off / 1200) * np.arange(RATE // 2) / RATE)
    assert measure.cents(measure.dominant_frequency(tone, RATE), wanted) == pytest.approx(off, abs=0.05)


def test_silence_has_no_frequency_and_no_peak() -> None:
    assert measure.dominant_frequency(np.zeros(RATE), RATE) == 0
    assert measure.peak(np.zeros((0, 2))) == 0
    assert measure.peak(np.array([[0.1, -0.7]])) == pytest.approx(0.7)


def test_onsets_that_are_moved_or_missing_are_seen() -> None:
    still = media.burst_track(RATE, RATE, [Fraction(1, 4), Fraction(3, 4)])
    assert measure.onsets(still, RATE) == pytest.approx([0.25, 0.75], abs=1e-4)
    assert measure.onsets(np.roll(still, 144), RATE) == pytest.approx([0.253, 0.753], abs=1e-4)
    assert measure.onsets(still[: RATE // 2], RATE) == pytest.approx([0.25], abs=1e-4)
    assert measure.onsets(np.zeros(RATE), RATE) == []


def recoded(samples: Any, path: Path) -> Any:
    """The same sound through AAC."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=RATE)
        stream.layout = "mono"
        for start in range(0, len(samples), 1024):
            piece = np.ascontiguousarray(samples[None, start : start + 1024], np.float32)
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return measure.sound(path)[0]


@pytest.mark.parametrize("through_aac", [False, True])
def test_a_click_at_a_join_is_heard_and_a_faded_join_is_not(tmp_path: Path, through_aac: bool) -> None:
    n = np.arange(RATE)
    before, after = 0.5 * np.sin(2 * np.pi * 440 * n / RATE), 0.5 * np.sin(2 * np.pi * 440 * n / RATE + 2)
    hard = np.where(n < RATE // 2, before, after)
    mix = np.clip((n - RATE // 2) / (0.01 * RATE) + 0.5, 0, 1) * np.pi / 2
    soft = before * np.cos(mix) + after * np.sin(mix)
    if through_aac:
        hard, soft = recoded(hard, tmp_path / "hard.m4a"), recoded(soft, tmp_path / "soft.m4a")
    assert not measure.click_free(hard, RATE, 0.5)
    assert measure.click_free(soft, RATE, 0.5)
    assert measure.click_free(hard, RATE, 0.2)


def test_a_hole_in_the_sound_stays_a_hole(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(sound="tones", **SMALL)
    with av.open(str(source)) as old, av.open(str(tmp_path / "hole.mp4"), "w") as new:
        stream = new.add_stream_from_template(old.streams.audio[0])
        for packet in old.demux(old.streams.audio[0]):
            if packet.dts is None or 24000 < packet.dts < 36000:
                continue
            packet.stream = stream
            new.mux(packet)
    samples, rate = measure.sound(tmp_path / "hole.mp4")
    assert measure.peak(samples[int(0.55 * rate) : int(0.7 * rate)]) == 0
    assert len(samples) == len(measure.sound(source)[0])


# --- hostile files -------------------------------------------------------------------------------------------------


def careless(path: Path) -> media.Reading | None:
    """Open a file as a tool without an allow-list does, and read its first frame."""
    with av.open(str(path)) as container:
        return read_code(measure.luma_of(next(container.decode(video=0))))


def test_a_playlist_leads_a_careless_reader_to_the_canary(tmp_path: Path) -> None:
    canary = hostile.canary_clip(tmp_path / "canary.ts")
    leaked = careless(hostile.playlist(tmp_path / "list.m3u8", f"file://{canary}"))
    assert leaked is not None
    assert leaked.clip == hostile.CANARY_CLIP


def test_a_concat_script_leads_a_careless_reader_to_the_canary(tmp_path: Path) -> None:
    hostile.canary_clip(tmp_path / "canary.mp4")
    leaked = careless(hostile.concat_list(tmp_path / "clip.mp4", "canary.mp4"))
    assert leaked is not None
    assert leaked.clip == hostile.CANARY_CLIP


def test_a_pattern_leads_a_careless_reader_to_the_canary(tmp_path: Path) -> None:
    named, _ = hostile.pattern_pair(tmp_path)
    with av.open(str(named)) as container:
        assert measure.luma_of(next(container.decode(video=0))).mean() > 200
    with av.open(f"file:{named}", options={"pattern_type": "none"}) as container:
        assert measure.luma_of(next(container.decode(video=0))).mean() < 40


def test_the_listener_counts_a_careless_reader(tmp_path: Path) -> None:
    with hostile.Listener() as listener:
        path = hostile.playlist(tmp_path / "list.m3u8", listener.url("x.ts"))
        assert listener.hits == 0
        with path.open("rb") as file, pytest.raises(av.error.FFmpegError):
            av.open(file)
        assert listener.hits > 0
        assert listener.requests[0].startswith(b"GET /x.ts")


def test_texts_hold_what_they_are_told(tmp_path: Path) -> None:
    target = "http://127.0.0.1:9/x"
    for build in (hostile.playlist, hostile.concat_list, hostile.dash_manifest, hostile.vector_picture):
        assert target in build(tmp_path / "text", target).read_text()
    assert 'URI="key"' in hostile.keyed_playlist(tmp_path / "text", "key", target).read_text()
    assert "m=video 5004 RTP" in hostile.session(tmp_path / "text", 5004).read_text()
    assert hostile.CANARY_TEXT in hostile.canary_text(tmp_path / "text").read_bytes()
    assert target.encode() in hostile.linked_reference(tmp_path / "ref.mov", target).read_bytes()


def test_odd_names_are_good_files(tmp_path: Path) -> None:
    source = hostile.canary_clip(tmp_path / "source.mp4")
    copies = hostile.oddly_named(tmp_path / "names", source)
    assert len({path.name for path in copies}) == len(hostile.ODD_NAMES)
    assert all(path.read_bytes() == source.read_bytes() for path in copies)
    assert measure.frame_times(copies[0])


@pytest.mark.parametrize("name", list(hostile.BOMBS))
def test_bombs_are_small(tmp_path: Path, name: str) -> None:
    suffix, build = hostile.BOMBS[name]
    assert 0 < build(tmp_path / f"bomb{suffix}").stat().st_size < 1_300_000


def test_bombs_declare_what_they_say(tmp_path: Path) -> None:
    gif = hostile.gif_bomb(tmp_path / "a.gif").read_bytes()
    assert len(gif) == 35
    assert struct.unpack_from("<HH", gif, 6) == (65535, 65535)
    samples = measure.mp4_facts(hostile.sample_bomb(tmp_path / "a.mp4")).track("vide")
    assert (samples.samples, samples.runs) == (20_000_000, ((20_000_000, 1),))
    assert (tmp_path / "a.mp4").stat().st_size < 2100
    assert len(measure.mp4_facts(hostile.edit_bomb(tmp_path / "e.mp4")).track("vide").edits) == 100_000
    assert measure.mp4_facts(hostile.endless_clip(tmp_path / "l.mp4")).track("vide").runs == ((10, 0x3FFFFF),)
    assert not any(measure.mp4_facts(hostile.flat_matrix(tmp_path / "m.mp4")).track("vide").matrix)
    assert struct.unpack_from("<ii", hostile.bmp_bomb(tmp_path / "a.bmp").read_bytes(), 18) == (60000, 60000)


def test_a_hand_made_mp4_is_one_for_ffmpeg_too(tmp_path: Path) -> None:
    with av.open(str(hostile.sample_bomb(tmp_path / "a.mp4", samples=1000))) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.frames, stream.width) == ("h264", 1000, 64)


def test_the_png_bomb_is_a_whole_picture(tmp_path: Path) -> None:
    whole = hostile.png_bomb(tmp_path / "a.png", side=2000).read_bytes()
    assert struct.unpack_from(">II", whole, 16) == (2000, 2000)
    length = struct.unpack_from(">I", whole, 33)[0]
    assert len(zlib.decompress(whole[41 : 41 + length])) == 2000 * 251


def test_text_bombs(tmp_path: Path) -> None:
    with pytest.raises(RecursionError):
        json.loads(hostile.json_deep(tmp_path / "deep.json").read_text())
    assert hostile.json_wide(tmp_path / "wide.json").stat().st_size > 16 << 20
    with pytest.raises(ValueError, match="digits"):
        json.loads(hostile.json_number(tmp_path / "number.json").read_text())
    assert "LUT_3D_SIZE 4096" in hostile.cube_bomb(tmp_path / "a.cube").read_text()


def test_mutations_differ_from_their_source_and_repeat(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(sound="tones", frames=10, size=(90, 160))

    def run(seed: int) -> list[bytes]:
        return [path.read_bytes() for path in hostile.mutations(source, seed, 40, tmp_path / "damaged")]

    first = run(1)
    assert first == run(1) != run(2)
    assert source.read_bytes() not in first
    assert len(set(first)) == 40
    assert not list((tmp_path / "damaged").iterdir())


def test_cut_and_random_files(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(sound="tones", frames=10, size=(90, 160))
    cut = hostile.truncations(source, tmp_path / "cut")
    assert [path.stat().st_size for path in cut] == [1, 4, 8, 24, 36, 100, 500]
    assert hostile.noise_with_header(tmp_path / "n.mp4").read_bytes()[4:8] == b"ftyp"
    assert hostile.noise(tmp_path / "a", 1).read_bytes() != hostile.noise(tmp_path / "b", 2).read_bytes()
    for path in (*cut, tmp_path / "n.mp4"):
        with pytest.raises((av.error.FFmpegError, IndexError)):
            measure.frame_times(path)
