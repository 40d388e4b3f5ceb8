"""What is measured: each job as three command lines, one for each contestant."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks import ffmpeg
from benchmarks.inputs import Inputs

Contestant = Literal["clipkit", "ffmpeg", "moviepy", "moviepy-opaque"]
CONTESTANTS: tuple[Contestant, ...] = ("clipkit", "ffmpeg", "moviepy", "moviepy-opaque")
START = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One job; a contestant without a command takes no part, or says why in `missing`."""

    name: str
    title: str
    commands: dict[Contestant, list[str]]
    folder: Path
    missing: str = ""
    """Why a contestant that should take part has no command."""

    def output(self, contestant: Contestant) -> Path:
        """Where that contestant writes."""
        return _output(self.folder, self.name, contestant)


@dataclass(frozen=True, slots=True)
class Look:
    """clipkit's filter as the others have it: FFmpeg's chain and MoviePy's table; or why there is none."""

    chain: str = ""
    table: Path | None = None
    error: str = ""


FILTER = "golden-hour"


def clipkit(*arguments: str) -> list[str]:
    """A clipkit command in this interpreter."""
    return [sys.executable, "-m", "clipkit", *arguments]


def reencode(inputs: Inputs) -> Job:
    """Job 1: the cost of decoding and encoding alone."""
    name, seconds = "reencode", inputs.lengths.output
    ours, theirs, movie, _ = (_output(inputs.folder, name, who) for who in CONTESTANTS)
    cut = ("--start", str(START), "--length", str(seconds))
    return Job(
        name,
        f"re-encode {seconds} s",
        {
            "clipkit": clipkit("trim", str(inputs.mine), *cut, "-o", str(ours), "--force"),
            "ffmpeg": ffmpeg.reencode(inputs.mine, START, seconds, theirs),
            "moviepy": _moviepy(name, movie, seconds, inputs.mine),
        },
        inputs.folder,
    )


def main(inputs: Inputs, look: Look) -> Job:
    """Job 2: the one most people will run."""
    name, seconds = "main", inputs.lengths.output
    ours, theirs, movie, _ = (_output(inputs.folder, name, who) for who in CONTESTANTS)
    commands: dict[Contestant, list[str]] = {"clipkit": make(inputs.mine, inputs.song, seconds * ffmpeg.SPEED, ours)}
    if look.table:
        commands["ffmpeg"] = ffmpeg.main(inputs.mine, inputs.song, START, seconds, look.chain, theirs)
        commands["moviepy"] = _moviepy(name, movie, seconds, inputs.mine, inputs.song, look.table)
    return Job(name, f"main: trim, 1.5×, {FILTER}, song, {seconds} s", commands, inputs.folder, missing=look.error)


def make(source: Path, song: Path, length: float, output: Path, start: int = START) -> list[str]:
    """clipkit's command for the main job."""
    edits = ("--speed", str(ffmpeg.SPEED), "--filter", FILTER, "--music", str(song))
    return clipkit("make", str(source), "--start", str(start), "--length", f"{length:g}", *edits, "-o", str(output))


def duet(inputs: Inputs) -> Job:
    """Job 3."""
    name, seconds = "duet", inputs.lengths.output
    ours, theirs, movie, opaque = (_output(inputs.folder, name, who) for who in CONTESTANTS)
    pair = (inputs.mine_short, inputs.other_short)
    return Job(
        name,
        f"duet, left-right, {seconds} s",
        {
            "clipkit": clipkit("duet", *map(str, pair), "-o", str(ours)),
            "ffmpeg": ffmpeg.duet(*pair, seconds, theirs),
            "moviepy": _moviepy(name, movie, seconds, *pair),
            "moviepy-opaque": _moviepy(name, opaque, seconds, *pair, words=("--opaque",)),
        },
        inputs.folder,
    )


def react(inputs: Inputs) -> Job:
    """Job 4."""
    name, seconds = "react", inputs.lengths.output
    ours, theirs, movie, opaque = (_output(inputs.folder, name, who) for who in CONTESTANTS)
    pair = (inputs.mine_short, inputs.other_short)
    moves = [
        word
        for t, (x, y) in zip((0, ffmpeg.PATH_SECONDS), ffmpeg.PATH, strict=True)
        for word in ("--move", f"{t}:{x},{y}")
    ]
    return Job(
        name,
        f"react, moving window, {seconds} s",
        {
            "clipkit": clipkit("react", *map(str, pair), *moves, "-o", str(ours)),
            "ffmpeg": ffmpeg.react(*pair, inputs.mask, seconds, theirs),
            "moviepy": _moviepy(name, movie, seconds, *pair, inputs.mask),
            "moviepy-opaque": _moviepy(name, opaque, seconds, *pair, inputs.mask, words=("--opaque",)),
        },
        inputs.folder,
    )


def _output(folder: Path, job: str, contestant: Contestant) -> Path:
    return folder / f"out-{job}-{contestant}.mp4"


def _moviepy(job: str, output: Path, seconds: int, *files: Path, words: tuple[str, ...] = ()) -> list[str]:
    return [sys.executable, "-m", "benchmarks.moviepy_jobs", *words, job, str(output), str(seconds), *map(str, files)]
