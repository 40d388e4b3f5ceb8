"""A composed song: its sound, and the grid that it was made on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from clipkit.sound.compose.waves import RATE
from clipkit.sound.window import Samples

LICENCE = "CC0-1.0"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a song: its name, and the bars [first, stop)."""

    name: str
    first: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """A song made by `compose`.

    Attributes:
        samples: float32, shape (n, 2), 48 kHz.
        title: Such as “Last Tram”.
        genre: As it was asked for.
        key: Such as ``A minor``.
        bpm: Beats a minute.
        seed: What it was made from.
        loops: Whether it may be repeated without a seam: it ends where its last bar does, and what rings on is at its
            beginning. Else it ends with a last chord.
        bars: How many bars of four beats.
        sections: In order, without a gap.
    """

    samples: Samples
    title: str
    genre: str
    key: str
    bpm: float
    seed: int
    loops: bool
    bars: int
    sections: tuple[Section, ...]

    @property
    def duration(self) -> Fraction:
        """Seconds."""
        return Fraction(len(self.samples), RATE)

    @property
    def beat_times(self) -> tuple[Fraction, ...]:
        """When each beat begins, in exact seconds; every fourth begins a bar."""
        beats = self.bars * 4
        return tuple(self.duration * beat / beats for beat in range(beats))

    @property
    def bar_times(self) -> tuple[Fraction, ...]:
        """When each bar begins, in exact seconds."""
        return self.beat_times[::4]

    def grid(self) -> dict[str, object]:
        """All but the sound, as it stands beside the file: seconds to the nanosecond."""
        bars = (*self.bar_times, self.duration)
        return {
            "title": self.title,
            "genre": self.genre,
            "key": self.key,
            "bpm": round(self.bpm, 6),
            "seed": self.seed,
            "licence": LICENCE,
            "duration": _seconds(self.duration),
            "loops": self.loops,
            "beats_per_bar": 4,
            "beats": [_seconds(time) for time in self.beat_times],
            "bars": [_seconds(time) for time in self.bar_times],
            "sections": [
                {"name": part.name, "start": _seconds(bars[part.first]), "end": _seconds(bars[part.stop])}
                for part in self.sections
            ],
        }


def _seconds(time: Fraction) -> float:
    return round(float(time), 9)
