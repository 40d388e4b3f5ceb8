"""Keys, scales and chords as MIDI numbers, and voice leading between chords."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
}
_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
_CHORD = re.compile(r"([b#]?)([IV]+|[iv]+)(.*)")
_KINDS = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "m7b5": (0, 3, 6, 10),
}


@dataclass(frozen=True, slots=True)
class Chord:
    """A root, 0 (C) to 11 (B), and the semitones above it."""

    root: int
    intervals: tuple[int, ...]

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes, the root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)


def chord(numeral: str, tonic: int) -> Chord:
    """Read a Roman numeral, as pop harmony writes it: degrees of the major scale, small letters for minor chords.

    Args:
        numeral: Such as ``vi7``, ``bVImaj7``, ``V7``, ``IVadd9``.
        tonic: Pitch class of the key, 0…11.
    """
    match = _CHORD.fullmatch(numeral)
    assert match, numeral
    accidental, degree, kind = match.groups()
    semitones = SCALES["major"][_NUMERALS.index(degree.upper())] + {"b": -1, "#": 1, "": 0}[accidental]
    minor = degree.islower() and not kind.startswith("m")
    return Chord((tonic + semitones) % 12, _KINDS["m" + kind if minor and kind not in ("5", "sus2", "sus4") else kind])


def key_name(tonic: int, scale: str) -> str:
    """Such as ``F♯ minor``."""
    return f"{_NAMES[tonic]} {scale.removesuffix(' pentatonic')}"


def hertz(key: float) -> float:
    """Frequency of a MIDI key, A4 = 440 Hz."""
    return float(440 * 2 ** ((key - 69) / 12))


def nearest(pitch_class: int, key: float) -> int:
    """The key of that pitch class nearest to `key`."""
    low = round(key) - 6
    return low + (pitch_class - low) % 12


def voiced(harmony: Chord, before: Sequence[int], low: int, high: int, size: int) -> tuple[int, ...]:
    """Keys for a chord: close position, in the inversion whose voices move least from `before`.

    Args:
        harmony: With more than `size` tones, the fifth goes first, then the root: the bass has it.
        before: Keys of the chord before; empty for the first, which stands in the middle of the range.
        low: Lowest key.
        high: Highest key, as far as the range has room.
        size: Number of voices; tones are doubled at the octave where the chord has fewer.
    """
    tones = list(dict.fromkeys(harmony.tones))
    for spare in ((harmony.root + 7) % 12, harmony.root):
        if len(tones) > size and spare in tones:
            tones.remove(spare)
    tones = tones[:size]
    found = []
    for start in range(low, high - 6):
        if start % 12 in tones:
            keys = [start]
            turn = tones.index(start % 12)
            order = sorted(tones, key=lambda tone: (tone - tones[turn]) % 12)
            for number in range(1, size):
                keys.append(keys[-1] + ((order[number % len(order)] - keys[-1]) % 12 or 12))
            found.append(tuple(keys))
    middle = (low + high) / 2

    def effort(keys: tuple[int, ...]) -> tuple[float, float]:
        centre = abs(sum(keys) / len(keys) - middle)
        beyond = max(keys[-1] - high, 0) * 4.0
        moved = sum(min(abs(key - old) for old in before) for key in keys) if before else 0.0
        return moved + beyond + 0.35 * centre, centre

    return min(found, key=effort)


def ladder(tonic: int, scale: str, low: int, high: int) -> tuple[int, ...]:
    """All keys of a scale in [low, high], upwards."""
    steps = SCALES[scale]
    return tuple(key for key in range(low, high + 1) if (key - tonic) % 12 in steps)
