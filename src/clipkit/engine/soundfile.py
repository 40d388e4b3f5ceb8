"""Sound alone, written to a file whose suffix says how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from clipkit.engine.bridge import writing
from clipkit.engine.opening import local_url
from clipkit.errors import ProjectError
from clipkit.sound.window import Samples

_RATE = 48_000
_BLOCK = _RATE
_CONTAINER_BIT_EXACT = 0x0400
_CODEC_BIT_EXACT = 1 << 23


@dataclass(frozen=True, slots=True)
class _Kind:
    """A container, an encoder, the samples it takes, and bits a second where it has a choice."""

    container: str
    encoder: str
    samples: str
    bit_rate: int = 0


_KINDS = {
    ".wav": _Kind("wav", "pcm_s24le", "s32"),
    ".flac": _Kind("flac", "flac", "s32"),
    ".ogg": _Kind("ogg", "libopus", "flt", 128_000),
    ".opus": _Kind("ogg", "libopus", "flt", 128_000),
    ".mp3": _Kind("mp3", "libmp3lame", "fltp", 192_000),
    ".m4a": _Kind("ipod", "aac", "fltp", 192_000),
}

SUFFIXES = tuple(_KINDS)
"""What a sound file may be named."""


def check_suffix(path: Path) -> None:
    """Refuse a name that no sound is written under.

    Raises:
        ProjectError: ``bad-suffix``.
    """
    if path.suffix.lower() not in _KINDS:
        raise ProjectError(
            f"no sound is written as {path.suffix or 'a file without suffix'}",
            code="bad-suffix",
            where=str(path),
            hint=f"name it {', '.join('*' + suffix for suffix in SUFFIXES)}",
        )


def write_sound(path: Path, samples: Samples, tags: Mapping[str, str], *, bit_rate: int = 0) -> None:
    """Write samples of shape (n, 2), 48 kHz, float32. WAV and FLAC have 24 bits; .ogg and .opus hold Opus.

    Args:
        path: A new or an empty file.
        samples: Nominal ±1; beyond it they are cut.
        tags: Such as title, genre, artist.
        bit_rate: Bits a second, where the encoder has a choice; 0 for what is transparent.

    Raises:
        ProjectError: ``bad-suffix``.
        RenderError: It cannot be written.
    """
    check_suffix(path)
    kind = _KINDS[path.suffix.lower()]
    with writing(str(path)), av.open(local_url(str(path)), "w", format=kind.container) as container:
        container.flags |= _CONTAINER_BIT_EXACT
        container.metadata.update(tags)
        stream = container.add_stream(kind.encoder, rate=_RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        context = stream.codec_context
        context.format = kind.samples
        context.flags |= _CODEC_BIT_EXACT
        if kind.bit_rate:
            context.bit_rate = bit_rate or kind.bit_rate
        for start in range(0, len(samples), _BLOCK):
            container.mux(stream.encode(_frame(samples[start : start + _BLOCK], start, kind.samples)))
        container.mux(stream.encode(None))


def _frame(block: Samples, start: int, kind: str) -> av.AudioFrame:
    if kind == "s32":
        whole = np.round(block.clip(-1, 1 - 2.0**-23) * np.float64(1 << 23)).astype(np.int32) << 8
        frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), format=kind, layout="stereo")
    else:
        packed = block.T if kind == "fltp" else block.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), format=kind, layout="stereo")
    frame.sample_rate = _RATE
    frame.pts, frame.time_base = start, Fraction(1, _RATE)
    return frame
