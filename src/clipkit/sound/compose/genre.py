"""What a genre is: all that a song of it is made from, as data. Each file of `genres/` holds one, named `GENRE`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from clipkit.sound.compose.form import Kind
from clipkit.sound.compose.instruments import Instrument
from clipkit.sound.compose.lines import Line
from clipkit.sound.compose.percussion import Drum
from clipkit.sound.compose.space import Echo, Room
from clipkit.sound.compose.waves import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One strip of the mixing desk.

    Attributes:
        lines: What it plays; the seed draws one.
        level: Loudness while it plays, in LU relative to the song.
        pan: −1 left … 1 right; sounds of two channels are only turned down on one side.
        room, echo: What is sent to reverb and echo, in dB relative to the track; None is nothing.
        duck: How far it gives way to the kick, 0…1.
        low, high: Hz; what lies outside of them is taken away.
        late: Seconds behind the beat.
        loose: Standard deviation of a player's timing, in seconds.
        drive: How hard the track as a whole is rounded off; 0 is not at all.
        curve: How much louder a hard stroke is than a soft one: the exponent on `hard`.
    """

    lines: tuple[Line, ...]
    level: float
    pan: float = 0.0
    room: float | None = None
    echo: float | None = None
    duck: float = 0.0
    low: float = 30.0
    high: float = 18_000.0
    late: float = 0.0
    loose: float = 0.0
    drive: float = 0.0
    curve: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit(Track):
    """A track of a drum. One with `leads` is the kick that others give way to."""

    drum: Drum
    leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(Track):
    """A track of an instrument."""

    instrument: Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A kind of music.

    Attributes:
        about: One line.
        tempo: Range, in beats a minute, that a length in seconds may be fitted with.
        favourite: The tempo that is typical.
        scale: Of `theory.SCALES`.
        tonics: Pitch classes that it lies well in.
        progressions: Roman numerals, a bar each; a comma puts two into one bar. The first word of each pair of rows is
            for the verse, the second for the chorus.
        tracks: The band.
        home: The chord that a song ends with.
        names: What its sections are called, where not by their kind.
        swing, swung: As in `Score`.
        room, echo: The spaces of the mix.
        recovery: Sixteenths in which tracks come back after a kick.
        glue: How hard the mix as a whole is rounded off.
        colour: Done to the whole mix: tape, vinyl.
        titles: Words that titles are made of: an adjective or place, and a thing.
    """

    name: str
    about: str
    tempo: tuple[float, float]
    favourite: float
    scale: str
    tonics: tuple[int, ...]
    progressions: tuple[tuple[str, str], ...]
    tracks: tuple[Kit | Voice, ...]
    titles: tuple[tuple[str, ...], tuple[str, ...]]
    home: str = "I"
    names: dict[Kind, str] = field(default_factory=dict)
    swing: float = 0.0
    swung: int = 1
    room: Room
    echo: Echo | None = None
    recovery: float = 3.0
    glue: float = 0.7
    colour: Callable[[Signal], Signal] | None = None
