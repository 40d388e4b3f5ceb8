"""Clips from other libraries and from memory. What they hold is written losslessly to the content store, once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clipkit.api.clip import Clip
from clipkit.api.make import still
from clipkit.api.verbs import Time
from clipkit.engine.lossless import write_lossless
from clipkit.errors import ProjectError
from clipkit.interop import content
from clipkit.project import edits
from clipkit.project.model import Media
from clipkit.time import parse_rate

if TYPE_CHECKING:
    from PIL import Image

    from clipkit.interop.moviepy import VideoClip
    from clipkit.interop.pydub import AudioSegment

_SOUND_BLOCK = 48_000
_SAMPLE_RATES = range(8_000, 384_001)


def from_moviepy(clip: VideoClip, fps: float | str | Fraction | None = None) -> Clip:
    """A clip of what a MoviePy clip shows and plays, at `fps` frames a second or at its own rate.

    Raises:
        ProjectError: ``bad-clip``, ``no-duration``, ``no-rate``, ``bad-frames`` or ``size-changes``.
        StoreError: The content store cannot take it.
    """
    from clipkit.interop import moviepy

    return _of_media(moviepy.from_moviepy(clip, fps))


def from_pydub(segment: AudioSegment) -> Clip:
    """A pydub segment as a track, for `Clip.music`; it has no picture and cannot be rendered by itself.

    Raises:
        ProjectError: ``bad-segment`` or ``too-long``.
        StoreError: The content store cannot take it.
    """
    from clipkit.interop import pydub

    return _of_media(pydub.from_pydub(segment))


def from_image(image: Image.Image, seconds: Time = 5) -> Clip:
    """A Pillow image shown for a while, turned as its EXIF says; where it is transparent, black shows through.

    Raises:
        ProjectError: ``bad-image``: it is no Pillow image; ``bad-time``.
        StoreError: The content store cannot take it.
    """
    from PIL import Image, ImageOps

    if not isinstance(image, Image.Image):
        raise ProjectError(
            f"a Pillow image is needed, not {type(image).__name__}",
            code="bad-image",
            hint="for files use ck.still, for arrays ck.from_array",
        )
    upright = ImageOps.exif_transpose(image)
    black = Image.new("RGBA", upright.size, (0, 0, 0, 255))
    flat = Image.alpha_composite(black, upright.convert("RGBA")).convert("RGB")
    return still(content.keep(".png", lambda path: flat.save(path, "PNG")), seconds)


def from_array(
    frames: NDArray[np.uint8],
    fps: float | str | Fraction,
    sound: NDArray[np.floating] | None = None,
    sample_rate: int = 48_000,
) -> Clip:
    """A clip of frames and samples.

    Args:
        frames: RGB, uint8, (frames, height, width, 3).
        fps: Frames a second.
        sound: Floats, nominal −1…1: (samples,), (samples, 1) or (samples, 2).
        sample_rate: Of the sound, Hz.

    Raises:
        ProjectError: ``bad-frames``, ``bad-rate``, ``bad-samples`` or ``bad-sample-rate``.
        StoreError: The content store cannot take it.
    """
    pictures = _checked_frames(frames)
    rate = parse_rate(str(fps))
    samples = None if sound is None else _checked_sound(sound, sample_rate)

    def write(path: Path) -> None:
        write_lossless(path, iter(pictures), rate, None if samples is None else _blocks(samples), sample_rate)

    return _of_media(content.keep(".mov", write))


def _of_media(path: Path) -> Clip:
    return Clip(edits.of_source(Media(path=str(path))))


def _checked_frames(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    array = np.asarray(frames)
    if array.dtype != np.uint8 or array.ndim != 4 or array.shape[3] != 3 or 0 in array.shape:
        raise ProjectError(
            f"these are no frames: {array.dtype} of the shape {array.shape}",
            code="bad-frames",
            hint="give uint8 of (frames, height, width, 3), RGB",
        )
    return array


def _checked_sound(sound: NDArray[np.floating], sample_rate: int) -> NDArray[np.float32]:
    """The sound as (samples, 2)."""
    array = np.asarray(sound)
    wide = array[:, None] if array.ndim == 1 else array
    if wide.dtype.kind != "f" or wide.ndim != 2 or wide.shape[1] not in (1, 2):
        raise ProjectError(
            f"this is no sound: {array.dtype} of the shape {array.shape}",
            code="bad-samples",
            hint="give floats from -1 to 1 of (samples,), (samples, 1) or (samples, 2)",
        )
    if not np.isfinite(wide).all():
        raise ProjectError("the sound holds values that are not finite", code="bad-samples", hint="look for NaN")
    if sample_rate not in _SAMPLE_RATES:
        raise ProjectError(
            f"{sample_rate} is no sample rate", code="bad-sample-rate", hint="give 8000 to 384000, such as 48000"
        )
    stereo = np.repeat(wide, 2, axis=1) if wide.shape[1] == 1 else wide
    return stereo.astype(np.float32, copy=False)


def _blocks(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(samples), _SOUND_BLOCK):
        yield samples[start : start + _SOUND_BLOCK]
