"""Sound played backwards: a tape that is read from its end, in blocks, since decoders go forwards only."""

from __future__ import annotations

import numpy as np

from clipkit.engine.track import Tape
from clipkit.sound.window import HISTORY, Samples

_BLOCK = 5 * HISTORY
"""Samples read at a time, 10 s: 4 MB. Each costs a seek, or, in files that cannot seek, decoding from their start."""

_STEP = HISTORY // 2
"""Samples of a block asked for at once: a track keeps no more than `HISTORY` behind."""

_LEAD = HISTORY // 4
"""Samples of the first block before sample 0: whoever stretches or resamples looks there first."""


class Backwards:
    """Another tape before sample `origin`, mirrored: sample *j* is the tape's sample `origin` − 1 − *j*.

    Read it onward; it steps back at no cost by less than a block.
    """

    def __init__(self, tape: Tape, origin: int) -> None:
        self._tape = tape
        self._end = origin + _LEAD
        self._blocks: dict[int, Samples] = {}

    def read(self, start: int, stop: int) -> Samples:
        """Samples [start, stop), shape (stop − start, 2)."""
        start, stop = start + _LEAD, stop + _LEAD
        first, last = start // _BLOCK, (stop - 1) // _BLOCK
        parts = [self._block(number) for number in range(first, last + 1)]
        joined = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return joined[start - first * _BLOCK : stop - first * _BLOCK].copy()

    def close(self) -> None:
        self._tape.close()

    def _block(self, number: int) -> Samples:
        if number not in self._blocks:
            self._blocks = {at: block for at, block in self._blocks.items() if at >= number - 1}
            end = self._end - number * _BLOCK
            starts = range(end - _BLOCK, end, _STEP)
            forwards = np.concatenate([self._tape.read(start, start + _STEP) for start in starts])
            self._blocks[number] = forwards[::-1]
        return self._blocks[number]
