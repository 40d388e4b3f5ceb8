"""H.264 streams that nobody should write, with the barcodes of `media`: 60 frames, a keyframe every 15."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av

from media import draw_luma, fill, tint

SIZE = (96, 160)
FRAMES = 60
GOP = 15
FPS = 30

Change = Callable[[int, bytes], bytes | None]
"""The number of a packet and its content to another content; None leaves it out."""


def write_stream(
    path: Path,
    *,
    params: str = "",
    later: str | None = None,
    intra: tuple[int, ...] = (),
    times: Callable[[int], int] = int,
    length_size: int = 0,
    change: Change | None = None,
    bf: int = 0,
) -> Path:
    """Write one.

    Args:
        path: An MP4.
        params: More parameters of x264.
        later: Those of another encoder, whose pictures follow from the middle on with their sets before each keyframe.
        intra: Frames that are to be keyframes beside the usual ones.
        times: Packet number to its time, in frames.
        length_size: Bytes of each unit's length; 0 lets the muxer see to it.
        change: What is done to each packet.
        bf: B-frames in a row.
    """
    if later is None:
        _, packets = _encoded(range(FRAMES), params, intra, bf)
    else:
        _, packets = _encoded(range(FRAMES // 2), params, intra, bf)
        sets, rest = _encoded(range(FRAMES // 2, FRAMES), later, intra, bf)
        packets += [(pts, key, sets + data if key else data) for pts, key, data in rest]
    plain = path.with_suffix(".plain.mp4")
    with av.open(f"file:{plain if length_size else path}", "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        _configure(stream.codec_context, params, bf)
        stream.time_base = Fraction(1, FPS)
        for index, (pts, key, data) in enumerate(packets):
            content = data if length_size or change is None else change(index, data)
            if content is not None:
                container.mux(_packet(stream, content, times(pts), index - (2 if bf else 0), key))
    if length_size:
        _with_lengths(plain, path, length_size, change)
        plain.unlink()
    return path


def _packet(stream: av.VideoStream, content: bytes, pts: int, dts: int, key: bool) -> av.Packet[av.VideoStream]:
    packet = av.Packet(content)
    packet.stream, packet.time_base = stream, Fraction(1, FPS)
    packet.pts, packet.dts, packet.duration, packet.is_keyframe = pts, dts, 1, key
    return packet


def _with_lengths(plain: Path, path: Path, size: int, change: Change | None) -> None:
    """The same stream with another size of the lengths, and changes that the muxer does not look at."""
    with av.open(f"file:{plain}") as source, av.open(f"file:{path}", "w") as container:
        template = source.streams.video[0]
        stream = container.add_stream_from_template(template)
        config = bytearray(template.codec_context.extradata or b"")
        config[4] = 0xFC | size - 1
        stream.codec_context.extradata = bytes(config)
        stream.time_base = Fraction(1, FPS)
        for index, packet in enumerate(p for p in source.demux(template) if p.size):
            data = _resized(bytes(packet), size)
            content = change(index, data) if change else data
            if content is not None:
                frames = packet.time_base * FPS
                mux = _packet(stream, content, int(packet.pts * frames), int(packet.dts * frames), packet.is_keyframe)
                container.mux(mux)


def _resized(data: bytes, size: int) -> bytes:
    """Units after lengths of four bytes, with lengths of `size`."""
    out, at = b"", 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        out += (end - at - 4).to_bytes(size, "big") + data[at + 4 : end]
        at = end
    return out


def _configure(context: av.VideoCodecContext, params: str, bf: int) -> None:
    context.width, context.height = SIZE
    context.pix_fmt = "yuv420p"
    context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
    context.thread_count, context.thread_type = 1, "FRAME"
    context.flags |= 1 << 22
    common = f"keyint={GOP}:min-keyint=1:scenecut=0:b-adapt=0"
    context.options = {
        "preset": "superfast",
        "bf": str(bf),
        "x264-params": ":".join(part for part in (common, params) if part),
    }


def _encoded(
    frames: range, params: str, intra: tuple[int, ...], bf: int
) -> tuple[bytes, list[tuple[int, bool, bytes]]]:
    """The parameter sets, and of each packet its time, whether it is a keyframe, and its content."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    _configure(context, params, bf)
    packets = []
    for index in frames:
        frame = av.VideoFrame(*SIZE, "yuv420p")
        fill(frame, 0, draw_luma(index, *SIZE, clip_id=0, flash=False, sar=Fraction(1)), 8)
        for plane, value in zip(frame.planes[1:], tint(0), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = index, Fraction(1, FPS)
        if index in intra:
            frame.pict_type = av.video.frame.PictureType.I
        elif index + 1 in intra:  # so that no B-frame leads
            frame.pict_type = av.video.frame.PictureType.P
        packets += context.encode(frame)
    packets += context.encode(None)
    return bytes(context.extradata or b""), [(p.pts or 0, p.is_keyframe, bytes(p)) for p in packets]
