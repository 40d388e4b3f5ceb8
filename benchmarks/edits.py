"""Jobs in which every frame is made anew."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import ffmpeg
from benchmarks.bars import Fidelity, Ratio
from benchmarks.jobs import FFMPEG, MEMORY, MOVIEPY, OPAQUE, OURS, START, Bench, Command, Job, anew, clipkit, moviepy
from benchmarks.measure import output_of

LOOK, CUBE, GRADE = "golden-hour", "teal-orange", "grade"
EFFECTS = ("exposure", "stops=0.3"), ("contrast", "amount=0.15"), ("saturation", "amount=1.2")
"""The grade, as `clipkit effect` takes it."""

_CUBE_SIZE = 33


def reencode(bench: Bench) -> Job:
    """The cost of decoding and encoding alone."""
    name, inputs = "reencode", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs, movie = (bench.output(name, who) for who in (OURS, FFMPEG, MOVIEPY))
    cut = ("--start", str(START), "--length", str(seconds))
    return Job(
        name,
        f"re-encode {seconds} s",
        {
            OURS: Command(clipkit("trim", str(inputs.mine), *cut, *anew(), "-o", str(ours)), ours),
            FFMPEG: Command(ffmpeg.reencode(inputs.mine, START, seconds, theirs), theirs),
            MOVIEPY: moviepy(name, movie, seconds, inputs.mine),
        },
        (Ratio(OURS, FFMPEG, 1.05), Fidelity(OURS, FFMPEG, 0.2), MEMORY),
        seconds=seconds,
        cut_of=(inputs.mine, START),
    )


def look(bench: Bench) -> Job:
    """A look that no formula has: everybody uses a cube of it."""
    name, inputs = "look", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs = (bench.output(name, who) for who in (OURS, FFMPEG))
    cube = inputs.folder / f"{CUBE}.cube"
    output_of([sys.executable, "-m", "benchmarks.look", "--cube", CUBE, str(cube), str(_CUBE_SIZE)])
    return Job(
        name,
        f"look: {CUBE} by a cube, {seconds} s",
        {
            OURS: Command(make(inputs.mine, ours, seconds, "--filter", CUBE), ours),
            FFMPEG: Command(ffmpeg.graded(inputs.mine, START, seconds, f"lut3d=file='{cube}'", theirs), theirs),
        },
        (Ratio(OURS, FFMPEG, 0.5), MEMORY),
        seconds=seconds,
    )


def grade(bench: Bench) -> Job:
    """A grade that FFmpeg can do without a cube: its fastest chain within ΔE 1 is used."""
    name, inputs = "grade", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs = (bench.output(name, who) for who in (OURS, FFMPEG))
    words = ["trim", str(inputs.mine), "--start", str(START), "--length", str(seconds)]
    effects = [["effect", "{in}", kind, "--param", value] for kind, value in EFFECTS]
    project = bench.project(GRADE, words, *effects)
    commands = {OURS: Command(clipkit("export", str(project), "--target", "tiktok", "-o", str(ours)), ours)}
    fitted = bench.look(GRADE)
    if not fitted.error:
        commands[FFMPEG] = Command(ffmpeg.graded(inputs.mine, START, seconds, fitted.chain, theirs), theirs)
    return Job(
        name,
        f"exposure, contrast, saturation, {seconds} s",
        commands,
        (Ratio(OURS, FFMPEG, 0.9), MEMORY),
        {FFMPEG: fitted.error} if fitted.error else {},
        seconds=seconds,
    )


def main(bench: Bench) -> Job:
    """The one most people will run."""
    name, inputs = "main", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs, movie = (bench.output(name, who) for who in (OURS, FFMPEG, MOVIEPY))
    commands = {OURS: Command([*main_words(bench), "-o", str(ours)], ours)}
    fitted = bench.look(LOOK)
    if not fitted.error:
        chain = ffmpeg.main(inputs.mine, inputs.song, START, seconds, fitted.chain, theirs)
        commands[FFMPEG] = Command(chain, theirs)
        commands[MOVIEPY] = moviepy(name, movie, seconds, inputs.mine, inputs.song, fitted.table)
    return Job(
        name,
        f"main: trim, 1.5×, {LOOK}, song, {seconds} s",
        commands,
        (Ratio(OURS, FFMPEG, 0.6), MEMORY),
        dict.fromkeys((FFMPEG, MOVIEPY), fitted.error) if fitted.error else {},
        seconds=seconds,
    )


def duet(bench: Bench) -> Job:
    """Two clips side by side, each whole over a blur of itself."""
    name, inputs = "duet", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs, movie, opaque = (bench.output(name, who) for who in (OURS, FFMPEG, MOVIEPY, OPAQUE))
    pair = (inputs.mine_short, inputs.other_short)
    return Job(
        name,
        f"duet, left-right, {seconds} s",
        {
            OURS: Command(clipkit("duet", *map(str, pair), "-o", str(ours)), ours),
            FFMPEG: Command(ffmpeg.duet(*pair, seconds, theirs), theirs),
            MOVIEPY: moviepy(name, movie, seconds, *pair),
            OPAQUE: moviepy(name, opaque, seconds, *pair, words=("--opaque",)),
        },
        (Ratio(OURS, FFMPEG, 1.0), Ratio(OURS, MOVIEPY, 0.12), MEMORY),
        seconds=seconds,
    )


def react(bench: Bench) -> Job:
    """A rounded window that moves over the other clip."""
    name, inputs = "react", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs, movie, opaque = (bench.output(name, who) for who in (OURS, FFMPEG, MOVIEPY, OPAQUE))
    pair = (inputs.mine_short, inputs.other_short)
    moves = zip((0, ffmpeg.PATH_SECONDS), ffmpeg.PATH, strict=True)
    path = [word for t, (x, y) in moves for word in ("--move", f"{t}:{x},{y}")]
    return Job(
        name,
        f"react, moving window, {seconds} s",
        {
            OURS: Command(clipkit("react", *map(str, pair), *path, "-o", str(ours)), ours),
            FFMPEG: Command(ffmpeg.react(*pair, inputs.mask, seconds, theirs), theirs),
            MOVIEPY: moviepy(name, movie, seconds, *pair, inputs.mask),
            OPAQUE: moviepy(name, opaque, seconds, *pair, inputs.mask, words=("--opaque",)),
        },
        (Ratio(OURS, FFMPEG, 1.0), Ratio(OURS, MOVIEPY, 0.12), MEMORY),
        seconds=seconds,
    )


def hlg(bench: Bench) -> Job:
    """A phone's HLG clip for a platform that wants SDR."""
    name, inputs = "hlg", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs = (bench.output(name, who) for who in (OURS, FFMPEG))
    return Job(
        name,
        f"HLG to SDR, {seconds} s",
        {
            OURS: Command(make(inputs.hlg(), ours, seconds, start=0), ours),
            FFMPEG: Command(ffmpeg.tonemapped(inputs.hlg(), seconds, theirs), theirs),
        },
        (Ratio(OURS, FFMPEG, 0.35), MEMORY),
        seconds=seconds,
    )


def make(source: Path, output: Path, length: float, *words: str, start: int = START) -> list[str]:
    """A `clipkit make` of a stretch, with every frame made anew."""
    cut = ("--start", str(start), "--length", f"{length:g}")
    return clipkit("make", str(source), *cut, *words, *anew(), "-o", str(output))


def main_words(bench: Bench, song: Path | None = None) -> list[str]:
    """clipkit's command for the main job, but for its output."""
    inputs = bench.inputs
    cut = ("--start", str(START), "--length", f"{inputs.lengths.output * ffmpeg.SPEED:g}")
    edits = ("--speed", str(ffmpeg.SPEED), "--filter", LOOK, "--music", str(song or inputs.song))
    return clipkit("make", str(inputs.mine), *cut, *edits)
