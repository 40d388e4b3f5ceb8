"""H.264 and AAC in MP4, the same bytes from the same pictures."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from draw import FPS, HEIGHT, WIDTH
from PIL import Image
from sound import RATE, Signal


def _x264() -> str:
    # Flat colours and clean edges: bits that x264 would spend on grain are better spent on the edges.
    settings = "threads=1:keyint=60:min-keyint=60:scenecut=0:aq-mode=0:psy-rd=0:trellis=2:bframes=5"
    cpu = Path("/proc/cpuinfo")
    # AVX-512 code paths of x264 round differently, so machines that have them are held to AVX2.
    if cpu.exists() and "avx512" in cpu.read_text():
        settings += ":asm=avx2"
    return settings


def _add_video(out: av.container.OutputContainer, crf: int) -> av.VideoStream:
    options = {"crf": str(crf), "preset": "medium", "x264-params": _x264(), "flags": "+bitexact"}
    stream = out.add_stream("libx264", rate=FPS, options=options)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    stream.time_base = Fraction(1, FPS)
    context = stream.codec_context
    context.thread_type = "FRAME"
    context.thread_count = 1
    context.color_range = 1
    context.colorspace = context.color_primaries = context.color_trc = 1
    return stream


def _picture(image: Image.Image, index: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24").reformat(
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
    )
    frame.pts, frame.time_base = index, Fraction(1, FPS)
    return frame


def write_movie(
    path: Path, frames: int, picture: Callable[[int], Image.Image], stereo: Signal, crf: int, title: str
) -> None:
    """Every `picture(index)` with the sound beside it; the index of the file comes first, for the web."""
    with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out:
        out.metadata.update({"title": title, "copyright": "CC0 1.0"})
        video = _add_video(out, crf)
        audio = out.add_stream("aac", rate=RATE, layout="stereo", options={"flags": "+bitexact"})
        audio.bit_rate = 96_000
        samples = np.ascontiguousarray(stereo, dtype=np.float32)
        step = RATE // FPS
        for index in range(frames):
            out.mux(video.encode(_picture(picture(index), index)))
            sound = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[:, index * step : (index + 1) * step]), format="fltp", layout="stereo"
            )
            sound.sample_rate, sound.pts, sound.time_base = RATE, index * step, Fraction(1, RATE)
            out.mux(audio.encode(sound))
            if index % 90 == 0:
                print(f"{path.name}: {index / FPS:.0f} of {frames / FPS:.0f} s", flush=True)
        out.mux(video.encode(None))
        out.mux(audio.encode(None))
