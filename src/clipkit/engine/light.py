"""What an HDR frame says of its light: the mastering display and the content light level, where it carries them."""

from __future__ import annotations

import struct
from fractions import Fraction

import av
from av.sidedata.sidedata import SideData

from clipkit.plan.facts import HdrLight

# <libavutil/mastering_display_metadata.h>: x and y of red, green, blue and white, least and greatest luminance, all as
# rationals; then whether primaries and luminance are known.
_DISPLAY = struct.Struct("=20i2i")
_CONTENT = struct.Struct("=2I")
_XY, _LUMINANCE = 50_000, 10_000


def light_of(frame: av.VideoFrame) -> HdrLight | None:
    """The light of a frame; None where nothing of use is said."""
    display = _display(_side_data(frame, "MASTERING_DISPLAY_METADATA"))
    content = _content(_side_data(frame, "CONTENT_LIGHT_LEVEL"))
    return HdrLight(display, content) if display or content else None


def _side_data(frame: av.VideoFrame, kind: str) -> bytes:
    found = frame.side_data.get(kind)
    return bytes(found) if isinstance(found, SideData) else b""


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
