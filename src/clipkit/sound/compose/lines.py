"""Lines of a song, as data: what strikes, strums and walks when. A line writes its notes from a `Score`.

Patterns stand under the sections they are for: a key ``"vc"`` is for verses and choruses (`form.Kind` by its first
letter). A line rests in sections that it does not name, and ends with the song where it has ``"e"``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from clipkit.sound.compose.form import STEPS, Bar
from clipkit.sound.compose.score import Note, Score, bar_of, strokes
from clipkit.sound.compose.theory import nearest, voiced

Patterns = Mapping[str, tuple[str, ...]]

_HARD = {"X": 1.0, "x": 0.78, "o": 0.36, "r": 0.6, "t": 0.62}


class Line(Protocol):
    """Whatever writes notes."""

    def notes(self, score: Score) -> Iterator[Note]:
        """All notes of the song, in any order; the same each time."""


def _row(patterns: Patterns, bar: Bar) -> str:
    """What is to be played in a bar; empty for nothing."""
    letter = bar.kind[0]
    found = next((rows for kinds, rows in patterns.items() if letter in kinds), None)
    return bar_of(found, bar.place) if found else ""


def _accent(step: float) -> float:
    """Beats are a little louder than what lies between them."""
    return 1.0 if step % 4 == 0 else 0.94 if step % 2 == 0 else 0.88


@dataclass(frozen=True, slots=True)
class Drums:
    """Strokes: ``X`` loud, ``x`` plain, ``o`` soft, ``r`` and ``t`` rolls.

    Attributes:
        fills: Instead of the pattern in the last bar of a section; empty where this drum takes no part in fills.
        loose: How often a soft stroke is left out, or one is added where there is none.
    """

    patterns: Patterns
    fills: tuple[str, ...] = ()
    loose: float = 0.0

    def notes(self, score: Score) -> Iterator[Note]:
        random = score.chance(self)
        choice = random.permutation(len(self.fills))
        filled = 0
        for bar in score.bars:
            row = _row(self.patterns, bar)
            # A fill leads on; a section of one bar only, or one that does not play at all, has none.
            if row and self.fills and bar.last and bar.place > 0 and bar.kind != "ending":
                row = self.fills[choice[filled % len(self.fills)]]
                filled += 1
            for step, length, sign in strokes(row):
                if sign == "o" and random.random() < self.loose:
                    continue
                swell = 1.0 if sign not in "rt" else 0.75 + 0.25 * step / STEPS
                hard = _HARD[sign] * _accent(step) * swell * (0.9 + 0.1 * bar.energy) * random.uniform(0.9, 1.06)
                yield Note(bar.number * STEPS + step, length, 0, min(hard, 1.0), bar.energy)
            if row and random.random() < self.loose / 2:
                step = float(random.choice((3, 5, 7, 9, 11, 13, 15)))
                if row[int(step)] == ".":
                    yield Note(bar.number * STEPS + step, 1, 0, 0.25, bar.energy)


@dataclass(frozen=True, slots=True)
class Mark:
    """One note at the beginning of each section that is named, or one that leads up to it.

    Attributes:
        at: Letters of sections.
        lead: Sixteenths by which it begins before; it then lasts until there.
        length: Otherwise its length.
    """

    at: str
    lead: int = 0
    length: int = 8
    hard: float = 0.9

    def notes(self, score: Score) -> Iterator[Note]:
        random = score.chance(self)
        for bar in score.bars:
            if bar.place == 0 and bar.kind[0] in self.at:
                step = bar.number * STEPS - self.lead
                yield Note(step, self.lead or self.length, 60, self.hard * random.uniform(0.92, 1.0), bar.energy)


@dataclass(frozen=True, slots=True)
class Bass:
    """A bass line in degrees: ``1`` the root, ``3`` the third, ``5`` the fifth, ``7`` the seventh, ``8`` the octave.

    Attributes:
        low: The lowest key; roots are taken in the octave above it.
        approach: How often the last short note of a bar leads to the next root by a half or a whole step.
    """

    patterns: Patterns
    low: int = 33
    approach: float = 0.25

    def notes(self, score: Score) -> Iterator[Note]:
        random = score.chance(self)
        for bar in score.bars:
            played = list(strokes(_row(self.patterns, bar)))
            for number, (step, length, sign) in enumerate(played):
                harmony = score.chord_at(bar.number, step)
                root = self.low + (harmony.root - self.low) % 12
                third = next((i for i in harmony.intervals if i in (3, 4)), 7)
                seventh = next((i for i in harmony.intervals if i in (9, 10, 11)), 12)
                key = root + {"1": 0, "3": third, "5": 7, "7": seventh, "8": 12}[sign]
                last = number == len(played) - 1 and step >= STEPS - 3
                if last and random.random() < self.approach:
                    onward = nearest(score.chord_at(bar.number + 1).root, root)
                    key = onward + int(random.choice((-2, -1, 1, 2)))
                hard = 0.85 * _accent(step) * random.uniform(0.88, 1.08)
                held = (length if length > 1 else 0.85) * random.uniform(0.93, 1.0)
                yield Note(bar.number * STEPS + step, held, key, min(hard, 1.0), bar.energy)


@dataclass(frozen=True, slots=True)
class Chords:
    """Chords in a rhythm: ``x``, ``X`` and ``o`` as for drums; held with ``-``.

    Attributes:
        low, high: Range of keys.
        size: Number of voices.
        spread: Sixteenths between one voice and the next, as fingers and strings have it; it turns round with ``o``.
        power: Only root and fifth, as distorted guitars do.
    """

    patterns: Patterns
    low: int = 55
    high: int = 76
    size: int = 4
    spread: float = 0.0
    power: bool = False

    def notes(self, score: Score) -> Iterator[Note]:
        random = score.chance(self)
        keys: tuple[int, ...] = ()
        for bar in score.bars:
            harmony = None
            for step, length, sign in strokes(_row(self.patterns, bar)):
                if score.chord_at(bar.number, step) != harmony:
                    harmony = score.chord_at(bar.number, step)
                    if self.power:
                        root = self.low + (harmony.root - self.low) % 12
                        keys = (root, root + 7, root + 12)
                    else:
                        # Now and then another inversion, so that a repeat is no copy.
                        shift = int(random.choice((0, 0, 0, 2, -2)))
                        keys = voiced(harmony, keys, self.low + shift, self.high + shift, self.size)
                up = sign == "o"
                hard = _HARD[sign] * _accent(step) * random.uniform(0.88, 1.06)
                for number, key in enumerate(keys[::-1] if up else keys):
                    late = number * self.spread * random.uniform(0.7, 1.3)
                    each = min(hard * random.uniform(0.9, 1.08), 1.0)
                    yield Note(bar.number * STEPS + step + late, length - 0.1, key, each, bar.energy)


@dataclass(frozen=True, slots=True)
class Arpeggio:
    """Tones of a chord one after another, in the rhythm of a pattern: its digits count voices from below.

    ``5`` and more are an octave higher: with four voices, ``5`` is the first of them again.

    Attributes:
        wander: How often a tone is swapped for its neighbour.
    """

    patterns: Patterns
    low: int = 60
    high: int = 80
    size: int = 4
    wander: float = 0.12
    ring: float = 1.0

    def notes(self, score: Score) -> Iterator[Note]:
        random = score.chance(self)
        keys: tuple[int, ...] = ()
        for bar in score.bars:
            harmony = None
            for step, length, sign in strokes(_row(self.patterns, bar)):
                if score.chord_at(bar.number, step) != harmony:
                    harmony = score.chord_at(bar.number, step)
                    keys = voiced(harmony, keys, self.low, self.high, self.size)
                voice = int(sign) - 1
                if random.random() < self.wander:
                    voice = max(voice + int(random.choice((-1, 1))), 0)
                octave, voice = divmod(voice, self.size)
                hard = 0.75 * _accent(step) * random.uniform(0.8, 1.12)
                key = keys[voice] + 12 * octave
                yield Note(bar.number * STEPS + step, length * self.ring, key, min(hard, 1.0), bar.energy)


@dataclass(frozen=True, slots=True)
class Echoed:
    """Another line's notes, moved by octaves and made softer: for doubling."""

    line: Line
    octaves: int = 1
    hard: float = 0.8
    only: str = field(default="c")

    def notes(self, score: Score) -> Iterator[Note]:
        for note in self.line.notes(score):
            bar = score.bars[int(note.step // STEPS) % len(score.bars)]
            if bar.kind[0] in self.only:
                yield Note(note.step, note.length, note.key + 12 * self.octaves, note.hard * self.hard, note.bright)
