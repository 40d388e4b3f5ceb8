"""Which of the pulses of a piece is its beat: hypotheses of period and phase, and what speaks for each.

A hypothesis is judged by a weighted sum of evidence. The weights are a conditional logit (D. McFadden, 1974): they make
the right hypotheses of songs with known grids likely among all of the same song. They were fitted once, on
composed songs; the tests hold them to others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.harmony import Harmony
from clipkit.sound.onsets import FRAME_RATE, Onsets, Signal
from clipkit.sound.pulse import LONGEST, beats_of, envelope, repeats, smoothed

SLOWEST: Final = 54.0
FASTEST: Final = 200.0
"""BPM. The issue asks for 60 to 190; what lies a little outside may win."""

_PERIODS: Final = 10
_PARTS: Final = 12
"""Moments of a beat that are looked at: what both sixteenths and triplets fall on."""
_PHASES: Final = (0, 3, 4, 6, 8, 9)
"""Where the beat may be instead, in those parts."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Beats as they may be.

    Attributes:
        period: Frames, on average.
        beats: Moments in frames, between two of them too.
    """

    period: float
    beats: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a piece offers to judge its beats by.

    Attributes:
        row: (frames,): onsets as one row, as `pulse.envelope` makes it.
        rises: (frames, 3): rises of low, middle and high bands, rounded off, on average 1.
        likeness: How much the piece repeats itself so many frames later, as `pulse.repeats` tells it.
        harmony: Which notes sound.
    """

    row: Signal
    rises: Signal
    likeness: NDArray[np.float64]
    harmony: Harmony

    @classmethod
    def of(cls, onsets: Onsets) -> Evidence:
        row = envelope(onsets.rises)
        soft = np.log1p(smoothed(onsets.rises, 3))
        return cls(row, soft / np.maximum(soft.mean(axis=0), 1e-9), repeats(row), Harmony(onsets.notes))

    def at(self, moments: NDArray[np.float64]) -> Signal:
        """(moments, 3): rises at moments in frames, the nearest ones."""
        nearest: Signal = self.rises[np.clip(np.round(moments).astype(int), 0, len(self.rises) - 1)]
        return nearest

    def alike(self, period: float) -> float:
        """How much the piece repeats itself after so many frames; 0 beyond what is known."""
        return float(np.interp(period, np.arange(LONGEST + 1), self.likeness, right=0.0))


def ranked(evidence: Evidence) -> tuple[list[Hypothesis], NDArray[np.float64]]:
    """All hypotheses, and how likely each is: they sum up to 1, or there are none."""
    found = list(hypotheses(evidence.row, evidence.likeness))
    if not found:
        return [], np.zeros(0)
    weights = np.array(list(WEIGHTS.values()))
    scores = np.array([judged(hypothesis, evidence) for hypothesis in found]) @ weights
    likely = np.exp(scores - scores.max())
    return found, likely / likely.sum()


def hypotheses(row: Signal, likeness: NDArray[np.float64]) -> Iterator[Hypothesis]:
    """Every likely period, at every phase that the beat of it may have."""
    for period in _periods(likeness):
        found = beats_of(row, period).astype(float)
        if len(found) < 4:
            continue
        steps = np.arange(len(found))
        for phase in _PHASES:
            beats = np.interp(steps[:-1] + phase / _PARTS, steps, found)
            yield Hypothesis(period, beats)


