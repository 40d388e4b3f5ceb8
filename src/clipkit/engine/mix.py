"""Voices summed: each opened when it begins, ducked where it makes room for speech, and changed where it is a bus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from clipkit.engine.spool import Spool
from clipkit.engine.track import Report, Tape, Track
from clipkit.engine.voice import VoicePlayer, sample_at
from clipkit.errors import PlanError
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import SAMPLE_RATE, Bus, Duck, ForeignSound, Processed, Voice
from clipkit.sound.duck import Ducking
from clipkit.sound.speech import SpeechFinder
from clipkit.sound.window import Samples, silence

SoundCall: TypeAlias = Callable[[Samples], Samples]
"""What a `ForeignSound` does: all samples of a bus, shape (n, 2), to as many others."""

# Samples summed at a time, 0.25 s. Always the same ones, whatever is asked for, so the output cannot depend on how it
# is read.
BLOCK = 12_000

_BUS_BLOCK = SAMPLE_RATE


class Shelf:
    """Opens what voices play. A bus is made once, however many voices and passes play it.

    Args:
        sources: What a voice's index means.
        report: Takes what is wrong with a file's sound.
        calls: The callables that `ForeignSound` steps name.
    """

    def __init__(
        self, sources: Sequence[MediaFacts], report: Report, calls: Mapping[ForeignSound, SoundCall] | None = None
    ) -> None:
        self._sources = sources
        self._report = report
        self._calls = calls or {}
        self._buses: dict[Bus, BusTape] = {}

    def player(self, voice: Voice) -> VoicePlayer | None:
        """The player of a voice; None where its source has no sound."""
        tape = self._tape(voice)
        return VoicePlayer(voice, tape) if tape is not None else None

    def call(self, step: ForeignSound) -> SoundCall:
        """The callable that a step names."""
        if step in self._calls:
            return self._calls[step]
        raise PlanError(f"nobody gave {step.library} {step.name}", code="no-callable", hint="render it through a Clip")

    def close(self) -> None:
        """Let go of all buses."""
        for bus in self._buses.values():
            bus.release()

    def _tape(self, voice: Voice) -> Tape | None:
        if isinstance(voice.source, Bus):
            if voice.source not in self._buses:
                self._buses[voice.source] = BusTape(voice.source, self)
            return self._buses[voice.source]
        facts = self._sources[voice.source]
        if facts.sound is None:
            return None
        return Track(facts, facts.sound, self._report, fades=len(voice.time.pieces) > 1)


class Sum:
    """Voices of one timeline, summed in order in blocks of `BLOCK`: no limiter, no gain of its own.

    Where any of them ducks, those that it makes room for are played once before, to find when somebody speaks.
    """

    def __init__(self, voices: Sequence[Voice], samples: int, shelf: Shelf) -> None:
        self._shelf = shelf
        self._samples = samples
        self._voices = voices
        self._players: list[tuple[VoicePlayer, Ducking | None]] | None = None
        self._at = 0

    def next(self) -> Samples:
        """The next block, shape (n, 2); the last one is shorter, then they are empty."""
        if self._players is None:
            self._players = self._opened()
        start, stop = self._at, min(self._at + BLOCK, self._samples)
        block = silence(stop - start)
        for player, ducking in self._players:
            if player.sounds_before(stop):
                heard = player.read(start, stop)
                block += heard if ducking is None else heard * ducking.gain(start, stop)[:, None]
        self._at = stop
        return block

    def close(self) -> None:
        """Close all files."""
        for player, _ in self._players or ():
            player.close()

    def _opened(self) -> list[tuple[VoicePlayer, Ducking | None]]:
        spoken = self._spoken()
        opened = []
        for voice in self._voices:
            ducking = None
            if voice.duck is not None:
                above = (stretch for other, stretches in spoken if other.rank > voice.rank for stretch in stretches)
                ducking = _ducking(voice.duck, sorted(above))
            player = self._shelf.player(voice)
            if player is not None:
                opened.append((player, ducking))
        return opened

    def _spoken(self) -> list[tuple[Voice, list[tuple[int, int]]]]:
        """When somebody speaks in those voices that others duck under; each is listened to alone."""
        lowest = min((voice.rank for voice in self._voices if voice.duck is not None), default=None)
        if lowest is None:
            return []
        return [(voice, self._speech_in(voice)) for voice in self._voices if voice.rank > lowest]

    def _speech_in(self, voice: Voice) -> list[tuple[int, int]]:
        finder = SpeechFinder()
        # Whether it is ducked itself does not matter here.
        listening = Sum([replace(voice, duck=None)], self._samples, self._shelf)
        try:
            while len(block := listening.next()):
                finder.push(block)
        finally:
            listening.close()
        return finder.stretches()


def _ducking(duck: Duck, stretches: Sequence[tuple[int, int]]) -> Ducking:
    times = (sample_at(duck.attack), sample_at(duck.release), sample_at(duck.look_ahead))
    return Ducking(stretches, duck.db, *times)


class BusTape:
    """What a bus sounds, made in order as far as it is asked for, and kept."""

    def __init__(self, bus: Bus, shelf: Shelf) -> None:
        self._bus = bus
        self._shelf = shelf
        self._made = Spool()
        self._sum = Sum(bus.voices, bus.samples, shelf)
        self._processor = bus.step.effect.processor() if isinstance(bus.step, Processed) else None
        self._late = self._processor.latency if self._processor else 0
        self._waiting = silence(0)

    def read(self, start: int, stop: int) -> Samples:
        """Samples [start, stop), shape (stop − start, 2); silence outside."""
        while len(self._made) < min(stop, self._bus.samples):
            self._make()
        out = silence(stop - start)
        low, high = max(start, 0), min(stop, self._bus.samples)
        if low < high:
            out[low - start : high - start] = self._made.read(low, high)
        return out

    def close(self) -> None:
        """Close the files that are open; what was made stays."""
        self._sum.close()

    def release(self) -> None:
        """Let go of what was made, too."""
        self.close()
        self._made.close()

    def _make(self) -> None:
        if self._processor is None:
            assert isinstance(self._bus.step, ForeignSound)
            whole = self._block(self._bus.samples)
            self._made.append(self._shelf.call(self._bus.step)(whole))
            return
        block = self._block(_BUS_BLOCK)
        if len(block) < _BUS_BLOCK:  # behind the end there is silence, which pushes out what is still in there
            block = np.concatenate((block, silence(_BUS_BLOCK - len(block))))
        done = self._processor.push(block)[self._late :]
        self._late -= _BUS_BLOCK - len(done)
        self._made.append(done[: self._bus.samples - len(self._made)])

    def _block(self, count: int) -> Samples:
        """The next samples of the sum; fewer at its end."""
        parts, have = [self._waiting], len(self._waiting)
        while have < count and len(part := self._sum.next()):
            parts.append(part)
            have += len(part)
        row = np.concatenate(parts)
        self._waiting = row[count:]
        return row[:count]
