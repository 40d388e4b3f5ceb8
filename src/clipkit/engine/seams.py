"""Decode around every seam of a file with copied spans, and compare with the source: before the file gets its name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from clipkit.engine.bridge import reading
from clipkit.engine.opening import guard, open_media
from clipkit.engine.reader import FrameReader
from clipkit.errors import MediaError, RenderError
from clipkit.plan.types import Copy, Plan, Shot

_AROUND = 2
"""Frames compared on each side of a seam: on the far side B-frames may refer across a wrong one."""

_LIKENESS = 24.0
"""dB of PSNR that an encoded frame has at least; one frame further, a moving picture falls below that."""

_THREADS = 2


class SeamError(RenderError):
    """A copied span does not show what its source does."""


def check_seams(path: Path, plan: Plan) -> None:
    """Compare the frames around each end of each copied span with the source's.

    Copied ones must be the same to the bit, encoded ones alike, and none may decode with an error.

    Raises:
        SeamError: ``seam-failed``, saying where.
    """
    if not plan.copied:
        return
    shot = plan.picture
    assert isinstance(shot, Shot)
    copied = [span for span in plan.spans if isinstance(span, Copy)]
    try:
        with (
            open_media(str(path)) as container,
            reading(str(path)),
            FrameReader(plan.sources[shot.source], threads=_THREADS) as source,
        ):
            for index, frame in _frames(container, _around(copied, plan.expect.frames), plan.output.rate):
                moment = shot.time.at(index / plan.output.rate)
                assert moment is not None
                exact = any(span.start <= index < span.stop for span in copied)
                if frame is None or frame.is_corrupt or not _same(frame, source.at(moment), exact=exact):
                    raise _failed(index, plan)
    except MediaError as error:
        raise SeamError(f"a seam cannot be read back: {error.message}", code="seam-failed") from error


def _failed(index: int, plan: Plan) -> SeamError:
    at = float(index / plan.output.rate)
    return SeamError(f"the picture at {at:.2f} s, beside a seam, is not the source's", code="seam-failed")


def _around(copied: list[Copy], frames: int) -> list[list[int]]:
    """The frames beside each seam, in order, those of seams close by together."""
    seams = sorted({end for span in copied for end in (span.start, span.stop)})
    clusters: list[list[int]] = []
    for seam in seams:
        near = range(max(0, seam - _AROUND), min(frames, seam + _AROUND))
        if clusters and near and near[0] <= clusters[-1][-1]:
            clusters[-1] += [index for index in near if index > clusters[-1][-1]]
        elif near:
            clusters.append(list(near))
    return clusters


def _frames(
    container: InputContainer, clusters: list[list[int]], rate: Fraction
) -> Iterator[tuple[int, av.VideoFrame | None]]:
    """The frames asked for; None for one that does not come out."""
    stream = container.streams.video[0]
    guard(stream)
    context = stream.codec_context
    context.options = {**context.options, "err_detect": "explode"}
    context.thread_type, context.thread_count = "FRAME", _THREADS
    for cluster in clusters:
        found = _decoded(container, stream, cluster, rate)
        yield from ((index, found.get(index)) for index in cluster)


def _decoded(
    container: InputContainer, stream: av.VideoStream, cluster: list[int], rate: Fraction
) -> dict[int, av.VideoFrame]:
    tick = stream.time_base or 1 / rate
    container.seek(int(cluster[0] / rate / tick), stream=stream, backward=True)
    found: dict[int, av.VideoFrame] = {}
    try:
        for frame in container.decode(stream):
            index = round((frame.pts or 0) * tick * rate)
            if index >= cluster[0]:
                found[index] = frame
            if index >= cluster[-1]:
                break
    except av.error.FFmpegError:
        return {}
    return found


def _same(one: av.VideoFrame, other: av.VideoFrame, *, exact: bool) -> bool:
    if (one.width, one.height, one.format.name) != (other.width, other.height, other.format.name):
        return False
    if exact:
        return np.array_equal(one.to_ndarray(), other.to_ndarray())
    return _psnr(one.to_ndarray(), other.to_ndarray()) >= _LIKENESS


def _psnr(one: NDArray[Any], other: NDArray[Any]) -> float:
    """dB, of 8-bit samples: only H.264 has edges."""
    error = float(np.mean(np.square(one.astype(np.float32) - other)))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)
