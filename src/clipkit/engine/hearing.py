"""Sound as it is compared: one channel at 8 kHz, of a file or of a whole programme."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from numpy.typing import NDArray

from clipkit.engine.sound import Mixer
from clipkit.engine.track import Track, stereo
from clipkit.errors import MediaError
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import SAMPLE_RATE, Programme
from clipkit.sound.correlation import RATE, Heard
from clipkit.sound.window import Samples

_SECONDS = 10  # read at a time


def of_file(facts: MediaFacts) -> Heard:
    """The sound of a file from its zero on; decoded at 8 kHz, which costs half of what 48 kHz would.

    Raises:
        MediaError: ``no-sound``, or it cannot be opened.
    """
    if facts.sound is None:
        raise MediaError("this file has no sound", code="no-sound", where=facts.path, hint="name one that has")
    track = Track(facts, facts.sound, lambda *_: None, rate=RATE, mixed=True)
    count = round(facts.sound.end * RATE)
    try:
        blocks = [track.read(at, min(at + _SECONDS * RATE, count)) for at in range(0, count, _SECONDS * RATE)]
    finally:
        track.close()
    return _one_channel(blocks)


def of_programme(programme: Programme, sources: tuple[MediaFacts, ...]) -> Heard:
    """The sound of a plan.

    Raises:
        MediaError: a source cannot be opened.
    """
    with Mixer(programme, sources) as mixer:
        return _one_channel(_resampled(mixer))


def _resampled(mixer: Mixer) -> Iterator[Samples]:
    resampler = av.AudioResampler("flt", "stereo", RATE)
    while len(samples := mixer.read(_SECONDS * SAMPLE_RATE)):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", "stereo")
        frame.sample_rate = SAMPLE_RATE
        yield stereo(resampler.resample(frame))
    yield stereo(resampler.resample(None))


def _one_channel(blocks: Iterator[Samples] | list[Samples]) -> Heard:
    rows: list[NDArray[np.float32]] = [block.mean(axis=1) for block in blocks]
    return np.concatenate(rows) if rows else np.zeros(0, np.float32)
