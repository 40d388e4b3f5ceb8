"""Beats, bars and sections of a piece of music, and times that snap to them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.bars import bars_of
from clipkit.sound.metre import Evidence, Hypothesis, ranked
from clipkit.sound.onsets import FRAME_RATE, Onsets
from clipkit.sound.sections import Section, sections

_QUIET: Final = 1e-4
"""Music is over where it is 40 dB softer than its loud parts."""
_FEWEST: Final = 4
"""Beats that make a beat."""
_SHORTEST: Final = 2.0
"""Seconds: less has hardly four beats, and nothing that repeats."""
_STEADY: Final = 6
"""Beats on each side that a beat is evened out with."""
_LATE: Final = 0.004
"""Seconds after the beginning of a sound at which its rise is seen."""


@dataclass(frozen=True, slots=True)
class Beats:
    """The grid of a piece, in seconds.

    Attributes:
        bpm: Beats a minute, over the whole piece; 0 where there is no beat.
        beats: When each beat begins.
        bars: When each bar begins: some of `beats`.
        beats_per_bar: 3 or 4; 0 where there is no beat.
        sections: Parts that sound alike, from 0 to the end.
        confidence: 0…1: how regular and how clear the beat is. Most music is above 0.5, speech below 0.3.
    """

    bpm: float
    beats: tuple[float, ...]
    bars: tuple[float, ...]
    beats_per_bar: int
    sections: tuple[Section, ...]
    confidence: float


def beats_of(onsets: Onsets) -> Beats:
    """The beats, bars and sections of what was heard.

    60 to 190 BPM, three or four beats to a bar; the tempo may drift. Silence, and what is shorter than four beats, has
    none.
    """
    sounding = _sounding(onsets)
    if sounding is None or onsets.seconds < _SHORTEST:
        return _none(onsets)
    evidence = Evidence.of(onsets)
    found, likely = ranked(evidence)
    if not found:
        return _none(onsets)
    best = found[int(likely.argmax())]
    inside = _within(_even(best.beats), best.period, *sounding)
    if len(inside) < _FEWEST:
        return _none(onsets)
    count, firsts = bars_of(Hypothesis(best.period, inside), evidence)
    beats = np.maximum(inside / FRAME_RATE - _LATE, 0)
    bars = tuple(float(beat) for beat in beats[firsts])
    return Beats(
        bpm=tempo_of(beats),
        beats=tuple(float(beat) for beat in beats),
        bars=bars,
        beats_per_bar=count,
        sections=sections(bars, onsets.colours, onsets.seconds),
        confidence=_confidence(best, likely, found, evidence),
    )


def _none(onsets: Onsets) -> Beats:
    return Beats(0.0, (), (), 0, (Section("A", 0.0, onsets.seconds),), 0.0)


def _sounding(onsets: Onsets) -> tuple[int, int] | None:
    """The first and the last frame of the music; None for silence."""
    if not len(onsets.levels):
        return None
    loud = float(np.percentile(onsets.levels, 90))
    heard = np.flatnonzero(onsets.levels > _QUIET * loud) if loud > 1e-10 else np.array([], int)
    return (int(heard[0]), int(heard[-1])) if len(heard) else None


def _within(beats: NDArray[np.float64], period: float, first: int, last: int) -> NDArray[np.float64]:
    """The beats while the music plays, continued at both ends at the tempo."""
    before = np.arange(beats[0] - period, first - period, -period)[::-1]
    after = np.arange(beats[-1] + period, last + period, period)
    every = np.concatenate((before, beats, after))
    slack = 0.05 * FRAME_RATE
    inside: NDArray[np.float64] = every[(every >= first - slack) & (every <= last - slack)]
    return inside


def _even(beats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Beats on straight lines through their neighbours: frames are coarse, and players loose."""
    steps = np.arange(-_STEADY, _STEADY + 1)
    evened = beats.copy()
    for beat in range(len(beats)):
        near = steps[(beat + steps >= 0) & (beat + steps < len(beats))]
        if len(near) > 2:
            weights = 1 - np.abs(near) / (_STEADY + 1)
            _, level = np.polyfit(near, beats[beat + near], 1, w=np.sqrt(weights))
            evened[beat] = level
    return evened


def _confidence(
    best: Hypothesis, likely: NDArray[np.float64], found: Sequence[Hypothesis], evidence: Evidence
) -> float:
    """How likely the tempo is, times how much the piece is like itself after one, two and four beats."""
    same = np.array([abs(other.period / best.period - 1) < 0.03 for other in found])
    alike = max(float(np.mean([evidence.alike(best.period * later) for later in (1, 2, 4)])), 0.0)
    return float(likely[same].sum() * min(alike / 0.4, 1.0))


def tempo_of(beats: Sequence[float] | NDArray[np.float64]) -> float:
    """Beats a minute: the median of what rows of eight beats say, so that a cut in a recording does not count.

    0 for less than two.
    """
    if len(beats) < 2:
        return 0.0
    row, moments = min(8, len(beats) - 1), np.asarray(beats, float)
    return 60 * row / float(np.median(moments[row:] - moments[:-row]))


def snapped(time: float, grid: Sequence[float]) -> float:
    """The moment of an ascending grid that is nearest to a time, the earlier one of two.

    A time further from the grid than it has between two moments is outside of the music and stays as it is.
    """
    if len(grid) < 2:
        return time
    after = bisect_left(grid, time)
    nearest = min(grid[max(after - 1, 0) : after + 1], key=lambda moment: abs(moment - time))
    if grid[0] <= time <= grid[-1]:
        return nearest
    edge = grid[1] - grid[0] if time < grid[0] else grid[-1] - grid[-2]
    return nearest if abs(nearest - time) <= edge / 2 else time


def snapped_in_order(times: Sequence[float], grid: Sequence[float]) -> tuple[float, ...]:
    """Ascending times, each at the nearest moment of the grid; what was apart stays apart.

    A time that would fall on the one before it goes on to the next moment, or, behind the last, stays as it is.
    """
    done: list[float] = []
    for index, time in enumerate(times):
        moment = snapped(time, grid)
        if done and time == times[index - 1]:
            moment = done[-1]
        elif done and moment <= done[-1]:
            after = bisect_right(grid, done[-1])
            moment = grid[after] if after < len(grid) else max(time, done[-1])
        done.append(moment)
    return tuple(done)
