"""Jobs in which little has to be made: frames are copied, were made before, or only one is wanted."""

from __future__ import annotations

import sys

from benchmarks import ffmpeg, peers
from benchmarks.bars import More, Most, Ratio
from benchmarks.edits import LOOK, main_words
from benchmarks.jobs import FFMPEG, OURS, START, Bench, Command, Job, anew, clipkit, knows

SMARTCUT, START_UP, FIRST = "smartcut", "start-up", "first export"
_CUT = "2.4"  # on a frame, but not on a keyframe: those are at even seconds
_MOMENTS = 9


def cut(bench: Bench) -> Job:
    """A frame-exact trim: clipkit copies what lies between the ends."""
    name, inputs = "cut", bench.inputs
    seconds = inputs.lengths.output
    ours, theirs, peer = (bench.output(name, who) for who in (OURS, FFMPEG, SMARTCUT))
    words = ("--start", _CUT, "--length", str(seconds))
    commands = {
        OURS: Command(clipkit("trim", str(inputs.mine), *words, "-o", str(ours)), ours),
        FFMPEG: Command(ffmpeg.reencode(inputs.mine, _CUT, seconds, theirs), theirs),
    }
    missing = {}
    try:
        program, keep = str(peers.smartcut()), f"{_CUT},{float(_CUT) + seconds:g}"
        commands[SMARTCUT] = Command([program, str(inputs.mine), str(peer), "--keep", keep], peer)
    except RuntimeError as error:
        missing[SMARTCUT] = f"it cannot be installed:\n{error}"
    bars = (Ratio(OURS, FFMPEG, 0.2), Ratio(OURS, SMARTCUT, 0.7))
    return Job(name, f"frame-exact trim of {seconds} s", commands, bars, missing, seconds=seconds)


def song(bench: Bench) -> Job:
    """The main job again with another song, on the machine that has just exported it.

    Start-up is what `clipkit plan` takes for the same project: Python, all modules, and a look at the media.
    """
    name = "song"
    ours, first = bench.output(name, OURS), bench.output(name, FIRST)
    other = main_words(bench, bench.footage.other_song)
    project = bench.project("song", other[3:])
    return Job(
        name,
        "another song on a finished short",
        {
            OURS: Command([*other, "-o", str(ours)], ours, ([*main_words(bench), "-o", str(first), "--force"],)),
            START_UP: Command(clipkit("plan", str(project))),
        },
        (More(OURS, START_UP, 0.5),),
    )


def second(bench: Bench) -> Job:
    """The main job with a filter on 2 s of it, on the machine that has just exported it without."""
    name, seconds = "second", bench.inputs.lengths.output
    ours, first = bench.output(name, OURS), bench.output(name, FIRST)
    export = [*main_words(bench), *anew()]
    commands = {FIRST: Command([*export, "-o", str(first)], first)}
    missing = {}
    if knows("filter", "--start"):
        start = 0.4 * seconds
        change = ("filter", "{in}", "noir", "--start", f"{start:g}", "--end", f"{start + 2:g}")
        project = bench.project("second", main_words(bench)[3:], change)
        words = clipkit("export", str(project), "--target", "tiktok", "-o", str(ours))
        before = [*main_words(bench), "-o", str(first), "--force"]
        commands = {OURS: Command(words, ours, (before,)), **commands}
    else:
        missing[OURS] = "this clipkit cannot put a filter on a stretch: `clipkit filter` has no --start"
    bars = (Ratio(OURS, FIRST, 0.25),)
    return Job(name, f"second export, 2 s of {seconds} s changed", commands, bars, missing)


def preview(bench: Bench) -> Job:
    """One picture at a time, here and there in the main job's project; each process tells the median over them."""
    name = "preview"
    project = bench.project("main", main_words(bench)[3:])
    fitted = bench.look(LOOK)
    ours, theirs = (bench.output(name, who, ".json") for who in (OURS, FFMPEG))
    script = [sys.executable, "-m", "benchmarks.preview"]
    words = [str(bench.inputs.lengths.output), str(_MOMENTS)]
    commands = {OURS: Command([*script, "clipkit", str(project), *words, str(ours)], ours, self_timed=True)}
    if not fitted.error:
        other = [*script, "ffmpeg", str(bench.inputs.mine), *words, str(theirs), str(START), fitted.chain]
        commands[FFMPEG] = Command(other, theirs, self_timed=True)
    missing = {FFMPEG: fitted.error} if fitted.error else {}
    return Job(name, "one preview frame, anywhere", commands, (Ratio(OURS, FFMPEG, 0.2),), missing)


def sound(bench: Bench) -> Job:
    """The sound of a short: four tracks under the voice, ducked, normalised, encoded."""
    name = "sound"
    tracks = [f"{bench.inputs.song},gain=-{14 + 2 * n},at={n},loop,duck=12" for n in range(3)]
    project = bench.project(
        name,
        ("trim", str(bench.inputs.mine), "--length", str(bench.inputs.lengths.output)),
        ("mix", "{in}", *tracks, f"{bench.inputs.mine_short},at=4,voice", "--target", "tiktok"),
    )
    out = bench.output(name, OURS, ".json")
    command = Command([sys.executable, "-m", "benchmarks.sound", str(project), str(out)], out, self_timed=True)
    return Job(name, f"sound: four tracks, {bench.inputs.lengths.output} s", {OURS: command}, (Most(OURS, 1.5),))
