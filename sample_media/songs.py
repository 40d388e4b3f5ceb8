"""Four songs, each about half a minute: synthesised drums, bass, chords and a tune, arranged and mixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from sound import (
    RATE,
    Signal,
    bell,
    fade,
    from_db,
    highpass,
    lowpass,
    master,
    reverb,
    saturate,
    seconds,
)

Note = tuple[float, float, int]
"""Beat, length in beats, MIDI key."""


def hertz(key: float) -> float:
    return float(440 * 2 ** ((key - 69) / 12))


# --- instruments ---


def _harmonics(frequency: float, duration: float, cutoff: Signal, odd: bool = False, phase: float = 0.0) -> Signal:
    """A saw, or a square of only `odd` harmonics, through a lowpass that moves; nothing folds back."""
    time = seconds(duration)
    angle = 2 * np.pi * frequency * time + phase
    double = 2 * np.cos(angle)
    before, now = np.zeros_like(time), np.sin(angle)
    total = np.zeros_like(time)
    highest = min(48, int(15_000 / frequency))
    for number in range(1, highest + 1):
        if not (odd and number % 2 == 0):
            total += now / number / np.sqrt(1 + (number * frequency / cutoff) ** 4)
        before, now = now, double * now - before
    return total


def _envelope(duration: float, attack: float, decay: float, sustain: float, release: float) -> Signal:
    time = seconds(duration)
    body = sustain + (1 - sustain) * np.exp(-time / decay)
    return body * np.minimum(1, time / attack) * np.clip((duration - time) / release, 0, 1)


@cache
def pluck(key: int, duration: float, bright: float = 2600.0) -> Signal:
    length = duration + 0.25
    time = seconds(length)
    cutoff = 300 + bright * np.exp(-time / 0.12)
    body = _harmonics(hertz(key), length, cutoff) + 0.6 * _harmonics(hertz(key + 0.07), length, cutoff, phase=1.0)
    return body * _envelope(length, 0.002, 0.28, 0.05, 0.2)


@cache
def lead(key: int, duration: float, bright: float = 3200.0) -> Signal:
    """A soft square with a late vibrato."""
    length = duration + 0.08
    time = seconds(length)
    sway = 0.012 * np.clip((time - 0.18) / 0.3, 0, 1) * np.sin(2 * np.pi * 5.4 * time)
    straight = _harmonics(hertz(key), length, 500 + bright * np.exp(-time / 0.5), odd=True)
    warped = np.interp(time + sway / (2 * np.pi * 5.4) * 0.6, time, straight)
    return warped * _envelope(length, 0.012, 0.4, 0.65, 0.07)


@cache
def pad(key: int, duration: float, cutoff: float, side: int) -> Signal:
    """One side of a wide chord tone: three saws a little apart, different on the left and on the right."""
    length = duration + 0.5
    random = np.random.default_rng(1000 * side + key)
    shape = np.full(seconds(length).size, cutoff)
    voices = [
        _harmonics(hertz(key + cents / 100), length, shape, phase=random.uniform(0, 6.28))
        for cents in (-7 + side, 1.0 - side, 8 - side)
    ]
    return np.sum(voices, axis=0) / 3 * _envelope(length, 0.09, 1.0, 0.9, 0.5)


@cache
def keys(key: int, duration: float, hard: float = 1.0) -> Signal:
    """An electric piano: two operators for the body, two for the tine."""
    length = duration + 0.35
    time = seconds(length)
    base = 2 * np.pi * hertz(key) * time
    body = np.sin(base + 1.3 * hard * np.exp(-time / 0.5) * np.sin(base))
    tine = np.sin(base + 0.7 * hard * np.exp(-time / 0.08) * np.sin(14 * base)) if hertz(key) < 900 else np.sin(base)
    decay = 1.6 * 2 ** ((60 - key) / 24)
    return (0.75 * body + 0.25 * tine) * _envelope(length, 0.003, decay, 0.0, 0.3)


@cache
def chime(key: int, duration: float) -> Signal:
    length = duration + 0.9
    time = seconds(length)
    parts = ((1.0, 1.0, 0.9), (2.0, 0.35, 0.6), (3.01, 0.2, 0.3), (5.4, 0.1, 0.12))
    total = sum(
        level * np.sin(2 * np.pi * hertz(key) * ratio * time) * np.exp(-time / fall) for ratio, level, fall in parts
    )
    return np.asarray(total) * _envelope(length, 0.002, 1.0, 1.0, 0.2)


@cache
def bass(key: int, duration: float, bright: float = 900.0) -> Signal:
    length = duration + 0.03
    time = seconds(length)
    cutoff = 140 + bright * np.exp(-time / 0.14)
    body = _harmonics(hertz(key), length, cutoff) + 0.7 * np.sin(2 * np.pi * hertz(key) * time)
    return saturate(body * _envelope(length, 0.005, 0.5, 0.6, 0.04), 1.4)


@cache
def sub(key: int, duration: float) -> Signal:
    """The long bass of a drum machine: it starts a little sharp and rounds off."""
    time = seconds(duration)
    phase = 2 * np.pi * (hertz(key) * time + 1.1 * (1 - np.exp(-time / 0.03)))
    return saturate(np.sin(phase) * _envelope(duration, 0.004, 0.7, 0.35, 0.06), 2.2)


# --- drums ---


@cache
def kick(top: float = 130.0, bottom: float = 48.0, length: float = 0.34) -> Signal:
    time = seconds(length)
    fall = 0.028
    phase = 2 * np.pi * (bottom * time + (top - bottom) * fall * (1 - np.exp(-time / fall)))
    body = np.sin(phase) * np.exp(-time / (length * 0.42))
    click = bell(np.random.default_rng(1).standard_normal(time.size), 3200, 0.8) * np.exp(-time / 0.004)
    return fade(saturate(body + 0.22 * click, 1.8), 0.0005, 0.05)


@cache
def snare(tone: float = 190.0, length: float = 0.24, bright: float = 3400.0) -> Signal:
    time = seconds(length)
    shell = np.sin(2 * np.pi * (tone * time + 1.2 * (1 - np.exp(-time / 0.012)))) * np.exp(-time / 0.06)
    wires = bell(np.random.default_rng(2).standard_normal(time.size), bright, 1.0) * np.exp(-time / (length * 0.3))
    return fade(0.55 * shell + 0.9 * wires, 0.0005, 0.05)


@cache
def clap(length: float = 0.26) -> Signal:
    time = seconds(length)
    hands = sum(np.exp(-np.maximum(time - at, 0) / 0.006) * (time >= at) for at in (0.0, 0.010, 0.021))
    body = np.asarray(hands) + 0.55 * np.exp(-time / 0.07)
    return fade(bell(np.random.default_rng(3).standard_normal(time.size) * body, 1500, 0.75), 0.0005, 0.06)


@cache
def hat(length: float = 0.05, take: int = 0) -> Signal:
    """`take` picks one of a few noises, since no two strokes are alike."""
    time = seconds(length * 3)
    noise = highpass(np.random.default_rng(10 + take).standard_normal(time.size), 7200, 3)
    metal = sum(np.sign(np.sin(2 * np.pi * tone * time)) for tone in (4103, 5407, 6211, 7919))
    mixed = noise + 0.25 * highpass(np.asarray(metal, dtype=float), 7000, 3)
    return fade(mixed * np.exp(-time / (length * 0.7)), 0.0005, 0.01)


@cache
def shaker(take: int = 0) -> Signal:
    time = seconds(0.11)
    noise = bell(np.random.default_rng(30 + take).standard_normal(time.size), 6000, 0.5)
    return fade(noise * np.sin(np.pi * np.minimum(time / 0.1, 1)) ** 2, 0.01, 0.02)


@cache
def rim() -> Signal:
    time = seconds(0.09)
    ring = np.sin(2 * np.pi * 820 * time) + 0.7 * np.sin(2 * np.pi * 1730 * time)
    return fade(ring * np.exp(-time / 0.012), 0.0005, 0.02)


def riser(duration: float) -> Signal:
    """Noise that opens up towards a new part."""
    time = seconds(duration)
    noise = np.random.default_rng(40).standard_normal(time.size)
    bands = [bell(noise, centre, 0.5) for centre in (500, 1000, 2000, 4000, 8000)]
    along = 4 * time / duration
    swept = sum(band * np.exp(-((along - number) ** 2)) for number, band in enumerate(bands))
    return fade(np.asarray(swept) * (time / duration) ** 1.5, 0.01, 0.02)


def crash(duration: float = 2.2) -> Signal:
    time = seconds(duration)
    noise = highpass(np.random.default_rng(41).standard_normal(time.size), 4200, 2)
    return fade(noise * np.exp(-time / (duration * 0.24)), 0.001, 0.2)


# --- the desk ---


class Desk:
    """Tracks of a song, placed by beat, with a swing for the off-beats."""

    def __init__(self, tempo: float, beats: float, tail: float, swing: float = 0.0, seed: int = 0) -> None:
        self.beat = 60 / tempo
        self.length = round((beats * self.beat + tail) * RATE)
        self.swing = swing
        self.random = np.random.default_rng(seed)
        self.tracks: dict[str, Signal] = {}
        self.kicks: list[float] = []

    def _time(self, beat: float) -> float:
        """Every second sixteenth comes late by the swing."""
        late = self.swing / 4 if round(beat * 4) % 2 and abs(beat * 4 - round(beat * 4)) < 0.01 else 0.0
        return (beat + late) * self.beat

    def add(self, track: str, beat: float, sound: Signal, level: float = 1.0, pan: float = 0.0) -> None:
        """`sound` of one channel, or of two, at `beat`; people are never exact, so neither are level and pan."""
        stereo = self.tracks.setdefault(track, np.zeros((2, self.length)))
        first = max(0, round(self._time(beat) * RATE))
        kept = sound[..., : max(0, self.length - first)]
        angle = (pan + 1) * np.pi / 4
        sides = np.array([[np.cos(angle)], [np.sin(angle)]]) * np.sqrt(2)
        stereo[:, first : first + kept.shape[-1]] += level * sides * kept

    def hit(
        self, track: str, beats: list[float], sound: Callable[[int], Signal], level: float, pan: float = 0.0
    ) -> None:
        for number, beat in enumerate(beats):
            self.add(track, beat, sound(number % 4), level * self.random.uniform(0.88, 1.06), pan)

    def kick(self, beats: list[float], sound: Signal, level: float = 1.0) -> None:
        for beat in beats:
            self.kicks.append(self._time(beat))
            self.add("kick", beat, sound, level)

    def tune(
        self, track: str, notes: list[Note], play: Callable[[int, float], Signal], level: float, pan: float = 0.0
    ) -> None:
        for beat, length, key in notes:
            loud = level * self.random.uniform(0.9, 1.05)
            self.add(track, beat, play(key, length * self.beat), loud, pan)

    def chord(
        self, track: str, beat: float, length: float, tones: tuple[int, ...], cutoff: float, level: float
    ) -> None:
        for tone in tones:
            sides = np.stack([pad(tone, length * self.beat, cutoff, side) for side in (0, 1)])
            self.add(track, beat, sides, level)

    def duck(self, depth: float, recovery: float) -> Signal:
        """The gain that gives way to every kick."""
        gain = np.ones(self.length)
        time = seconds(recovery)
        dip = 1 - depth * (1 - np.sin(np.pi / 2 * time / recovery) ** 2) * np.minimum(1, time / 0.004)
        for at in self.kicks:
            first = round(at * RATE)
            part = gain[first : first + dip.size]
            np.minimum(part, dip[: part.size], out=part)
        return gain

    def mix(self, levels: dict[str, float]) -> Signal:
        return np.sum([from_db(level) * self.tracks[name] for name, level in levels.items()], axis=0)


def _finish(stereo: Signal, drive: float) -> Signal:
    """The sum, glued, at the loudness that players expect."""
    glued = saturate(highpass(stereo, 28) / np.abs(stereo).max() * drive, 1.0)
    return master(fade(glued, 0.005, 0.6), -14.0, -2.9)


def _bars(first: int, last: int) -> range:
    return range(4 * first, 4 * last, 4)


# --- the songs ---


def pop() -> Signal:
    """112 to the minute, A major: a pluck, a verse, a lift and a last chord."""
    desk = Desk(112, 56, 1.6, seed=101)
    chords = [((54, 57, 61, 66), 42), ((50, 57, 62, 66), 38), ((52, 57, 61, 64), 45), ((52, 56, 59, 64), 40)]
    for number, bar in enumerate(_bars(0, 13)):
        tones, root = chords[number % 4]
        loud = number >= 6
        desk.chord("pad", bar, 4, tones, 1500 if loud else 900, 0.30)
        order = (0, 2, 3, 1, 2, 3, 1, 2)
        for step in range(8):
            accent = 1.0 if step % 4 == 0 else 0.72
            side = 0.45 if step % 2 else -0.45
            desk.add("pluck", bar + step / 2, pluck(tones[order[step]] + 12, 0.3), 0.32 * accent, side)
        if number >= 2:
            line = [(0, 0.75), (0.75, 0.5), (1.5, 0.45), (2, 0.75), (2.75, 0.5), (3.5, 0.45)]
            desk.tune("bass", [(bar + at, length, root) for at, length in line], bass, 0.6)
    _pop_drums(desk)
    verse: list[Note] = [
        (8, 0.5, 73), (8.5, 0.5, 73), (9, 0.75, 76), (10, 0.5, 73), (10.5, 1, 71), (12, 0.5, 69), (12.5, 0.5, 71),
        (13, 0.75, 73), (14, 1.2, 69), (16, 0.5, 73), (16.5, 0.5, 73), (17, 0.75, 76), (18, 0.5, 78), (18.5, 1, 76),
        (20, 0.5, 71), (20.5, 0.5, 73), (21, 1.6, 71), (23, 0.5, 68),
    ]  # fmt: skip
    hook: list[Note] = [
        (0, 0.75, 81), (0.75, 0.75, 80), (1.5, 0.5, 78), (2, 1, 76), (3, 0.5, 73), (3.5, 0.5, 76), (4, 0.75, 78),
        (4.75, 0.75, 76), (5.5, 0.5, 73), (6, 1.5, 74), (8, 0.75, 76), (8.75, 0.75, 78), (9.5, 0.5, 76), (10, 1, 73),
        (11, 0.5, 71), (11.5, 0.5, 73), (12, 0.75, 71), (12.75, 0.75, 73), (13.5, 0.5, 76), (14, 1.6, 80),
    ]  # fmt: skip
    desk.tune("lead", verse, lead, 0.30)
    for start in (24, 40):
        lifted = [(start + at, length, key) for at, length, key in hook if start + at < 52]
        desk.tune("lead", lifted, lead, 0.36)
        desk.tune("echo", [(at, length, key - 12) for at, length, key in lifted], pluck, 0.24)
    desk.chord("pad", 52, 4, (57, 61, 64, 69), 1800, 0.34)
    desk.tune("bass", [(52, 3, 45)], bass, 0.6)
    for number, key in enumerate((69, 73, 76, 81, 85)):
        desk.add("pluck", 52 + number * 0.25, pluck(key, 0.6), 0.3, (number - 2) * 0.3)
    gain = desk.duck(0.45, 0.22)
    music = desk.mix({"pad": -4.0, "pluck": -2.5, "bass": -4.0}) * gain
    sung = desk.mix({"lead": -2.5, "echo": -7.0})
    drums = desk.mix({"kick": 0.0, "snare": -4.0, "hats": -11.0, "fx": -14.0})
    wet = reverb(0.5 * music + sung + desk.tracks["snare"] * 0.25, 1.7, 6500, 111)
    return _finish(music + sung + drums + 0.30 * wet, 0.9)


def _pop_drums(desk: Desk) -> None:
    for number, bar in enumerate(_bars(2, 13), start=2):
        if number == 5:
            desk.kick([bar, bar + 1, bar + 2], kick())
            desk.hit("snare", [bar + 2 + step / 4 for step in range(8)], lambda _: snare(), 0.4)
            continue
        desk.kick([bar, bar + 1.5, bar + 2, bar + 3.5] if number >= 6 else [bar, bar + 2], kick())
        desk.hit("snare", [bar + 1, bar + 3], lambda _: snare(), 0.75)
        if number >= 6:
            desk.hit("snare", [bar + 1, bar + 3], lambda _: clap(), 0.7)
            desk.hit("hats", [bar + step / 2 + 0.25 for step in range(8)], lambda take: hat(0.03, take), 0.45, 0.25)
        desk.hit("hats", [bar + step for step in range(4)], lambda take: hat(0.04, take), 1.0, 0.25)
        desk.hit("hats", [bar + step + 0.5 for step in range(4)], lambda take: hat(0.06, take), 0.75, 0.25)
    desk.kick([52], kick())
    desk.add("fx", 22, riser(2 * desk.beat), 2.0)
    for beat in (24, 40, 52):
        desk.add("fx", beat, crash(), 0.8, -0.2)


def lofi() -> Signal:
    """80 to the minute, swung: an electric piano, a lazy kit and the crackle of a record."""
    desk = Desk(80, 40, 1.8, swing=0.34, seed=202)
    chords = [
        ((53, 57, 60, 64), 38), ((53, 57, 59, 64), 43), ((52, 55, 59, 62), 36), ((55, 60, 61, 64), 45),
    ]  # fmt: skip
    for number, bar in enumerate(_bars(0, 9)):
        tones, root = chords[number % 4]
        strokes = (
            ((0, 1.9, 1.0), (2.5, 1.2, 0.7))
            if number % 2 == 0
            else ((0, 1.4, 1.0), (1.75, 0.5, 0.55), (2.5, 1.3, 0.75))
        )
        for at, length, hard in strokes:
            for step, tone in enumerate(tones):
                # Fingers land one after another.
                desk.add(
                    "keys",
                    bar + at + 0.012 * step,
                    keys(tone, length * desk.beat, hard),
                    0.30 * hard,
                    (step - 1.5) * 0.22,
                )
        if number >= 2:
            line = [(0, 1.3, root), (1.75, 0.5, root), (2.5, 0.9, root + 7), (3.5, 0.4, root + 12)]
            desk.tune(
                "bass", [(bar + at, length, key) for at, length, key in line], lambda k, d: bass(k, d, 260.0), 0.55
            )
            desk.kick([bar, bar + 1.75, bar + 2.5] if number % 2 else [bar, bar + 2.25], kick(105, 46, 0.3), 0.95)
            desk.hit("snare", [bar + 1.02, bar + 3.02], lambda _: snare(175, 0.2, 2200), 0.62)
            desk.hit("hats", [bar + step / 2 for step in range(8)], lambda take: hat(0.03, take), 0.6, 0.2)
            desk.hit("hats", [bar + 0.75, bar + 2.75, bar + 3.25], lambda take: hat(0.02, take), 0.35, 0.2)
        if number in (1, 5):
            desk.hit("snare", [bar + 3.5, bar + 3.75], lambda _: rim(), 0.4, 0.3)
    melody: list[Note] = [
        (8.5, 0.5, 76), (9, 0.5, 77), (9.5, 1.2, 81), (11, 0.5, 79), (11.5, 1.2, 76), (13, 0.5, 74), (13.5, 1.5, 71),
        (16.5, 0.5, 74), (17, 0.5, 76), (17.5, 1.0, 79), (18.75, 0.5, 76), (19.5, 1.0, 74), (21, 0.5, 73),
        (21.5, 0.5, 76),
        (22, 1.6, 79), (24.5, 0.5, 81), (25, 0.5, 79), (25.5, 1.0, 77), (26.75, 0.5, 76), (27.5, 1.2, 74),
        (29, 0.5, 71),
        (29.5, 0.5, 74), (30, 1.5, 76), (32.5, 0.5, 79), (33, 0.75, 83), (34, 0.75, 81), (35, 1.4, 79),
    ]  # fmt: skip
    desk.tune("bells", melody, chime, 0.20, 0.1)
    for step, tone in enumerate((48, 52, 55, 59, 62, 67)):
        desk.add("keys", 36 + step * 0.09, keys(tone, 3.4 * desk.beat, 0.8), 0.26, (step - 2.5) * 0.2)
    desk.tune("bass", [(36, 2.5, 36)], lambda k, d: bass(k, d, 260.0), 0.5)
    gain = desk.duck(0.35, 0.3)
    music = desk.mix({"keys": -1.5, "bells": -1.0}) * gain
    wet = reverb(music + 0.3 * desk.tracks["snare"], 1.9, 3800, 211)
    tape = _wow(music + 0.34 * wet) + desk.mix({"bass": -1.0}) * gain
    dusty = lowpass(tape + desk.mix({"kick": -0.5, "snare": -5.0, "hats": -11.0}), 9000, 1)
    return _finish(dusty + _crackle(desk.length), 0.7)


def _wow(stereo: Signal) -> Signal:
    """The slow bend of a tape that runs unevenly."""
    time = np.arange(stereo.shape[-1]) / RATE
    late = 0.0011 * np.sin(2 * np.pi * 0.55 * time) + 0.00012 * np.sin(2 * np.pi * 6.1 * time)
    return np.stack([np.interp(time + late, time, side) for side in stereo])


def _crackle(length: int) -> Signal:
    random = np.random.default_rng(212)
    dust = np.zeros((2, length))
    for at in random.integers(0, length, length // RATE * 14):
        dust[random.integers(0, 2), at] = random.exponential(0.5)
    hiss = bell(random.standard_normal((2, length)), 4500, 1.2)
    return 0.5 * bell(dust, 2800, 0.9) + 0.0022 * hiss / hiss.std()


def house() -> Signal:
    """124 to the minute, A minor: four to the floor, stabs on the off-beats, one break."""
    desk = Desk(124, 60, 1.5, swing=0.08, seed=303)
    chords = [
        ((57, 60, 64, 67, 71), 33),
        ((53, 57, 60, 64, 67), 41),
        ((55, 59, 62, 66, 69), 43),
        ((52, 55, 59, 62, 66), 40),
    ]
    rhythm = (0.0, 0.75, 1.5, 2.25, 3.0, 3.5)
    for number, bar in enumerate(_bars(0, 14)):
        tones, root = chords[number % 4]
        drop = number in (8, 9)
        if number >= 2:
            open_up = 700 + 2600 * min(1.0, (number - 2) / 4)
            for at in rhythm:
                for step, tone in enumerate(tones):
                    desk.add("stabs", bar + at, pluck(tone, 0.16, open_up), 0.20, (step - 2) * 0.28)
        if number >= 4:
            desk.chord("pad", bar, 4, tones[:4], 1300 if drop else 800, 0.2)
        if number >= 4 and not drop:
            line = [(0.5, 0), (1.5, 0), (1.75, 12), (2.5, 0), (3.25, 12), (3.5, 7)]
            desk.tune("bass", [(bar + at, 0.3, root + up - (12 if root > 36 else 0)) for at, up in line], bass, 0.62)
        _house_drums(desk, number, bar, drop)
    riff: list[Note] = [
        (0, 0.4, 76), (0.75, 0.4, 79), (1.5, 0.7, 81), (2.75, 0.4, 79), (3.5, 0.4, 76), (4, 0.4, 74), (4.75, 0.4, 76),
        (5.5, 1.4, 72), (8, 0.4, 74), (8.75, 0.4, 78), (9.5, 0.7, 81), (10.75, 0.4, 78), (11.5, 0.4, 74), (12, 0.4, 76),
        (12.75, 0.4, 78), (13.5, 1.6, 71),
    ]  # fmt: skip
    for start in (16, 32, 40):
        part = [(start + at, length, key) for at, length, key in riff if start + at < 56]
        kept = [note for note in part if start != 32 or note[0] < 40]
        desk.tune("lead", kept, lambda k, d: lead(k, d, 2200.0), 0.26, 0.05)
    desk.kick([56], kick(150, 46, 0.4))
    desk.chord("pad", 56, 4, (57, 60, 64, 67), 1500, 0.3)
    desk.tune("bass", [(56, 2, 33)], bass, 0.6)
    desk.add("fx", 36, riser(4 * desk.beat), 2.4)
    for beat in (16, 40, 56):
        desk.add("fx", beat, crash(), 0.8, 0.15)
    gain = desk.duck(0.7, 0.26)
    music = desk.mix({"stabs": -1.0, "pad": -3.0}) * gain
    sung = desk.mix({"lead": -3.0})
    low = desk.mix({"bass": 0.0}) * desk.duck(0.5, 0.16)
    drums = desk.mix({"kick": 1.0, "claps": -5.0, "hats": -13.0, "fx": -14.0})
    wet = reverb(music + sung + 0.2 * desk.tracks["claps"], 2.0, 6000, 311)
    return _finish(music + sung + low + drums + 0.30 * wet * gain, 1.0)


def _house_drums(desk: Desk, number: int, bar: int, drop: bool) -> None:
    if drop:
        if number == 9:
            desk.hit("claps", [bar + 2 + step / 4 for step in range(8)], lambda _: clap(), 0.4)
    else:
        desk.kick([bar, bar + 1, bar + 2, bar + 3], kick(150, 46, 0.36))
        desk.hit("hats", [bar + step + 0.5 for step in range(4)], lambda take: hat(0.12, take), 0.9, 0.1)
        if number >= 2:
            desk.hit("claps", [bar + 1, bar + 3], lambda _: clap(), 0.8)
    desk.hit("hats", [bar + step / 4 for step in range(16)], shaker, 0.9 if number >= 1 else 0.5, -0.35)


def hip_hop() -> Signal:
    """90 to the minute, D minor: boom-bap with a long bass, a piano loop, a bell and a flute-like lead."""
    desk = Desk(90, 44, 1.8, swing=0.26, seed=404)
    chords = [((57, 62, 65, 69), 38), ((58, 62, 65, 70), 34), ((55, 58, 62, 67), 31), ((57, 61, 64, 67), 33)]
    for number, bar in enumerate(_bars(0, 10)):
        tones, root = chords[number % 4]
        figure = ((0, 0), (0.5, 2), (1, 3), (1.75, 2), (2.5, 1), (3, 3), (3.5, 2))
        for at, which in figure:
            desk.add("keys", bar + at, keys(tones[which] + 12, 0.7 * desk.beat, 0.9), 0.26, 0.25 * (which - 1.5))
        for step, tone in enumerate(tones):
            desk.add("keys", bar, keys(tone, 3.2 * desk.beat, 0.7), 0.22, (step - 1.5) * 0.3)
        if number >= 4:
            desk.chord("strings", bar, 4, tuple(tone + 12 for tone in tones[1:]), 1900, 0.16)
        if number >= 2:
            line = [(0, 1.3, root), (1.75, 0.6, root), (2.5, 1.0, root), (3.5, 0.45, root + 7)]
            desk.tune("bass", [(bar + at, length, key) for at, length, key in line], sub, 0.62)
        _hip_hop_drums(desk, number, bar)
    melody: list[Note] = [
        (16, 0.75, 74), (16.75, 0.5, 77), (17.5, 0.9, 81), (18.75, 0.4, 79), (19.25, 0.6, 77),
        (20, 0.75, 74), (20.75, 0.5, 77),
        (21.5, 1.6, 82), (24, 0.75, 79), (24.75, 0.5, 77), (25.5, 0.9, 74), (26.75, 0.4, 72),
        (27.25, 0.6, 74), (28, 0.5, 73),
        (28.5, 0.5, 76), (29, 1.4, 79), (31, 0.75, 76), (32, 0.75, 81), (32.75, 0.5, 79), (33.5, 0.9, 77),
        (34.75, 0.4, 79),
        (35.25, 0.6, 81), (36, 0.75, 82), (36.75, 0.5, 81), (37.5, 1.8, 77),
    ]  # fmt: skip
    desk.tune("lead", melody, lambda k, d: lead(k, d, 1100.0), 0.34, -0.08)
    answers: list[Note] = [
        (22.5, 0.4, 86),
        (22.75, 0.4, 89),
        (30.5, 0.4, 85),
        (30.75, 0.4, 88),
        (38.5, 0.4, 86),
        (38.75, 0.6, 93),
    ]
    desk.tune("bells", answers, chime, 0.2, 0.35)
    for step, tone in enumerate((50, 57, 62, 65, 69, 74)):
        desk.add("keys", 40 + step * 0.06, keys(tone, 3 * desk.beat, 0.9), 0.26, (step - 2.5) * 0.2)
    desk.tune("bass", [(40, 2.6, 38)], sub, 0.62)
    desk.kick([40], kick(140, 44, 0.4))
    gain = desk.duck(0.3, 0.2)
    music = desk.mix({"keys": -2.0, "strings": -3.0}) * gain
    sung = desk.mix({"lead": -2.5, "bells": -3.0})
    drums = saturate(desk.mix({"kick": 1.0, "snare": -2.0, "hats": -13.5}), 0.9)
    wet = reverb(music + 1.2 * sung + 0.3 * desk.tracks["snare"], 1.5, 4600, 411)
    return _finish(music + sung + drums + desk.mix({"bass": -0.5}) * gain + 0.26 * wet, 0.95)


def _hip_hop_drums(desk: Desk, number: int, bar: int) -> None:
    if number < 2:
        if number == 1:
            desk.hit("snare", [bar + 3, bar + 3.5, bar + 3.75], lambda _: snare(205, 0.2, 3000), 0.5)
        return
    pattern = [0, 0.75, 2.5] if number % 2 else [0, 1.75, 2.5, 3.25]
    desk.kick([bar + at for at in pattern], kick(140, 44, 0.36))
    desk.hit("snare", [bar + 1, bar + 3], lambda _: snare(205, 0.26, 3000), 0.85)
    desk.hit("snare", [bar + 1, bar + 3], lambda _: clap(), 0.3)
    desk.hit("snare", [bar + 2.25], lambda _: snare(205, 0.12, 3000), 0.16)
    desk.hit("hats", [bar + step / 2 for step in range(8)], lambda take: hat(0.035, take), 0.95, 0.22)
    desk.hit("hats", [bar + at for at in (0.75, 1.25, 2.75, 3.75)], lambda take: hat(0.025, take), 0.5, 0.22)
    if number % 4 == 1:
        desk.hit("hats", [bar + 3.5 + step / 12 for step in range(6)], lambda take: hat(0.02, take), 0.6, 0.22)
    if number % 2:
        desk.hit("hats", [bar + 3.5], lambda take: hat(0.14, take), 0.7, 0.22)


@dataclass(frozen=True)
class Song:
    """A file name's stem, its tags, and what plays it."""

    stem: str
    title: str
    genre: str
    play: Callable[[], Signal]


SONGS = (
    Song("pop", "Balcony Lights", "Pop", pop),
    Song("lofi", "Rain on the Sill", "Lo-fi", lofi),
    Song("house", "Last Tram", "House", house),
    Song("hip-hop", "Corner Shop", "Hip-hop", hip_hop),
)
