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
from sound import write_opus

FOLDER = Path(__file__).resolve().parent
SONG_BITS = 88_000
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


def make_song(stem: str) -> Path:
    song = next(song for song in SONGS if song.stem == stem)
    path = FOLDER / f"{stem}.ogg"
    tags = {"title": song.title, "genre": song.genre, "artist": "clipkit samples", "license": "CC0 1.0"}
    write_opus(path, song.play(), SONG_BITS, tags)
    return path


def make(name: str) -> Path:
    makers = {"dancer": make_dancer, "host": make_host}
    return makers[name]() if name in makers else make_song(name)


def main() -> None:
    # The clips take longest, so they start first.
    names = sys.argv[1:] or ["dancer", "host", *(song.stem for song in SONGS)]
    with ProcessPoolExecutor(min(len(names), os.cpu_count() or 1)) as pool:
        for path in pool.map(make, names):
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    main()
