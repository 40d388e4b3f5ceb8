"""The mixing desk: tracks are played, balanced by their loudness, sent to the spaces and summed; all of it a loop."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from clipkit.sound.compose.genre import Genre, Kit, Track, Voice
from clipkit.sound.compose.instruments import Touch
from clipkit.sound.compose.master import loudness, ratio
from clipkit.sound.compose.score import Note, Score
from clipkit.sound.compose.space import band, convolved
from clipkit.sound.compose.waves import RATE, Signal, saturate


def mixed(genre: Genre, score: Score, random: np.random.Generator, samples: int) -> Signal:
    """The mix of a song, shape (2, samples), about as loud as it likes; what rings past the end is at the beginning.

    Args:
        genre: Its band and its spaces.
        score: What they play.
        random: Decides all that a player would.
        samples: At least those of the score; more leaves room for a last chord to ring.
    """
    total, roomed = (np.zeros((2, samples), np.float32) for _ in range(2))
    echoed = np.zeros((1, samples), np.float32)
    kicks: list[float] = []
    # The kick first: others give way to it.
    for track in sorted(genre.tracks, key=lambda track: not (isinstance(track, Kit) and track.leads)):
        player = np.random.default_rng(random.integers(1 << 62))
        line = track.lines[int(score.chance(track.lines).integers(len(track.lines)))]
        notes = list(line.notes(score))
        if not notes:
            continue
        if isinstance(track, Kit) and track.leads:
            kicks = [score.sample_at(note.step) for note in notes if note.hard > 0.5]
        stem = _balanced(_played(track, notes, score, player, samples), track)
        if track.duck and kicks:
            stem *= _ducking(kicks, track.duck, genre.recovery * score.samples / len(score.bars) / 16, samples)
        total += stem
        if track.room is not None:
            roomed += stem * ratio(track.room)
        if track.echo is not None:
            echoed += stem.mean(axis=0) * ratio(track.echo)
        del stem  # before the next one is made: each is 92 MB in a song of four minutes
    if genre.echo and echoed.any():
        repeats = genre.echo(echoed, score.samples / len(score.bars) / 16)
        total += repeats
        roomed += repeats * np.float32(0.5)
        del repeats
    total += convolved(convolved(roomed, genre.room.kernel()), band(180.0, 12_000.0))
    del roomed, echoed
    total = convolved(total, band(28.0, 19_000.0))
    if genre.colour is not None:
        total = genre.colour(total)
    # The bus is rounded off a little, at a level that does not depend on the song.
    total *= ratio(-14 - loudness(total))
    return saturate(total, genre.glue)


def _played(track: Track, notes: Iterable[Note], score: Score, random: np.random.Generator, samples: int) -> Signal:
    stem = np.zeros((2, samples), np.float32)
    left, right = np.cos((track.pan + 1) * np.pi / 4), np.sin((track.pan + 1) * np.pi / 4)  # equal power
    for note in notes:
        begins = score.sample_at(note.step) + (track.late + random.normal(0, track.loose)) * RATE
        if isinstance(track, Kit):
            sound = track.drum(note.hard, random)
        else:
            assert isinstance(track, Voice)
            seconds = max(score.sample_at(note.step + note.length) - score.sample_at(note.step), 400) / RATE
            sound = track.instrument(note.key, seconds, Touch(note.hard, note.bright, random))
        loud = note.hard**track.curve
        sides = sound if sound.ndim == 2 else (sound, sound)
        for side, wave, gain in zip(stem, sides, (left, right), strict=True):
            _add(side, round(begins), wave, np.float32(gain * loud))
    return stem


def _add(loop: Signal, first: int, sound: Signal, gain: np.float32) -> None:
    """Lay a sound on a loop; what is past the end goes on at the beginning."""
    at, count = first % len(loop), len(loop)
    while len(sound):
        part = sound[: count - at]
        loop[at : at + len(part)] += gain * part
        sound, at = sound[len(part) :], 0


def _balanced(stem: Signal, track: Track) -> Signal:
    """A track within its band of frequencies, and as loud as the desk wants it while it plays."""
    stem = convolved(stem, band(track.low, track.high))
    if track.drive:
        peak = np.float32(np.sqrt(np.mean(stem**2)) * 4 + 1e-9)
        stem = saturate(stem / peak, track.drive)
    stem *= ratio(-14 + track.level - loudness(stem))
    return stem


def _ducking(kicks: list[float], depth: float, recovery: float, samples: int) -> Signal:
    """The gain that gives way to every kick within 4 ms and comes back over `recovery` samples."""
    gain = np.ones(samples, np.float32)
    time = np.arange(round(recovery), dtype=np.float32)
    before = round(0.004 * RATE)
    dip = 1 - np.float32(depth) * np.cos(np.pi / 2 * time / np.float32(recovery)) ** 2
    whole = np.concatenate([np.linspace(1, 1 - depth, before, dtype=np.float32), dip])
    for kick in kicks:
        places = (np.arange(len(whole)) + round(kick) - before) % samples
        gain[places] = np.minimum(gain[places], whole)
    return gain
