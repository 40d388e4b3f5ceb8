"""Decode around every seam of a file with copied spans, and compare with the source: before the file gets its name."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from clipkit.engine.playback import Playback
from clipkit.engine.probe import probe
from clipkit.engine.reader import FrameReader
from clipkit.errors import MediaError, RenderError
from clipkit.plan.types import Copy, Plan, Shot

_AROUND = 2
"""Frames compared on each side of a seam: B-frames may refer across a wrong one."""

_LIKENESS = 24.0
"""dB of PSNR that an encoded frame has at least; one frame further, a moving picture falls below that."""

_HINT = "render without copying: --no-copy (copy=False)"


def check_seams(path: Path, plan: Plan) -> None:
    """Compare the frames around each end of each copied span with the source's.

    Copied ones must be the same to the bit, encoded ones alike, and none damaged.

    Raises:
        RenderError: ``seam-failed``, saying where.
    """
    if not plan.copied:
        return
    copied = [span for span in plan.spans if isinstance(span, Copy)]
    stretches = _around(copied, plan.expect.frames)
    cores = os.cpu_count() or 1
    workers = max(1, min(cores, len(stretches)))
    check = partial(_check, path, plan, copied, threads=max(1, cores // workers))
    try:
        with ThreadPoolExecutor(workers) as pool:
            deque(pool.map(check, stretches), maxlen=0)
    except MediaError as error:
        raise RenderError(f"a seam cannot be read back: {error.message}", code="seam-failed", hint=_HINT) from error


def _check(path: Path, plan: Plan, copied: Sequence[Copy], indices: Sequence[int], *, threads: int) -> None:
    """Compare some frames with the source's, from the keyframe before them on."""
    shot, rate = plan.picture, plan.output.rate
    assert isinstance(shot, Shot)
    facts = plan.sources[shot.source]
    assert facts.picture is not None
    with (
        FrameReader(probe(str(path)), threads=threads) as output,
        FrameReader(facts, threads=threads) as reader,
    ):
        source = Playback(reader, facts.picture)
        for index in indices:
            instant = shot.time.instant(index / rate)
            assert instant is not None
            exact = any(span.start <= index < span.stop for span in copied)
            frame = output.at(index / rate)
            if _index(frame, plan) != index or not _same(frame, source.frame(instant), exact=exact):
                at = float(index / rate)
                raise RenderError(
                    f"the picture at {at:.2f} s, beside a seam, is not the source's", code="seam-failed", hint=_HINT
                )


def _around(copied: Sequence[Copy], frames: int) -> list[list[int]]:
    """The frames beside each seam, in order; those of seams close together as one stretch."""
    seams = (end for span in copied for end in (span.start, span.stop))
    near = {index for seam in seams for index in range(seam - _AROUND, seam + _AROUND)}
    stretches: list[list[int]] = []
    for index in sorted(index for index in near if 0 <= index < frames):
        if not stretches or index > stretches[-1][-1] + 1:
            stretches.append([])
        stretches[-1].append(index)
    return stretches


def _index(frame: av.VideoFrame, plan: Plan) -> int:
    """Which frame of the output it is: one that does not decode is passed over, and another one shows."""
    return round((frame.pts or 0) * (frame.time_base or 0) * plan.output.rate)


def _same(one: av.VideoFrame, other: av.VideoFrame, *, exact: bool) -> bool:
    if one.is_corrupt or (one.width, one.height, one.format.name) != (other.width, other.height, other.format.name):
        return False
    if exact:
        return np.array_equal(one.to_ndarray(), other.to_ndarray())
    return _psnr(one.to_ndarray(), other.to_ndarray()) >= _LIKENESS


def _psnr(one: NDArray[Any], other: NDArray[Any]) -> float:
    """dB, of 8-bit samples: only H.264 has edges."""
    error = float(np.mean(np.square(one.astype(np.float32) - other)))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)
