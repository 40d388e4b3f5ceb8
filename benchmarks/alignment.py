"""`python -m benchmarks.alignment make SONG TAKE PLACE SECONDS` writes a take of a song: telephone band, as much noise.
`… find TAKE SONG PLACE OUT` finds it, once, in a process whose libraries are loaded, and writes wall and CPU seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
import wave
from pathlib import Path

import numpy as np

RATE = 48_000


def make(song: str, take: str, place: float, seconds: float) -> None:
    from clipkit.engine.probe import probe
    from clipkit.engine.track import Track

    facts = probe(song)
    assert facts.sound is not None
    first, track = round(place * RATE), Track(facts, facts.sound, lambda *_: None)
    blocks = [track.read(at, at + RATE) for at in range(first, first + round(seconds * RATE), RATE)]
    sound = np.concatenate(blocks).mean(axis=1)
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    sound = np.fft.irfft(np.where((hertz > 300) & (hertz < 3400), spectrum, 0), len(sound))
    noisy = sound + np.random.default_rng(0).normal(0, sound.std(), len(sound))
    with wave.open(take, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((noisy * (0.5 / np.abs(noisy).max()) * 32767).astype("<i2").tobytes())


def find(take: str, song: str, place: float, out: str) -> None:
    import clipkit as ck

    align = ck.align
    before, start = os.times(), time.perf_counter()
    found = align(take, song)
    wall, after = time.perf_counter() - start, os.times()
    assert abs(found.offset - place) < 0.001, found
    Path(out).write_text(json.dumps({"wall": wall, "cpu": sum(after[:2]) - sum(before[:2])}), encoding="utf-8")


if __name__ == "__main__":
    what, one, two, at, last = sys.argv[1:]
    if what == "make":
        make(one, two, float(at), float(last))
    else:
        find(one, two, float(at), last)
