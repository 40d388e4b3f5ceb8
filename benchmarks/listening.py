"""Jobs that listen: what is made of them is an answer, not a file."""

from __future__ import annotations

import sys

from benchmarks.bars import Most
from benchmarks.jobs import OURS, Bench, Command, Job, clipkit
from benchmarks.measure import output_of

_SONG, _TAKE, _PLACE = 240, 15, 100.3
"""Seconds of the song and of the take, and where in the song the take was."""


def align(bench: Bench) -> Job:
    """Where in a song of four minutes a take of 15 s was: probing and decoding both, and the search."""
    song, take = bench.inputs.folder / "long-song.mp3", bench.inputs.folder / "take-of-song.wav"
    if not song.exists():
        output_of(clipkit("tracks", "compose", "--genre", "pop", "--seconds", str(_SONG), "-o", str(song), "--force"))
    script = [sys.executable, "-m", "benchmarks.alignment"]
    output_of([*script, "make", str(song), str(take), str(_PLACE), str(_TAKE)])
    found = bench.output("align", OURS, ".json")
    command = Command([*script, "find", str(take), str(song), str(_PLACE), str(found)], found, self_timed=True)
    title = f"where in a song of {_SONG // 60} minutes {_TAKE} s were recorded, under noise"
    return Job("align", title, {OURS: command}, (Most(OURS, 1, "cpu"),))
