"""Values as people write them on a command line, each read in one place. They keep the words of `clipkit.time`,
`clipkit.geometry` and the collections; what is wrong with them is told as those rooms tell it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from clipkit.errors import ProjectError
from clipkit.geometry import Size, parse_size
from clipkit.time import exact, parse_rate, parse_time

Point = tuple[float, float]
"""The centre of something, as fractions of the canvas."""

CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")
EASINGS = ("linear", "ease-in", "ease-out", "ease-in-out")
SHAPES = ("rectangle", "rounded", "circle")


# Newer versions of click declare what a type converts to; older ones know no such thing.
if TYPE_CHECKING:
    _Base = click.ParamType[object]
else:
    _Base = click.ParamType


class Word(_Base):
    """A value that arrives as text; `parsed` reads it."""

    def __init__(self, metavar: str) -> None:
        self.name = metavar

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return self.name

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> object:
        return self.parsed(value) if isinstance(value, str) else value

    def parsed(self, text: str) -> object:
        """The value; a ProjectError where it is none."""
        return text


class _Time(Word):
    """Checked here, and handed on as text: only a clip knows how long 90 frames are."""

    def __init__(self, *, signed: bool = False) -> None:
        super().__init__("T")
        self._signed = signed

    def parsed(self, text: str) -> str:
        parse_time(text.strip().removeprefix("-") if self._signed else text)
        return text.strip()


class _Rate(Word):
    def parsed(self, text: str) -> Fraction:
        return parse_rate(text)


class _SizeType(Word):
    def parsed(self, text: str) -> Size:
        return parse_size(text)


class _Factor(Word):
    def parsed(self, text: str) -> Fraction:
        factor = exact(text.strip().removesuffix("x").removesuffix("×"))
        if not Fraction(1, 10) <= factor <= 10:
            raise ProjectError(
                f"{text} is no speed", code="bad-speed", hint="0.1 to 10; below 1 is slower, such as 0.3 0.5 1 2 3"
            )
        return factor


class _Number(Word):
    """A number between two bounds, in words that click's own range does not find: its unit is the metavar."""

    def __init__(self, metavar: str, low: float, high: float) -> None:
        super().__init__(metavar)
        self._low, self._high = low, high

    def parsed(self, text: str) -> float:
        value = float(exact(text))
        if self._low <= value <= self._high:
            return value
        raise ProjectError(
            f"{text[:40]} is outside of the range", code="bad-value", hint=f"{self._low:g} to {self._high:g}"
        )


class _At(Word):
    """A corner, or a point."""

    def parsed(self, text: str) -> str | Point:
        return text if text in CORNERS else _point(text, f"write {', '.join(CORNERS)}, or X,Y from 0 to 1")

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _beginning(incomplete, CORNERS)


class _Move(Word):
    """A time and a point, split at the last colon, since times have colons of their own."""

    def parsed(self, text: str) -> tuple[str, Point]:
        time, colon, point = text.rpartition(":")
        if not colon:
            raise _bad(text, "a time and a point", "write T:X,Y such as 2.5:0.7,0.2")
        parse_time(time)
        return time, _point(point, "write T:X,Y with X and Y from 0 to 1")


class _Border(Word):
    """Pixels and a colour."""

    def parsed(self, text: str) -> tuple[int, tuple[int, int, int]]:
        pixels, _, colour = text.partition(",")
        if not (pixels.strip().isdecimal() and int(pixels) <= 100):
            raise _bad(text, "a border", "write PX,COLOUR with 0 to 100 pixels, such as 8,white or 8,#ff8800")
        return int(pixels), _colour(colour.strip() or "white")


class _FilterAt(Word):
    """A filter, and how much of it."""

    def parsed(self, text: str) -> tuple[str, float]:
        name, equals, strength = text.rpartition("=")
        if not equals:
            return text, 1.0
        value = float(exact(strength))
        if not 0 <= value <= 1:
            raise _bad(text, "a filter with its strength", "write NAME=S with S from 0 to 1, such as golden-hour=0.8")
        return name, value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return filter_names(ctx, param, incomplete)


def _point(text: str, hint: str) -> Point:
    parts = text.split(",")
    try:
        x, y = (float(exact(part)) for part in parts)
    except ValueError:  # not two parts
        raise _bad(text, "a point", hint) from None
    except ProjectError:
        raise _bad(text, "a point", hint) from None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise _bad(text, "a point of the canvas", hint)
    return x, y


def _colour(text: str) -> tuple[int, int, int]:
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(text)[:3]
    except ValueError:
        raise _bad(text, "a colour", "write a name such as white, or #rrggbb") from None
    return red, green, blue


def _bad(text: str, what: str, hint: str) -> ProjectError:
    return ProjectError(f"{text[:40]!r} is not {what}", code="bad-value", hint=hint)


# ---- completion ------------------------------------------------------------------------------------------------


def _beginning(incomplete: str, known: tuple[str, ...]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in known if name.startswith(incomplete)]


def filter_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Filters, each with what it is for."""
    from clipkit.library import filters

    return [CompletionItem(look.name, help=look.about) for look in filters.listed() if look.name.startswith(incomplete)]


def target_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Targets."""
    from clipkit import targets

    return _beginning(incomplete, targets.names())


def effect_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Effects."""
    from clipkit import effects

    return _beginning(incomplete, effects.names())


def draft_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Drafts."""
    from clipkit.store import drafts

    return _beginning(incomplete, tuple(draft.name for draft in drafts.names()))


class _File(Word):
    """A file, or a draft; completed as files are."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        if not incomplete.startswith("draft:"):
            return [CompletionItem(incomplete, type="file")]
        found = draft_names(ctx, param, incomplete.removeprefix("draft:"))
        return [CompletionItem(f"draft:{item.value}") for item in found]


TIME = _Time()
SIGNED_TIME = _Time(signed=True)
RATE = _Rate("FPS")
SIZE = _SizeType("WxH")
FACTOR = _Factor("FACTOR")
AT = _At("CORNER|X,Y")
MOVE = _Move("T:X,Y")
BORDER = _Border("PX,COLOUR")
FILTER_AT = _FilterAt("NAME[=S]")
DECIBELS = _Number("DB", -60, 24)
STRENGTH = _Number("0..1", 0, 1)
SCALE = _Number("0.05..1", 0.05, 1)
FILE = _File("FILE")
