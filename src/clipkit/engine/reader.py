"""Frames of one source by time: forward, one decoder, seeking only where that is cheaper than reading on."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from fractions import Fraction
from types import TracebackType

import av

from clipkit.engine.bridge import reading
from clipkit.engine.opening import guard, open_media
from clipkit.errors import MediaError
from clipkit.plan.facts import MediaFacts, PictureFacts

# Reading on is cheaper than seeking for less than this: a seek lands up to one GOP before what is wanted.
_READ_ON = Fraction(2)
_NEVER = -(1 << 63)
# Decoders that see by its header whether others are made from a picture. In VP8 and VP9, others nearly always are.
_HIDING = ("h264", "hevc")
_STEP_BACK = (Fraction(0), Fraction(2), Fraction(10))


class FrameReader:
    """The frame that shows at a time: the last one whose timestamp is not after it; the first before any.

    Not for use from several threads. Close it, or use it in a `with` block.
    """

    def __init__(self, facts: MediaFacts, *, threads: int = 1) -> None:
        if facts.picture is None:
            raise MediaError("this file has no picture", code="no-picture", where=facts.path, hint="name a video")
        self._facts = facts
        self._picture: PictureFacts = facts.picture
        self._container = open_media(facts.path)
        stream = self._container.streams[self._picture.stream]
        assert isinstance(stream, av.VideoStream)
        self._stream = stream
        guard(stream)
        stream.codec_context.thread_count = threads
        stream.codec_context.thread_type = "FRAME" if threads > 1 else "NONE"
        self._tick = stream.time_base or Fraction(1, 1000)
        self._frames = self._decode()
        self._shown: tuple[Fraction, av.VideoFrame] | None = None
        self._next: tuple[Fraction, av.VideoFrame] | None = None
        # In ticks: what is asked for, and the last moment up to it of which a packet was seen since the last seek.
        self._goal = self._nearest = _NEVER
        self._hides = self._picture.codec in _HIDING

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. The frames handed out stay usable."""
        self._shown = self._next = None
        self._frames.close()
        self._container.close()

    def at(self, t: Fraction) -> av.VideoFrame:
        """The decoded frame that shows at `t` seconds of the source; not to be written to."""
        with reading(self._facts.path):
            self._goal = math.floor((t + self._facts.zero) / self._tick)
            if self._must_seek(t):
                self._seek(t)
            self._read_on(t)
            if self._hides and self._shown is not None and (self._shown[1].pts or 0) < self._nearest:
                # It did not decode: then one that was passed over shows, and this file is read frame by frame.
                self._hides = False
                self._seek(t)
                self._read_on(t)
        if self._shown is None:
            raise MediaError(
                "its picture does not decode",
                code="undecodable",
                where=self._facts.path,
                hint="the file may be damaged",
            )
        return self._shown[1]

    def shows(self, t: Fraction) -> bool:
        """Whether the frame that `at` gave last is also the one of `t`."""
        return self._shown is not None and self._shown[0] <= t and (self._next is None or t < self._next[0])

    @property
    def following(self) -> tuple[Fraction, Fraction, av.VideoFrame] | None:
        """Since when the frame that `at` gave last is on show, until when, and the one after it; None for the last."""
        if self._shown is None or self._next is None:
            return None
        return self._shown[0], *self._next

    def between(self, start: Fraction, stop: Fraction) -> Iterator[tuple[Fraction, av.VideoFrame]]:
        """The frame that shows at `start`, and each after it that comes before `stop`, with their times."""
        self.at(start)
        with reading(self._facts.path):
            while self._shown is not None:
                yield self._shown
                if self._next is None or self._next[0] >= stop:
                    return
                self._shown, self._next = self._next, next(self._frames, None)

    def _read_on(self, t: Fraction) -> None:
        """Advance until the next frame lies after `t`; a first frame after `t` is held."""
        if self._shown is None:
            self._shown = next(self._frames, None)
            self._next = next(self._frames, None)
        while self._next is not None and self._next[0] <= t:
            self._shown, self._next = self._next, next(self._frames, None)

    def _must_seek(self, t: Fraction) -> bool:
        if self._shown is None:
            return t > self._picture.start + _READ_ON
        shown = self._shown[0]
        return (t < shown and shown > self._picture.start) or (self._next is not None and t > self._next[0] + _READ_ON)

    def _seek(self, t: Fraction) -> None:
        """Go to a keyframe not after `t`. Where the demuxer lands too late, step back further, at last to the start."""
        for back in _STEP_BACK:
            wanted = max(t - back, self._picture.start)
            self._restart(wanted)
            first = next(self._frames, None)
            if first is not None and (first[0] <= t or wanted <= self._picture.start):
                self._shown, self._next = first, next(self._frames, None)
                return
        self._restart(self._picture.start)

    def _restart(self, t: Fraction) -> None:
        ticks = int((t + self._facts.zero) / self._tick)
        self._container.seek(ticks, stream=self._stream, backward=True)
        self._frames.close()
        self._shown = self._next = None
        self._nearest = _NEVER
        self._frames = self._decode(from_keyframe=t > self._picture.start)

    def _decode(self, *, from_keyframe: bool = False) -> Generator[tuple[Fraction, av.VideoFrame], None, None]:
        """Frames with their times, in order; what does not decode is passed over.

        After a seek, leading frames of an open GOP lack their references: then begin with a keyframe.
        """
        started = not from_keyframe
        for packet in self._container.demux(self._stream):
            try:
                self._stream.codec_context.skip_frame = "NONREF" if self._hidden(packet) else "DEFAULT"
                frames = packet.decode()
            except (av.error.InvalidDataError, av.error.EOFError):
                continue
            for frame in frames:
                started = started or frame.key_frame
                if frame.pts is not None and started:
                    yield self._picture.on_grid(frame.pts * self._tick - self._facts.zero), frame

    def _hidden(self, packet: av.Packet[av.VideoStream]) -> bool:
        """Whether a later frame shows at the goal: then this one need not be made, unless others are made from it.

        That spares a fifth to two fifths of what a seek leads through.
        """
        pts = packet.pts
        if pts is None or pts > self._goal or packet.is_discard:
            return False
        hidden = self._hides and pts < self._nearest
        self._nearest = max(self._nearest, pts)
        return hidden
