"""Instruments with a pitch. Each is a function of a MIDI key, a length in seconds and a `Touch`, and gives sound of one
channel, shape (n,), or of two, shape (2, n). What rings on after the length is part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.compose.theory import hertz
from clipkit.sound.compose.waves import RATE, Signal, envelope, noise, phases, plucked, saturate, sine, swept


@dataclass(frozen=True, slots=True)
class Touch:
    """How a note is played.

    Attributes:
        hard: 0…1.
        bright: 0…1: how open filters are; it follows the energy of the section.
        random: No two notes begin at the same place of their wave.
    """

    hard: float
    bright: float
    random: np.random.Generator


Instrument = Callable[[int, float, Touch], Signal]


@dataclass(frozen=True, slots=True)
class Synth:
    """Waves a little out of tune with each other, a lowpass that moves, an envelope.

    Attributes:
        wave: As `waves.swept` names them.
        voices: How many waves; the first and the last lie `detune` cents apart and `width` (0…1) from left to right.
        cutoff: Hz, at rest, at the middle of the keyboard; it follows the keys halfway.
        sweep: How many times as high the cutoff is when the note begins, with `sweep_time` to fall.
        attack, decay, sustain, release: In seconds, and a share.
        sub: Level of a sine an octave below.
        vibrato: Cents; it comes after a fifth of a second.
        glide: Semitones from below at which the note begins.
        drive: How hard it is overdriven; 0 is not at all.
        breath: Level of noise round the note: flutes, bows.
    """

    wave: str = "saw"
    voices: int = 1
    detune: float = 12.0
    width: float = 0.8
    cutoff: float = 1800.0
    sweep: float = 0.0
    sweep_time: float = 0.15
    attack: float = 0.004
    decay: float = 0.4
    sustain: float = 0.7
    release: float = 0.12
    sub: float = 0.0
    vibrato: float = 0.0
    glide: float = 0.0
    drive: float = 0.0
    breath: float = 0.0

    def __call__(self, key: int, seconds: float, touch: Touch) -> Signal:
        count = round((seconds + self.release) * RATE)
        frequency = hertz(key)
        bend = self._bend(count, frequency, touch)
        cutoff = self._cutoff(count, key, touch)
        # Where a channel has one wave only, two voices are two channels that drift apart.
        sides = np.zeros((2 if self.voices > 1 else 1, count), np.float32)
        for number in range(self.voices):
            along = 2 * number / (self.voices - 1) - 1 if self.voices > 1 else 0.0
            tuned = frequency * 2 ** (along * self.detune / 2400 + touch.random.normal(0, 0.6) / 1200)
            cycles = phases(tuned, count, touch.random.random())
            if bend is not None:
                cycles += bend
            wave = swept(self.wave, frequency, cycles, cutoff)
            if len(sides) == 1:
                sides[0] += wave
                continue
            place = along * self.width
            for side, sign in enumerate((-1, 1)):
                sides[side] += wave * np.float32(np.sqrt((1 + sign * place) / 2))
        sides *= np.float32(1 / np.sqrt(self.voices))
        if self.sub:
            sides += np.float32(self.sub) * sine(phases(frequency / 2, count))
        if self.breath:
            sides += np.float32(self.breath) * noise(count, touch.random, min(2.2 * frequency, 9000.0), 0.7)
        if self.drive:
            sides = saturate(sides, self.drive)
        sides *= envelope(count, self.attack, self.decay, self.sustain, seconds, self.release)
        return sides if len(sides) == 2 else sides[0]

    def _cutoff(self, count: int, key: int, touch: Touch) -> Signal | float:
        rest = self.cutoff * 2 ** ((key - 60) / 24) * 2 ** (1.6 * (touch.bright - 0.7)) * (0.75 + 0.35 * touch.hard)
        if not self.sweep:
            return rest
        time = np.arange(count, dtype=np.float32) / np.float32(self.sweep_time * RATE)
        moved: Signal = np.float32(rest) * (1 + np.float32(self.sweep * (0.4 + 0.6 * touch.hard)) * np.exp(-time))
        return moved

    def _bend(self, count: int, frequency: float, touch: Touch) -> NDArray[np.float64] | None:
        """Cycles to add for glide and vibrato."""
        if not (self.vibrato or self.glide):
            return None
        time = np.arange(count) / RATE
        bent = np.zeros(count)
        if self.vibrato:
            rate = 5.2 * touch.random.uniform(0.93, 1.07)
            depth = frequency * (2 ** (self.vibrato / 1200) - 1) * np.clip((time - 0.2) / 0.3, 0, 1)
            bent -= depth / (2 * np.pi * rate) * np.cos(2 * np.pi * rate * time)
        if self.glide:
            bent += frequency * (2 ** (-self.glide / 12) - 1) * 0.03 * (1 - np.exp(-time / 0.03))
        return bent


@dataclass(frozen=True, slots=True)
class Electric:
    """An electric piano: two operators of frequency modulation for the body, two for the tine; it pans slowly."""

    tine: float = 0.25
    decay: float = 1.7
    growl: float = 1.3
    sway: float = 0.25

    def __call__(self, key: int, seconds: float, touch: Touch) -> Signal:
        release = 0.22
        count = round((seconds + release) * RATE)
        time = np.arange(count, dtype=np.float32) / np.float32(RATE)
        base = phases(hertz(key), count, touch.random.random())
        growl = np.float32(self.growl * (0.35 + 0.85 * touch.hard) / (2 * np.pi))
        bite = np.exp(-time / 0.5) * sine(base) + np.float32(0.22) * np.exp(-time / 0.3) * sine(3 * base)
        body = sine(base + growl * bite)
        if self.tine and hertz(key) * 14 < 15_000:
            high = np.float32(0.7 * touch.hard / (2 * np.pi)) * np.exp(-time / 0.07) * sine(14 * base)
            body = np.float32(1 - self.tine) * body + np.float32(self.tine) * sine(base + high)
        decay = self.decay * 2 ** ((60 - key) / 24)
        mono = body * envelope(count, 0.003, decay, 0.0, seconds, release)
        pan = np.float32(self.sway) * sine(phases(3.1, count, touch.random.random()))
        return np.stack([mono * (1 - pan), mono * (1 + pan)])


@dataclass(frozen=True, slots=True)
class String:
    """A plucked or struck string: guitars, upright bass, pianos, harps.

    Attributes:
        place: Where it is plucked, as a share of its length: near 0 is thin, 0.5 is round.
        damping: How much faster high partials die.
        speed: How fast it ages.
        ring: Seconds to fall to a third, at middle C; lower strings ring longer.
        release: Seconds to fall silent once it is let go.
        strings: More than one lie `spread` cents apart, left and right.
        thump: Level of the noise of finger, plectrum or hammer.
        drive: How hard it is overdriven; 0 is not at all.
    """

    place: float = 0.18
    damping: float = 0.06
    speed: float = 1.5
    ring: float = 1.2
    release: float = 0.09
    strings: int = 1
    spread: float = 6.0
    thump: float = 0.1
    drive: float = 0.0

    def __call__(self, key: int, seconds: float, touch: Touch) -> Signal:
        count = round((seconds + self.release) * RATE)
        frequency = hertz(key)
        place = self.place * (1.15 - 0.3 * touch.hard)
        damping = round(self.damping * 2 ** (2.2 * (0.7 - touch.bright * 0.4 - touch.hard * 0.45)), 3)
        ring = self.ring * 2 ** ((60 - key) / 26)
        shape = envelope(count, 0.0018, ring, 0.0, seconds, self.release)
        knock = np.zeros(count, np.float32)
        if self.thump:
            length = min(count, 1800)
            fall = np.exp(-np.arange(length, dtype=np.float32) / 260)
            knock[:length] = np.float32(self.thump * touch.hard) * fall * noise(length, touch.random, 1700, 1.2)
        sides = np.empty((self.strings, count), np.float32)
        speed = self.speed * 2 ** ((key - 60) / 36)
        for number in range(self.strings):
            cents = (2 * number / (self.strings - 1) - 1) * self.spread / 2 if self.strings > 1 else 0.0
            tuned = frequency * 2 ** ((cents + touch.random.normal(0, 0.8)) / 1200)
            string = plucked(frequency, phases(tuned, count, touch.random.random()), round(place, 2), damping, speed)
            sides[number] = (string + knock) * shape
        if self.drive:
            sides = saturate(sides, self.drive)
        return sides if self.strings == 2 else sides[0]


@dataclass(frozen=True, slots=True)
class Bell:
    """Bars and bells: sines at odd ratios, each with a time of its own: kalimba, marimba, vibraphone, glass.

    Attributes:
        partials: Ratio, level and seconds to fall to a third.
        attack: Seconds.
        tremolo: Depth of a slow motor, 0…1.
    """

    partials: tuple[tuple[float, float, float], ...]
    attack: float = 0.002
    tremolo: float = 0.0
    mallet: float = 0.06

    def __call__(self, key: int, seconds: float, touch: Touch) -> Signal:
        longest = max(fall for _, _, fall in self.partials)
        count = round((max(seconds, 0.1) + min(2.2 * longest, 2.0)) * RATE)
        time = np.arange(count, dtype=np.float32) / np.float32(RATE)
        base = phases(hertz(key), count, touch.random.random())
        total = np.zeros(count, np.float32)
        for number, (ratio, level, fall) in enumerate(self.partials):
            if hertz(key) * ratio < 15_000:
                loud = level * (0.45 + 0.75 * touch.hard) ** number
                total += np.float32(loud) * sine(base * ratio) * np.exp(-time / np.float32(fall))
        if self.mallet:
            total += (
                np.float32(self.mallet * touch.hard) * noise(count, touch.random, 2400, 1.0) * np.exp(-time / 0.006)
            )
        total *= envelope(count, self.attack, 60.0, 1.0, count / RATE - 0.25, 0.25)
        if self.tremolo:
            total *= 1 + np.float32(self.tremolo) * sine(phases(5.0, count, touch.random.random()))
        return total


@dataclass(frozen=True, slots=True)
class Sub:
    """The long bass of a drum machine: it starts sharp and rounds off, with harmonics that small speakers play."""

    decay: float = 0.8
    drive: float = 2.2
    punch: float = 1.1

    def __call__(self, key: int, seconds: float, touch: Touch) -> Signal:
        count = round((seconds + 0.05) * RATE)
        time = np.arange(count) / RATE
        cycles = hertz(key) * time + self.punch * (1 - np.exp(-time / 0.03))
        shaped = sine(cycles) * envelope(count, 0.004, self.decay, 0.3, seconds, 0.05)
        return saturate(shaped, self.drive * (0.7 + 0.4 * touch.bright))


@dataclass(frozen=True, slots=True)
class Riser:
    """Noise that opens up towards a new section; `down` is its mirror image, after a beginning."""

    down: bool = False

    def __call__(self, key: int, seconds: float, touch: Touch) -> Signal:
        count = round(seconds * RATE)
        share = np.linspace(0, 1, count, dtype=np.float32)
        if self.down:
            share = 1 - share
        sides = np.zeros((2, count), np.float32)
        for side in sides:
            for number, centre in enumerate((450, 900, 1800, 3600, 7200)):
                side += noise(count, touch.random, centre, 0.5) * np.exp(-((4 * share - number) ** 2))
        sides *= share**1.7
        ends = np.minimum(np.arange(count), np.arange(count)[::-1]) / np.float32(0.012 * RATE)
        sides *= np.minimum(ends, 1).astype(np.float32)
        return sides


KALIMBA = Bell(((1, 1.0, 0.55), (2.0, 0.12, 0.2), (5.8, 0.14, 0.06)), mallet=0.12)
MARIMBA = Bell(((1, 1.0, 0.35), (3.9, 0.25, 0.08), (9.2, 0.08, 0.03)), mallet=0.1)
VIBES = Bell(((1, 1.0, 1.5), (4.0, 0.16, 0.5), (10.0, 0.05, 0.12)), tremolo=0.28, mallet=0.04)
GLASS = Bell(((1, 1.0, 1.3), (2.0, 0.35, 0.8), (3.01, 0.2, 0.5), (5.4, 0.1, 0.2)), attack=0.008, mallet=0.0)
PIANO = String(place=0.12, damping=0.075, speed=1.3, ring=1.5, release=0.16, strings=2, spread=2.5, thump=0.16)
NYLON = String(place=0.27, damping=0.14, speed=2.4, ring=0.75, release=0.1, thump=0.14)
STEEL = String(place=0.15, damping=0.05, speed=1.6, ring=1.3, release=0.1, strings=2, spread=4.0, thump=0.12)
UPRIGHT = String(place=0.32, damping=0.12, speed=2.2, ring=0.55, release=0.06, thump=0.12)
