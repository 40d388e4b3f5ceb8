"""Drums. Each stroke is made anew, from noise of its own, so no two are alike.

A drum is a function of how hard it is struck (0…1) and a random generator; it gives one channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clipkit.sound.compose.waves import RATE, Signal, noise, saturate, sine, times

Drum = Callable[[float, np.random.Generator], Signal]


def _ended(signal: Signal, rise: float = 0.0006, fall: float = 0.012) -> Signal:
    """Both ends eased to nothing."""
    up, down = max(round(rise * RATE), 1), min(round(fall * RATE), len(signal))
    signal[:up] *= np.linspace(0, 1, up, dtype=np.float32)
    signal[len(signal) - down :] *= np.linspace(1, 0, down, dtype=np.float32)
    return signal


def _swoop(time: Signal, top: float, bottom: float, fall: float) -> Signal:
    """A sine that falls from `top` to `bottom` Hz within about `fall` seconds."""
    cycles = bottom * time + (top - bottom) * fall * (1 - np.exp(-time / fall))
    return sine(cycles.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Kick:
    """A bass drum: a swoop, and a click of the beater."""

    top: float = 150.0
    bottom: float = 50.0
    fall: float = 0.028
    decay: float = 0.15
    click: float = 0.25
    drive: float = 1.8

    def __call__(self, hard: float, random: np.random.Generator) -> Signal:
        time = times(self.decay * 4)
        body = _swoop(time, self.top * (0.9 + 0.15 * hard), self.bottom, self.fall) * np.exp(-time / self.decay)
        beater = noise(len(time), random, 3200, 0.9) * np.exp(-time / 0.004)
        return _ended(saturate(body + np.float32(self.click * hard) * beater, self.drive), fall=0.04)


@dataclass(frozen=True, slots=True)
class Snare:
    """A snare drum: two modes of the skin, and the wires."""

    tone: float = 190.0
    decay: float = 0.075
    bright: float = 3600.0
    wires: float = 0.8
    crack: float = 0.3

    def __call__(self, hard: float, random: np.random.Generator) -> Signal:
        time = times(0.06 + self.decay * 4)
        tone = self.tone * random.uniform(0.99, 1.01)
        skin = _swoop(time, tone * 1.5, tone, 0.012) * np.exp(-time / 0.06)
        skin += np.float32(0.5) * _swoop(time, tone * 2.0, tone * 1.72, 0.01) * np.exp(-time / 0.035)
        rattle = noise(len(time), random, self.bright, 1.1) * np.exp(-time / (self.decay * (0.6 + 0.4 * hard)))
        snap = noise(len(time), random, 6500, 1.0) * np.exp(-time / 0.006)
        mixed = np.float32(0.55) * skin + np.float32(self.wires * 0.45) * rattle
        return _ended(saturate(mixed + np.float32(self.crack * hard * 0.5) * snap, 1.2), fall=0.03)


@dataclass(frozen=True, slots=True)
class Clap:
    """Several hands, and the room around them."""

    bright: float = 1500.0
    decay: float = 0.075

    def __call__(self, hard: float, random: np.random.Generator) -> Signal:
        time = times(self.decay * 4.5)
        shape = np.float32(0.6) * np.exp(-time / self.decay)
        for at in (0.0, 0.0095, 0.021, 0.029):
            late = time - np.float32(at * random.uniform(0.9, 1.1))
            shape += np.exp(-np.maximum(late, 0) / 0.0045) * (late >= 0)
        return _ended(noise(len(time), random, self.bright, 0.75) * shape.astype(np.float32) * np.float32(0.5))


@dataclass(frozen=True, slots=True)
class Cymbal:
    """Hi-hats, rides and crashes: steep high noise and the ring of metal."""

    decay: float = 0.035
    edge: float = 7500.0
    metal: float = 0.25
    ping: float = 0.0

    def __call__(self, hard: float, random: np.random.Generator) -> Signal:
        time = times(min(self.decay * 5, 3.5))
        decay = self.decay * random.uniform(0.85, 1.15) * (0.7 + 0.4 * hard)
        hiss = noise(len(time), random, self.edge * (0.9 + 0.12 * hard), steep=3)
        # Two envelopes: the stick, and what rings after it.
        shape = np.float32(0.45) * np.exp(-time / (decay * 0.25)) + np.float32(0.55) * np.exp(-time / decay)
        ring = np.zeros_like(time)
        for ratio in (1.0, 1.342, 1.523, 1.94, 2.31):
            ring += sine(self.edge * 0.62 * ratio * time.astype(np.float64) + random.random())
        bell = sine(3350 * time.astype(np.float64)) * np.exp(-time / 0.09)
        mixed = hiss + np.float32(self.metal) * ring + np.float32(self.ping * 3) * bell
        return _ended(mixed * shape * np.float32(0.35), fall=0.02)


@dataclass(frozen=True, slots=True)
class Shaker:
    """Seeds in a shell: no stroke, but a swell. Also brushes, tambourines (`jingle`) and guiros (`scrapes`)."""

    length: float = 0.09
    bright: float = 6200.0
    octaves: float = 0.6
    peak: float = 0.45
    jingle: float = 0.0
    scrapes: int = 0

    def __call__(self, hard: float, random: np.random.Generator) -> Signal:
        time = times(self.length)
        share = time / np.float32(self.length)
        shape = np.where(share < self.peak, share / self.peak, (1 - share) / (1 - self.peak)).clip(0) ** 1.6
        if self.scrapes:
            shape = shape * (0.25 + 0.75 * np.abs(np.sin(np.pi * self.scrapes * share**1.15)))
        grains = noise(len(time), random, self.bright, self.octaves)
        if self.jingle:
            for tone in (8200, 9650, 11800):
                grains += np.float32(self.jingle) * sine(tone * time.astype(np.float64) + random.random())
        return _ended(grains * shape.astype(np.float32) * np.float32(0.4), 0.002, 0.01)


@dataclass(frozen=True, slots=True)
class Struck:
    """Wood, metal and skins with a pitch: rims, claves, cowbells, congas, toms, timbales."""

    tones: tuple[float, ...]
    decay: float
    bend: float = 1.0
    noise: float = 0.1
    bright: float = 3000.0

    def __call__(self, hard: float, random: np.random.Generator) -> Signal:
        time = times(self.decay * 5)
        body = np.zeros_like(time)
        tune = random.uniform(0.992, 1.008)
        for number, tone in enumerate(self.tones):
            ring = _swoop(time, tone * tune * (1 + (self.bend - 1) * (0.6 + 0.4 * hard)), tone * tune, 0.02)
            body += ring * np.exp(-time / (self.decay / (1 + 0.5 * number))) / np.float32(1 + 0.6 * number)
        slap = noise(len(time), random, self.bright, 0.9) * np.exp(-time / 0.007)
        return _ended(body * np.float32(0.6) + np.float32(self.noise * hard) * slap, 0.0008, 0.02)


@dataclass(frozen=True, slots=True)
class Dust:
    """The crackle and hiss of a record, for the length of a bar."""

    length: float = 3.4

    def __call__(self, hard: float, random: np.random.Generator) -> Signal:
        count = round(self.length * RATE)
        bed = noise(count, random, 4200, 1.3) * np.float32(0.02)
        for at in random.integers(0, count - 200, round(self.length * 16)):
            bed[at : at + 90] += (
                noise(90, random, 2600, 1.0)
                * np.float32(random.exponential(0.3))
                * np.exp(-np.arange(90, dtype=np.float32) / 14)
            )
        return _ended(bed, 0.25, 0.25)


RIM = Struck((1720, 2450), 0.014, noise=0.35, bright=4200)
CLAVE = Struck((2480, 2510), 0.035, noise=0.06)
COWBELL = Struck((562, 845), 0.10, noise=0.1)
CONGA = Struck((208, 330), 0.14, bend=1.12, noise=0.10, bright=1800)
CONGA_LOW = Struck((156, 255), 0.17, bend=1.12, noise=0.08, bright=1500)
SLAP = Struck((310, 980), 0.05, bend=1.05, noise=0.5, bright=2600)
TIMBALE = Struck((420, 655, 1010), 0.12, bend=1.08, noise=0.25, bright=4500)
TOM = Struck((130, 196), 0.22, bend=1.35, noise=0.15, bright=2600)
TOM_LOW = Struck((88, 136), 0.28, bend=1.35, noise=0.15, bright=2200)
