"""Twelve clips by one recipe."""

from __future__ import annotations

import json
import shlex
import shutil

from benchmarks import ffmpeg
from benchmarks.bars import Ratio
from benchmarks.edits import LOOK
from benchmarks.jobs import FFMPEG, OURS, Bench, Command, Job, clipkit

CLIPS, WORKERS = 12, 2
_START = 0.5


def batch(bench: Bench) -> Job:
    """The main job's edits on twelve clips, two at a time, against FFmpeg's commands in a shell."""
    name, inputs = "batch", bench.inputs
    takes = inputs.takes(CLIPS)
    seconds = inputs.lengths.take * 2 // 3 - 1
    ours, theirs = (bench.output(name, who, "") for who in (OURS, FFMPEG))
    recipe = inputs.folder / "batch.toml"
    length = seconds * ffmpeg.SPEED
    values = {"start": _START, "length": length, "speed": ffmpeg.SPEED, "filter": LOOK, "music": str(inputs.song)}
    recipe.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
    words = ["batch", str(recipe), *map(str, takes), "-o", str(ours), "--workers", str(WORKERS), "--quiet"]
    commands, missing = {OURS: Command(clipkit(*words), ours)}, {}
    fitted = bench.look(LOOK)
    if fitted.error or not shutil.which("xargs"):
        missing[FFMPEG] = fitted.error or "there is no xargs"
    else:
        scripts = []
        for take in takes:
            scripts.append(take.with_suffix(".sh"))
            words = ffmpeg.main(take, inputs.song, _START, seconds, fitted.chain, theirs / take.name)
            scripts[-1].write_text(shlex.join(words) + "\n", encoding="utf-8")
        listed = inputs.folder / "batch.txt"
        listed.write_text("".join(shlex.quote(str(script)) + "\n" for script in scripts), encoding="utf-8")
        loop = f"mkdir {shlex.quote(str(theirs))} && xargs -P {WORKERS} -n 1 sh <{shlex.quote(str(listed))}"
        commands[FFMPEG] = Command(["sh", "-c", loop], theirs)
    title = f"batch: {CLIPS} clips to {seconds} s each, {WORKERS} at a time"
    return Job(name, title, commands, (Ratio(OURS, FFMPEG, 1.0),), missing)
