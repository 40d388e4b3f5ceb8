"""When somebody speaks: by what speech does and noise does not, over a floor that the recording itself sets.

Three marks are asked for within a second around a moment, none of which alone would do:

- **melody**: a pitch between 75 and 400 Hz that glides. Noise has no pitch; instruments hold theirs and then jump.
- **syllables**: the level in the band of speech (150–4000 Hz) rises and falls. Engines, wind and chords stay or swell.
- **level**: above the noise floor, the 10th percentile of the level within three seconds to either side.

Modulation and harmonicity are the classic marks (E. Scheirer, M. Slaney, ICASSP 1997); the pitch is the peak of the
autocorrelation over that of the window (P. Boersma, 1993).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.window import Samples

SAMPLE_RATE = 48_000
HOP = 480
"""Samples from frame to frame: 10 ms."""

_SIZE = 2048  # 43 ms: three periods of the lowest voice
_BATCH = 128  # frames looked at together: 2 MB
_BAND = (150.0, 4000.0)
_MELODY = (70.0, 1800.0)
_LAGS = (SAMPLE_RATE // 400, SAMPLE_RATE // 75)

_SECOND = 100
_FLOOR_REACH = 300
_VOICED = 0.55
_GLIDE = (0.08, 1.2)  # semitones in 10 ms: less is an instrument, more a jump to another note
_LEAST_MELODY = 0.12  # share of frames that glide: speech has 0.3 to 0.8, half of that at its ends, songs 0 to 0.2
_SURE_MELODY = 0.21  # what a stretch must come to somewhere
_LEAST_SYLLABLES = 4.0  # dB, standard deviation of the level: speech has 5 to 20, noise and engines 0.5 to 3.5
_OVER_FLOOR = 5.0
_UNDER_LOUD = 38.0  # dB below loud speech that still count: what lies lower is the room's echo of it
_DEEPEST = 60.0  # dB below the loudest: a digital silence is no better floor than this
_QUIETEST = -70.0  # dBFS

Row = NDArray[np.float32]


@dataclass(slots=True)
class _Frames:
    """What is kept of each frame: level in dB, harmonicity 0…1, pitch in semitones."""

    level: list[Row] = field(default_factory=list)
    harmonicity: list[Row] = field(default_factory=list)
    pitch: list[Row] = field(default_factory=list)


class SpeechFinder:
    """Takes a recording in blocks, then says where somebody speaks. Keeps 1.2 kB a second."""

    def __init__(self) -> None:
        self._window = np.hanning(_SIZE).astype(np.float32)
        frequencies = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
        self._band = (frequencies >= _BAND[0]) & (frequencies <= _BAND[1])
        self._melody = (frequencies >= _MELODY[0]) & (frequencies <= _MELODY[1])
        power = np.abs(np.fft.rfft(self._window, 2 * _SIZE)) ** 2
        own = np.fft.irfft(power)[: _LAGS[1] + 1]
        self._own = (own / own[0]).astype(np.float32)
        self._scale = float((self._window**2).sum()) * _SIZE / 2  # so that a full sine has −3 dB
        self._row = np.zeros(_SIZE // 2, np.float32)  # frame n is centred on sample n × HOP
        self._frames = _Frames()
        self._pushed = 0

    def push(self, block: Samples) -> None:
        """Take the next samples, shape (n, 2)."""
        self._pushed += len(block)
        self._take(block.mean(axis=1))

    def stretches(self) -> list[tuple[int, int]]:
        """Samples [start, end) in which somebody speaks, once all was pushed; pauses of a word's length are in them."""
        self._take(np.zeros(_SIZE // 2 + HOP, np.float32))
        if not self._frames.level:
            return []
        speaking, sure = _speaking(*(np.concatenate(row) for row in _rows(self._frames)))
        ends = [(first, last) for first, last in _runs(speaking) if sure[first:last].any()]
        return [(max(a * HOP - HOP // 2, 0), min(b * HOP - HOP // 2, self._pushed)) for a, b in ends]

    def _take(self, mono: Row) -> None:
        row = np.concatenate((self._row, mono))
        while (count := min((len(row) - _SIZE) // HOP + 1, _BATCH)) > 0:
            frames = np.lib.stride_tricks.sliding_window_view(row, _SIZE)[: count * HOP : HOP]
            self._look(frames * self._window)
            row = row[count * HOP :]
        self._row = row

    def _look(self, frames: NDArray[np.float32]) -> None:
        power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
        level = 10 * np.log10(power[:, self._band].sum(axis=1) / self._scale + 1e-12)
        correlation = np.fft.irfft(power * self._melody, axis=1)[:, : _LAGS[1] + 1]
        likeness = correlation[:, _LAGS[0] :] / (correlation[:, :1] + 1e-12) / self._own[_LAGS[0] :]
        best = likeness.argmax(axis=1)
        self._frames.level.append(level.astype(np.float32))
        self._frames.harmonicity.append(likeness[np.arange(len(best)), best].astype(np.float32))
        self._frames.pitch.append((-12 * np.log2(best + _LAGS[0])).astype(np.float32))


def noise_floor(level: Row) -> Row:
    """For each frame's level in dB the floor around it."""
    padded = np.pad(level, _FLOOR_REACH, mode="edge")
    coarse = np.lib.stride_tricks.sliding_window_view(padded, 2 * _FLOOR_REACH + 1)[::10]
    floor = np.percentile(coarse, 10, axis=1)
    smooth: Row = np.interp(np.arange(len(level)), 10 * np.arange(len(floor)), floor).astype(np.float32)
    return smooth


def _rows(frames: _Frames) -> tuple[list[Row], list[Row], list[Row]]:
    return frames.level, frames.harmonicity, frames.pitch


def _speaking(level: Row, harmonicity: Row, pitch: Row) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each frame whether somebody may speak, and where that is sure."""
    level = np.maximum(level, max(float(level.max()) - _DEEPEST, _QUIETEST))
    floor = noise_floor(level)
    heard = level > floor + _OVER_FLOOR
    voiced = harmonicity > _VOICED
    step = np.abs(np.diff(pitch, append=pitch[-1:]))
    glides = heard & voiced & np.append(voiced[1:], False) & (step > _GLIDE[0]) & (step < _GLIDE[1])
    raised = np.maximum(level, floor)
    spread = np.sqrt(np.maximum(_mean(raised**2) - _mean(raised) ** 2, 0))
    # Beyond the ends nothing glides: half a second there is not taken for a whole one.
    melody = np.convolve(glides, np.full(_SECOND + 1, 1 / (_SECOND + 1)))[_SECOND // 2 :][: len(glides)]
    like = heard & (melody > _LEAST_MELODY) & (spread > _LEAST_SYLLABLES)
    if like.any():
        like &= level > float(np.percentile(level[like], 90)) - _UNDER_LOUD
    return like, like & (melody > _SURE_MELODY)


def _mean(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """The mean within half a second to either side."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    at = np.arange(len(values))
    first, last = np.maximum(at - _SECOND // 2, 0), np.minimum(at + _SECOND // 2 + 1, len(values))
    mean: NDArray[np.float64] = (sums[last] - sums[first]) / (last - first)
    return mean


_WORD_GAP = 25
"""Frames that a pause between words may last: a stop consonant, a breath."""

_SHORTEST = 20


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches [first, last) of set flags, joined over short gaps; very short ones are dropped."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    joined: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if joined and first - joined[-1][1] <= _WORD_GAP:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return [(first, last) for first, last in joined if last - first >= _SHORTEST]
