"""What a render holds does not grow with its length, and a clip holds nothing at all."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import clipkit as ck
from media import Shelf

LONG = bool(os.environ.get("CLIPKIT_LONG"))
SMALL = (180, 320)

RENDER = """
import sys
from pathlib import Path
import clipkit as ck
source, out, seconds, what = sys.argv[1:]
clip = ck.open(source).trim(0, seconds)
clip = clip.filter("golden-hour") if what == "look" else ck.duet(clip, ck.open(source).trim(1))
clip.export(out, target="source", size="180x320", quality="draft", workers=2)
status = Path("/proc/self/status").read_text().splitlines()
print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""
"""Renders and prints the peak of its memory in KiB. `ru_maxrss` would begin with that of the process it came from."""


def peak_memory(source: Path, out: Path, seconds: int, what: str) -> int:
    """The most memory that a process of its own holds while it renders, in bytes."""
    command = [sys.executable, "-c", RENDER, str(source), str(out), str(seconds), what]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=True)
    return int(done.stdout) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize("what", ["look", "duet"])
def test_a_longer_render_holds_no_more(shelf: Shelf, tmp_path: Path, what: str) -> None:
    """The same input, 10 s of it and all: what stays behind by the second would show."""
    seconds = 600 if LONG else 60
    source = shelf.clip(fps=Fraction(15), seconds=seconds, size=SMALL, gop=60, sound="tones")
    short, long = (peak_memory(source, tmp_path / f"{n}.mp4", n, what) for n in (10, seconds))
    assert long <= 1.2 * short, f"{short / 2**20:.0f} MB for 10 s, {long / 2**20:.0f} MB for {seconds} s"


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
def test_a_thousand_clips_hold_no_file(shelf: Shelf) -> None:
    source = shelf.clip(fps=Fraction(15), seconds=2, size=SMALL, sound="tones")
    gc.collect()
    before = open_files()
    clips = [ck.open(source).trim(Fraction(n, 1000), 2).speed(2).filter("noir").music(source) for n in range(1000)]
    assert open_files() == before
    assert all(clip.duration > 0 for clip in clips)
    assert open_files() == before
    clips[0].frame(0)
    clips[1].samples()
    gc.collect()
    assert open_files() == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
def test_a_render_leaves_no_file_open(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(fps=Fraction(15), seconds=2, size=SMALL, sound="tones")
    ck.open(source).export(tmp_path / "first.mp4", quality="draft")
    gc.collect()
    before = open_files()
    for n in range(5):
        ck.duet(source, source).music(source).export(tmp_path / f"{n}.mp4", size=(360, 640), quality="draft", workers=2)
    gc.collect()
    assert open_files() == before
