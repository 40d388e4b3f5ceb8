"""Sound at another speed with its pitch following, as a tape runs faster or slower."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from clipkit.engine.track import Tape, stereo
from clipkit.sound.window import Samples, Window

_FEED = 4096
"""Source samples given to the resampler at a time."""

# libswresample takes the two rates as whole numbers, so any fraction is exact. This bound keeps 10 × 10⁶ within 32
# bits; a factor that does not fit it is off by less than 10⁻⁶, 15 µs in 15 s.
_FINEST = 1_000_000

_LEAD = 256
"""Output samples before the first wanted one: far more than the 16 that half of the resampler's filter spans."""


class Varispeed:
    """A tape read at `factor` times its speed: sample *j* is the tape's sample `origin + j × factor`.

    Read it onward; it steps back by at most `sound.window.HISTORY`.
    """

    def __init__(self, tape: Tape, origin: int, factor: Fraction) -> None:
        rate = factor.limit_denominator(_FINEST)
        # A whole number of both rates where one is near, so that sample 0 falls on `origin` exactly.
        whole = -(-_LEAD // rate.denominator) * rate.denominator
        lead = whole if rate.denominator <= 16 * _LEAD else _LEAD
        self._tape = tape
        self._rate = rate
        self._fed = origin - round(lead * rate)
        self._resampler = av.AudioResampler("flt", "stereo", rate.denominator)
        self._window = Window(-lead)

    def read(self, start: int, stop: int) -> Samples:
        """Samples [start, stop), shape (stop − start, 2)."""
        while self._window.end < stop:
            self._feed()
        return self._window.get(start, stop)

    def close(self) -> None:
        self._tape.close()

    def _feed(self) -> None:
        samples = self._tape.read(self._fed, self._fed + _FEED)
        self._fed += _FEED
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", "stereo")
        frame.sample_rate = self._rate.numerator
        self._window.put(self._window.end, stereo(self._resampler.resample(frame)))
