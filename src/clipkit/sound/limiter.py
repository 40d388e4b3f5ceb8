"""A look-ahead peak limiter, in streaming form and exact.

The gain that each sample needs goes through a sliding minimum over the look-ahead, a linear release and a smoothing
filter no longer than the look-ahead. Each gain that the filter averages has then seen the sample it is used for, so
the average cannot exceed what the sample needs: the ceiling holds by construction. (The scheme is the common one of
the literature: a sliding minimum followed by a FIR of equal length; D. Lemire 2006 for the minimum, G. Zölzer,
*DAFX*, ch. 4 for the limiter.)

Gains are integers in units of 2⁻²⁴. Integer sums do not depend on where a block begins, so neither does the output.

By true peak, a sample needs what the highest point of the waveform on either side of it needs (`truepeak`). The gain
changes too slowly for the limited waveform to rise between samples by more than a few hundredths of a dB above that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.sound import truepeak
from clipkit.sound.window import Samples, silence

CEILING = 10 ** (-1 / 20)
"""−1 dBFS."""

LOOKAHEAD = 256
"""Samples that the gain sees ahead: 5.3 ms at 48 kHz."""

_BOX = LOOKAHEAD // 2  # two boxes in a row make a triangle of 2 × 128 − 1 samples, within the look-ahead
_UNITY = 1 << 24
_RELEASE = _UNITY // 12_000  # a full step of gain in 0.25 s: 6 dB come back in 125 ms

_Gains = NDArray[np.int64]


class Limiter:
    """Keeps the peak at `ceiling`; sound that never exceeds it passes bit for bit.

    Push blocks of any size; what comes back, laid end to end, is the input sample for sample: no delay.

    Args:
        ceiling: The highest absolute value allowed.
        true_peak: Hold it between the samples too. Such a limiter passes sound bit for bit that stays below
            `ceiling / truepeak.RISE`, or whose waveform does not exceed the ceiling.
    """

    def __init__(self, ceiling: float = CEILING, *, true_peak: bool = False) -> None:
        self._ceiling = np.float32(ceiling)
        self._detector = _TruePeaks(ceiling) if true_peak else None
        self._held = silence(0)
        self._needs = _unity(LOOKAHEAD - 1)
        self._released = _UNITY
        self._boxes = (_unity(_BOX - 1), _BOX * _unity(_BOX - 1))
        self._skip = LOOKAHEAD - 1

    def push(self, block: Samples) -> Samples:
        """Take the next samples, shape (n, 2); return those that are done: all but the last `LOOKAHEAD − 1`."""
        gains = self._gains(self._peaks(block))
        skipped = min(self._skip, len(gains))
        self._skip -= skipped
        return self._apply(block, gains[skipped:])

    def flush(self) -> Samples:
        """The rest, once all was pushed."""
        peaks = self._peaks(silence(LOOKAHEAD - 1 + (truepeak.SIDE if self._detector else 0)))
        return self._apply(silence(0), self._gains(peaks)[self._skip :])

    def _apply(self, block: Samples, gains: _Gains) -> Samples:
        held = np.concatenate((self._held, block))
        done, self._held = held[: len(gains)], held[len(gains) :]
        if (gains == _UNITY).all():
            return done
        quiet = (done * (gains / _UNITY)[:, None]).astype(np.float32)
        # Rounding to float32 can end one unit above the ceiling. Non-finite input was never promised anything.
        limited: Samples = np.where((gains < _UNITY)[:, None], quiet.clip(-self._ceiling, self._ceiling), done)
        return limited

    def _peaks(self, block: Samples) -> NDArray[np.float32]:
        """What each sample counts for; by true peak, `truepeak.SIDE` samples late."""
        if self._detector is not None:
            return self._detector.push(block)
        peaks: NDArray[np.float32] = np.maximum(np.abs(block[:, 0]), np.abs(block[:, 1]))
        return peaks

    def _gains(self, peaks: NDArray[np.float32]) -> _Gains:
        """The gain for each of these, `LOOKAHEAD − 1` samples late."""
        loud = peaks > self._ceiling
        if not loud.any() and self._settled():
            return _unity(len(peaks))
        needs = np.where(loud, np.floor(self._ceiling / np.maximum(peaks, self._ceiling) * _UNITY), _UNITY)
        return self._smooth(self._release(self._minimum(needs.astype(np.int64))))

    def _settled(self) -> bool:
        """Whether every stage holds unity, so that quiet sound passes as it is.

        A release that ended with the last block still stands in the boxes.
        """
        first, second = self._boxes
        held = (self._needs == _UNITY).all() and (first == _UNITY).all() and (second == _BOX * _UNITY).all()
        return self._released == _UNITY and bool(held)

    def _minimum(self, needs: _Gains) -> _Gains:
        """The least of the last `LOOKAHEAD` values, for each: doubling windows, so 8 passes rather than 256."""
        row = np.concatenate((self._needs, needs))
        self._needs = row[len(row) - (LOOKAHEAD - 1) :]
        span = 1
        while span < LOOKAHEAD:
            row = np.minimum(row[span:], row[: len(row) - span])
            span *= 2
        return row

    def _release(self, gains: _Gains) -> _Gains:
        """Down at once, up by one small step a sample: r[n] = min(g[n], r[n−1] + step), as a running minimum."""
        if not len(gains):
            return gains
        steps = _RELEASE * np.arange(1, len(gains) + 1)
        least = np.minimum.accumulate(gains - steps)
        released: _Gains = np.minimum(np.minimum(least, self._released) + steps, _UNITY)
        self._released = int(released[-1])
        return released

    def _smooth(self, gains: _Gains) -> _Gains:
        """Two moving sums, then one division that rounds down: never above what was needed."""
        first, second = self._boxes
        once, first = _moving_sum(gains, first)
        twice, second = _moving_sum(once, second)
        self._boxes = (first, second)
        return twice // (_BOX * _BOX)


class _TruePeaks:
    """For each sample the highest point of the waveform between its neighbours, once it is known.

    Args:
        ceiling: What does not exceed it may be told lower than it is.
    """

    def __init__(self, ceiling: float) -> None:
        self._ceiling = ceiling
        self._row = silence(truepeak.SIDE)

    def push(self, block: Samples) -> NDArray[np.float32]:
        """Take the next samples; return the peaks of those that have `truepeak.SIDE` after them by now."""
        row = np.concatenate((self._row, block))
        count = max(len(row) - 2 * truepeak.SIDE, 0)
        self._row = row[count:]
        if not count:
            return np.zeros(0, np.float32)
        onward = truepeak.between(row, self._ceiling)  # from the sample before the first on
        peaks: NDArray[np.float32] = np.maximum(onward[:-1], onward[1:])
        return peaks


def _unity(count: int) -> _Gains:
    return np.full(count, _UNITY, np.int64)


def _moving_sum(values: _Gains, before: _Gains) -> tuple[_Gains, _Gains]:
    """Sums of `_BOX` values ending at each, and the values to go on from."""
    row = np.concatenate((before, values))
    total = np.concatenate((np.zeros(1, np.int64), np.cumsum(row)))
    return total[_BOX:] - total[:-_BOX], row[len(row) - (_BOX - 1) :]