def _periods(likeness: NDArray[np.float64]) -> list[float]:
    """Periods at which a piece repeats itself most, and twice and half of them."""
    low, high = int(60 * FRAME_RATE / FASTEST), int(60 * FRAME_RATE / SLOWEST) + 1
    inner = likeness[1:-1]
    peaks = np.flatnonzero((inner >= likeness[:-2]) & (inner > likeness[2:])) + 1
    scored: dict[float, float] = {}
    for peak in peaks[(peaks >= low // 2) & (peaks <= 2 * high)]:
        fine = _fine(likeness, float(peak))
        for factor in (1.0, 0.5, 2.0):
            period = fine * factor
            if low <= period <= high:
                score = _comb(likeness, period)
                near = [known for known in scored if abs(known / period - 1) < 0.025]
                if all(scored[known] < score for known in near):
                    for known in near:
                        del scored[known]
                    scored[period] = score
    return sorted(scored, key=scored.__getitem__, reverse=True)[:_PERIODS]


def _fine(likeness: NDArray[np.float64], period: float) -> float:
    """A period to a small part of a frame: where its multiples peak."""
    for multiple in (1, 2, 4, 8):
        middle = period * multiple
        reach = max(2, round(0.02 * middle))
        low, high = round(middle) - reach, round(middle) + reach + 1
        if high + 1 >= len(likeness):
            break
        peak = low + int(likeness[low:high].argmax())
        left, mid, right = likeness[peak - 1 : peak + 2]
        bend = left - 2 * mid + right
        period = (peak + (float(np.clip(0.5 * (left - right) / bend, -1, 1)) if bend < 0 else 0.0)) / multiple
    return period


def _comb(likeness: NDArray[np.float64], period: float) -> float:
    """How much a piece repeats itself at a period and its multiples."""
    multiples = period * np.arange(1, 9)
    multiples = multiples[multiples < LONGEST]
    return float(np.interp(multiples, np.arange(len(likeness)), likeness).mean())


# ---- evidence ----------------------------------------------------------------------------------------------------

WEIGHTS: Final = {
    "octave above 110 BPM": 1.62,
    "low third": -0.89,
    "middle on": 0.72,
    "middle third": -1.38,
    "high on": 0.66,
    "high half": 1.67,
    "low and high alternate": 5.44,
    "middle fourth": 0.10,
    "high fourth uneven": -2.06,
    "high fourth": 0.68,
    "bass changes half": -18.88,
    "bass changes fourth": 7.26,
    "bass changes eighth": 4.60,
    "notes change fourth": 13.03,
    "bass changes on, two beats": -16.00,
    "bass changes half, two beats": -11.82,
    "bass changes fourth, two beats": 11.50,
    "notes change second, two beats": -60.23,
    "notes change eighth, half over on": -13.19,
    "alike 1/2": 2.21,
    "alike 1": 1.88,
    "alike 4": 5.94,
    "alike 8": 1.42,
}
"""What each piece of evidence weighs, in the order of `judged`. *On* is on the beat, *half* between two beats (where it
is loudest from a half to two thirds, for swing), *third* on triplets; *alternate* is between every other beat; *fourth*
the best of each fourth beat above the mean; *alike N* that the piece repeats itself after N beats."""


def judged(hypothesis: Hypothesis, evidence: Evidence) -> NDArray[np.float64]:
    """The evidence for and against a hypothesis, as `WEIGHTS` lists it."""
    beats, period = hypothesis.beats, hypothesis.period
    fine = np.interp(np.arange((len(beats) - 1) * _PARTS) / _PARTS, np.arange(len(beats)), beats)
    grid = evidence.at(fine).reshape(-1, _PARTS, 3)
    mean = grid.mean(axis=0)
    loud = np.log(mean + 0.05)
    four = _folded(grid[:, 0], 4)
    lean = _lean(four[[0, 2]].mean(axis=0), four[[1, 3]].mean(axis=0))
    between = (beats[:-1] + beats[1:]) / 2
    near, far = (evidence.harmony.change(beats[:-1], reach * period) for reach in (1, 2))
    near_half, far_half = (evidence.harmony.change(between, reach * period) for reach in (1, 2))
    return np.array(
        [
            np.log2(60 * FRAME_RATE / period / 110),
            loud[[4, 8], 0].mean(),
            loud[0, 1],
            loud[[4, 8], 1].mean(),
            loud[0, 2],
            loud[6:9, 2].max(),
            -lean[0] * lean[2],
            np.log(four[:, 1].max() + 0.05),
            (abs(four[0, 2] - four[2, 2]) + abs(four[1, 2] - four[3, 2])) / (four[:, 2].sum() + 0.1),
            np.log(four[:, 2].max() + 0.05),
            near_half[:, 0].mean(),
            _standing_out(near[:, 0], 4),
            _standing_out(near[:, 0], 8),
            _standing_out(near[:, 1], 4),
            far[:, 0].mean(),
            far_half[:, 0].mean(),
            _standing_out(far[:, 0], 4),
            _standing_out(far[:, 1], 2),
            _folded(far_half[:, 1], 8).max() - _folded(far[:, 1], 8).max(),
            *(evidence.alike(period * beats_later) for beats_later in (0.5, 1, 4, 8)),
        ]
    )


def _folded(rows: NDArray[np.floating], count: int) -> NDArray[np.float64]:
    """(count, …): the mean of every row of a number that leaves the same rest."""
    whole = rows[: len(rows) // count * count]
    if not len(whole):
        return np.ones((count, *rows.shape[1:]))
    folded: NDArray[np.float64] = whole.reshape(-1, count, *rows.shape[1:]).mean(axis=0)
    return folded


def _standing_out(row: NDArray[np.floating], count: int) -> float:
    folded = _folded(row, count)
    return float(folded.max() - folded.mean())


def _lean(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """−1…1: how much louder one is than the other."""
    leaning: NDArray[np.float64] = (one - other) / (one + other + 0.1)
    return leaning
