"""Values as people write them, in a command or in a recipe, each read in one place. Light: it imports no heavy room."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from clipkit.catalog.easing import EASE
from clipkit.errors import ProjectError
from clipkit.project.curves import CURVES
from clipkit.time import exact, parse_time

Point: TypeAlias = tuple[float, float]
"""The centre of something, as fractions of the canvas."""

Colour: TypeAlias = tuple[int, int, int]

CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")


def factor(text: str) -> Fraction:
    """How fast: `1.5`, `1.5x`, `3/2`."""
    value = exact(text.strip().removesuffix("x").removesuffix("×"))
    if not Fraction(1, 10) <= value <= 10:
        raise ProjectError(
            f"{text} is no speed", code="bad-speed", hint="0.1 to 10; below 1 is slower, such as 0.3 0.5 1 2 3"
        )
    return value


def knots(text: str) -> list[tuple[str, Fraction]] | str:
    """`T:FACTOR T:FACTOR …`, or the name of a curve; each split at its last colon, since times have colons too."""
    if text.strip() in CURVES:
        return text.strip()
    pairs = [word.rpartition(":") for word in text.replace(",", " ").split()]
    if not pairs or not all(colon for _, colon, _ in pairs):
        hint = f'write T:FACTOR as often as you like, such as "0:1 3:1 4:0.3", or {", ".join(CURVES)}'
        raise bad(text, "a ramp", hint)
    for time, _, _ in pairs:
        parse_time(time)
    return [(time, factor(value)) for time, _, value in pairs]


def pause(text: str) -> tuple[str, str]:
    """`T:LENGTH`: when, and for how long, split at the last colon."""
    time, colon, length = text.rpartition(":")
    if not colon:
        raise bad(text, "a time and a length", "write T:LENGTH such as 2.5:1")
    parse_time(time), parse_time(length)
    return time, length


def number(text: str, low: float, high: float) -> float:
    """A number from `low` to `high`, both included."""
    value = float(exact(text))
    if low <= value <= high:
        return value
    raise ProjectError(f"{text[:40]} is outside of the range", code="bad-value", hint=f"{low:g} to {high:g}")


def whole(text: str) -> int:
    """A whole number from 0 on."""
    if text.strip().isdecimal() and len(text) < 10:
        return int(text)
    raise bad(text, "a whole number", "write 0, 1, 2 …")


def place(text: str) -> str | Point:
    """A corner, or `X,Y`."""
    return text if text in CORNERS else point(text, f"write {', '.join(CORNERS)}, or X,Y from 0 to 1")


def move(text: str) -> tuple[str, Point] | tuple[str, Point, float]:
    """`T:X,Y` or `T:X,Y,SCALE`, split at the last colon, since times have colons of their own."""
    time, colon, rest = text.rpartition(":")
    if not colon:
        raise bad(text, "a time and a point", "write T:X,Y or T:X,Y,SCALE such as 2.5:0.7,0.2")
    parse_time(time)
    hint = "write T:X,Y with X and Y from 0 to 1, or T:X,Y,SCALE with SCALE from 0.05 to 1"
    if rest.count(",") != 2:
        return time, point(rest, hint)
    where, _, scale = rest.rpartition(",")
    return time, point(where, hint), number(scale, 0.05, 1)


def keys(text: str) -> tuple[str, tuple[tuple[str, float, str] | tuple[str, float], ...]]:
    """`NAME=T:V,T:V`: a parameter and its keyframes; each may end in `:EASING`, which leads to the next."""
    name, equals, points = text.partition("=")
    if not (equals and name.isidentifier()):
        raise bad(text, "a parameter with keyframes", "write NAME=T:V,T:V such as strength=0:0,2:1")
    return name, tuple(_key(point) for point in points.split(","))


def _key(text: str) -> tuple[str, float, str] | tuple[str, float]:
    rest, _, easing = text.rpartition(":")
    if easing.strip() in EASE:
        return (*_key(rest)[:2], easing.strip())
    time, colon, value = text.rpartition(":")
    if not colon:
        raise bad(text, "a keyframe", f"write T:V or T:V:EASING, where easing is one of {', '.join(EASE)}")
    parse_time(time)
    return time.strip(), float(exact(value))


def wipe(text: str) -> tuple[str, float]:
    """`T:SHARE`: a time and how much of the canvas, 0 to 1."""
    time, colon, rest = text.rpartition(":")
    if not colon:
        raise bad(text, "a time and a share", "write T:SHARE such as 2.5:0.7")
    parse_time(time)
    return time, number(rest, 0, 1)


def focus(text: str) -> Point:
    """`X,Y`: a point of a picture."""
    return point(text, "write X,Y, each from 0 to 1: 0.5,0.5 is the middle")


def decibels(text: str) -> float:
    """A gain."""
    return number(text, -60, 24)


def signed_time(text: str) -> str:
    """A time that may be negative; checked, and kept as text."""
    parse_time(text.strip().removeprefix("-"))
    return text.strip()


def one_of(*known: str) -> Callable[[str], str]:
    """One of a few words."""

    def read(text: str) -> str:
        if text in known:
            return text
        raise bad(text, "among the choices", f"write {', '.join(known[:-1])} or {known[-1]}")

    return read


def each(text: str, read: Callable[[str], object]) -> tuple[int | None, object]:
    """A value for all of several, or `N:VALUE` for the Nth: the number, None for all, and the value."""
    first, colon, rest = text.partition(":")
    if colon and first.isdecimal() and len(first) <= 2:
        return int(first), read(rest)
    return None, read(text)


def border(text: str, default: str = "white") -> tuple[int, Colour]:
    """`PX,COLOUR`, or `PX` for one of the default colour."""
    pixels, _, name = text.partition(",")
    if not (pixels.strip().isdecimal() and int(pixels) <= 100):
        raise bad(text, "a border", "write PX,COLOUR with 0 to 100 pixels, such as 8,white or 8,#ff8800")
    return int(pixels), colour(name.strip() or default)


def filter_at(text: str) -> tuple[str, float]:
    """`NAME` or `NAME=S`: a filter, and how much of it."""
    return _strong(text, "a filter with its strength", "golden-hour=0.8")


def voice_at(text: str) -> tuple[str, float]:
    """`NAME` or `NAME=S`: a voice effect, and how much of it."""
    return _strong(text, "a voice effect with its strength", "robot=0.7")


def _strong(text: str, what: str, example: str) -> tuple[str, float]:
    name, equals, strength = text.rpartition("=")
    if not equals:
        return text, 1.0
    value = float(exact(strength))
    if not 0 <= value <= 1:
        raise bad(text, what, f"write NAME=S with S from 0 to 1, such as {example}")
    return name, value


def point(text: str, hint: str) -> Point:
    """`X,Y`, each from 0 to 1."""
    parts = text.split(",")
    try:
        x, y = (float(exact(part)) for part in parts)
    except ValueError:  # not two parts
        raise bad(text, "a point", hint) from None
    except ProjectError:
        raise bad(text, "a point", hint) from None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise bad(text, "a point of the canvas", hint)
    return x, y


def colour(text: str) -> Colour:
    """A name such as white, or #rrggbb."""
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(text)[:3]
    except ValueError:
        raise bad(text, "a colour", "write a name such as white, or #rrggbb") from None
    return red, green, blue


def bad(text: str, what: str, hint: str) -> ProjectError:
    """The error for a value that is not what was meant."""
    return ProjectError(f"{text[:40]!r} is not {what}", code="bad-value", hint=hint)
