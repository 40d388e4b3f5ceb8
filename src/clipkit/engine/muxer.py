"""Packets of spans and of one sound track become a file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.stream import Stream

from clipkit.engine.copied import copied_stream
from clipkit.engine.encoder import EncodedPacket, configure
from clipkit.engine.opening import local_url
from clipkit.engine.soundencoder import configure as configure_sound
from clipkit.engine.soundtrack import Soundtrack
from clipkit.engine.words import kept_words
from clipkit.plan.types import SAMPLE_RATE, OutputSpec, Plan

_CONTAINER_BIT_EXACT = 0x400  # AVFMT_FLAG_BITEXACT: no writer's name, no dates
_AHEAD = 60
"""Seconds of encoded sound that may wait for the picture: about 1.5 MB."""


class Muxer:
    """Writes one file: spans in order, each followed by the sound that goes with it.

    Args:
        path: The file to write.
        plan: What it shall be.
        sound: Its sound, or None for a file without a sound track.
    """

    def __init__(self, path: Path, plan: Plan, sound: Soundtrack | None) -> None:
        self._spec = spec = plan.output
        self._container = av.open(
            local_url(str(path)), "w", format=spec.container, container_options=_muxer_options(spec)
        )
        self._container.flags |= _CONTAINER_BIT_EXACT
        if spec.keep_metadata:
            self._container.metadata.update(kept_words(plan.sources[0].path, spec.keep_metadata, spec.container))
        if spec.as_coded is not None:
            self._video = copied_stream(self._container, plan, spec.as_coded)
        else:
            self._video = _video_stream(self._container, spec)
        self._sound = _SoundTrack(self._container, spec, sound) if sound is not None else None
        self._index = 0

    def write(self, packets: Iterable[EncodedPacket]) -> None:
        """Add the next span; the sound keeps up with a long one."""
        first = self._index
        for packet in packets:
            self._container.mux(self._timed(packet, first))
            self._index += 1
            if (self._index - first) % self._spec.video.gop == 0:
                self._write_sound()
        self._write_sound()

    def _write_sound(self) -> None:
        if self._sound is not None:
            self._sound.write_until(self._index / self._spec.rate)

    def encode_ahead(self) -> bool:
        """Encode a little sound before the picture it goes with is there; False when enough of it is waiting."""
        return self._sound is not None and self._sound.encode_ahead(self._index / self._spec.rate)

    def close(self, *, finish: bool) -> None:
        """Finish the file; or, after a failure, let go of it without writing more."""
        try:
            if finish and self._sound is not None:
                self._sound.finish()
        finally:
            self._container.close()

    def _timed(self, encoded: EncodedPacket, first: int) -> av.Packet[Stream]:
        """A packet on the output's own clock. Decode times are counted here: those of short spans collide."""
        packet = av.Packet(encoded.data)
        packet.stream = self._video
        packet.time_base = 1 / self._spec.rate
        packet.pts = first + encoded.pts
        packet.dts = self._index - self._spec.video.reorder
        packet.duration = 1
        packet.is_keyframe = encoded.key
        return packet


def _video_stream(container: OutputContainer, spec: OutputSpec) -> av.VideoStream:
    """A stream whose encoder is opened for its headers and never fed."""
    stream = container.add_stream(spec.video.encoder, rate=spec.rate)
    assert isinstance(stream, av.VideoStream)
    configure(stream.codec_context, spec)
    if spec.video.encoder == "libx265":
        stream.codec_context.codec_tag = "hvc1"  # parameter sets in the header alone, as QuickTime asks for
    stream.time_base = 1 / spec.rate
    return stream


def _muxer_options(spec: OutputSpec) -> dict[str, str]:
    if spec.container == "webm":
        return {}
    # Edit lists count in the movie's own clock: at the usual 1/1000 s they would cut up to 1 ms of sound.
    flags = "+faststart+use_metadata_tags" if spec.keep_metadata else "+faststart"
    options = {"movflags": flags, "movie_timescale": str(SAMPLE_RATE)}
    return options if spec.edit_list else {**options, "use_editlist": "0"}


class _SoundTrack:
    """The stream of the sound, and the packets that wait for the picture. Its own encoder is never fed."""

    def __init__(self, container: OutputContainer, spec: OutputSpec, source: Soundtrack) -> None:
        assert spec.audio is not None
        self._container = container
        self._source = source
        stream = container.add_stream(spec.audio.encoder, rate=SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        configure_sound(stream.codec_context, spec.audio)
        self._stream = stream
        self._waiting: deque[av.Packet[av.AudioStream]] = deque()
        self._made = Fraction(0)

    def encode_ahead(self, seconds: Fraction) -> bool:
        """Take what is ready, unless `_AHEAD` of sound beyond `seconds` waits already."""
        return self._source.ready and self._made < seconds + _AHEAD and self._take()

    def write_until(self, seconds: Fraction) -> None:
        """Write whole packets up to a time, or a little less."""
        while self._made < seconds and self._take():
            pass
        while self._waiting and _end(self._waiting[0]) <= seconds:
            self._mux(self._waiting.popleft())

    def finish(self) -> None:
        """Write what is left."""
        while self._take():
            pass
        while self._waiting:
            self._mux(self._waiting.popleft())

    def _take(self) -> bool:
        """Take the next packets; False at the end."""
        packets = self._source.take()
        if packets is None:
            return False
        self._waiting += packets
        if packets:
            self._made = _end(packets[-1])
        return True

    def _mux(self, packet: av.Packet[av.AudioStream]) -> None:
        packet.stream = self._stream
        self._container.mux(packet)


def _end(packet: av.Packet[av.AudioStream]) -> Fraction:
    return ((packet.pts or 0) + (packet.duration or 0)) * (packet.time_base or Fraction(1, SAMPLE_RATE))
