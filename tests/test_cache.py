"""What is kept of earlier renders: the same bytes with and without, nothing made twice, and nothing lost by damage."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import clipkit as ck
from clipkit.engine.kept import span_keys
from clipkit.engine.render import Report
from clipkit.plan.identity import span_document
from clipkit.store import cache
from media import Shelf

SIZE = (96, 160)
FPS = 30


@pytest.fixture
def take(shelf: Shelf, tmp_path: Path) -> Path:
    """Nine seconds: five spans, the last one short."""
    return shelf.copy(shelf.clip(seconds=9, size=SIZE), tmp_path / "take.mp4")


@pytest.fixture
def song(shelf: Shelf) -> Path:
    return shelf.clip(".m4a", picture=False, seconds=4, sound=("tones",), clip_id=7)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export(clip: ck.Clip, out: Path, **options: object) -> tuple[str, Report]:
    report = clip.export(out, quality="draft", force=True, copy=False, **options)
    return digest(out), report


# ---- the store -----------------------------------------------------------------------------------------------------


def test_what_is_put_is_got() -> None:
    name = cache.key("a", "b")
    assert not cache.has(name)
    assert cache.get(name) is None
    cache.put(name, b"content")
    assert cache.has(name)
    assert cache.get(name) == b"content"
    assert cache.key("a", "b") != cache.key("ab")


@pytest.mark.parametrize("place", [0, 3, -1])
def test_damage_is_a_miss_and_goes(place: int) -> None:
    name = cache.key("damaged")
    cache.put(name, b"content")
    path = cache._path(name)
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)
    assert cache.get(name) is None
    assert not cache.has(name)


def test_the_least_recently_used_goes_first() -> None:
    names = [cache.key(str(n)) for n in range(4)]
    for age, name in enumerate(names):
        cache.put(name, bytes(1000))
        os.utime(cache._path(name), (age, age))
    assert cache.get(names[0]) is not None  # used now
    cache.trim(2 * (1000 + 32))
    assert [cache.has(name) for name in names] == [True, False, False, True]
    assert cache.info().entries == 2
    assert cache.clear().bytes == 2 * (1000 + 32)
    assert cache.info().entries == 0


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_nobody_else_may_look() -> None:
    name = cache.key("mine")
    cache.put(name, b"footage")
    path = cache._path(name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(cache.info().folder).stat().st_mode) == 0o700


def test_a_full_disk_only_means_that_nothing_is_kept(
    take: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "_make_folder", full)
    report = ck.open(take).export(tmp_path / "out.mp4", quality="draft", copy=False)
    assert (report.frames, report.reused) == (9 * FPS, 0)
    assert cache.info().entries == 0


# ---- renders -------------------------------------------------------------------------------------------------------


def test_cold_warm_and_without_give_the_same_bytes_for_any_workers(take: Path, tmp_path: Path) -> None:
    clip = ck.open(take).filter("noir")
    without, report = export(clip, tmp_path / "without.mp4", cache=False)
    assert report.reused == 0
    assert cache.info().entries == 0
    for workers in (1, 2, 3, 4):
        cache.clear()
        cold, first = export(clip, tmp_path / "cold.mp4", workers=workers)
        warm, second = export(clip, tmp_path / "warm.mp4", workers=workers)
        assert (first.reused, second.reused) == (0, 9 * FPS)
        assert cold == warm == without


def test_another_song_makes_no_picture(take: Path, song: Path, tmp_path: Path) -> None:
    one, first = export(ck.open(take), tmp_path / "one.mp4")
    two, second = export(ck.open(take).music(song, gain_db=-9), tmp_path / "two.mp4")
    assert (first.reused, second.reused) == (0, 9 * FPS)
    assert one != two
    alone, _ = export(ck.open(take).music(song, gain_db=-9), tmp_path / "three.mp4", cache=False)
    assert two == alone


def test_another_look_layout_or_size_makes_all_of_it(take: Path, tmp_path: Path) -> None:
    clip = ck.open(take)
    export(clip, tmp_path / "o.mp4")
    for other in (clip.filter("noir"), clip.with_output(size=(64, 96)), clip.speed(2), ck.react(clip, clip)):
        assert export(other.with_output(target="source"), tmp_path / "o.mp4")[1].reused == 0


def test_a_span_that_only_moved_is_still_itself(take: Path, tmp_path: Path) -> None:
    export(ck.open(take), tmp_path / "whole.mp4")
    later = ck.open(take).trim(4)
    with_cache, report = export(later, tmp_path / "later.mp4")
    assert report.reused == 5 * FPS
    assert with_cache == export(later, tmp_path / "again.mp4", cache=False)[0]
    between = ck.open(take).trim(1)
    assert export(between, tmp_path / "between.mp4")[1].reused == 0


def test_content_counts_and_not_the_name(shelf: Shelf, take: Path, tmp_path: Path) -> None:
    first, _ = export(ck.open(take), tmp_path / "one.mp4")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    copy = shelf.copy(take, elsewhere / "renamed.mp4")
    second, report = export(ck.open(copy), elsewhere / "two.mp4")
    assert report.reused == 9 * FPS
    assert first == second
    other = shelf.copy(shelf.clip(seconds=9, size=SIZE, clip_id=2), take.with_name("other.mp4"))
    assert export(ck.open(other), tmp_path / "three.mp4")[1].reused == 0


def test_a_file_that_changes_under_its_name_is_read_anew(shelf: Shelf, take: Path, tmp_path: Path) -> None:
    export(ck.open(take), tmp_path / "one.mp4")
    old = take.stat()
    take.write_bytes(shelf.clip(seconds=9, size=SIZE, clip_id=3).read_bytes())
    os.utime(take, ns=(old.st_atime_ns, old.st_mtime_ns + 1_000_000))
    assert export(ck.open(take), tmp_path / "two.mp4")[1].reused == 0


def test_a_damaged_or_missing_entry_is_made_again(take: Path, tmp_path: Path) -> None:
    clip = ck.open(take).with_output(quality="draft")
    whole, _ = export(clip, tmp_path / "one.mp4")
    keys = [key for key in span_keys(clip.plan("mp4", copy=False)) if key]
    damaged = [cache._path(key) for key in keys]
    assert len(keys) == 5
    damaged[0].write_bytes(damaged[0].read_bytes()[:-7])
    damaged[3].unlink()
    again, report = export(clip, tmp_path / "two.mp4")
    assert report.reused == (9 - 2 * 2) * FPS
    assert whole == again
    assert export(clip, tmp_path / "three.mp4")[1].reused == 9 * FPS


PROGRAM = """
import sys, clipkit as ck
clip = ck.open(sys.argv[1]).speed("0.5").with_output(size=(720, 1280), quality="best")
print(clip.export(sys.argv[2], workers=1).reused)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
def test_a_killed_export_goes_on_where_it_was(take: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    command = [sys.executable, "-c", PROGRAM, str(take), str(out)]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while cache.info().entries < 3 and time.monotonic() < deadline:  # two spans, and the source's digest or a third
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not out.exists()
    made = cache.info().entries
    again = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert int(again.stdout) >= 2 * 2 * FPS
    assert cache.info().entries > made
    resumed = digest(out)
    out.unlink()
    cache.clear()
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    assert digest(out) == resumed


# ---- words ---------------------------------------------------------------------------------------------------------


def clipkit(*words: str) -> dict[str, object]:
    command = [sys.executable, "-m", "clipkit", *words, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)


def test_the_commands(take: Path, tmp_path: Path) -> None:
    trim = ("trim", str(take), "--quality", "draft", "--force", "--no-copy", "-o", str(tmp_path / "o.mp4"))
    assert clipkit(*trim, "--no-cache", "--workers", "1")["reused"] == 0
    assert clipkit("cache", "info")["entries"] == 0
    assert clipkit(*trim)["reused"] == 0
    # The spans, and the digest of the source, which is not remembered while its file may still be changing.
    assert clipkit("cache", "info")["entries"] in (5, 1 + 5)
    assert clipkit(*trim)["reused"] == 9 * FPS
    kept = clipkit("cache", "info")
    assert clipkit("cache", "clear") == {"entries": kept["entries"], "bytes": kept["bytes"]}
    assert clipkit("cache", "info")["bytes"] == 0


# ---- what a span is made of ----------------------------------------------------------------------------------------


def test_a_span_names_no_path_and_tells_what_it_shows(take: Path) -> None:
    plan = ck.react(take, take, path=[(0, (0.2, 0.2)), (2, (0.8, 0.8))]).plan("mp4")
    documents = [json.dumps(span_document(plan, span, ["0" * 64])) for span in plan.spans]
    assert all(str(take.parent) not in text for text in documents)
    assert len(set(documents)) == len(documents)


def test_what_others_code_paints_is_not_kept(take: Path, tmp_path: Path) -> None:
    clip = ck.open(take).trim(0, 1).effect("moviepy:MirrorX")
    assert span_keys(clip.plan("mp4")) == [None]
    assert export(clip, tmp_path / "one.mp4")[1].reused == 0
    assert export(clip, tmp_path / "two.mp4")[1].reused == 0
