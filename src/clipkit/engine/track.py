"""Sound of a file as an endless row of samples, read by absolute index.

Index *k* is the moment k/48000 s of the source (k/rate at another rate), counted from `MediaFacts.zero`. Decoded
samples are placed by their time stamps, never by counting what came before: where the file has no sound, or a damaged
packet, there is silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Protocol

import av
import numpy as np
from av.container import InputContainer

from clipkit.engine.opening import guard, open_media
from clipkit.plan.facts import MediaFacts, SoundFacts
from clipkit.plan.types import SAMPLE_RATE
from clipkit.sound.fade import FADE
from clipkit.sound.window import HISTORY, Samples, Window
from clipkit.time import clock

_LAYOUT = "stereo"
_FORMAT = "flt"

# Time stamps may stray from the count of samples by this much before they are believed: Matroska rounds to 1 ms and
# phones jitter by a few, while the shortest common packet that can be missing (MP3 at 48 kHz, Opus) has 20 ms.
_STRAY = Fraction(1, 100)

# Demuxers that seek by an index of time stamps. The others guess from the bit rate, or land on a page.
_SEEKABLE = frozenset({"mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm"})

# Seeking ahead pays beyond this many seconds; landing this much early lets AAC and Opus settle (Opus: 80 ms).
_WORTH = 5
_RUN_UP = Fraction(1, 2)

Report = Callable[[str, str], None]
"""Takes the path of a source and what is wrong with its sound."""

_Chunk = tuple[int, Samples]
"""The index of the first sample, and the samples."""


class Tape(Protocol):
    """Something that gives samples by index, silence where it has none; cheapest when read onward."""

    def read(self, start: int, stop: int) -> Samples: ...

    def close(self) -> None:
        """Let go of files; a later read opens them anew."""


class Track:
    """The sound of one file. Holds about 2 s of it; one thread only.

    Args:
        facts: A file with sound.
        report: Called with the first thing that was wrong.
        fades: Fade the last 5 ms of the file: where its sound just breaks off, as at each turn of a loop, it would
            click. Not for sound that plays once, whose samples pass untouched.
        rate: Samples a second; fewer make reading cheaper.
        mixed: Both channels are the mean of all; cheaper again.

    Reading raises `MediaError` where the file cannot be opened; damage inside it is silence.
    """

    def __init__(
        self,
        facts: MediaFacts,
        sound: SoundFacts,
        report: Report,
        *,
        fades: bool = False,
        rate: int = SAMPLE_RATE,
        mixed: bool = False,
    ) -> None:
        self._facts = facts
        self._sound = sound
        self._report = report
        self._fades = fades
        self._rate = rate
        self._mixed = mixed
        self._first = round(sound.start * rate)
        self._last = round(sound.end * rate)
        self._seeks = not _SEEKABLE.isdisjoint(facts.container.split(","))
        self._window: Window | None = None
        self._chunks: Iterator[_Chunk] = iter(())
        self._next: _Chunk | None = None
        self._container: InputContainer | None = None

    def read(self, start: int, stop: int) -> Samples:
        """Samples [start, stop), shape (stop − start, 2)."""
        low, high = max(start, self._first), min(stop, self._last)
        if low >= high:
            return np.zeros((stop - start, 2), np.float32)
        window = self._reach(low, min(high + FADE, self._last))
        # Decoders round up to whole packets: past its end the file has padding, not sound.
        samples = window.get(start, stop)
        samples[: low - start] = 0
        samples[high - start :] = 0
        if self._fades:
            self._fade_out(samples, start)
        return samples

    def _fade_out(self, samples: Samples, start: int) -> None:
        """Fade what lies in the last 5 ms before the file's end, by a quarter of a sine."""
        first = max(self._last - FADE, start)
        if first < start + len(samples):
            left = self._last - np.arange(first, start + len(samples))
            level = np.clip(left / FADE, 0, 1)
            samples[first - start :] *= np.sin(np.pi / 2 * level).astype(np.float32)[:, None]

    def close(self) -> None:
        """Let go of the file; a later read opens it anew."""
        self._window, self._chunks, self._next = None, iter(()), None
        if self._container is not None:
            self._container.close()
            self._container = None

    def _reach(self, start: int, stop: int) -> Window:
        window = self._window
        if window is None or start < window.first or (self._seeks and start > window.end + _WORTH * self._rate):
            window = self._restart(max(start - HISTORY, self._first))
        while window.end < stop:
            self._advance(window, stop)
        return window

    def _advance(self, window: Window, stop: int) -> None:
        """Take one chunk. One that lies ahead waits, so that a jump of the time stamps costs no memory."""
        if self._next is None:
            self._next = next(self._chunks, None)
        if self._next is None:
            self._last = min(self._last, max(window.end, self._first))  # a file may declare more than it has
            window.extend(stop)
        elif self._next[0] >= stop:
            window.extend(stop)
        else:
            window.put(*self._next)
            self._next = None

    def _restart(self, first: int) -> Window:
        """Open the file at or before sample `first`."""
        target = first - round(_RUN_UP * self._rate)
        if self._seeks and target > self._first:
            self._open(first, target)
            if self._next is not None and self._next[0] <= first:
                return self._began(first)
            self._seeks = False
        self._open(first, None)
        return self._began(first)

    def _began(self, first: int) -> Window:
        self._window = Window(first)
        return self._window

    def _open(self, first: int, target: int | None) -> None:
        self.close()
        self._container = open_media(self._facts.path)
        stream = next((s for s in self._container.streams.audio if s.index == self._sound.stream), None)
        if stream is None:
            self._report(self._facts.path, "the sound is no longer there and is silent")
            return
        guard(stream)
        stream.codec_context.thread_count = 1
        self._chunks = self._decode(self._container, stream, first, target)
        self._next = next(self._chunks, None)

    def _decode(
        self, container: InputContainer, stream: av.AudioStream, first: int, target: int | None
    ) -> Iterator[_Chunk]:
        """Chunks in the order of the file, at 48 kHz."""
        if target is not None and not self._seek(container, stream, target):
            return
        run: _Run | None = None
        for frame in self._frames(container, stream, first):
            if run is None or not run.is_next(frame):
                at = self._moment(frame.pts, frame.time_base)
                if run is None or not run.goes_on(frame, at):
                    due = self._sound.start if run is None else run.end
                    if run is not None:
                        yield run.rest()
                    run = _Run(frame, due if at is None else at, self._rate, mixed=self._mixed)
            yield run.add(frame)
        if run is not None:
            yield run.rest()
        elif target is None:
            self._report(self._facts.path, "its sound does not decode and is silent")

    def _seek(self, container: InputContainer, stream: av.AudioStream, target: int) -> bool:
        moment = Fraction(target, self._rate) + self._facts.zero
        try:
            container.seek(int(moment / (stream.time_base or Fraction(1, SAMPLE_RATE))), stream=stream)
        except av.error.FFmpegError:
            return False
        return True

    def _frames(self, container: InputContainer, stream: av.AudioStream, first: int) -> Iterator[av.AudioFrame]:
        """Every frame that decodes. Damage is reported if it lies at or after sample `first`."""
        packets = container.demux(stream)
        last: av.Packet[av.AudioStream] | None = None
        try:
            for packet in packets:
                if packet.size:
                    last = packet
                try:
                    yield from packet.decode()
                except av.error.EOFError:
                    return
                except (av.error.FFmpegError, MemoryError):
                    self._damaged(last, first)
        except av.error.FFmpegError:
            self._damaged(last, first)

    def _moment(self, pts: int | None, base: Fraction | None) -> Fraction | None:
        return None if pts is None or base is None else pts * base - self._facts.zero

    def _damaged(self, packet: av.Packet[av.AudioStream] | None, first: int) -> None:
        stamped = None if packet is None else self._moment(packet.pts, packet.time_base)
        at = self._sound.start if stamped is None else stamped
        if at * self._rate >= first:
            self._report(self._facts.path, f"damaged sound from {clock(max(at, Fraction(0)))} is silent")


