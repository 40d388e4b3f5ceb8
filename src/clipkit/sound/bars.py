"""Which beats begin a bar: three or four beats to it, the first where the bass and the harmony move.

The weights are a conditional logit over songs with known bars, as those of `metre` are. A beat too many or too few (a
break, a cut in a recording) shifts the bars after it: dynamic programming finds where.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.metre import Evidence, Hypothesis

_FIRST: Final = (1.74, 1.04, -0.62, 11.75, 14.50)
"""What speaks for a first beat: low, middle and high rises, and changes of the bass and of the notes above it."""
_THIRD: Final = (0.46, -1.10, -1.36, -3.89, -5.67)
"""The same for the third of four."""
_THREES: Final = (-0.44, 0.09, -0.46, -0.22, -0.43, -0.29)
"""What speaks for bars of three: a piece being alike after 2, 3, 4, 6 and 8 beats; and a constant."""
_SLIP: Final = 30.0
"""What a beat too many or too few costs: what four clear bars say."""


def bars_of(hypothesis: Hypothesis, evidence: Evidence) -> tuple[int, NDArray[np.int64]]:
    """Beats to a bar, and the numbers of the beats that begin one, ascending."""
    beats, period = hypothesis.beats, hypothesis.period
    rows = _rows(beats, period, evidence)
    found = {}
    for count in (4, 3):
        weights = np.zeros((count, rows.shape[1]))
        weights[0] = _FIRST
        if count == 4:
            weights[2] = _THIRD
        found[count] = rows @ weights.T  # (beats, count): how well each beat stands in each place of a bar
    alike = np.array([*(evidence.alike(period * later) for later in (2, 3, 4, 6, 8)), 1.0])
    scores = {count: _best_fold(places) for count, places in found.items()}
    count = 3 if scores[3] + float(alike @ _THREES) > scores[4] else 4
    return count, np.flatnonzero(_places(found[count]) == 0)


def _rows(beats: NDArray[np.float64], period: float, evidence: Evidence) -> NDArray[np.float64]:
    """(beats, 5): what is heard at each beat, about its mean."""
    rises = evidence.at(beats)
    rows = np.concatenate(
        (rises / np.maximum(rises.mean(axis=0), 0.05), evidence.harmony.change(beats, 2 * period)), axis=1
    )
    centred: NDArray[np.float64] = rows - rows.mean(axis=0)
    return centred


def _best_fold(places: NDArray[np.float64]) -> float:
    """The score of the best way to count through a piece without a slip."""
    count = places.shape[1]
    if len(places) < count:
        return 0.0
    place = np.arange(count)
    means = np.stack([places[beat::count].mean(axis=0) for beat in range(count)])
    return max(float(means[(place + way) % count, place].sum()) for way in range(count))


def _places(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """The place of each beat in its bar, from 0, by dynamic programming."""
    count = places.shape[1]
    score = places[0].copy()
    back = np.zeros((len(places), count), np.int64)
    for beat in range(1, len(places)):
        slipped = int(score.argmax())
        steady = np.roll(score, 1)
        jumps = score[slipped] - _SLIP > steady
        back[beat] = np.where(jumps, slipped, (np.arange(count) - 1) % count)
        score = np.where(jumps, score[slipped] - _SLIP, steady) + places[beat]
    way = np.zeros(len(places), np.int64)
    way[-1] = int(score.argmax())
    for beat in range(len(places) - 1, 0, -1):
        way[beat - 1] = back[beat, way[beat]]
    return way
