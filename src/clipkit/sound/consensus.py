"""One line through what many windows say: where two recordings meet, and how their clocks drift apart.

Each window alone has many places where it might be: songs repeat. All of the longer recording is searched in bins
first, where windows vote with their likeness. Near the best bins, the line through the peaks of any two windows on
which most others agree is sharpened by least squares (RANSAC, M. Fischler, R. Bolles 1981, over all pairs: there are
few).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.correlation import BIN, RATE, Heard, Windows, around

MAX_DRIFT = 500e-6
"""Clocks of phones and recorders lie within 150 ppm of true; two of them part by no more than twice that."""

APART = RATE // 20
"""50 ms: nearer places are the same one, heard through the room."""

_PEAKS = 3  # of each window, among which the line is sought
_NEAR = 8  # samples beside a line, 1 ms, within which a window's peak is its own: reflections push it a little
_CHANCE = 3.5  # likeness that comes about by chance
_DIRECT = 0.7  # of the highest peak: an earlier one that reaches it is the direct sound
_EARLIER = RATE // 125  # 8 ms before the highest peak, where it is looked for: a detour of 2.7 m

_Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """A place where windows agree: second t of the shorter recording is t × (1 + drift) + shift of the longer.

    `shift` is in samples. `score` is the likeness of all windows together, in standard deviations of chance. `borne` is
    what is left of it when no two windows may outweigh the rest: two songs may share a sound, such as a crash. Of each
    window that lies within, `times` has the centre in the shorter recording, `shifts` by how much its own peak lies
    later there than here, both in samples, and `likeness` how high that peak is.
    """

    shift: float
    drift: float
    score: float
    borne: float
    times: _Row
    shifts: _Row
    likeness: _Row

    @property
    def misses(self) -> _Row:
        """How far each window's own peak lies from the line, in samples."""
        return self.shifts - self.shift - self.drift * self.times

    @property
    def residual(self) -> float:
        """Root mean square of the misses of the windows that agree, in samples."""
        near = self.misses[self.agreeing]
        return float(np.sqrt(np.mean(near**2))) if len(near) else 0.0

    @property
    def agreeing(self) -> NDArray[np.bool_]:
        """Which windows have a peak of their own on the line."""
        return _agreeing(self.misses, self.likeness)


def _agreeing(misses: _Row, likeness: _Row) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (np.abs(misses) <= _NEAR) & (likeness > _CHANCE)
    return found


# ---- all of the recording, in bins -------------------------------------------------------------------------------


