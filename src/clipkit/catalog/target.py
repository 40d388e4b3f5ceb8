"""The contract of an export target: what a platform takes, as dated data. What is not known stays unset."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from clipkit.errors import PlanError
from clipkit.geometry import MAX_SIDE, MIN_SIDE, Size, parse_size

Container: TypeAlias = Literal["mp4", "mov", "webm", "gif"]
"""A muxer's name, which is the file's suffix too."""

UNKNOWN_RATE = Fraction(30)
"""Frames a second where neither the source nor the target says any."""

Codec: TypeAlias = Literal["h264", "hevc"]

Side = Annotated[int, Field(ge=1, le=MAX_SIDE)]
PictureSize = Annotated[Size, BeforeValidator(lambda value: parse_size(value) if isinstance(value, str) else value)]


class Facts(BaseModel):
    """Frozen data of a target; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SafeZone(Facts):
    """What a platform's own buttons may cover, in pixels from each edge of a 1080×1920 picture."""

    left: Annotated[int, Field(ge=0, lt=540)]
    top: Annotated[int, Field(ge=0, lt=960)]
    right: Annotated[int, Field(ge=0, lt=540)]
    bottom: Annotated[int, Field(ge=0, lt=960)]
    source: str = Field(min_length=1, description="who says so, and how sure it is")


class SizeLimits(Facts):
    """What sizes a target takes, in pixels and as width over height. Unset means not known, and so not refused."""

    min_width: Side = MIN_SIDE
    max_width: Side = MAX_SIDE
    min_height: Side = MIN_SIDE
    max_height: Side = MAX_SIDE
    min_aspect: Annotated[Fraction, Field(gt=0)] | None = None
    max_aspect: Annotated[Fraction, Field(gt=0)] | None = None

    def allow(self, size: Size) -> bool:
        """Whether a picture of that size is taken."""
        wide = self.min_width <= size.width <= self.max_width
        high = self.min_height <= size.height <= self.max_height
        return wide and high and self._shaped(size.aspect)

    def _shaped(self, aspect: Fraction) -> bool:
        narrow = self.min_aspect is not None and aspect < self.min_aspect
        broad = self.max_aspect is not None and aspect > self.max_aspect
        return not (narrow or broad)

    def __str__(self) -> str:
        sides = f"{self.min_width} to {self.max_width} wide, {self.min_height} to {self.max_height} high"
        if self.min_aspect is None and self.max_aspect is None:
            return sides
        low = f"{self.min_aspect} ≤ " if self.min_aspect is not None else ""
        high = f" ≤ {self.max_aspect}" if self.max_aspect is not None else ""
        return f"{sides}, {low}width/height{high}"


class Note(Facts):
    """Something the platform advises; said with the result, never refused."""

    text: str = Field(min_length=1)
    above_seconds: Annotated[Fraction, Field(ge=0)] = Fraction(0)

    def concerns(self, duration: Fraction) -> bool:
        """Whether it is worth saying of an output `duration` seconds long."""
        return duration > self.above_seconds


class Target(Facts):
    """An export preset. The first of `containers` is the default; `None` anywhere means unknown or unlimited."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    about: str = Field(min_length=1)
    source: str = Field(min_length=1, description="the pages or rules that the facts come from")
    dated: date = Field(description="when the newest of those pages was read")

    size: PictureSize | None = Field(None, description="pixels; unset keeps the source's own")
    size_limits: SizeLimits = SizeLimits()
    min_fps: Annotated[Fraction, Field(gt=0)] | None = None
    max_fps: Annotated[Fraction, Field(gt=0)] | None = None
    min_seconds: Annotated[Fraction, Field(gt=0)] | None = None
    max_seconds: Annotated[Fraction, Field(gt=0)] | None = None
    too_long: Literal["refuse", "cut"] = Field("refuse", description="what becomes of more than `max_seconds`")
    max_bytes: Annotated[int, Field(gt=0)] | None = None

    containers: Annotated[tuple[Container, ...], Field(min_length=1)]
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] = Field(
        ("h264",), description="of the picture in MP4 or MOV; hevc is for HDR that is kept"
    )
    edit_list: bool = Field(True, description="whether an MP4 or MOV may carry an edit list")
    gop_seconds: Annotated[Fraction, Field(gt=0, le=10)] = Fraction(2)
    any_gop: bool = Field(False, description="take pictures copied from a source, whose GOPs may be of any length")
    max_video_kbps: Annotated[int, Field(gt=0)] | None = Field(None, description="ceiling up to 30 frames a second")
    max_video_kbps_above_30_fps: Annotated[int, Field(gt=0)] | None = None
    audio_kbps: Annotated[int, Field(ge=32, le=512)] = 192
    lufs: Annotated[float, Field(ge=-40, le=-5)] | None = Field(
        None, description="integrated loudness that sound is brought to; unset leaves it as it is"
    )
    always_sound: bool = Field(description="write a silent sound track where there is no sound")

    safe_zone: SafeZone | None = None
    notes: tuple[Note, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Target:
        for low, high in ((self.min_fps, self.max_fps), (self.min_seconds, self.max_seconds)):
            if low is not None and high is not None and low > high:
                raise ValueError("a minimum lies above its maximum")
        if self.size is not None and not self.size_limits.allow(self.size):
            raise ValueError("the size lies outside of the limits")
        if len(set(self.containers)) != len(self.containers):
            raise ValueError("a container is named twice")
        return self

    def rate_for(self, own: Fraction | None) -> Fraction:
        """The constant rate to write, in frames a second, for a source of rate `own` (None: not known).

        The source's own where that is allowed. Else the nearest whole part or multiple of it that is, so that motion
        stays even: 240 becomes 60, 12 becomes 24.
        """
        rate = own or UNKNOWN_RATE
        if self.max_fps is not None and rate > self.max_fps:
            rate = min(rate / round(rate / self.max_fps), self.max_fps)
        if self.min_fps is not None and rate < self.min_fps:
            rate *= math.ceil(self.min_fps / rate)
        return rate

    def allows_rate(self, rate: Fraction) -> bool:
        """Whether the target takes `rate` frames a second."""
        return (self.min_fps is None or rate >= self.min_fps) and (self.max_fps is None or rate <= self.max_fps)

    def video_ceiling(self, rate: Fraction) -> int | None:
        """The most kilobits a second that the encoder may spend on picture at `rate`; None where unlimited."""
        # 30 itself has to be in the lower class, and so has what a camera calls 30 and stamps as 30.02.
        return self.max_video_kbps if rate <= 31 else self.max_video_kbps_above_30_fps

    def checked_size(self, size: Size) -> Size:
        """The size itself where the target takes it.

        Raises:
            PlanError: ``size-outside-target``; the hint says what fits.
        """
        if self.size_limits.allow(size):
            return size
        raise PlanError(
            f"{self.name} does not take {size}", code="size-outside-target", hint=f"it takes {self.size_limits}"
        )

    def checked_container(self, suffix: str) -> Container:
        """The container that a file's suffix names (``.mp4`` or ``mp4``), where the target takes it.

        Raises:
            PlanError: ``container-outside-target``; the hint says what fits.
        """
        for container in self.containers:
            if container == suffix.lower().removeprefix("."):
                return container
        raise PlanError(
            f"{self.name} does not take {suffix or 'a file without a suffix'}",
            code="container-outside-target",
            hint=f"name the file {' or '.join('*.' + container for container in self.containers)}",
        )

    def notes_for(self, duration: Fraction) -> tuple[str, ...]:
        """What the platform advises about an output `duration` seconds long."""
        return tuple(note.text for note in self.notes if note.concerns(duration))
