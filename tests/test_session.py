"""Single pictures in any order: exact, and in a session the same, with few files open in it and none after it."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import threading
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import pytest

import clipkit as ck
from clipkit.engine.planes import planes_of
from clipkit.engine.reader import FrameReader
from clipkit.engine.session import _READERS
from media import Shelf, uneven_times

LONG = bool(os.environ.get("CLIPKIT_LONG"))
JUMPS = 200 if LONG else 20
SIZE = (180, 320)
LINUX = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks for open files in /proc")

SOURCES = {
    "h264": ("mp4", {"bframes": 3, "gop": 40}),
    "h264-all-intra": ("mp4", {"bframes": 0, "gop": 1}),
    "h264-one-gop": ("mp4", {"bframes": 2, "gop": 250}),
    "hevc": ("mp4", {"codec": "libx265", "bframes": 4, "gop": 40}),
    "h264-open-gop": ("mp4", {"bframes": 3, "gop": 20, "open_gop": True}),
    "hevc-open-gop": ("mp4", {"codec": "libx265", "bframes": 4, "gop": 20, "open_gop": True}),
    "uneven": ("mp4", {"timestamps": uneven_times(90), "fps": 60, "bframes": 2, "gop": 25}),
    "matroska": ("mkv", {"bframes": 3, "gop": 40}),
    "vp9": ("webm", {"gop": 40}),
}


def digest(frame: av.VideoFrame) -> str:
    """Of the pixels that are seen: behind each row, a decoder leaves what it likes."""
    return hashlib.sha256(b"".join(plane.tobytes() for plane in planes_of(frame))).hexdigest()


def open_files(folder: Path) -> list[str]:
    """The files of a folder that this process has open."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except FileNotFoundError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_a_jump_gives_the_frame_that_reading_on_gives(shelf: Shelf, name: str) -> None:
    suffix, words = SOURCES[name]
    source = shelf.clip(f".{suffix}", **{"seconds": 3, "size": SIZE, **words})
    facts = ck.probe(str(source))
    assert facts.picture is not None
    chance = random.Random(name)
    times = [Fraction(chance.uniform(0, float(facts.picture.end))) for _ in range(JUMPS)]
    shown: dict[Fraction, str] = {}
    with FrameReader(facts) as reader:
        for t in sorted(times):
            shown[t] = digest(reader.at(t))
    assert len(set(shown.values())) > JUMPS // 3, "the pictures differ"
    for threads in (1, 2):
        with FrameReader(facts, threads=threads) as reader:
            for t in times:
                assert digest(reader.at(t)) == shown[t]


def test_frames_that_nothing_is_made_from_are_passed_over_on_the_way(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    facts = ck.probe(str(shelf.clip(seconds=3, size=SIZE, bframes=3, gop=90)))
    passed: list[bool] = []
    hidden = FrameReader._hidden

    def counting(self: FrameReader, packet: av.Packet) -> bool:
        passed.append(hidden(self, packet))
        return passed[-1]

    monkeypatch.setattr(FrameReader, "_hidden", counting)
    with FrameReader(facts) as reader:
        reader.at(Fraction(5, 2))
    assert sum(passed) > 30, "of 75 frames more than a third are shown before it and not asked for"


def test_where_a_frame_is_damaged_the_one_before_it_shows_however_it_is_reached(shelf: Shelf, tmp_path: Path):
    """The packet is replaced by rubbish, so that the frame that shows is one that would have been passed over."""
    source = shelf.clip(seconds=3, size=SIZE, bframes=3, gop=90)
    data = bytearray(source.read_bytes())
    with av.open(str(source)) as container:
        packets = sorted((p for p in container.demux(video=0) if p.pts is not None), key=lambda packet: packet.pts)
        for victim in packets[10:80:7]:
            assert victim.pos is not None
            data[victim.pos + 4 : victim.pos + victim.size] = bytes([0xFF]) * (victim.size - 4)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(data)
    facts = ck.probe(str(damaged))
    times = [Fraction(2 * n + 1, 60) for n in range(80)]
    with FrameReader(facts) as reader:
        read_on = [reader.at(t).pts for t in times]
    assert len(set(read_on)) < len(times), "some frames are missing"
    jumped = []
    for t in times:
        with FrameReader(facts, threads=2) as reader:
            reader.at(times[-1])
            jumped.append(reader.at(t).pts)
    assert jumped == read_on


def test_in_a_session_pictures_are_the_same(shelf: Shelf):
    clips = [
        ck.open(shelf.clip(seconds=3, size=SIZE, bframes=3)).trim("0.5", "2.9").speed(1.5).filter("golden-hour"),
        ck.duet(shelf.clip(seconds=3, size=SIZE), shelf.clip(seconds=2, size=SIZE, clip_id=2)),
        ck.open(shelf.clip(seconds=3, size=SIZE, bframes=3)).filter("noir", 0.5),
    ]
    chance = random.Random(1)
    asked = [(clip, chance.uniform(0, float(clip.duration) - 0.01)) for clip in clips for _ in range(JUMPS // 4)]
    chance.shuffle(asked)
    outside = [clip.frame(t).tobytes() for clip, t in asked]
    with ck.session():
        assert [clip.frame(t).tobytes() for clip, t in asked] == outside
        with ck.session():
            assert asked[0][0].frame(asked[0][1]).tobytes() == outside[0]
        assert asked[1][0].frame(asked[1][1]).tobytes() == outside[1]


@LINUX
def test_a_session_keeps_a_few_files_open_and_none_after_it(shelf: Shelf, tmp_path: Path):
    source = shelf.clip(seconds=1, size=SIZE)
    clips = [ck.open(shelf.copy(source, tmp_path / f"{n}.mp4")) for n in range(_READERS + 4)]
    many = [ck.open(tmp_path / "0.mp4").trim(0, Fraction(n + 1, 4000)) for n in range(2000)]
    assert open_files(tmp_path) == []
    many[0].frame(0)
    assert open_files(tmp_path) == []
    with ck.session():
        for clip in clips:
            clip.frame("0.5")
        assert len(open_files(tmp_path)) == _READERS
        clips[-1].frames([0, "0.3", "0.6"])
        assert len(open_files(tmp_path)) == _READERS
    assert open_files(tmp_path) == []
    with suppress(ZeroDivisionError), ck.session():
        clips[0].frame(0)
        raise ZeroDivisionError
    assert open_files(tmp_path) == []


def test_a_file_that_changes_in_a_session_shows_as_it_is_now(shelf: Shelf, tmp_path: Path):
    path = shelf.copy(shelf.clip(seconds=1, size=SIZE), tmp_path / "take.mp4")
    other = shelf.clip(seconds=1, size=SIZE, clip_id=9)
    with ck.session():
        before = ck.open(path).frame("0.5").tobytes()
        shutil.copyfile(other, tmp_path / "new.mp4")
        (tmp_path / "new.mp4").replace(path)
        after = ck.open(path).frame("0.5").tobytes()
    assert before != after
    assert after == ck.open(other).frame("0.5").tobytes()


@LINUX
def test_a_session_is_not_another_threads(shelf: Shelf, tmp_path: Path):
    clip = ck.open(shelf.copy(shelf.clip(seconds=1, size=SIZE), tmp_path / "take.mp4"))
    with ck.session():
        thread = threading.Thread(target=clip.frame)
        thread.start()
        thread.join()
        assert open_files(tmp_path) == []
        clip.frame()
        assert len(open_files(tmp_path)) == 1
