"""What is known of a media file: measured, not believed. Plain values that pickle."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from clipkit.colour.encoding import Encoding
from clipkit.geometry import Box, Size


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a coded picture becomes upright: first mirrored left to right where `mirrored`, then turned clockwise."""

    quarter_turns: int = 0
    mirrored: bool = False

    @property
    def turned(self) -> bool:
        """Width and height change places."""
        return self.quarter_turns % 2 == 1

    @property
    def identity(self) -> bool:
        return self.quarter_turns == 0 and not self.mirrored


@dataclass(frozen=True, slots=True)
class HdrLight:
    """What a file says of the light that its codes stand for; either part may be empty.

    `display` is the mastering display of SMPTE ST 2086: x and y of red, green, blue and white in steps of 0.00002, then
    its highest and lowest luminance in steps of 0.0001 cd/m². `content` is the maximum of any pixel and of the average
    of any frame in cd/m² (CTA-861.3: MaxCLL, MaxFALL).
    """

    display: tuple[int, ...] = ()
    content: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The picture stream of a file.

    `size` is as a viewer sees it: upright, square pixels. `coded` is what the decoder gives, `visible` the part of it
    to show (all of it, unless a clean aperture says less). Times are seconds from
    the container's zero. `rate` is the nominal frame rate; `constant` says that each frame stands on its grid.
    """

    stream: int
    codec: str
    pixel_format: str
    coded: Size
    size: Size
    visible: Box
    orientation: Orientation
    rate: Fraction
    constant: bool
    frames: int
    start: Fraction
    end: Fraction
    encoding: Encoding
    profile: str = ""
    bit_rate: int = 0
    light: HdrLight | None = None

    def on_grid(self, seconds: Fraction) -> Fraction:
        """When a frame stamped so is meant to show: on the grid where the source keeps to one.

        A container that counts in milliseconds rounds each timestamp; the grid is what the camera meant.
        """
        if not self.constant:
            return seconds
        return self.start + round((seconds - self.start) * self.rate) / self.rate


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """The first sound stream that decodes. Times are seconds from the container's zero."""

    stream: int
    codec: str
    sample_rate: int
    channels: int
    start: Fraction
    end: Fraction
    bit_rate: int = 0


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """One media file: container, picture, sound, and what was noticed on the way.

    `zero` is the container's start in its own clock; all other times count from it. `still` marks an image file.
    """

    path: str
    container: str
    zero: Fraction
    picture: PictureFacts | None
    sound: SoundFacts | None
    bytes: int = 0
    still: bool = False
    notices: tuple[str, ...] = ()

    @property
    def duration(self) -> Fraction:
        """Seconds of the picture where there is one, else of the sound."""
        stream = self.picture or self.sound
        return stream.end if stream else Fraction(0)
