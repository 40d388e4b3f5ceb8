"""Songs made from numbers: drums, bass, chords and a lead, arranged and mixed. Numpy only, no input or output.

::

    genres/ (what a genre is, as data) ─► form (bars, tempo, sections) ─► score ─► lines, melody (notes)
                                       ─► instruments, percussion (sound of a note) ─► desk (mix) ─► master

Everything is a loop: notes that ring past the end, rooms, echoes and the limiter go on at the beginning.
"""

from __future__ import annotations

import math
import zlib

import numpy as np

from clipkit.errors import ProjectError
from clipkit.sound.compose import genres
from clipkit.sound.compose.desk import mixed
from clipkit.sound.compose.form import BEATS, Bar, fitted, laid_out
from clipkit.sound.compose.genre import Genre
from clipkit.sound.compose.master import mastered
from clipkit.sound.compose.score import Score
from clipkit.sound.compose.song import Composition, Section
from clipkit.sound.compose.theory import chord, key_name
from clipkit.sound.compose.waves import RATE

SECONDS = (4.0, 300.0)
"""How long a song may be."""
TEMPI = (50.0, 220.0)
"""Beats a minute that can be asked for."""
LOUDNESS = -14.0
"""LUFS."""
CEILING = -2.5
"""dBTP: below the −1 that is promised, since encoders overshoot by up to a decibel."""

_RINGING = 4.0
"""Seconds after the last bar in which a last chord's reverb may fall, before the song is cut to length."""


def compose(
    genre: str, seconds: float = 15.0, bpm: float | None = None, seed: int = 0, *, ending: bool = False
) -> Composition:
    """Make a song. The same arguments give the same samples.

    Without `bpm` the song lasts exactly `seconds`: the tempo is chosen, within what is usual for the genre, so that
    whole bars fill it. With `bpm` it has that tempo, and the whole number of bars that comes nearest to `seconds`.

    Args:
        genre: One of `genres.names()`.
        seconds: 4…300.
        bpm: Beats a minute, 50…220.
        seed: 0 or more. It decides key, harmony, melody, patterns and every detail of the playing.
        ending: End with a chord that rings out, instead of leading back to the beginning.

    Raises:
        ProjectError: ``unknown-genre``, ``out-of-range``.
    """
    band = genres.find(genre)
    _check("seconds", seconds, SECONDS)
    if bpm is not None:
        _check("bpm", bpm, TEMPI)
    if seed < 0:
        raise ProjectError(f"{seed} is below 0", code="out-of-range", where="seed", hint="give 0 or more")
    random = np.random.default_rng([seed, zlib.crc32(genre.encode())])
    favourite = band.favourite * float(random.uniform(0.975, 1.025))
    if bpm is None:
        count, samples = fitted(seconds, band.tempo, favourite)
    else:
        count = max(round(seconds * bpm / 60 / BEATS), 1)
        samples = round(count * BEATS * 60 / bpm * RATE)
    bars = laid_out(count, ending=ending)
    score = _score(band, bars, samples, random)
    room = round(_RINGING * RATE) if ending else 0
    mix = mixed(band, score, random, samples + room)
    if ending:
        mix = mix[:, :samples]
        mix[:, -RATE:] *= np.cos(np.linspace(0, np.pi / 2, RATE, dtype=np.float32)) ** 2
    return Composition(
        samples=mastered(mix, LOUDNESS, CEILING),
        title=" ".join(str(words[int(random.integers(len(words)))]) for words in band.titles),
        genre=genre,
        key=key_name(score.tonic, band.scale),
        bpm=bpm if bpm is not None else count * BEATS * 60 * RATE / samples,
        seed=seed,
        loops=not ending,
        bars=count,
        sections=_sections(band, bars),
    )


def _check(name: str, value: float, allowed: tuple[float, float]) -> None:
    if not (math.isfinite(value) and allowed[0] <= value <= allowed[1]):
        raise ProjectError(
            f"{value:g} is out of range",
            code="out-of-range",
            where=name,
            hint=f"give {allowed[0]:g} to {allowed[1]:g}",
        )


def _score(band: Genre, bars: tuple[Bar, ...], samples: int, random: np.random.Generator) -> Score:
    tonic = int(random.choice(band.tonics))
    verse, chorus = band.progressions[int(random.integers(len(band.progressions)))]
    rows = {"verse": verse.split(), "chorus": chorus.split()}
    harmony = []
    for bar in bars:
        row = rows["chorus" if bar.kind in ("chorus", "outro") else "verse"]
        # The last section leads home: its last bars are the last of the row, whatever its length.
        place = len(row) - (len(bars) - bar.number) % len(row) if bar.kind == "outro" else bar.place
        words = band.home if bar.kind == "ending" else row[place % len(row)]
        harmony.append(tuple(chord(word, tonic) for word in words.split(",")))
    seed = int(random.integers(1 << 62))
    return Score(bars, tuple(harmony), tonic, band.scale, samples, band.swing, band.swung, seed)


def _sections(band: Genre, bars: tuple[Bar, ...]) -> tuple[Section, ...]:
    found: list[Section] = []
    for bar in bars:
        name = band.names.get(bar.kind, bar.kind)
        if bar.place == 0:
            found.append(Section(name, bar.number, bar.number + 1))
        else:
            found[-1] = Section(name, found[-1].first, bar.number + 1)
    return tuple(found)
