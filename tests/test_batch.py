"""Many clips at once: each for itself, the same bytes however many at a time, and nothing left after a stop."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import clipkit as ck
from clipkit.batch import BatchProgress
from measure import frame_codes
from media import Shelf

SIZE = (96, 160)


@pytest.fixture
def takes(shelf: Shelf, tmp_path: Path) -> list[Path]:
    """Three clips of one second and a broken one, which is the second."""
    folder = tmp_path / "takes"
    folder.mkdir()
    good = [shelf.copy(shelf.clip(seconds=1, size=SIZE, clip_id=n), folder / f"take{n}.mp4") for n in (1, 2, 3)]
    broken = shelf.copy(shelf.odd("text_file"), folder / "broken.mp4")
    return [good[0], broken, *good[1:]]


def clips_of(paths: list[Path]) -> list[ck.Clip]:
    return [ck.open(path).trim(0, "0.5") for path in paths]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_one_bad_file_fails_alone(takes: list[Path], tmp_path: Path):
    result = ck.batch(clips_of(takes), tmp_path / "out", workers=2, quality="draft")
    assert [item.ok for item in result] == [True, False, True, True]
    assert [item.source for item in result] == [path.name for path in takes]
    (failed,) = result.failed
    assert isinstance(failed.error, ck.MediaError)
    assert failed.report is None
    assert "broken.mp4" in str(failed)
    assert sorted(digests(tmp_path / "out")) == ["take1.mp4", "take2.mp4", "take3.mp4"]
    for item in result.ok:
        assert item.report is not None
        assert item.report.path == str(item.out)
        assert frame_codes(item.out) == list(range(item.report.frames))


def test_the_bytes_do_not_depend_on_the_workers(takes: list[Path], tmp_path: Path):
    for workers in (1, 2, 3):
        ck.batch(clips_of(takes), tmp_path / str(workers), workers=workers, quality="draft")
    assert digests(tmp_path / "1") == digests(tmp_path / "2") == digests(tmp_path / "3")


def test_the_room_and_the_function_have_one_name(takes: list[Path], tmp_path: Path):
    import clipkit.batch
    from clipkit import batch

    for function in (batch, clipkit.batch, ck.batch, clipkit.batch.batch):
        assert len(function([], tmp_path)) == 0


def test_a_path_that_is_not_there_fails_alone(takes: list[Path], tmp_path: Path):
    result = ck.batch([takes[0], tmp_path / "gone.mp4"], tmp_path / "out", quality="draft")
    assert [item.ok for item in result] == [True, False]
    assert result[1].error is not None
    assert result[1].error.code == "file-not-found"


def test_names(takes: list[Path], tmp_path: Path):
    first = ck.open(takes[0]).trim(0, "0.2")
    out = tmp_path / "out"
    again = ck.batch(
        [first, first, ck.duet(first, takes[2]).with_output(target="source", size="64x64")], out, quality="draft"
    )
    assert [item.out.name for item in again] == ["take1.mp4", "take1-2.mp4", "take1-3.mp4"]
    assert not again.failed
    named = ck.batch([first, first], out, names=["a", "B.webm"], quality="draft")
    assert [item.out.name for item in named.ok] == ["a.mp4", "B.webm"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a"], "wrong-names"),
        (["a", "A"], "repeated-name"),
        (["a", "../b"], "bad-name"),
        (["a", "b\\c"], "bad-name"),
        (["a", ""], "bad-name"),
    ],
)
def test_bad_names_begin_nothing(takes: list[Path], tmp_path: Path, names: list[str], code: str):
    with pytest.raises(ck.ProjectError) as caught:
        ck.batch(clips_of(takes[2:]), tmp_path / "out", names=names)
    assert caught.value.code == code
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_kept_unless_forced(takes: list[Path], tmp_path: Path):
    (tmp_path / "take1.mp4").write_text("mine")
    clips = clips_of([takes[0], takes[2]])
    result = ck.batch(clips, tmp_path, workers=2, quality="draft")
    assert [item.ok for item in result] == [False, True]
    assert (tmp_path / "take1.mp4").read_text() == "mine"
    assert not ck.batch(clips, tmp_path, workers=2, quality="draft", force=True).failed


def test_no_input_is_replaced_even_by_another_item(takes: list[Path]):
    before = digests(takes[0].parent)
    result = ck.batch(
        clips_of([takes[0], takes[2]]), takes[0].parent, names=["take2", "take1"], quality="draft", force=True
    )
    assert [item.error.code for item in result if item.error] == ["own-input", "own-input"]
    assert digests(takes[0].parent) == before


def test_a_folder_that_cannot_be(takes: list[Path]):
    with pytest.raises(ck.RenderError) as caught:
        ck.batch([takes[0]], takes[0] / "out")
    assert caught.value.code == "no-folder"
    with pytest.raises(ck.ProjectError):
        ck.batch([takes[0]], takes[0].parent, workers=0)
    assert len(ck.batch([], takes[0].parent)) == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_tells_of_each_item_and_can_stop_all(takes: list[Path], tmp_path: Path, workers: int):
    told: list[BatchProgress] = []
    clips = clips_of([takes[0], takes[2]])
    ck.batch(clips, tmp_path / "out", workers=workers, quality="draft", progress=told.append)
    assert {(step.index, step.source) for step in told if step.progress.fraction == 1} == {
        (0, "take1.mp4"),
        (1, "take2.mp4"),
    }
    assert str(told[-1]).startswith("[")

    class EnoughError(Exception):
        pass

    def stop(_: BatchProgress) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        ck.batch(clips, tmp_path / "none", workers=workers, quality="draft", progress=stop)
    assert not [name for name in digests(tmp_path / "none") if "part" in name]


SLOW = """
import sys
import clipkit as ck
try:
    clips = [ck.open(path).speed(0.1) for path in sys.argv[2:]]
    words = {"workers": 2, "quality": "best", "size": "1080x1920"}
    ck.batch(clips, sys.argv[1], progress=lambda _: print("on", flush=True), **words)
except ck.Cancelled:
    print("cancelled")
"""


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_leaves_nothing(takes: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    command = [sys.executable, "-c", SLOW, str(out), str(takes[0]), str(takes[2])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
    assert said.splitlines()[-1] == "cancelled"
    assert time.monotonic() - began < 20
    assert list(out.iterdir()) == []
