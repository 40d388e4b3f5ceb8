"""Makes the sample clips and songs beside this file: `python sample_media/make.py [name …]`."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from dancer import Dancer
from host import Host
from movie import write_movie
from songs import SONGS

FOLDER = Path(__file__).resolve().parent
# Keeps the folder small; with the settings of `movie._x264` the edges stay clean all the same.
CRF = 30


def make_dancer() -> Path:
    clip, path = Dancer(), FOLDER / "dancer.mp4"
    write_movie(path, clip.frames, clip.picture, clip.sound(), CRF, "Roller skater at sunset")
    return path


def make_host() -> Path:
    clip, path = Host(), FOLDER / "host.mp4"
    write_movie(path, clip.frames, clip.picture, clip.sound(), CRF, "Presenter in a room of plants")
    return path


def make_song(genre: str) -> Path:
    return next(song for song in SONGS if song.genre == genre).write(FOLDER)


def make(name: str) -> Path:
    makers = {"dancer": make_dancer, "host": make_host}
    return makers[name]() if name in makers else make_song(name)


def main() -> None:
    # The clips take longest, so they start first.
    names = sys.argv[1:] or ["dancer", "host", *(song.genre for song in SONGS)]
    with ProcessPoolExecutor(min(len(names), os.cpu_count() or 1)) as pool:
        for path in pool.map(make, names):
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    main()
