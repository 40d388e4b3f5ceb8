"""Exact time. Seconds are `Fraction`s, ranges are half-open; frame indices are derived, never stored."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from clipkit.errors import ProjectError

_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,6}):)?(\d{1,9}(?:\.\d{0,12})?|\.\d{1,12})")
_NUMBER = re.compile(r"\s*[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18}|\d{1,18}/0*[1-9]\d{0,17})\s*")
_SUFFIXED = re.compile(r"(\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})\s*(ms|s|f)")
_TIME_HINT = "write a time as 3, 3.5, 0:03.5, 1:02:03, 3500ms or 90f"

# What people call a rate, and what it is: the NTSC family runs at n·1000/1001 (SMPTE ST 12-1).
_NTSC = {"23.976": 24, "23.98": 24, "29.97": 30, "47.95": 48, "47.952": 48, "59.94": 60, "119.88": 120}


@dataclass(frozen=True, slots=True)
class Frames:
    """A time counted in frames of whatever it is applied to."""

    count: int


def exact(value: float | int | str | Fraction) -> Fraction:
    """The number a person meant: 0.1 is 1/10, not the nearest binary float.

    Raises:
        ProjectError: ``bad-number``, for text that is none, for what is not finite, and for exponents (`1e9999999`
            would take minutes to become a fraction).
    """
    if isinstance(value, float) and math.isfinite(value) and abs(value) < 1e15:
        return Fraction(float.__repr__(value))
    if isinstance(value, int | Fraction) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return Fraction(value)
    raise ProjectError(f"{str(value)[:40]!r} is not a number", code="bad-number", hint="write 3, 3.5 or 7/2")


def parse_time(text: str) -> Fraction | Frames:
    """Read `3`, `3.5`, `0:03.5`, `1:02:03`, `3500ms`, `3.5s` or `90f`.

    Raises:
        ProjectError: ``bad-time`` when the text is none of these.
    """
    text = text.strip()
    if match := _SUFFIXED.fullmatch(text):
        number, unit = Fraction(match[1]), match[2]
        if unit != "f":
            return number / 1000 if unit == "ms" else number
        if number.denominator == 1:
            return Frames(int(number))
    elif match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = int(match[1] or 0), int(match[2] or 0), Fraction(match[3])
        if match[2] is None or (seconds < 60 and (match[1] is None or minutes < 60)):
            return 3600 * hours + 60 * minutes + seconds
    raise ProjectError(f"{text[:40]!r} is not a time", code="bad-time", hint=_TIME_HINT)


def parse_rate(text: str) -> Fraction:
    """Frames a second: `30`, `29.97` (meaning 30000/1001), `30000/1001`.

    Raises:
        ProjectError: ``bad-rate`` when it is no positive number up to 1000.
    """
    text = text.strip()
    if text in _NTSC:
        return Fraction(_NTSC[text] * 1000, 1001)
    try:
        rate = exact(text)
    except ProjectError:
        rate = Fraction(0)
    if not 0 < rate <= 1000:
        raise ProjectError(f"{text[:40]!r} is not a frame rate", code="bad-rate", hint="write 24, 29.97, 30000/1001, …")
    return rate


def frame_count(duration: Fraction, rate: Fraction) -> int:
    """Frames that a stretch of time needs: ceil(duration × rate)."""
    return math.ceil(duration * rate)


def clock(seconds: Fraction | float) -> str:
    """Seconds as people read them: `0:03.50`, `1:02:03.00`."""
    if seconds < 0:
        return f"-{clock(-seconds)}"
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 100:02d}.{rest % 100:02d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def rate_name(rate: Fraction) -> str:
    """A rate as people write it: `30`, `29.97`."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")
