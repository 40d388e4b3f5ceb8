"""One voice of the programme: the sound of a source along a time map, with its gains."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clipkit.engine.backwards import Backwards
from clipkit.engine.track import Tape
from clipkit.engine.varispeed import Varispeed
from clipkit.plan.types import SAMPLE_RATE, Envelope, Voice
from clipkit.project.timemap import Piece, TimeMap
from clipkit.sound.fade import FADE, cross
from clipkit.sound.stretch import Stretch
from clipkit.sound.window import Samples, silence


def sample_at(t: Fraction) -> int:
    """The sample at programme time `t`. Every position is rounded by itself, so no error adds up."""
    return round(t * SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces that play as one: programme samples [start, stop).

    `tail` samples are faded into the next passage, which begins at `stop`; 0 where nothing touches. `alike` says that
    the source goes on there, at another speed.
    """

    start: int
    stop: int
    pieces: tuple[Piece, ...]
    tail: int = 0
    alike: bool = False

    @property
    def held(self) -> bool:
        return self.pieces[0].factor == 0

    @property
    def backwards(self) -> bool:
        return self.pieces[0].factor < 0

    @property
    def stretched(self) -> bool:
        return _stretched(self.pieces[0])

    @property
    def source(self) -> Fraction:
        """The source moment of the first sample."""
        return self.pieces[0].at(Fraction(self.start, SAMPLE_RATE))