def votes(found: NDArray[np.float16], windows: Windows) -> NDArray[np.float32]:
    """What all windows together say of each shift, in bins; `shift_of` tells for which one a bin stands.

    Clocks that drift let windows far from the middle say it of shifts nearby: each votes for all that it may mean.
    """
    last = windows.starts[-1]
    total = np.zeros(found.shape[1] + last // BIN, np.float32)
    for row, start in zip(found, windows.starts, strict=True):
        spread = int(np.ceil(abs(start - last / 2) * MAX_DRIFT / BIN))
        first = (last - start) // BIN
        total[first : first + len(row)] += _widened(row.astype(np.float32), spread)
    return total


def shift_of(index: int, windows: Windows) -> int:
    """The shift that a bin of `votes` stands for, in samples: that of the middle window."""
    return index * BIN - windows.size - windows.starts[-1]


def peaks(total: NDArray[np.float32], count: int) -> list[int]:
    """The best bins, none near a better one."""
    left, best = total.copy(), []
    near = APART // BIN
    for _ in range(count):
        index = int(np.argmax(left))
        best.append(index)
        left[max(index - near, 0) : index + near + 1] = -np.inf
    return best


def _widened(row: NDArray[np.float32], spread: int) -> NDArray[np.float32]:
    """The greatest value within `spread` bins to each side, by windows that double."""
    row, width, wanted = np.pad(row, spread), 1, 2 * spread + 1
    while width < wanted:
        step = min(width, wanted - width)
        row = np.maximum(row[:-step], row[step:])
        width += step
    return row


# ---- near one shift, to a fraction of a sample -------------------------------------------------------------------


def place(sound: Heard, windows: Windows, shift: int) -> Place | None:
    """What the windows agree on near a shift; None where fewer than two of them lie within the recording."""
    inside = [n for n, start in enumerate(windows.starts) if _overlap(start + shift, windows.size, len(sound)) > 0.5]
    if len(inside) < 2:
        return None
    starts = np.array([windows.starts[n] for n in inside])
    times = starts + windows.size / 2
    middle = (windows.starts[-1] + windows.size) / 2
    reach = round(max(abs(times - middle)) * MAX_DRIFT) + APART
    rows = np.stack([around(sound, windows, n, windows.starts[n] + shift, reach) for n in inside])
    line = _sharpened(_Line(*_agreed(rows, times - middle, reach)), rows, times - middle, reach)
    response = _stacked(rows, times - middle, line, reach)
    line = _sharpened(line.later(_direct(np.abs(response)) - APART), rows, times - middle, reach)
    shifts, likeness = _own_peaks(rows, times - middle, line, reach)
    borne = _stacked(rows * _capped(likeness)[:, None], times - middle, line, reach)
    return Place(
        shift=shift + line.level - line.drift * middle,
        drift=line.drift,
        score=float(np.abs(response).max()),
        borne=float(np.abs(borne).max()),
        times=times,
        shifts=shift + shifts,
        likeness=likeness,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    level: float
    drift: float

    def at(self, times: _Row) -> _Row:
        return self.level + self.drift * times

    def later(self, by: float) -> _Line:
        return _Line(self.level + by, self.drift)


def _overlap(start: int, size: int, count: int) -> float:
    """The part of a window that lies within [0, count)."""
    return (min(start + size, count) - max(start, 0)) / size


def _agreed(rows: Heard, times: _Row, reach: int) -> tuple[float, float]:
    """Level and drift of the line through two windows' peaks that finds most likeness in the others."""
    tops = [(n, float(lag - reach)) for n, row in enumerate(rows) for lag in _tops(np.abs(row))]
    candidates = [(lag, 0.0) for _, lag in tops]
    for (one, here), (two, there) in combinations(tops, 2):
        drift = (there - here) / (times[two] - times[one]) if one != two else np.inf
        if abs(drift) <= MAX_DRIFT:
            candidates.append((here - drift * times[one], drift))
    levels, drifts = np.array(candidates).T
    places = np.rint(levels[:, None] + drifts[:, None] * times).astype(int) + reach
    score = _roomy(np.abs(rows))[np.arange(len(rows)), np.clip(places, 0, 2 * reach)].sum(axis=1)
    best = int(np.argmax(score))
    return levels[best], drifts[best]


def _roomy(rows: Heard) -> Heard:
    """At each place the greatest value within two samples of it."""
    padded = np.pad(rows, ((0, 0), (2, 2)))
    roomy: Heard = np.max([padded[:, by : by + rows.shape[1]] for by in range(5)], axis=0)
    return roomy


def _tops(row: Heard) -> list[int]:
    """The highest values of a row, none within 1 ms of a higher one."""
    left, found = row.copy(), []
    for _ in range(_PEAKS):
        top = int(np.argmax(left))
        found.append(top)
        left[max(top - _NEAR, 0) : top + _NEAR + 1] = 0
    return found


def _stacked(rows: Heard, times: _Row, line: _Line, reach: int) -> _Row:
    """All windows laid over each other along a line, `APART` to each side: the room's response, with less noise."""
    padded = np.pad(rows, ((0, 0), (APART, APART)))
    firsts = np.clip(np.rint(line.at(times)).astype(int) + reach, 0, 2 * reach)
    sums = sum(row[first : first + 2 * APART + 1] for row, first in zip(padded, firsts, strict=True))
    stack: _Row = np.asarray(sums, np.float64) / np.sqrt(len(rows))
    return stack


def _capped(likeness: _Row) -> Heard:
    """What brings each window down to twice the third best: a sound is in no more than two, which overlap by half."""
    third = np.sort(likeness)[-min(3, len(likeness))]
    cap: Heard = np.minimum(1, 2 * third / np.maximum(likeness, _CHANCE)).astype(np.float32)
    return cap


def _direct(response: _Row) -> int:
    """Where the direct sound is: the first of the peaks that come near the highest one, which may be an echo."""
    top = int(np.argmax(response))
    first = max(top - _EARLIER, 0)
    high = first + int(np.argmax(response[first : top + 1] >= _DIRECT * response[top]))
    while high < top and response[high + 1] > response[high]:
        high += 1
    return high


def _own_peaks(rows: Heard, times: _Row, line: _Line, reach: int) -> tuple[_Row, _Row]:
    """Each window's highest peak near a line, to a fraction of a sample, and how high it is."""
    found = []
    for row, at in zip(rows, line.at(times), strict=True):
        first = min(max(round(at) + reach - _NEAR, 1), 2 * reach - 2 * _NEAR - 1)
        top = first + int(np.argmax(np.abs(row[first : first + 2 * _NEAR + 1])))
        found.append((_vertex(row, top) - reach, abs(row[top])))
    shifts, likeness = np.array(found, np.float64).T
    return shifts, likeness


def _vertex(row: Heard, top: int) -> float:
    """The place of a peak, by a parabola through three values."""
    before, at, after = (abs(float(value)) for value in row[top - 1 : top + 2])
    bend = before - 2 * at + after
    return top + (min(max((before - after) / (2 * bend), -0.5), 0.5) if bend < 0 else 0.0)


def _sharpened(line: _Line, rows: Heard, times: _Row, reach: int) -> _Line:
    """Least squares through the peaks near a line, weighted by their power; windows that lie apart are dropped."""
    shifts, likeness = _own_peaks(rows, times, line, reach)
    near = _agreeing(shifts - line.at(times), likeness)
    for _ in range(4):
        if near.sum() < 2:
            return line
        weight = likeness[near]
        drift, level = np.polyfit(times[near], shifts[near], 1, w=weight)
        line = _Line(float(level), float(np.clip(drift, -MAX_DRIFT, MAX_DRIFT)))
        misses = np.abs(shifts - line.at(times))
        spread = 1.4826 * float(np.median(misses[near]))  # of a normal distribution, by its median
        near = near & (misses <= max(3 * spread, 1.0))
    return line
