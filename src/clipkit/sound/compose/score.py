"""What the lines of a song are written from: its bars, its harmony, and when each step sounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from clipkit.sound.compose.form import STEPS, Bar
from clipkit.sound.compose.theory import Chord


@dataclass(frozen=True, slots=True)
class Note:
    """A note or a stroke.

    Attributes:
        step: When, in sixteenths from the beginning of the song.
        length: In sixteenths.
        key: MIDI; drums have none.
        hard: 0…1.
        bright: 0…1.
    """

    step: float
    length: float
    key: int
    hard: float
    bright: float = 0.7


@dataclass(frozen=True, slots=True)
class Score:
    """The frame of a song.

    Attributes:
        bars: From `form.laid_out`.
        harmony: For each bar its chords, spread evenly over it.
        tonic: Pitch class of the key.
        scale: Name of the scale that melodies keep to, as in `theory.SCALES`.
        samples: Length of the song's bars at 48 kHz.
        swing: How late the second of two swung notes is, as a share of its length.
        swung: Length of the notes that swing, in sixteenths: 1 or 2.
        seed: What all chance in its lines comes from.
    """

    bars: tuple[Bar, ...]
    harmony: tuple[tuple[Chord, ...], ...]
    tonic: int
    scale: str
    samples: int
    swing: float
    swung: int
    seed: int

    def chord_at(self, bar: int, step: float = 0.0) -> Chord:
        """The chord of a bar at a step of it; bars past the end are those of the beginning again."""
        chords = self.harmony[bar % len(self.harmony)]
        return chords[min(int(step * len(chords) / STEPS), len(chords) - 1)]

    def chance(self, of: object) -> np.random.Generator:
        """A generator that is the same for the same line: who doubles a line plays its very notes."""
        return np.random.default_rng([self.seed, zlib.crc32(repr(of).encode())])

    def sample_at(self, step: float) -> float:
        """When a step sounds, in samples; beats are where they are, between them it swings."""
        pair = 2 * self.swung
        whole, along = divmod(step, pair)
        late = along * self.swing if along < self.swung else (pair - along) * self.swing
        return (whole * pair + along + late) * self.samples / (len(self.bars) * STEPS)


def strokes(pattern: str) -> Iterator[tuple[float, float, str]]:
    """Read a row of sixteenths: place, length and sign of each note.

    ``.`` is a rest, ``-`` holds the note before, ``r`` is two thirty-seconds, ``t`` three notes in the time of two
    sixteenths; every other sign begins a note.
    """
    number = 0
    while number < len(pattern):
        sign = pattern[number]
        number += 1
        if sign in ".-":
            continue
        if sign in "rt":
            count, span = (2, 1.0) if sign == "r" else (3, 2.0)
            for part in range(count):
                yield number - 1 + part * span / count, span / count, sign
            continue
        length = 1
        while number < len(pattern) and pattern[number] == "-":
            length, number = length + 1, number + 1
        yield number - length, length, sign


def bar_of(patterns: Sequence[str], place: int) -> str:
    """The row for a bar: patterns take turns, and one of two bars or more is taken a bar at a time."""
    rows = [pattern[at : at + STEPS] for pattern in patterns for at in range(0, len(pattern), STEPS)]
    return rows[place % len(rows)]
