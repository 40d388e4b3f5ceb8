"""Both ways with pydub, by raw PCM: its own reading and writing of files needs an `ffmpeg` command, ours none."""

from __future__ import annotations

import warnings
import wave
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from clipkit.engine import preview
from clipkit.engine.mix import SoundCall
from clipkit.errors import ProjectError
from clipkit.interop import content
from clipkit.plan.types import SAMPLE_RATE, ForeignSound, Plan

if TYPE_CHECKING:
    from pydub import AudioSegment as AudioSegment  # other rooms take the name from here

# A WAV file counts its bytes in 32 bits; some of them are header.
_MOST_BYTES = (1 << 32) - 1024


def to_pydub(plan: Plan, sound_calls: Mapping[ForeignSound, SoundCall] | None = None) -> AudioSegment:
    """The sound of a plan as a segment: 48 kHz, stereo, 16 bit, rounded; silence where there is no sound.

    Raises:
        MediaError: A source cannot be read.
    """
    scaled = np.rint(preview.samples(plan, sound_calls) * np.float32(32768))
    data = np.clip(scaled, -32768, 32767).astype("<i2").tobytes()
    return pydub().AudioSegment(data=data, sample_width=2, frame_rate=SAMPLE_RATE, channels=2)


def from_pydub(segment: AudioSegment) -> Path:
    """A segment as a WAV file in the content store, sample for sample.

    Raises:
        ProjectError: ``bad-segment``: it is none, or is empty; ``too-long``: it has more than 4 GiB.
        StoreError: The store cannot take it.
    """
    if not isinstance(segment, pydub().AudioSegment):
        raise ProjectError(
            f"a pydub AudioSegment is needed, not {type(segment).__name__}",
            code="bad-segment",
            hint="for files, name the file itself",
        )
    data = segment.raw_data
    if not data:
        raise ProjectError("the segment is empty", code="bad-segment", hint="give one with sound in it")
    if len(data) > _MOST_BYTES:
        raise ProjectError("the segment is longer than a WAV file can be", code="too-long", hint="split it")
    return content.keep(".wav", lambda path: _write(path, segment))


def _write(path: Path, segment: AudioSegment) -> None:
    data = segment.raw_data
    if segment.sample_width == 1:  # pydub has signed bytes in memory, a WAV file unsigned ones
        data = (np.frombuffer(data, np.uint8) ^ 0x80).tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(segment.channels)
        file.setsampwidth(segment.sample_width)
        file.setframerate(segment.frame_rate)
        file.writeframes(data)


def pydub() -> ModuleType:
    """pydub, without its warnings: that no `ffmpeg` is there does not matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pydub
    module: ModuleType = pydub
    return module
