"""One picture here, one there: `python -m benchmarks.preview clipkit|ffmpeg SOURCE SECONDS COUNT OUT [START CHAIN]`.

Writes the median wall time of one, and the mean CPU time, into OUT. Both are asked for the same moments of the main
job's output. clipkit is warm: the first picture, which opens files and bakes the table, is not counted. FFmpeg is
started for each one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.ffmpeg import SPEED, command


def moments(seconds: float, count: int) -> list[float]:
    """The same ones in every run."""
    chance = random.Random(0)
    return [chance.uniform(0, seconds - 0.1) for _ in range(count)]


def timed(picture: Callable[[float], object], times: Sequence[float]) -> dict[str, float]:
    walls, before = [], os.times()
    for t in times:
        start = time.perf_counter()
        picture(t)
        walls.append(time.perf_counter() - start)
    after = os.times()
    return {"wall": median(walls), "cpu": (sum(after[:4]) - sum(before[:4])) / len(times)}


def of_clipkit(project: str, times: Sequence[float]) -> dict[str, float]:
    import clipkit as ck

    clip = ck.open(project)
    with ck.session():
        clip.frame(times[0])
        return timed(clip.frame, times)


def of_ffmpeg(source: str, times: Sequence[float], start: float, chain: str) -> dict[str, float]:
    """The picture as raw RGB, which is what `Clip.frame` gives."""

    def picture(t: float) -> None:
        at = ("-ss", f"{start + t * SPEED:.3f}", "-i", source, "-frames:v", "1", "-filter_complex", f"[0:v]{chain}[v]")
        words = command(*at, "-map", "[v]", "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
        subprocess.run(words, stdout=subprocess.PIPE, check=True)

    return timed(picture, times)


if __name__ == "__main__":
    who, source, seconds, count, out, *rest = sys.argv[1:]
    times = moments(float(seconds), int(count))
    found = of_clipkit(source, times) if who == "clipkit" else of_ffmpeg(source, times, float(rest[0]), rest[1])
    Path(out).write_text(json.dumps(found), encoding="utf-8")
