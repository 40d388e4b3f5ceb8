"""Edits of the sound. Times in seconds, gains in dB."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from clipkit.project.values import Decibels, FilePath, Number, Seconds, Value


class Music(Value):
    """A track laid under the input's own sound. Times in seconds, gains in dB.

    Second t of the input has second `start` + t × `rate` of the track: a negative start lets the track begin later, and
    a rate beside 1, which the pitch follows, makes up for clocks that drift apart.
    """

    kind: Literal["music"] = "music"
    track: FilePath
    start: Seconds = Fraction(0)
    rate: Annotated[Number, Field(ge=Fraction(1, 10), le=10)] = Fraction(1)
    gain_db: Decibels = -12.0
    original_gain_db: Decibels = 0.0
    mute_original: bool = False
    fade_in: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    fade_out: Annotated[Seconds, Field(ge=0)] = Fraction(1)
    loop: bool = True
