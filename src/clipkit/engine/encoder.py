"""One span of frames becomes packets: an encoder of its own, on one thread, so its bytes depend on nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from av.video.codeccontext import VideoCodecContext

from clipkit.colour.encoding import Encoding, Matrix, Transfer
from clipkit.plan.types import OutputSpec, VideoCodec

_GLOBAL_HEADER = 1 << 22
_BIT_EXACT = 1 << 23
_BT709 = 1

# What each span repeats or says beside its picture: the SEI of x264 names its settings and the machine's thread count,
# x265 repeats in every span the parameter sets and SEI that stand once in the file's own header.
_SCRUB = {"libx264": ("h264", "6"), "libx265": ("hevc", "32-35|39-40")}

# ISO/IEC 23091-2: BT.2020 primaries, the matrix, and the transfer of HLG and PQ.
_PRIMARIES_2020 = 9
_TRANSFERS: dict[Transfer, int] = {"sdr": 1, "pq": 16, "hlg": 18}
_MATRICES: dict[Matrix, int] = {"bt709": 1, "bt601": 6, "bt2020": 9}


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One encoded frame: `pts` counts frames from the start of its span."""

    data: bytes
    pts: int
    key: bool


def encode_span(spec: OutputSpec, frames: Iterable[av.VideoFrame]) -> list[EncodedPacket]:
    """Encode frames as closed GOPs of their own, in decode order.

    The frames' own timestamps and picture types are set aside: a decoded keyframe must not force one here.
    """
    context = span_encoder(spec)
    scrub = _scrubber(spec.video.encoder)
    packets: list[EncodedPacket] = []
    for index, frame in enumerate(frames):
        frame.pts, frame.time_base = index, 1 / spec.rate
        frame.pict_type = av.video.frame.PictureType.NONE
        packets += _kept(context.encode(frame), scrub)
        del frame  # before the next one is asked for, so that it can be painted on again
    return packets + _kept(context.encode(None), scrub)


def _scrubber(encoder: str) -> av.BitStreamFilterContext | None:
    if encoder not in _SCRUB:
        return None
    codec, types = _SCRUB[encoder]
    return av.BitStreamFilterContext(f"filter_units=remove_types={types}", codec)


def _kept(packets: Iterable[av.Packet[av.VideoStream]], scrub: av.BitStreamFilterContext | None) -> list[EncodedPacket]:
    clean = packets if scrub is None else [kept for packet in packets for kept in scrub.filter(packet)]
    return [EncodedPacket(bytes(packet), packet.pts or 0, packet.is_keyframe) for packet in clean]


def span_encoder(spec: OutputSpec) -> VideoCodecContext:
    """An encoder for one span, not yet open."""
    context = av.CodecContext.create(spec.video.encoder, "w")
    assert isinstance(context, VideoCodecContext)
    configure(context, spec)
    return context


def configure(context: VideoCodecContext, spec: OutputSpec) -> None:
    """The settings that every span of an output shares, and the stream that carries them."""
    coded = spec.as_coded
    size = coded.size if coded else spec.size
    context.width, context.height = size.width, size.height
    context.pix_fmt = spec.video.pixel_format
    context.time_base, context.framerate = 1 / spec.rate, spec.rate
    context.gop_size = spec.video.gop
    context.thread_count, context.thread_type = 1, "FRAME"
    context.flags |= _GLOBAL_HEADER | _BIT_EXACT
    context.color_primaries, context.color_trc, context.colorspace, context.color_range = (
        coded.colour if coded else _tags(spec.encoding)
    )
    context.sample_aspect_ratio = Fraction(1)
    if spec.video.profile:
        context.profile = spec.video.profile
    context.options = encoder_options(spec.video)


def _tags(encoding: Encoding) -> tuple[int, int, int, int]:
    """Primaries, transfer, matrix (ITU-T H.273) and range of what is painted."""
    primaries = _PRIMARIES_2020 if encoding.hdr else _BT709
    return primaries, _TRANSFERS[encoding.transfer], _MATRICES[encoding.matrix], 2 if encoding.full_range else 1


def encoder_options(codec: VideoCodec) -> dict[str, str]:
    """The plan's options, pinned to what keeps the bytes the same from run to run."""
    options = dict(codec.options)
    if codec.encoder == "libx264" and _has_avx512():
        # mbtree reads uninitialised memory in x264's AVX-512 path: the same frames gave four digests in 14 runs.
        options["x264-params"] = ":".join(filter(None, (options.get("x264-params"), "asm=avx2")))
    return options


@cache
def _has_avx512() -> bool:
    """Whether this CPU has AVX-512; where the system does not tell, the bytes are not pinned."""
    try:
        return "avx512" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
