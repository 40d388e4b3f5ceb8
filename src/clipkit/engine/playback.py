"""Frames of one source as its time map asks for them: forwards, held, or backwards.

A decoder goes forwards only. To go backwards, a stretch is decoded whole, kept, and given out from its end; then the
stretch before it. What is kept is bounded in bytes: of a long GOP it is a part, and each part decodes the GOP anew, up
to its own end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from fractions import Fraction

import av

from clipkit.engine.reader import FrameReader
from clipkit.plan.facts import PictureFacts
from clipkit.project.timemap import Instant

KEPT_BYTES = 192 << 20
"""Of frames that wait to be shown backwards: 64 of 1080×1920, 16 of 2160×3840."""

_FEWEST = 2

_Timed = tuple[Fraction, av.VideoFrame]


class Playback:
    """Gives the frame of an instant. Not for use from several threads.

    Args:
        reader: Of the source; nobody else moves it.
        facts: Of its picture.
    """

    def __init__(self, reader: FrameReader, facts: PictureFacts) -> None:
        self._reader = reader
        self._first = facts.start
        layout = av.VideoFormat(facts.pixel_format, facts.coded.width, facts.coded.height)
        self._bytes = max(1, facts.coded.pixels * layout.padded_bits_per_pixel // 8)
        self._most = max(_FEWEST, KEPT_BYTES // self._bytes)
        self._span = self._most / facts.rate
        self._kept: deque[_Timed] = deque()
        self._end = Fraction(0)  # up to there nothing is missing from what is kept
        self._given = Fraction(0)  # the time of the frame that was given last, of what is kept

    def frame(self, instant: Instant) -> av.VideoFrame:
        """The decoded frame of an instant; not to be written to.

        Raises:
            MediaError: the file does not decode, or can no longer be read.
        """
        if not instant.before:
            self._kept.clear()
            return self._reader.at(instant.at)
        if not self._holds(instant.at):
            self._load(instant.at)
        self._given, frame = self._before(instant.at)
        return frame

    def shows(self, instant: Instant) -> bool:
        """Whether the frame that was given last is also the one of this instant."""
        if not instant.before:
            return not self._kept and self._reader.shows(instant.at)
        return self._holds(instant.at) and self._before(instant.at)[0] == self._given

    def _holds(self, t: Fraction) -> bool:
        if not self._kept or t > self._end:
            return False
        return self._kept[0][0] < t or self._kept[0][0] <= self._first

    def _before(self, t: Fraction) -> _Timed:
        """The last one before `t`; the first, where none is."""
        return self._kept[max(bisect_left(self._kept, t, key=_time) - 1, 0)]

    def _load(self, t: Fraction) -> None:
        """Keep the frames that lead up to `t`, the last ones of them where they are too many."""
        self._kept.clear()
        self._kept = deque(self._reader.between(t - self._span, t), self._most)
        self._end = t


def _time(timed: _Timed) -> Fraction:
    return timed[0]
