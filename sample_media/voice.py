"""A formant voice: ARPAbet phonemes in, speech and the track of the mouth out.

Each glottal pulse starts one damped sine per formant, which is what a vocal tract does, so vowels need no recursive
filter; consonants add noise with a colour of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sound import RATE, Signal, bell, fade, seconds

# First three formants in hertz, of a middle-sized tract.
VOWELS: dict[str, tuple[float, float, float]] = {
    "AA": (730, 1120, 2440),
    "AE": (670, 1720, 2430),
    "AH": (630, 1190, 2400),
    "AO": (570, 860, 2410),
    "EH": (540, 1840, 2480),
    "ER": (490, 1350, 1720),
    "IH": (400, 1990, 2550),
    "IY": (280, 2290, 3010),
    "UH": (440, 1050, 2240),
    "UW": (310, 880, 2240),
}
GLIDES: dict[str, tuple[str, str]] = {
    "AY": ("AA", "IH"),
    "AW": ("AA", "UH"),
    "EY": ("EH", "IY"),
    "OW": ("AO", "UH"),
    "OY": ("AO", "IH"),
}
# Formants, loudness and length of the consonants that hum.
HUMS: dict[str, tuple[tuple[float, float, float], float, float]] = {
    "L": ((360, 1150, 2700), 0.5, 0.06),
    "R": ((330, 1100, 1600), 0.55, 0.06),
    "W": ((310, 700, 2200), 0.5, 0.06),
    "Y": ((280, 2200, 2900), 0.5, 0.05),
    "M": ((260, 1000, 2200), 0.34, 0.07),
    "N": ((270, 1500, 2500), 0.34, 0.06),
    "NG": ((270, 1900, 2600), 0.32, 0.07),
}


@dataclass(frozen=True)
class Hiss:
    """A consonant made of noise: its colour, how loud, how long, how much closure before it, and whether it hums."""

    centre: float
    width: float
    level: float
    length: float
    closure: float = 0.0
    voiced: float = 0.0


HISSES: dict[str, Hiss] = {
    "S": Hiss(6500, 0.45, 0.15, 0.10),
    "Z": Hiss(6200, 0.45, 0.09, 0.08, voiced=0.2),
    "SH": Hiss(3200, 0.5, 0.16, 0.10),
    "F": Hiss(5500, 1.2, 0.06, 0.09),
    "V": Hiss(4500, 1.2, 0.03, 0.06, voiced=0.3),
    "TH": Hiss(6000, 1.2, 0.05, 0.08),
    "DH": Hiss(4000, 1.2, 0.03, 0.045, voiced=0.35),
    "HH": Hiss(1500, 1.1, 0.07, 0.06),
    "CH": Hiss(3500, 0.5, 0.17, 0.07, closure=0.05),
    "JH": Hiss(3200, 0.5, 0.12, 0.055, closure=0.04, voiced=0.15),
    "P": Hiss(1100, 1.0, 0.14, 0.025, closure=0.06),
    "T": Hiss(4200, 0.7, 0.17, 0.03, closure=0.05),
    "K": Hiss(2000, 0.6, 0.16, 0.035, closure=0.055),
    "B": Hiss(700, 1.0, 0.10, 0.012, closure=0.05, voiced=0.16),
    "D": Hiss(3200, 0.8, 0.10, 0.015, closure=0.04, voiced=0.16),
    "G": Hiss(1800, 0.6, 0.10, 0.018, closure=0.045, voiced=0.16),
}
LIPS_SHUT = frozenset({"M", "B", "P"})
LIPS_ROUND = frozenset({"W", "UW", "UH", "AO", "SH", "CH", "JH", "R"})


@dataclass(frozen=True)
class Speaker:
    """What makes two voices differ."""

    pitch: float
    tract: float
    pace: float
    seed: int


@dataclass
class Track:
    """Breakpoints of everything that moves while the voice speaks."""

    times: list[float] = field(default_factory=list)
    formants: list[tuple[float, float, float]] = field(default_factory=list)
    voicing: list[float] = field(default_factory=list)
    opening: list[float] = field(default_factory=list)
    spread: list[float] = field(default_factory=list)
    accents: list[tuple[float, float]] = field(default_factory=list)
    noises: list[tuple[float, Hiss, float]] = field(default_factory=list)
    phrases: list[tuple[float, float]] = field(default_factory=list)

    def point(
        self, time: float, formants: tuple[float, float, float], voicing: float, mouth: tuple[float, float]
    ) -> None:
        self.times.append(time)
        self.formants.append(formants)
        self.voicing.append(voicing)
        self.opening.append(mouth[0])
        self.spread.append(mouth[1])


@dataclass(frozen=True)
class Speech:
    """A rendered voice: mono samples, and the mouth from 0 shut to 1 open, −1 round to 1 wide, by time."""

    samples: Signal
    times: Signal
    opening: Signal
    spread: Signal
    phrases: tuple[tuple[float, float], ...]
    accents: tuple[tuple[float, float], ...]

    def mouth(self, time: float) -> tuple[float, float]:
        return (
            float(np.interp(time, self.times, self.opening)),
            float(np.interp(time, self.times, self.spread)),
        )


def _mouth(formants: tuple[float, float, float], name: str) -> tuple[float, float]:
    opening = float(np.clip((formants[0] - 200) / 520, 0.1, 1))
    spread = -0.8 if name in LIPS_ROUND else float(np.clip((formants[1] - 1300) / 900, -0.5, 1))
    return opening, spread


def _vowel(track: Track, time: float, name: str, stress: int, pace: float) -> float:
    length = (0.085, 0.135, 0.16)[stress] * pace * (1.25 if name in GLIDES else 1.0)
    level = (0.62, 1.0, 1.15)[stress]
    first, last = GLIDES.get(name, (name, name))
    if stress:
        track.accents.append((time + length * 0.35, 0.55 + 0.45 * (stress - 1)))
    for share, vowel, weight in ((0.18, first, level), (0.45, first, level), (0.88, last, 0.85 * level)):
        opening, spread = _mouth(VOWELS[vowel], vowel)
        track.point(time + share * length, VOWELS[vowel], weight, (opening * (0.72, 0.95, 1.0)[stress], spread))
    return time + length


def _consonant(track: Track, time: float, name: str, pace: float, before: tuple[float, float, float]) -> float:
    if name in HUMS:
        formants, level, length = HUMS[name]
        length *= pace
        opening, spread = _mouth(formants, name)
        mouth = (0.0 if name in LIPS_SHUT else 0.8 * opening, spread)
        track.point(time + 0.25 * length, formants, level, mouth)
        track.point(time + 0.75 * length, formants, level, mouth)
        return time + length
    hiss = HISSES[name]
    mouth = (0.0 if name in LIPS_SHUT else 0.18, -0.8 if name in LIPS_ROUND else 0.2)
    start = time + hiss.closure * pace
    track.point(time + 0.006, before, hiss.voiced, mouth)
    if hiss.closure:
        track.point(start - 0.006, before, hiss.voiced, mouth)
    length = hiss.length * (1.0 if hiss.closure else pace)
    track.point(start + 0.8 * length, before, hiss.voiced, mouth)
    track.noises.append((start, hiss, length))
    return start + length


def _plan(lines: list[tuple[float, str]], speaker: Speaker) -> Track:
    track = Track()
    rest = VOWELS["AH"]
    for start, text in lines:
        time = start
        before = rest
        track.point(time - 0.05, rest, 0.0, (0.0, 0.0))
        for word in text.split():
            name, stress = word.rstrip("012"), int(word[-1]) if word[-1] in "012" else 0
            if name == ",":
                track.point(time + 0.03, before, 0.0, (0.05, 0.0))
                time += 0.2
                track.point(time - 0.02, before, 0.0, (0.05, 0.0))
            elif name in HUMS or name in HISSES:
                time = _consonant(track, time, name, speaker.pace, before)
            else:
                time = _vowel(track, time, name, stress, speaker.pace)
                before = VOWELS[GLIDES.get(name, (name, name))[1]]
        track.point(time + 0.07, before, 0.0, (0.0, 0.0))
        track.phrases.append((start, time))
    return track


def _melody(track: Track, speaker: Speaker, time: Signal) -> Signal:
    """Pitch in hertz: falls over each phrase, lifts at accents, drifts a little as living voices do."""
    random = np.random.default_rng(speaker.seed)
    semitones = np.zeros_like(time)
    for index, (start, end) in enumerate(track.phrases):
        inside = (time >= start - 0.1) & (time <= end + 0.15)
        along = (time[inside] - start) / (end - start)
        ending = -2.5 if index % 3 != 1 else 2.0
        semitones[inside] = 2.2 - 4.0 * along + ending * np.clip((along - 0.8) / 0.2, 0, 1)
    for at, weight in track.accents:
        semitones += 3.2 * weight * random.uniform(0.6, 1.2) * np.exp(-(((time - at) / 0.085) ** 2))
    knots = np.arange(0, time[-1] + 0.2, 0.11)
    drift = np.interp(time, knots, random.normal(0, 0.22, knots.size))
    return speaker.pitch * 2 ** ((semitones + drift) / 12)


def _pulses(pitch: Signal) -> Signal:
    """Times of the glottal pulses, exact to a fraction of a sample."""
    phase = np.concatenate([[0.0], np.cumsum(pitch) / RATE])
    whole = np.arange(1, int(phase[-1]))
    return np.interp(whole, phase, np.arange(phase.size)) / RATE


def _voiced(track: Track, speaker: Speaker, length: int) -> Signal:
    time = np.arange(length) / RATE
    pulses = _pulses(_melody(track, speaker, time))
    random = np.random.default_rng(speaker.seed + 1)
    level = np.interp(pulses, track.times, track.voicing) * random.normal(1, 0.04, pulses.size)
    formants = np.stack(
        [np.interp(pulses, track.times, [point[row] for point in track.formants]) for row in range(3)], axis=1
    )
    # Two fixed high formants give the timbre of a person rather than of a telephone.
    upper = np.tile([3500.0, 4500.0], (pulses.size, 1))
    formants = np.concatenate([formants, upper], axis=1) * speaker.tract
    widths = np.array([70.0, 95.0, 140.0, 220.0, 300.0])
    weights = np.array([1.0, -0.62, 0.34, -0.16, 0.09])
    grain = np.arange(round(0.024 * RATE)) / RATE
    sound = np.zeros(length + grain.size + 2)
    for at, loud, peaks in zip(pulses, level, formants, strict=True):
        if loud < 0.01:
            continue
        first = int(np.ceil(at * RATE))
        local = grain + (first / RATE - at)
        rise = 1 - np.exp(-local / 0.00045)
        # A soft voice is also a dull one, so the higher formants lose more than the first as it fades.
        tilt = weights * np.minimum(loud, 1.2) ** np.array([0.0, 0.25, 0.4, 0.5, 0.6])
        rings = np.exp(-np.pi * widths[:, None] * local) * np.sin(2 * np.pi * peaks[:, None] * local)
        sound[first : first + grain.size] += loud * rise * (tilt @ rings) * np.cos(np.pi / 2 * grain / grain[-1])
    return sound[:length]


def _noise(track: Track, speaker: Speaker, length: int) -> Signal:
    random = np.random.default_rng(speaker.seed + 2)
    sound = np.zeros(length)
    for start, hiss, lasts in track.noises:
        first = round(start * RATE)
        burst = bell(random.standard_normal(seconds(lasts + 0.02).size), hiss.centre, hiss.width)
        burst *= hiss.level / np.sqrt(np.mean(burst**2))
        burst = fade(burst, 0.002 if hiss.closure else 0.02, lasts * 0.6)
        sound[first : first + burst.size] += burst[: max(0, length - first)]
    return sound


def speak(lines: list[tuple[float, str]], speaker: Speaker, duration: float) -> Speech:
    """Every line at its start time, in ARPAbet with stress digits; a comma is a breath."""
    track = _plan(lines, speaker)
    length = round(duration * RATE)
    samples = _voiced(track, speaker, length) + _noise(track, speaker, length)
    return Speech(
        samples=samples,
        times=np.array(track.times),
        opening=np.array(track.opening),
        spread=np.array(track.spread),
        phrases=tuple(track.phrases),
        accents=tuple(track.accents),
    )
