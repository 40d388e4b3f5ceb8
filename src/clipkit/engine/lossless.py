"""Pictures and sound from memory become a file that gives back exactly what went in: H.264 in RGB, 32-bit float PCM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from clipkit.engine.bridge import writing
from clipkit.engine.opening import local_url
from clipkit.errors import ProjectError

Pixels = NDArray[np.uint8]
"""RGB, (height, width, 3)."""

Sound = NDArray[np.float32]
"""Stereo, (samples, 2), nominal −1…1."""

_CONTAINER_BIT_EXACT = 0x400
_CODEC_BIT_EXACT = 1 << 23

# qp 0 is lossless, and in RGB nothing is lost to a colour matrix either. B-frames would gain little.
_OPTIONS = {"preset": "ultrafast", "qp": "0", "bf": "0"}
_GOP = 30
# The bytes, and with them the name in the content store, depend on the number of threads: always the same.
_THREADS = 4


def write_lossless(
    path: Path,
    frames: Iterable[Pixels],
    rate: Fraction,
    sound: Iterable[Sound] | None = None,
    sample_rate: int = 48_000,
) -> None:
    """Write a QuickTime file, one frame and one block of sound at a time; the same input gives the same bytes.

    Args:
        path: The file, `.mov`; it is overwritten.
        frames: All of one size.
        rate: Frames a second; frame n shows at n / rate.
        sound: Blocks that follow each other, of any length; None for a file without sound.
        sample_rate: Of the sound, Hz.

    Raises:
        ProjectError: ``no-frames``, or ``size-changes``.
        RenderError: It cannot be written.
    """
    pictures = iter(frames)
    first = next(pictures, None)
    if first is None:
        raise ProjectError("there is not one frame", code="no-frames", hint="give at least one")
    with ExitStack() as stack:
        with writing(str(path)):
            container = av.open(local_url(str(path)), "w", format="mov")
            stack.callback(_let_go, container)
            container.flags |= _CONTAINER_BIT_EXACT
            video = _Video(container, first, rate)
            track = _Track(container, sound, sample_rate) if sound is not None else None
        for index, pixels in enumerate(chain((first,), pictures)):
            _check_size(pixels, first, index)
            with writing(str(path)):
                video.write(index, pixels)
            if track is not None:
                track.write_until((index + 1) / rate, path)
        if track is not None:
            track.write_until(None, path)
        with writing(str(path)):
            video.finish()
            container.close()


def _let_go(container: OutputContainer) -> None:
    """After a failure, closing may fail again; after success it does nothing."""
    with suppress(av.error.FFmpegError, OSError, ValueError):
        container.close()


def _check_size(pixels: Pixels, first: Pixels, index: int) -> None:
    if pixels.shape != first.shape:
        raise ProjectError(
            f"frame {index} has the shape {pixels.shape}, the first one {first.shape}",
            code="size-changes",
            hint="give all frames the same size",
        )


class _Video:
    """The picture's encoder."""

    def __init__(self, container: OutputContainer, first: Pixels, rate: Fraction) -> None:
        stream = container.add_stream("libx264rgb", rate=rate, options=dict(_OPTIONS))
        assert isinstance(stream, av.VideoStream)
        height, width, _ = first.shape
        stream.width, stream.height, stream.pix_fmt = width, height, "rgb24"
        stream.time_base = stream.codec_context.time_base = 1 / rate
        stream.codec_context.gop_size = _GOP
        stream.codec_context.thread_count = _THREADS
        stream.codec_context.flags |= _CODEC_BIT_EXACT
        self._container, self._stream, self._rate = container, stream, rate

    def write(self, index: int, pixels: Pixels) -> None:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        frame.pts, frame.time_base = index, 1 / self._rate
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))


class _Track:
    """The sound, written along with the picture so that neither waits for the other in memory."""

    def __init__(self, container: OutputContainer, blocks: Iterable[Sound], sample_rate: int) -> None:
        stream = container.add_stream("pcm_f32le", rate=sample_rate, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        self._container, self._stream, self._rate = container, stream, sample_rate
        self._blocks: Iterator[Sound] = iter(blocks)
        self._written = 0

    def write_until(self, seconds: Fraction | None, path: Path) -> None:
        """Write blocks until that time is reached; all that are left for None."""
        while seconds is None or self._written < seconds * self._rate:
            block = next(self._blocks, None)
            if block is None:
                return
            if len(block):
                with writing(str(path)):
                    self._write(block)

    def _write(self, block: Sound) -> None:
        packed = np.ascontiguousarray(block, np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
        frame.sample_rate = self._rate
        frame.pts, frame.time_base = self._written, Fraction(1, self._rate)
        self._written += len(block)
        self._container.mux(self._stream.encode(frame))
