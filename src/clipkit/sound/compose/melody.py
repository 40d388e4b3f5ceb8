"""Melodies: a motif is stated, repeated on other chords, varied, and brought to rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from clipkit.sound.compose.form import STEPS, Bar
from clipkit.sound.compose.score import Note, Score, strokes
from clipkit.sound.compose.theory import ladder

_PHRASE = 4
_MOVES = (-2, -1, -1, -1, 0, 1, 1, 1, 2)
"""Steps of a scale from one note to the next: mostly to a neighbour."""


@dataclass(frozen=True, slots=True)
class Melody:
    """A lead line.

    Phrases have four bars: a motif, the motif on the next chord, the motif with another ending, and a cadence that
    comes to rest on a tone of its chord. Strong beats take tones of the chord; a leap is followed by a step back.

    Attributes:
        cells: Under letters of sections (see `lines`), rows of sixteenths for a bar: the first of the two that are
            drawn is the motif's rhythm, the second its answer's.
        cadences: Rows for the fourth bar.
        low, high: Range of keys.
        scale: Of `theory.SCALES`, where the melody has another one than the song: pentatonics suit leads.
        rest: How often a bar of the answer is left out.
    """

    cells: Mapping[str, tuple[str, ...]]
    cadences: tuple[str, ...] = ("x---x---x-------", "x-x-x-----------", "x-----x---------")
    low: int = 67
    high: int = 86
    scale: str = ""
    rest: float = 0.0

    def notes(self, score: Score) -> Iterator[Note]:
        random = score.chance(self)
        keys = ladder(score.tonic, self.scale or score.scale, self.low, self.high)
        motifs = {kinds: self._motif(rows, random) for kinds, rows in self.cells.items()}
        at = float(random.integers(len(keys) // 3, 2 * len(keys) // 3))
        for bar in score.bars:
            if bar.kind == "ending":
                yield self._last(score, bar, keys, at)
                continue
            motif = next((motif for kinds, motif in motifs.items() if bar.kind[0] in kinds), None)
            if motif is None:
                continue
            part = bar.place % _PHRASE
            closing = part == _PHRASE - 1 or (bar.last and bar.place > 0)
            if part == 1 and random.random() < self.rest:
                continue
            for note in self._bar(score, bar, keys, motif, closing, random):
                at = keys.index(note.key)
                yield note

    def _motif(self, rows: tuple[str, ...], random: np.random.Generator) -> _Motif:
        drawn = random.permutation(len(rows))
        statement, answer = rows[drawn[0]], rows[drawn[min(1, len(rows) - 1)]]
        moves = tuple(int(random.choice(_MOVES)) for _ in range(STEPS))
        return _Motif(statement, answer, self.cadences[int(random.integers(len(self.cadences)))], moves,
                      float(random.uniform(0.3, 0.6)))  # fmt: skip

    def _bar(
        self, score: Score, bar: Bar, keys: tuple[int, ...], motif: _Motif, closing: bool, random: np.random.Generator
    ) -> list[Note]:
        part = bar.place % _PHRASE
        row = motif.cadence if closing else motif.answer if part % 2 else motif.statement
        played = list(strokes(row))
        # The arch of a phrase: up to its third bar, home in the fourth.
        height = motif.start + (0.0, 0.06, 0.16, 0.0)[part] + 0.1 * (bar.energy - 0.7)
        place = _snapped(round(height * (len(keys) - 1)), keys, score, bar.number, 0)
        notes = []
        leap = 0
        for number, (step, length, _) in enumerate(played):
            if number:
                move = motif.moves[(number + (3 if part == 2 and number > len(played) // 2 else 0)) % len(motif.moves)]
                if bar.place >= _PHRASE and random.random() < 0.18:
                    move = int(random.choice((-1, 1)))  # a repeat is no copy
                if abs(leap) > 1:
                    move = -1 if leap > 0 else 1
                if not 0 <= place + move < len(keys):
                    move = -move
                leap = move
                place += move
            if step % 8 == 0 or length >= 4 or (closing and number == len(played) - 1):
                place = _snapped(place, keys, score, bar.number, step)
            hard = (0.92 if step % 4 == 0 else 0.8) * random.uniform(0.86, 1.08)
            held = length * random.uniform(0.82, 0.98)
            notes.append(Note(bar.number * STEPS + step, held, keys[place], min(hard, 1.0), bar.energy))
        return notes

    def _last(self, score: Score, bar: Bar, keys: tuple[int, ...], at: float) -> Note:
        place = min((n for n, key in enumerate(keys) if key % 12 == score.tonic), key=lambda n: abs(n - at))
        return Note(bar.number * STEPS, 10, keys[place], 0.8, 0.7)


@dataclass(frozen=True, slots=True)
class _Motif:
    """Two rhythms, a cadence, the moves from note to note, and how high it begins as a share of the range."""

    statement: str
    answer: str
    cadence: str
    moves: tuple[int, ...]
    start: float


def _snapped(place: int, keys: tuple[int, ...], score: Score, bar: int, step: float) -> int:
    """The nearest place on a tone of the chord; where the scale has none of them, where it was."""
    tones = score.chord_at(bar, step).tones[:3]
    place = min(max(place, 0), len(keys) - 1)
    fitting = [n for n, key in enumerate(keys) if key % 12 in tones]
    return min(fitting, key=lambda n: abs(n - place), default=place)
