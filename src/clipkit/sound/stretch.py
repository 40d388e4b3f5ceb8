"""Sound at another speed with its pitch kept: overlap-add of similar waveforms.

WSOLA (W. Verhelst, M. Roelands, ICASSP 1993): windows of the source, one every `HOP` samples of output, each taken
from near the moment that the time map asks for, at the shift where it best continues the window before. As each
window is placed by the map itself, errors never add up, and a ramp is as easy as a constant speed. Where a sound sets
in (`attacks`), windows keep to the map exactly, so that a click is heard once, whole, and when it is due.

FFmpeg's `atempo` is of the same family but with windows of 43 ms at 48 kHz: at 0.3× its onsets scatter by ±36 ms,
and a change of speed needs a new start of the filter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.attacks import Attacks
from clipkit.sound.window import Samples, silence

HOP = 480
"""Output samples from window to window, half a window: 10 ms at 48 kHz."""

REACH = 320
"""How far a window may shift from the moment asked for, in samples: ±6.7 ms spans one period of 75 Hz."""

_HANN = (0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * HOP) + 0.5) / HOP)).astype(np.float32)[:, None]
_SIZE = 2 * (HOP + REACH)  # 1600 = 2⁶ × 5²; the shifts that wrap round are not looked at
# Of two equally good shifts the nearer one: the farthest is worth 5 % less.
_FARNESS = 0.05 / REACH
_SILENT = 1e-9  # energy of a window, about −120 dBFS: there is nothing to be similar to


class Stretch:
    """Sound along a time map, pitch kept, from output sample 0 on.

    Args:
        fetch: Source samples [start, stop), shape (stop − start, 2); any indices, silence where there is no source.
        locate: Output sample → source sample, increasing. The first output sample is the located one exactly.
    """

    def __init__(self, fetch: Callable[[int, int], Samples], locate: Callable[[int], float]) -> None:
        self._fetch = fetch
        self._locate = locate
        self._first = self._place = round(locate(0))
        self._attacks = Attacks(fetch, self._place)
        self._coming: deque[_Attack] = deque()
        self._past = self._place - 2 * HOP  # where the last attack that was heard lies
        self._fading = self._windowed()[HOP:]
        self._hops = 0
        self._ready = silence(0)

    def read(self, count: int) -> Samples:
        """The next `count` samples, shape (count, 2)."""
        parts, have = [self._ready], len(self._ready)
        while have < count:
            parts.append(self._hop())
            have += HOP
        joined = np.concatenate(parts)
        self._ready = joined[count:]
        return joined[:count]

    def _hop(self) -> Samples:
        self._hops += 1
        self._place = self._next_place(self._hops * HOP)
        window = self._windowed()
        out: Samples = self._fading + window[:HOP]
        self._fading = window[HOP:]
        return out

    def _next_place(self, at: int) -> int:
        """Where the window around output sample `at` is to be centred.

        A sudden attack is in two windows only, which both show it when it is due, so it is heard once; other windows
        end before it or begin after it. One that rises gently is only kept from being heard before it is due.
        """
        wanted = self._wanted(at)
        self._look(at, wanted)
        while self._coming and self._coming[0].due <= at - HOP:
            passed = self._coming.popleft()
            self._past = passed.place if passed.sudden else self._past
        low, high = wanted - REACH, wanted + REACH
        if self._coming:
            attack = self._coming[0]
            last = attack.place - min(attack.due - at, HOP)  # with this centre, or an earlier one, it is not early
            if attack.sudden and attack.due < at + HOP:
                return last
            low, high = min(low, last - REACH), min(high, last)
        first = self._past + HOP
        low, high = max(low, first), max(high, first + REACH)
        return self._best(wanted, low, min(high, low + 2 * REACH))

    def _wanted(self, at: int) -> int:
        """The centre that the map asks for.

        Slowed to a factor f, what goes on is heard as soon as the window's later edge meets it, up to HOP × (1/f − 1)
        early: 23 ms at 0.3×. Held back by as much, it would be late at the earlier edge; so by half of that.
        """
        here = self._locate(at)
        back = HOP - (self._locate(at + HOP) - here)
        return max(round(here - max(back, 0.0) / 2), self._first)

    def _look(self, at: int, wanted: int) -> None:
        """Find the attacks that the window around `at` may meet."""
        for place, sudden in self._attacks.until(max(round(self._locate(at + HOP)), wanted + REACH + HOP) + 1):
            low, high = at - 2 * HOP, at + HOP
            while self._locate(high) <= place:
                low, high = high, high + HOP
            due = bisect_right(range(low, high), float(place), key=self._locate) + low - 1
            self._coming.append(_Attack(place, max(due, 0), sudden))

    def _windowed(self) -> Samples:
        window: Samples = self._fetch(self._place - HOP, self._place + HOP) * _HANN
        return window

    def _best(self, wanted: int, low: int, high: int) -> int:
        """The centre in [low, high], near `wanted`, whose window is most like the one that goes on from the last."""
        onward = self._place + HOP
        like = _mono(self._fetch(onward - HOP, onward + HOP))
        if float(like @ like) < _SILENT:
            return min(max(wanted, low), high)
        around = _mono(self._fetch(low - HOP, high + HOP))
        away = np.abs(np.arange(low, high + 1) - wanted)
        return low + int(np.argmax(_likeness(around, like) * (1 - _FARNESS * away)))


class _Attack(NamedTuple):
    """A moment at which the sound sets in: its source sample, and the output sample at which it is due."""

    place: int
    due: int
    sudden: bool


def _mono(samples: Samples) -> NDArray[np.float64]:
    """One channel to compare by. Unequal weights: sound in opposite phase does not cancel."""
    mixed: NDArray[np.float64] = samples @ np.array([1.0, 0.7])
    return mixed


def _likeness(around: NDArray[np.float64], like: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation of `like` with each stretch of `around`, over the stretch's own level; by FFT."""
    count = len(around) - 2 * HOP + 1
    spectrum = np.fft.rfft(around, _SIZE) * np.fft.rfft(like, _SIZE).conj()
    products = np.fft.irfft(spectrum, _SIZE)[:count]
    energy = np.concatenate(([0.0], np.cumsum(around**2)))
    level = energy[2 * HOP :] - energy[: -2 * HOP]
    likeness: NDArray[np.float64] = products / np.sqrt(np.maximum(level, _SILENT))
    return likeness
