"""What an HDR frame says of its light: the mastering display and the content light level, where it carries them."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import Final, cast

import av
from av.sidedata.sidedata import SideDataContainer, Type

from clipkit.plan.facts import HdrLight

# <libavutil/mastering_display_metadata.h>: x and y of red, green, blue and white, least and greatest luminance, all as
# rationals; then whether primaries and luminance are known.
_DISPLAY = struct.Struct("=20i2i")
_CONTENT = struct.Struct("=2I")
_XY, _LUMINANCE = 50_000, 10_000
_MASTERING: Final = Type.MASTERING_DISPLAY_METADATA
_LEVELS: Final = Type.CONTENT_LIGHT_LEVEL


def light_of(frame: av.VideoFrame) -> HdrLight | None:
    """The light of a frame; None where nothing of use is said."""
    display = _display(_side_data(frame, _MASTERING))
    content = _content(_side_data(frame, _LEVELS))
    return HdrLight(display, content) if display or content else None


def peak_of(frame: av.VideoFrame) -> int:
    """The brightest of a PQ picture in cd/m², 1000 at least, to the hundred: its MaxCLL (CTA-861), else the most of the
    display it was mastered on (SMPTE ST 2086). Both come as structs of libavutil.
    """
    content, mastering = _side_data(frame, _LEVELS), _side_data(frame, _MASTERING)
    brightest = struct.unpack_from("=I", content)[0] if content else 0
    if not brightest and mastering:
        over, under, has_luminance = struct.unpack_from("=2i4xi", mastering, 72)
        brightest = over / under if has_luminance and under > 0 else 0
    return 100 * round(min(max(brightest, 1000), 10_000) / 100)


def _side_data(frame: av.VideoFrame, kind: Type) -> bytes:
    """A piece of side data; nothing where there is none."""
    try:
        found = cast(SideDataContainer, frame.side_data)  # PyAV's stub names another type
    except ValueError:  # PyAV has no name for a photograph's EXIF, and then lists nothing
        return b""
    return bytes(found[kind]) if kind in found else b""


def _display(data: bytes) -> tuple[int, ...]:
    if len(data) < _DISPLAY.size:
        return ()
    *numbers, primaries, luminance = _DISPLAY.unpack_from(data)
    if not (primaries and luminance) or 0 in numbers[1::2]:
        return ()
    values = [Fraction(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    *places, least, greatest = values
    scaled = (*(round(v * _XY) for v in places), round(greatest * _LUMINANCE), round(least * _LUMINANCE))
    sensible = all(0 <= place <= _XY for place in scaled[:8]) and 0 <= scaled[9] < scaled[8] < 1 << 32
    return scaled if sensible else ()


def _content(data: bytes) -> tuple[int, ...]:
    levels = _CONTENT.unpack_from(data) if len(data) >= _CONTENT.size else (0, 0)
    return levels if levels[0] and max(levels) < 1 << 16 else ()
