"""What begins when: how much louder each part of the spectrum gets, a hundred times a second, and which notes sound.

After S. Böck and G. Widmer, “Maximum filter vibrato suppression for onset detection” (DAFx 2013): the rise of log
magnitudes in narrow bands, each compared with the loudest of its neighbours a moment before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]

SAMPLE_RATE: Final = 48_000
FRAME_RATE: Final = 100
"""Frames a second: of everything here but the notes."""

HOP: Final = SAMPLE_RATE // FRAME_RATE
NOTE_RATE: Final = 20
"""Frames a second of the notes."""

_WINDOW: Final = 2048
_NOTE_HOP: Final = SAMPLE_RATE // NOTE_RATE
_NOTE_WINDOW: Final = 8192
_EDGES: Final = tuple(30 * 2 ** (step / 4) for step in range(39))
"""Of the bands, Hz: a quarter of an octave wide and two to each, from 30 Hz to 21 kHz."""

LOW: Final = slice(0, 9)
"""Bands up to about 140 Hz: kick and bass."""
MIDDLE: Final = slice(9, 25)
"""140 Hz to 2.2 kHz: snare, chords, voices."""
HIGH: Final = slice(25, None)
"""Above: snare and cymbals."""
_NOTES: Final = (35.0, 260.0, 2100.0)
"""Hz between which notes are heard, in the bass and above it."""
_SOFTEST: Final = 1e-3
"""What counts as no sound in a band, as a part of the loudest there is (−60 dB)."""
_LAG: Final = 2
"""Frames over which a rise is measured."""


@dataclass(frozen=True, slots=True)
class Onsets:
    """What was heard of a piece.

    Attributes:
        rises: (frames, 3): how much low, middle and high bands rise, 0 up, on average 1.
        notes: (frames at NOTE_RATE, 24): how much each pitch class sounds, in the bass and above it. Each half of a row
            is of length 1, or shorter where next to nothing sounds.
        levels: (frames,): mean square of the samples.
        colours: (frames, bands): log magnitudes, 0 for nothing, about 1 for the loudest.
    """

    rises: Signal
    notes: Signal
    levels: Signal
    colours: Signal

    @property
    def seconds(self) -> float:
        """How long the piece is, to the frame."""
        return len(self.levels) / FRAME_RATE


class Listener:
    """Takes the samples of a piece block by block, and holds 200 bytes for each hundredth of a second of it."""

    def __init__(self) -> None:
        self._late = np.zeros(_NOTE_WINDOW // 2, np.float32)
        self._magnitudes: list[Signal] = []
        self._notes: list[Signal] = []
        self._levels: list[Signal] = []
        self._heard = 0

    def hear(self, samples: Signal) -> None:
        """Take the next samples, 48 kHz, (n,) or (n, channels)."""
        mono = samples if samples.ndim == 1 else samples.mean(axis=1)
        self._heard += len(mono)
        self._take(np.concatenate((self._late, mono.astype(np.float32, copy=False))))

    def _take(self, waiting: Signal) -> None:
        """Frames are centred on their moments. Whole frames of notes go, which are whole frames of the rest."""
        count = (len(waiting) - _NOTE_WINDOW) // _NOTE_HOP + 1
        if count < 1:
            self._late = waiting
            return
        long = _framed(waiting, _NOTE_WINDOW, _NOTE_HOP, count)
        pitches = _pitches()
        self._notes.append(
            np.abs(np.fft.rfft(long * _shape(_NOTE_WINDOW))).astype(np.float32)[:, : len(pitches)] @ pitches
        )
        shift = (_NOTE_WINDOW - _WINDOW) // 2
        frames = count * FRAME_RATE // NOTE_RATE
        short = _framed(waiting[shift:], _WINDOW, HOP, frames)
        self._magnitudes.append(np.abs(np.fft.rfft(short * _shape(_WINDOW))).astype(np.float32) @ _bands())
        middle = _framed(waiting[(_NOTE_WINDOW - HOP) // 2 :], HOP, HOP, frames)
        self._levels.append((middle**2).mean(axis=1))
        self._late = waiting[count * _NOTE_HOP :]

    def done(self) -> Onsets:
        """What was heard; the listener takes no more."""
        frames = self._heard // HOP
        self._take(np.concatenate((self._late, np.zeros(_NOTE_WINDOW + _NOTE_HOP, np.float32))))
        levels = np.concatenate(self._levels)[:frames]
        colours = _compressed(np.concatenate(self._magnitudes)[:frames])
        notes = np.concatenate(self._notes)[: max(frames * NOTE_RATE // FRAME_RATE, 1)]
        return Onsets(_rises(colours), _levelled(notes), levels, colours)


def listen(samples: Signal) -> Onsets:
    """What is heard of a piece that is in memory: 48 kHz, (n,) or (n, channels)."""
    listener = Listener()
    for start in range(0, len(samples), 10 * SAMPLE_RATE):
        listener.hear(samples[start : start + 10 * SAMPLE_RATE])
    return listener.done()


def _framed(samples: Signal, window: int, hop: int, count: int) -> Signal:
    frames: Signal = np.lib.stride_tricks.sliding_window_view(samples, window)[: (count - 1) * hop + 1 : hop]
    return frames


def _compressed(magnitudes: Signal) -> Signal:
    loudest = max(float(np.percentile(magnitudes, 99.5)), 1e-9) if magnitudes.size else 1.0
    scale = np.float32(np.log1p(1 / _SOFTEST))
    compressed: Signal = np.log1p(magnitudes / np.float32(loudest * _SOFTEST)) / scale
    return compressed


def _rises(colours: Signal) -> Signal:
    before = np.zeros_like(colours)
    before[_LAG:] = colours[:-_LAG]
    wide = before.copy()
    wide[:, 1:] = np.maximum(wide[:, 1:], before[:, :-1])
    wide[:, :-1] = np.maximum(wide[:, :-1], before[:, 1:])
    rise = np.maximum(colours - wide, 0)
    rise[:_LAG] = 0
    if not len(rise):
        return np.zeros((0, 3), np.float32)
    groups = np.stack([rise[:, part].mean(axis=1) for part in (LOW, MIDDLE, HIGH)], axis=1)
    rises: Signal = (groups / np.maximum(groups.mean(axis=0), 1e-9)).astype(np.float32)
    return rises


def _levelled(notes: Signal) -> Signal:
    """Each half of each row of length 1, where it is louder than a thousandth of the loudest."""
    halves = notes.reshape(len(notes), 2, 12)
    length = np.linalg.norm(halves, axis=2, keepdims=True)
    levelled: Signal = (halves / np.maximum(length, 1e-6 + 0.001 * length.max())).reshape(len(notes), 24)
    return levelled


@cache
def _shape(window: int) -> Signal:
    shape: Signal = np.hanning(window).astype(np.float32)
    return shape


@cache
def _bands() -> Signal:
    """(bins, bands): triangles over two quarters of an octave, each of at least its nearest bin."""
    bins = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
    place = np.interp(np.log(np.maximum(bins, 1)), np.log(_EDGES), np.arange(len(_EDGES)), left=-9, right=99)
    weights = np.maximum(1 - np.abs(place[:, None] - np.arange(1, len(_EDGES) - 1)), 0)
    for band in np.flatnonzero(weights.sum(axis=0) < 0.5):
        weights[np.abs(bins - _EDGES[band + 1]).argmin(), band] = 1
    bands: Signal = (weights / weights.sum(axis=0)).astype(np.float32)
    return bands


@cache
def _pitches() -> Signal:
    """(bins, 24): the pitch class of each bin from 35 to 260 Hz, and from there to 2.1 kHz."""
    bins = np.fft.rfftfreq(_NOTE_WINDOW, 1 / SAMPLE_RATE)
    used = bins[: np.searchsorted(bins, _NOTES[-1])]
    key = 69 + 12 * np.log2(np.maximum(used, 1) / 440)
    nearest = np.round(key).astype(int)
    near = np.maximum(1 - np.abs(key - nearest) * 2, 0.0)
    weights = np.zeros((len(used), 24), np.float32)
    for half, (low, high) in enumerate(pairwise(_NOTES)):
        heard = np.flatnonzero((used >= low) & (used < high))
        weights[heard, nearest[heard] % 12 + 12 * half] = near[heard]
    return weights
