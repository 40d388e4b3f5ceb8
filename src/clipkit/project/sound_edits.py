"""Edits of the sound. Times in seconds, gains in dB."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from clipkit.project.values import Decibels, FilePath, Seconds, Value


class Music(Value):
    """A track laid under the input's own sound. Times in seconds, gains in dB."""

    kind: Literal["music"] = "music"
    track: FilePath
    start: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    gain_db: Decibels = -12.0
    original_gain_db: Decibels = 0.0
    mute_original: bool = False
    fade_in: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    fade_out: Annotated[Seconds, Field(ge=0)] = Fraction(1)
    loop: bool = True
