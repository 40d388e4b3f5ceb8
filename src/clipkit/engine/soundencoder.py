"""Samples to packets and back, with the settings that every sound track is encoded with."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from clipkit.plan.types import SAMPLE_RATE, AudioCodec, OutputSpec
from clipkit.sound.window import Samples, silence

Packets: TypeAlias = "list[av.Packet[av.AudioStream]]"

_DECODERS = {"aac": "aac", "libopus": "opus"}
"""Those that players have, and that give floats: what stands above full scale is seen."""

_BIT_EXACT = 1 << 23
_AAC_PRIMING = 1024


def configure(context: AudioCodecContext, codec: AudioCodec) -> None:
    """The settings of a sound track: stereo at 48 kHz, in the encoder's own format, the same bytes each time."""
    context.sample_rate = SAMPLE_RATE
    context.layout = "stereo"
    context.format = _format(codec)
    context.bit_rate = codec.bit_rate
    context.flags |= _BIT_EXACT
    context.time_base = Fraction(1, SAMPLE_RATE)


def _format(codec: AudioCodec) -> str:
    return "flt" if codec.encoder == "libopus" else "fltp"


def skipped(spec: OutputSpec) -> int:
    """How many samples are left out at the start.

    Without an edit list nothing tells a player to skip the priming: as many samples are left out as it is long, so that
    all that follows stands where it should.
    """
    assert spec.audio is not None
    return 0 if spec.edit_list or spec.audio.encoder != "aac" else _AAC_PRIMING


class SoundEncoder:
    """Encodes samples in order.

    Args:
        codec: With which settings.
        first: Which sample of the programme comes first.
    """

    def __init__(self, codec: AudioCodec, first: int) -> None:
        context = av.CodecContext.create(codec.encoder, "w")
        assert isinstance(context, AudioCodecContext)
        configure(context, codec)
        context.open()
        self._context = context
        self._format = _format(codec)
        self.frame_size = context.frame_size or 1024
        self.next = first

    def encode(self, samples: Samples) -> Packets:
        """Packets that are ready after the next `frame_size` samples; only the last ones may be fewer."""
        data = samples.T if self._format == "fltp" else samples.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(data), format=self._format, layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self.next
        self.next += len(samples)
        return list(self._context.encode(frame))

    def finish(self) -> Packets:
        """The packets that are left."""
        return list(self._context.encode(None))

    def decoder(self) -> SoundDecoder:
        """A decoder of what this encodes."""
        return SoundDecoder(self._context)


class SoundDecoder:
    """Decodes packets in order: what a player will hear."""

    def __init__(self, encoder: AudioCodecContext) -> None:
        context = av.CodecContext.create(_DECODERS[encoder.codec.name], "r")
        assert isinstance(context, AudioCodecContext)
        context.extradata = encoder.extradata
        self._context = context

    def decode(self, packets: Packets) -> Samples:
        """The samples of these packets, shape (n, 2), without the priming.

        AAC has a frame of its own for it, before time zero; the decoder of Opus leaves it out by itself.
        """
        decoded = (frame for packet in packets for frame in self._context.decode(packet))
        frames = [frame for frame in decoded if (frame.pts or 0) + frame.samples > 0]
        rows = [frame.to_ndarray() for frame in frames]
        if not rows:
            return silence(0)
        row = np.concatenate([part.reshape(-1, 2) if part.shape[0] == 1 else part.T for part in rows])
        samples: Samples = np.ascontiguousarray(row, np.float32)
        return samples
