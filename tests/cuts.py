"""What a cut must show, and what decoders say of it: the source as PyAV decodes it from its beginning."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from imageio_ffmpeg import get_ffmpeg_exe

import clipkit as ck
from clipkit.plan.types import Plan


@dataclass(frozen=True)
class Source:
    """When each frame of a file shows, from where its first stream starts, and what it looks like."""

    times: tuple[Fraction, ...]
    digests: tuple[str, ...]


def digest(frame: av.VideoFrame) -> str:
    return hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest()


def decoded(path: Path) -> Iterator[tuple[Fraction, str]]:
    with av.open(f"file:{path}") as container:
        zero = Fraction(container.start_time or 0, av.time_base)
        for frame in container.decode(container.streams.video[0]):
            yield frame.pts * frame.time_base - zero, digest(frame)


@cache
def source_of(path: Path) -> Source:
    frames = list(decoded(path))
    return Source(tuple(time for time, _ in frames), tuple(look for _, look in frames))


def shown_frames(path: Path, plan: Plan, start: Fraction) -> list[int]:
    """The rule, with the source's own grid where it has one: a millisecond clock rounds."""
    picture = ck.probe(str(path)).picture
    assert picture is not None
    times = source_of(path).times
    if picture.constant:
        times = tuple(times[0] + n / picture.rate for n in range(len(times)))
    moments = (start + n / plan.output.rate for n in range(plan.expect.frames))
    return [max((n for n, time in enumerate(times) if time <= moment), default=0) for moment in moments]


def ffmpeg_complaints(path: Path) -> str:
    command = [get_ffmpeg_exe(), "-v", "warning", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.stderr or ("" if done.returncode == 0 else f"exit code {done.returncode}")


def av_complaints(path: Path) -> list[object]:
    """What PyAV's decoders say while a file is played, and which frames they call damaged."""
    corrupt: list[object] = []
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as logs, av.open(f"file:{path}") as container:
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            try:
                corrupt += [frame.pts for frame in container.decode(stream) if frame.is_corrupt]
            except av.error.FFmpegError as error:
                corrupt.append(error)
    finally:
        av.logging.set_level(None)
    return [*logs, *corrupt]
