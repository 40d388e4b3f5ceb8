"""Edits of the sound. Times in seconds, gains in dB."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from clipkit.project.values import Decibels, FilePath, Number, Seconds, Value, VoiceValue

_Length = Annotated[Seconds, Field(ge=0)]


class Duck(Value):
    """How a track makes room for speech.

    It is `db` lower while somebody speaks. It begins to fall `look_ahead` before the first word and takes `attack` for
    it; after the last word it is back within `release`.
    """

    db: Annotated[float, Field(gt=0, le=60)]
    attack: Annotated[Seconds, Field(gt=0, le=5)] = Fraction(3, 20)
    release: Annotated[Seconds, Field(gt=0, le=10)] = Fraction(3, 5)
    look_ahead: Annotated[Seconds, Field(ge=0, le=5)] = Fraction(3, 20)


class Track(Value):
    """A recording laid into the input: from `start` of its own on, at the moment `at` of the input.

    Second `at` + t of the input has second `start` + t × `rate` of the track: a negative start lets the track begin
    later, and a rate beside 1, which the pitch follows, makes up for clocks that drift apart.

    Attributes:
        track: The file; of one with a picture, its sound.
        start: Where in the track to begin.
        rate: How fast it plays.
        at: Where in the input it begins to play.
        gain_db: Of the track.
        pan: −1 left, 0 both sides, 1 right.
        fade_in, fade_out: Seconds to rise from and fall to silence.
        loop: Repeat it to the end of the input.
        duck: Lower it while somebody speaks in what outranks it: the input's own sound and voice-overs.
        voice: It is a voice-over: tracks, and an own sound that ducks, make room for it.
    """

    track: FilePath
    start: Seconds = Fraction(0)
    rate: Annotated[Number, Field(ge=Fraction(1, 10), le=10)] = Fraction(1)
    at: _Length = Fraction(0)
    gain_db: Decibels = 0.0
    pan: Annotated[float, Field(ge=-1, le=1)] = 0.0
    fade_in: _Length = Fraction(0)
    fade_out: _Length = Fraction(0)
    loop: bool = False
    duck: Duck | None = None
    voice: bool = False


class Music(Track):
    """A track laid under the input's own sound."""

    kind: Literal["music"] = "music"
    gain_db: Decibels = -12.0
    fade_out: _Length = Fraction(1)
    loop: bool = True
    original_gain_db: Decibels = 0.0
    mute_original: bool = False


class Mix(Value):
    """Any number of tracks laid into the input. `original_duck` lowers the input's own sound under its voice-overs."""

    kind: Literal["mix"] = "mix"
    tracks: Annotated[tuple[Track, ...], Field(min_length=1)]
    original_gain_db: Decibels = 0.0
    mute_original: bool = False
    original_duck: Duck | None = None


class VoiceChange(Value):
    """A voice effect on all sound of the input as it stands."""

    kind: Literal["voice"] = "voice"
    effect: VoiceValue


class ForeignSound(Value):
    """A sound effect of pydub, or of MoviePy (`afx`), by name with its arguments; it must keep the length."""

    kind: Literal["foreign-sound"] = "foreign-sound"
    library: Literal["pydub", "moviepy"]
    name: str
    params: dict[str, JsonValue] = Field(default_factory=dict)