class _Run:
    """Frames that follow each other without a gap, resampled as one."""

    def __init__(self, frame: av.AudioFrame, at: Fraction, rate: int, *, mixed: bool) -> None:
        self._shape = _shape(frame)
        self._pts, self._base = frame.pts, frame.time_base
        self._at = at
        self._taken = 0
        self._index = round(at * rate)
        # One channel stays one: libswresample's own way to two takes 3 dB off. More than two are mixed as ITU-R
        # BS.775 has it (centre and surrounds −3 dB, no LFE), the fronts at full level.
        self._mono = mixed or frame.layout.nb_channels == 1
        # Few long frames, where the rate makes a packet's short: handling each would cost as much as resampling it.
        frame_size = None if rate == SAMPLE_RATE else rate // 4
        self._resampler = av.AudioResampler(_FORMAT, "mono" if self._mono else _LAYOUT, rate, frame_size)

    @property
    def end(self) -> Fraction:
        """The moment at which the next frame is due."""
        return self._at + Fraction(self._taken, self._shape[0])

    def is_next(self, frame: av.AudioFrame) -> bool:
        """Whether a frame is stamped to the tick where it is due. The usual case, told without fractions: they would
        cost as much as decoding."""
        if frame.pts is None or self._pts is None or self._base is None or frame.time_base != self._base:
            return False
        ticks = (frame.pts - self._pts) * self._base.numerator
        return ticks * self._shape[0] == self._taken * self._base.denominator and _shape(frame) == self._shape

    def goes_on(self, frame: av.AudioFrame, at: Fraction | None) -> bool:
        return _shape(frame) == self._shape and (at is None or abs(at - self.end) <= _STRAY)

    def add(self, frame: av.AudioFrame) -> _Chunk:
        self._taken += frame.samples
        return self._emit(self._resampler.resample(frame))

    def rest(self) -> _Chunk:
        return self._emit(self._resampler.resample(None))

    def _emit(self, frames: list[av.AudioFrame]) -> _Chunk:
        at, samples = self._index, stereo(frames, mono=self._mono)
        self._index += len(samples)
        return at, samples


def _shape(frame: av.AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


def stereo(frames: list[av.AudioFrame], *, mono: bool = False) -> Samples:
    """Packed float frames, laid end to end, as shape (n, 2); one channel goes to both sides at full level."""
    if not frames:
        return np.zeros((0, 2), np.float32)
    row = np.concatenate([frame.to_ndarray().ravel() for frame in frames])
    return np.repeat(row[:, None], 2, axis=1) if mono else row.reshape(-1, 2)
