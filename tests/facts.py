"""Facts of media that does not exist, for what needs no more than facts."""

from __future__ import annotations

from fractions import Fraction

from clipkit.colour.encoding import Encoding
from clipkit.geometry import Box, Size
from clipkit.plan.facts import MediaFacts, Orientation, PictureFacts, SoundFacts

BT709 = Encoding("bt709", False)


def picture_facts(seconds: Fraction, rate: Fraction, size: Size) -> PictureFacts:
    return PictureFacts(
        stream=0,
        codec="h264",
        pixel_format="yuv420p",
        coded=size,
        visible=Box.whole(size),
        size=size,
        orientation=Orientation(),
        rate=rate,
        constant=True,
        frames=round(seconds * rate),
        start=Fraction(0),
        end=seconds,
        encoding=BT709,
    )


def sound_facts(seconds: Fraction, channels: int = 2) -> SoundFacts:
    return SoundFacts(stream=1, codec="aac", sample_rate=48000, channels=channels, start=Fraction(0), end=seconds)


def video(
    path: str,
    seconds: Fraction | int = 20,
    *,
    rate: Fraction | int = 30,
    size: tuple[int, int] = (1080, 1920),
    channels: int = 2,
) -> MediaFacts:
    """A video file; without sound at 0 channels."""
    end = Fraction(seconds)
    sound = sound_facts(end, channels) if channels else None
    picture = picture_facts(end, Fraction(rate), Size(*size))
    return MediaFacts(path, "mov,mp4,m4a,3gp,3g2,mj2", Fraction(0), picture, sound, bytes=10**6)


def song(path: str, seconds: Fraction | int = 60) -> MediaFacts:
    """A file with sound only."""
    return MediaFacts(path, "mp3", Fraction(0), None, sound_facts(Fraction(seconds)), bytes=10**6)


def still(path: str, size: tuple[int, int] = (1080, 1920)) -> MediaFacts:
    """A picture file."""
    picture = picture_facts(Fraction(1, 30), Fraction(30), Size(*size))
    return MediaFacts(path, "png_pipe", Fraction(0), picture, None, bytes=10**5, still=True)