def passages(time: TimeMap) -> tuple[Passage, ...]:
    """The passages of a voice: as few as play alike, none shorter than a sample."""
    rows: list[list[Piece]] = []
    for piece in time.pieces:
        if rows and _plays_on(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    spans = [Passage(max(sample_at(row[0].start), 0), sample_at(row[-1].end), tuple(row)) for row in rows]
    spans = [span for span in spans if span.start < span.stop]
    sounding = [n for n, span in enumerate(spans) if not span.held]
    # A moment held before the voice begins or after it ends is no join: a click on its first sample must survive.
    return tuple(_joined(spans[sounding[0] : sounding[-1] + 1])) if sounding else ()


def _joined(spans: list[Passage]) -> Iterator[Passage]:
    """The same passages, knowing what they fade into."""
    for span, following in zip(spans, [*spans[1:], None], strict=True):
        if following is None or following.start != span.stop or (span.held and following.held):
            yield span
        else:
            alike = span.pieces[-1].at(span.pieces[-1].end) == following.pieces[0].source
            alike = alike and not span.held and not following.held and span.backwards == following.backwards
            yield replace(span, tail=min(FADE, following.stop - following.start), alike=alike)


def _plays_on(row: list[Piece], two: Piece) -> bool:
    """Whether a piece continues others so that no join is heard: a stretch may also change its speed.

    It then goes on at 1× too: what is taken up again at its exact place would not fit what was heard before.
    """
    one = row[-1]
    if one.end != two.start or one.at(one.end) != two.source or one.follow != two.follow:
        return False
    return one.factor == two.factor or (_stretched(row[0]) and one.factor * two.factor > 0)


def _stretched(piece: Piece) -> bool:
    """Whether the pitch does not simply follow the speed."""
    return piece.factor != 0 and abs(piece.factor) != piece.follow


# ---- readers of one passage --------------------------------------------------------------------------------------


class _Reader(Protocol):
    def read(self, count: int) -> Samples: ...


class _Silence:
    def read(self, count: int) -> Samples:
        return silence(count)


class _Onward:
    """A tape from one sample on."""

    def __init__(self, tape: Tape, first: int) -> None:
        self._tape = tape
        self._at = first

    def read(self, count: int) -> Samples:
        self._at += count
        return self._tape.read(self._at - count, self._at)


def _reader(passage: Passage, track: Tape) -> _Reader:
    if passage.held:
        return _Silence()
    first = round(passage.source * SAMPLE_RATE)
    follow = passage.pieces[0].follow
    tape: Tape = track
    if passage.backwards:
        tape, first = Backwards(tape, first), 0
    if follow != 1:
        tape, first = Varispeed(tape, first, follow), 0
    if not passage.stretched:
        return _Onward(tape, first)
    return Stretch(tape.read, _locator(passage, first, follow))


def _locator(passage: Passage, first: int, follow: Fraction) -> Callable[[int], float]:
    """Output sample of the passage → sample of its tape; the outer pieces go on beyond their ends."""
    knots = [float(piece.start * SAMPLE_RATE) - passage.start for piece in passage.pieces]
    onward = (-SAMPLE_RATE if passage.backwards else SAMPLE_RATE) / follow
    places = [first + float((piece.source - passage.source) * onward) for piece in passage.pieces]
    slopes = [abs(float(piece.factor / follow)) for piece in passage.pieces]

    def locate(sample: int) -> float:
        n = max(bisect_right(knots, sample) - 1, 0)
        return places[n] + (sample - knots[n]) * slopes[n]

    return locate


# ---- gain --------------------------------------------------------------------------------------------------------


def envelope_gain(envelope: Envelope, start: int, stop: int) -> NDArray[np.float64]:
    """The gain at each of programme samples [start, stop), shape (stop − start,), 0…1."""
    if not envelope.points:
        return np.ones(stop - start)
    times, values = zip(*envelope.points, strict=True)
    local = _local(envelope.time, start, stop)
    level = np.interp(local, [float(t) for t in times], values)
    gain: NDArray[np.float64] = np.sin(np.pi / 2 * level)
    return gain


def _local(time: TimeMap, start: int, stop: int) -> NDArray[np.float64]:
    """Local seconds at each sample. Outside its pieces a map holds: the moment before, or else its first."""
    local = np.full(stop - start, float(time.pieces[0].source) if time.pieces else 0.0)
    for piece in time.pieces:
        low, high = max(sample_at(piece.start), start), min(sample_at(piece.end), stop)
        if low < high:
            offset = float(piece.at(Fraction(low, SAMPLE_RATE)))
            local[low - start : high - start] = offset + np.arange(high - low) * (float(piece.factor) / SAMPLE_RATE)
        if high < stop:
            local[max(high - start, 0) :] = float(piece.at(piece.end))
    return local


def _panned(pan: float) -> NDArray[np.float32]:
    """The gains of both sides, whose squares sum to 2: in the middle, both are 1."""
    angle = (1 + pan) * np.pi / 4
    return np.array([np.sqrt(2) * np.cos(angle), np.sqrt(2) * np.sin(angle)], np.float32)


# ---- the voice ---------------------------------------------------------------------------------------------------


class VoicePlayer:
    """Plays one voice, onward from its first sample."""

    def __init__(self, voice: Voice, track: Tape) -> None:
        self._voice = voice
        self._track = track
        self._left = deque(passages(voice.time))
        self._reader: _Reader | None = None
        self._tail = silence(0)
        self._alike = False
        self._gain = np.float32(10 ** (voice.gain_db / 20))
        self._sides = _panned(voice.pan)

    def sounds_before(self, stop: int) -> bool:
        """Whether anything of the voice is left that begins before programme sample `stop`."""
        return bool(self._left) and self._left[0].start < stop

    def read(self, start: int, stop: int) -> Samples:
        """Programme samples [start, stop), shape (stop − start, 2). Each call goes on where the last one ended."""
        out = silence(stop - start)
        while self.sounds_before(stop):
            passage = self._left[0]
            low, high = max(start, passage.start), min(stop, passage.stop)
            if low < high:
                out[low - start : high - start] = self._play(passage, low, high)
            if high < passage.stop:
                break
            self._finish(passage)
        self._apply_gains(out, start, stop)
        return out

    def close(self) -> None:
        self._track.close()

    def _play(self, passage: Passage, low: int, high: int) -> Samples:
        if self._reader is None:
            self._reader = _reader(passage, self._track)
        samples = self._reader.read(high - low)
        into, left = low - passage.start, len(self._tail) - (low - passage.start)
        if left > 0:
            ending = self._tail[into : into + len(samples)]
            samples[:left] = cross(ending, samples[:left], into, len(self._tail), alike=self._alike)
        return samples

    def _finish(self, passage: Passage) -> None:
        """Go to the next passage, with what the last one would still have played."""
        self._tail = self._reader.read(passage.tail) if self._reader is not None else silence(0)
        self._alike = passage.alike
        self._reader = None
        self._left.popleft()
        if not self._left:
            self.close()

    def _apply_gains(self, out: Samples, start: int, stop: int) -> None:
        if self._gain != 1:
            out *= self._gain
        if self._voice.pan:
            out *= self._sides
        for envelope in self._voice.envelopes:
            out *= envelope_gain(envelope, start, stop)[:, None].astype(np.float32)
