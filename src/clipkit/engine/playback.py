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
        self._after = Fraction(0)  # when the last of what is kept gives way to the next one
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

    def towards(self, instant: Instant) -> tuple[av.VideoFrame, float] | None:
        """The frame that comes after the one given last, for this instant, in the direction of play, and how much of
        the way to it has been gone, 0 to 1; None where there is none.
        """
        if not instant.before:
            following = self._reader.following
            if following is None or instant.at < following[0]:
                return None
            since, until, frame = following
            return frame, float((instant.at - since) / (until - since))
        place = self._place(instant.at)
        if place == 0:
            place = self._with_earlier()
        if place == 0 or not self._kept[place][0] < instant.at:
            return None
        since, until = self._kept[place][0], self._until(place)
        return self._kept[place - 1][1], float((until - instant.at) / (until - since))

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
        return self._kept[self._place(t)]

    def _place(self, t: Fraction) -> int:
        return max(bisect_left(self._kept, t, key=_time) - 1, 0)

    def _until(self, place: int) -> Fraction:
        return self._kept[place + 1][0] if place + 1 < len(self._kept) else self._after

    def _with_earlier(self) -> int:
        """Keep the frames that lead up to the first one that is kept, and that one; where it is then."""
        first, until = self._kept[0], self._until(0)
        if first[0] > self._first:
            self._load(first[0])
            self._kept.append(first)
            self._end = self._after = until
        return len(self._kept) - 1 if self._kept[-1] is first else 0

    def _load(self, t: Fraction) -> None:
        """Keep the frames that lead up to `t`, the last ones of them where they are too many."""
        self._kept.clear()
        self._kept = deque(self._reader.between(t - self._span, t), self._most)
        self._end = t
        following = self._reader.following
        self._after = t if following is None else max(t, following[1])


def _time(timed: _Timed) -> Fraction:
    return timed[0]
