"""How many bits a span may take, so that spans which are made apart from each other keep one ceiling together.

The ceiling is a leaky bucket, the decoder's buffer (VBV): it fills with `rate` bits a second, holds `buffer`, and each
frame takes its bits out of it at once; it must never run empty. An encoder that knows nothing of the span before it has
to assume how full it finds the buffer. Left to itself, x264 assumes 90 % and leaves 10 to 50 %, so hard spans laid end
to end took 1.4 times the ceiling.

Therefore each span, as it is laid down, runs through one bucket for the whole stream, and is taken if the bucket never
runs empty and is left at least half full; the last one may empty it. A span that does not fit is made again from a
stricter budget. That one is for a buffer found half full, and whoever finds it fuller has only more bits to spare: so
what keeps to it by itself keeps to it in its place. Nothing of this depends on the order in which spans are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from clipkit.geometry import Size
from clipkit.plan.types import Ceiling, VideoCodec

_SECONDS = 2
"""How long the buffer takes to fill."""

_ROOMY = Fraction(1, 10)
"""Bits a pixel: about twice what phone footage takes at the default quality, so the ceiling seldom binds."""

_FULL, _HALF = Fraction(9, 10), Fraction(1, 2)

_PARTS = (Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
"""Parts of the rate that a span is given, one after the other, until it fits."""


def ceiling(kbps: int, size: Size, rate: Fraction) -> Ceiling:
    """The ceiling of a stream of so many kilobits a second, and what its spans are made for.

    Where the ceiling is roomy, spans are made for a buffer that is nearly full, as easy ones leave it; where it is
    tight, for one half full, as hard ones can leave it.
    """
    bits = kbps * 1000
    roomy = Fraction(bits, size.width * size.height) / rate >= _ROOMY
    buffer = _SECONDS * bits
    return Ceiling(bits, buffer, found=int((_FULL if roomy else _HALF) * buffer))


def options(limit: Ceiling, part: Fraction = Fraction(1)) -> dict[str, str]:
    """The ceiling as options of an encoder, or a part of it."""
    return {
        "maxrate": str(int(limit.rate * part)),
        "bufsize": str(limit.buffer),
        "rc_init_occupancy": str(limit.found),
    }


def stricter(codec: VideoCodec) -> Iterator[VideoCodec]:
    """The same encoder for a span that finds half a buffer, at ever smaller parts of the ceiling's rate."""
    assert codec.ceiling is not None
    half = replace(codec.ceiling, found=int(_HALF * codec.ceiling.buffer))
    for part in _PARTS:
        changed = replace(codec, options=tuple({**dict(codec.options), **options(half, part)}.items()))
        if changed != codec:
            yield changed


def lowered(codec: VideoCodec, part: Fraction) -> VideoCodec:
    """The same encoder under a lower ceiling."""
    assert codec.ceiling is not None
    limit = Ceiling(*(int(bits * part) for bits in (codec.ceiling.rate, codec.ceiling.buffer, codec.ceiling.found)))
    return replace(codec, options=tuple({**dict(codec.options), **options(limit)}.items()), ceiling=limit)


class Bucket:
    """The decoder's buffer over a whole stream, as its spans are laid down one after the other.

    Args:
        limit: The ceiling; the first span finds the buffer as full as spans are made for.
        rate: Frames a second.
    """

    def __init__(self, limit: Ceiling, rate: Fraction) -> None:
        self._limit = limit
        self._frame = limit.rate / rate
        self.fill = Fraction(limit.found)
        """Bits in it."""

    def after(self, sizes: Iterable[int]) -> tuple[Fraction, Fraction]:
        """The lowest fill while frames of these sizes (bytes, in decode order) are taken out, and that after them."""
        fill = lowest = self.fill
        for size in sizes:
            fill -= 8 * size
            lowest = min(lowest, fill)
            fill = min(fill + self._frame, Fraction(self._limit.buffer))
        return lowest, fill

    def takes(self, sizes: Iterable[int], *, last: bool) -> bool:
        """Whether a span fits, and leaves enough for the next one."""
        lowest, fill = self.after(sizes)
        return lowest >= 0 and (last or fill >= _HALF * self._limit.buffer)

    def lay(self, sizes: Iterable[int]) -> bool:
        """Take out the frames of a span; False where the buffer ran empty."""
        lowest, fill = self.after(sizes)
        self.fill = max(fill, Fraction(0))
        return lowest >= 0
