"""Songs that carry their own grid: drums, bass, chords and a tune by rule and chance, for what listens to music.

Rougher than what clipkit composes, and made quite another way: hands that are a few milliseconds off, swing, breaks,
fills, bars without drums, styles that stress other beats. Nothing here imports clipkit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]

RATE: Final = 48_000


@dataclass(frozen=True, slots=True)
class Style:
    """Steps of a bar, four to a beat, on which something sounds."""

    kick: tuple[int, ...] = ()
    snare: tuple[int, ...] = ()
    hat: tuple[int, ...] = ()
    open_hat: tuple[int, ...] = ()
    rim: tuple[int, ...] = ()
    bass: tuple[int, ...] = (0, 8)
    chord: tuple[int, ...] = (0,)
    beats: int = 4
    swing: float = 0.5
    """Where the second of two steps of swing falls between the first and the next: 0.5 is straight."""
    swung: int = 1
    """What swings: 1 the sixteenths, 2 the eighths."""
    held: bool = True
    """Whether chords ring until the next."""
    soft: bool = False
    """Whether chords swell, instead of being struck."""
    broken: tuple[int, ...] = ()
    """Where notes of the chord are picked one by one."""
    room: float = 0.0
    """Seconds in which a hall falls by 60 dB; 0 is none."""


EIGHTHS: Final = tuple(range(0, 16, 2))
OFFBEATS: Final = (2, 6, 10, 14)

STYLES: Final = {
    "rock": Style(kick=(0, 8, 10), snare=(4, 12), hat=EIGHTHS, bass=EIGHTHS, chord=(0, 8)),
    "ballad": Style(kick=(0, 8), snare=(4, 12), hat=EIGHTHS, bass=(0, 8), chord=EIGHTHS),
    "pop": Style(kick=(0, 6, 8), snare=(4, 12), hat=EIGHTHS, bass=(0, 6, 8, 14), chord=(0, 4, 8, 12), held=False),
    "house": Style(
        kick=(0, 4, 8, 12), snare=(4, 12), open_hat=OFFBEATS, bass=(2, 6, 10, 14), chord=(0, 3, 6, 11), held=False
    ),
    "techno": Style(kick=(0, 4, 8, 12), open_hat=OFFBEATS, hat=tuple(range(16)), bass=(2, 3, 6, 7, 10, 11, 14, 15)),
    "hip-hop": Style(kick=(0, 7, 10), snare=(4, 12), hat=EIGHTHS, bass=(0, 7, 10), swing=0.56),
    "lo-fi": Style(kick=(0, 10), snare=(4, 12), hat=EIGHTHS, bass=(0, 10), chord=(0, 7), swing=0.62),
    "breaks": Style(kick=(0, 10), snare=(4, 12), hat=EIGHTHS, rim=(7, 9), bass=(0, 3, 10)),
    "reggaeton": Style(kick=(0, 4, 8, 12), snare=(3, 6, 11, 14), hat=EIGHTHS, bass=(0, 3, 8, 11), chord=(0, 6)),
    "bossa": Style(kick=(0, 6, 8, 14), rim=(0, 3, 6, 10, 13), hat=tuple(range(16)), bass=(0, 6, 8, 14), chord=(0, 6)),
    "shuffle": Style(
        kick=(0, 8), snare=(4, 12), hat=EIGHTHS, bass=(0, 4, 8, 12), chord=(4, 12), swing=0.66, swung=2, held=False
    ),
    "waltz": Style(kick=(0,), snare=(4, 8), hat=(0, 2, 4, 6, 8, 10), bass=(0,), chord=(0, 4, 8), beats=3, held=False),
    "ambient": Style(bass=(0,), soft=True, broken=EIGHTHS),
}
INVENTED: Final = "invented"
"""Not one of the styles: every song has one of its own, made up of parts that are met in music."""


@dataclass(frozen=True, slots=True)
class Song:
    """Mono sound at 48 kHz, and the seconds of its beats and bars."""

    sound: Signal
    style: str
    bpm: float
    beats: NDArray[np.float64]
    bars: NDArray[np.float64]


def song(style: str, bpm: float, seed: int, seconds: float = 30.0) -> Song:
    """A song of whole bars, at least so long, after up to half a second of nothing."""
    return _Band(style, bpm, seed, seconds).play()


_PARTS: Final[dict[str, tuple[tuple[int, ...], ...]]] = {
    "kick": ((0, 8), (0, 4, 8, 12), (0, 10), (0, 6, 8), (0, 7, 10), (0, 8, 11), (0, 3, 10), (0,), (0, 6, 12), ()),
    "snare": ((4, 12), (4, 12), (4, 12), (4, 12), (3, 6, 11, 14), (4, 7, 12), (12,), ()),
    "hat": (EIGHTHS, EIGHTHS, tuple(range(16)), (0, 4, 8, 12), OFFBEATS, ()),
    "open_hat": ((), (), OFFBEATS, (14,)),
    "rim": ((), (), OFFBEATS, (0, 3, 6, 10, 12), (0, 6, 10), (7, 9, 15)),
    "bass": ((0,), (0, 8), (0, 4, 8, 12), EIGHTHS, OFFBEATS, (0, 7, 10), (0, 3, 8, 11), (0, 6, 8, 14)),
    "chord": ((0,), (0,), (0, 8), (0, 4, 8, 12), OFFBEATS, (4, 12), (0, 6), (0, 3, 6, 11), EIGHTHS),
    "broken": ((), (), (), EIGHTHS, EIGHTHS, tuple(range(16)), (0, 4, 8, 12)),
}


def _invented(chance: np.random.Generator) -> Style:
    parts = {name: choices[int(chance.integers(len(choices)))] for name, choices in _PARTS.items()}
    swing = float(chance.choice([0.5, 0.5, 0.5, chance.uniform(0.53, 0.67)]))
    held, soft = bool(chance.random() < 0.6), bool(chance.random() < 0.25)
    room = float(chance.choice([0, 0, 0.5, 1.5, 3.5]))
    return Style(**parts, swing=swing, swung=int(chance.choice([1, 2])), held=held or soft, soft=soft, room=room)


class _Band:
    def __init__(self, style: str, bpm: float, seed: int, seconds: float) -> None:
        self.name, self.bpm = style, bpm
        self.chance = np.random.default_rng((seed, int(bpm * 100), len(style)))
        self.style = _invented(self.chance) if style == INVENTED else STYLES[style]
        self.steps = 4 * self.style.beats
        self.step = 60 / bpm / 4
        self.bars = max(4, int(np.ceil(seconds / (self.steps * self.step))))
        self.start = float(self.chance.uniform(0, 0.5))
        self.sound = np.zeros(int((self.start + self.bars * self.steps * self.step + 3) * RATE), np.float32)
        self.loose = float(self.chance.choice([0, 0.003, 0.007]))
        self.levels = {
            name: 10 ** (self.chance.uniform(-4, 4) / 20)
            for name in ("kick", "snare", "hat", "open_hat", "rim", "bass", "chord", "tune")
        }

    def play(self) -> Song:
        chords = self._chords()
        silent = self._silent()
        tune = self.chance.random() < 0.6
        for bar in range(self.bars):
            fill = bar % 4 == 3 and self.chance.random() < 0.6
            if bar not in silent:
                self._drums(bar, fill)
            self._harmony(bar, chords[bar])
            if tune and bar >= self.bars // 4:
                self._tune(bar, chords[bar][0])
        if self.style.room:
            self._echo(self.style.room)
        self.sound += self.chance.standard_normal(len(self.sound)).astype(np.float32) * 0.0005
        peak = float(np.abs(self.sound).max())
        beats = self.start + np.arange(self.bars * self.style.beats) * 4 * self.step
        return Song(self.sound * (0.7 / peak), self.name, self.bpm, beats, beats[:: self.style.beats])

    def _chords(self) -> list[tuple[int, ...]]:
        """One for each bar, of a key, some of them held for two bars."""
        root = int(self.chance.integers(40, 52))
        loop = [int(self.chance.choice([0, 2, 4, 5, 7, 9])) for _ in range(4)]
        hold = int(self.chance.choice([1, 1, 1, 2]))
        triads = {0: (0, 4, 7), 2: (2, 5, 9), 4: (4, 7, 11), 5: (5, 9, 12), 7: (7, 11, 14), 9: (9, 12, 16)}
        return [tuple(root + note for note in triads[loop[bar // hold % 4]]) for bar in range(self.bars)]

    def _silent(self) -> set[int]:
        """Bars without drums: the intro, and a break."""
        intro = set(range(int(self.chance.choice([0, 0, 2])))) if self.bars > 6 else set()
        if self.bars < 8 or self.chance.random() < 0.4:
            return intro
        begin = int(self.chance.integers(self.bars // 3, self.bars - 2))
        return intro | set(range(begin, begin + int(self.chance.integers(1, 3))))

    def _at(self, bar: int, step: float) -> float:
        width = 2 * self.style.swung
        pair, rest = divmod(step, width)
        half = width / 2
        late = (
            rest / half * self.style.swing
            if rest <= half
            else (self.style.swing + (rest - half) / half * (1 - self.style.swing))
        )
        moment = (bar * self.steps + (pair + late) * width) * self.step
        return self.start + moment + float(self.chance.normal(0, self.loose))

    def _echo(self, seconds: float) -> None:
        """A hall: noise that dies away, at a third of the loudness."""
        time = np.arange(int(seconds * RATE)) / RATE
        tail = self.chance.standard_normal(len(time)) * np.exp(-6.9 * time / seconds)
        tail /= np.sqrt((tail**2).sum())
        size = len(self.sound) + len(tail)
        hall = np.fft.irfft(np.fft.rfft(self.sound, size) * np.fft.rfft(tail, size), size)[: len(self.sound)]
        self.sound += 0.35 * hall.astype(np.float32)

    def _hit(self, name: str, bar: int, step: float, level: float = 1.0) -> None:
        level *= self.levels[name] * float(self.chance.uniform(0.8, 1.0))
        self._add(_drum(name), self._at(bar, step), level)

    def _add(self, what: Signal, moment: float, level: float) -> None:
        at = max(round(moment * RATE), 0)
        room = self.sound[at : at + len(what)]
        room += what[: len(room)] * np.float32(level)

    def _drums(self, bar: int, fill: bool) -> None:
        style = self.style
        last = self.steps * 3 // 4 if fill else self.steps
        for name, level in (("kick", 1.0), ("snare", 0.8), ("hat", 0.25), ("open_hat", 0.35), ("rim", 0.5)):
            for step in getattr(style, name):
                if step < last and self.chance.random() < 0.97:
                    accent = 1.0 if step % 4 == 0 or name != "hat" else 0.7
                    self._hit(name, bar, step, level * accent)
        if style.kick and self.chance.random() < 0.25:
            self._hit("kick", bar, int(self.chance.choice(range(1, self.steps, 2))), 0.6)
        if style.snare and self.chance.random() < 0.3:
            self._hit("snare", bar, int(self.chance.choice(range(1, self.steps, 2))), 0.2)
        if fill and style.kick:
            for step in range(last, self.steps):
                if self.chance.random() < 0.8:
                    self._hit("snare" if self.chance.random() < 0.7 else "kick", bar, step, 0.7)

    def _harmony(self, bar: int, chord: tuple[int, ...]) -> None:
        style = self.style
        for place, step in enumerate(style.bass):
            until = (*style.bass, self.steps)[place + 1]
            length = (until - step) * self.step * 0.9
            self._add(_tone(chord[0] - 12, round(length, 3), "bass"), self._at(bar, step), 0.4 * self.levels["bass"])
        for place, step in enumerate(style.chord):
            until = (*style.chord, self.steps)[place + 1]
            length = (until - step) * self.step if style.held else self.step * 1.5
            kind = "pad" if style.soft else "keys"
            for note in chord:
                self._add(_tone(note + 12, round(length, 3), kind), self._at(bar, step), 0.12 * self.levels["chord"])
        for step in style.broken:
            if self.chance.random() < 0.85:
                note = chord[step // 2 % 3] + 24
                self._add(_tone(note, round(self.step * 3, 3), "keys"), self._at(bar, step), 0.15 * self.levels["tune"])

    def _tune(self, bar: int, root: int) -> None:
        step = 0
        while step < self.steps:
            length = int(self.chance.choice([2, 2, 4, 4, 6]))
            if self.chance.random() < 0.75:
                note = root + 24 + int(self.chance.choice([0, 2, 4, 7, 9, 12]))
                sound = _tone(note, round(length * self.step * 0.9, 3), "keys")
                self._add(sound, self._at(bar, step), 0.2 * self.levels["tune"])
            step += length


def _noise(length: float, seed: int) -> Signal:
    return np.random.default_rng(seed).standard_normal(int(length * RATE)).astype(np.float32)


def _bright(noise: Signal) -> Signal:
    """The upper half of noise, by differences."""
    return np.diff(noise, n=2, prepend=[0, 0]).astype(np.float32) / 4


@cache
def _drum(name: str) -> Signal:
    length = {"kick": 0.25, "snare": 0.2, "hat": 0.06, "open_hat": 0.18, "rim": 0.05}[name]
    time = np.arange(int(length * RATE)) / RATE
    fall = np.exp(-time / (length / 4))
    if name == "kick":
        sound = np.sin(2 * np.pi * (50 * time + 6 * (1 - np.exp(-time / 0.03)))) * fall
    elif name == "snare":
        sound = 0.5 * np.sin(2 * np.pi * 190 * time) * fall + 0.35 * _noise(length, 1) * fall
    elif name == "rim":
        sound = np.sin(2 * np.pi * 900 * time) * np.exp(-time / 0.008) + 0.3 * _noise(length, 2) * fall
    else:
        sound = _bright(_noise(length, 3)) * fall
    return sound.astype(np.float32)


@cache
def _tone(key: int, length: float, kind: str) -> Signal:
    attack, decay, ring = {"bass": (0.005, 0.5, 0.05), "keys": (0.004, 0.35, 0.1), "pad": (0.25, 4.0, 0.4)}[kind]
    time = np.arange(int((length + ring) * RATE)) / RATE
    hertz = 440 * 2 ** ((key - 69) / 12)
    wave = sum(np.sin(2 * np.pi * hertz * n * time + n) / n**1.5 for n in range(1, 9) if hertz * n < 8000)
    shape = np.minimum(time / attack, 1) * np.exp(-time / decay) * np.clip((length + ring - time) / ring, 0, 1)
    return (wave * shape).astype(np.float32)
