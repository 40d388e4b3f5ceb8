"""What a file or a programme sounds like, measured in one pass: beats, loudness, waveform, the best fifteen seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from clipkit.engine.mix import SoundCall
from clipkit.engine.opening import status_of
from clipkit.engine.probe import probe
from clipkit.engine.sound import Mixer
from clipkit.engine.track import Track
from clipkit.errors import MediaError
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import SAMPLE_RATE, ForeignSound, Programme
from clipkit.sound.beats import Beats, beats_of
from clipkit.sound.highlight import highlight
from clipkit.sound.loudness import Loudness, Meter
from clipkit.sound.onsets import FRAME_RATE, Listener, Signal
from clipkit.sound.window import Samples, silence

WAVEFORM_RATE = 10
"""Values of a waveform a second."""

_BLOCK = SAMPLE_RATE
"""A track holds 2 s of what was read."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was measured of a sound.

    Attributes:
        seconds: How long it is.
        beats: Its grid.
        loudness: Integrated loudness and true peak.
        waveform: Its loudest effective value in each tenth of a second, 0…1.
        best: Where a good 15 s begin, in seconds.
        notices: What was wrong with it.
    """

    seconds: float
    beats: Beats
    loudness: Loudness
    waveform: tuple[float, ...]
    best: float
    notices: tuple[str, ...] = ()


def heard(path: str) -> Heard:
    """Measure the sound of a file, remembered while the file stays the same. Seconds count from the file's beginning.

    Raises:
        MediaError: ``no-sound``: there is none, or none that decodes; or whatever `probe` raises.
    """
    status = status_of(path)
    return _heard(path, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=64)
def _heard(path: str, _stamp: tuple[int, int, int, int]) -> Heard:
    facts = probe(path)
    notices: list[str] = []
    return _measured(_blocks_of(facts, notices), notices)


def samples_of(path: str) -> Samples:
    """All sound of a file from its beginning on, (samples, 2) at 48 kHz: 23 MB a minute.

    Raises:
        MediaError: as `heard`.
    """
    return np.concatenate([silence(0), *_blocks_of(probe(path), [])])


def _blocks_of(facts: MediaFacts, notices: list[str]) -> Iterator[Samples]:
    if facts.sound is None:
        raise MediaError("this file has no sound", code="no-sound", where=facts.path, hint="name a song")
    track = Track(facts, facts.sound, lambda _path, what: notices.append(what))
    end = round(facts.sound.end * SAMPLE_RATE)
    try:
        for start in range(0, end, _BLOCK):
            yield track.read(start, min(start + _BLOCK, end))
    finally:
        track.close()


def heard_of(
    programme: Programme, sources: tuple[MediaFacts, ...], calls: Mapping[ForeignSound, SoundCall] | None = None
) -> Heard:
    """Measure a programme as it would sound; `calls` are the callables that its `ForeignSound` steps name.

    Raises:
        MediaError: A source cannot be opened.
    """
    with Mixer(programme, sources, calls) as mixer:
        count = -(-programme.samples // _BLOCK)
        return _measured((mixer.read(_BLOCK) for _ in range(count)), mixer.notices)


def _measured(blocks: Iterable[Samples], notices: list[str]) -> Heard:
    listener, meter = Listener(), Meter()
    for block in blocks:
        listener.hear(block)
        meter.push(block)
    onsets = listener.done()
    beats = beats_of(onsets)
    return Heard(
        seconds=onsets.seconds,
        beats=beats,
        loudness=meter.result(),
        waveform=_waveform(onsets.levels),
        best=highlight(onsets.levels, beats),
        notices=tuple(notices),
    )


def _waveform(levels: Signal) -> tuple[float, ...]:
    step = FRAME_RATE // WAVEFORM_RATE
    padded = np.concatenate((levels, np.zeros(-len(levels) % step, np.float32)))
    return tuple(round(float(peak), 4) for peak in np.sqrt(padded.reshape(-1, step).max(axis=1)))
