"""Values as people write them on a command line, each read in one place. They keep the words of `clipkit.time`,
`clipkit.geometry`, `clipkit.api.words` and the collections; what is wrong with them is told as those rooms tell it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from clipkit.api import words
from clipkit.api.words import CORNERS, Point
from clipkit.geometry import Size, parse_size
from clipkit.project.curves import CURVES
from clipkit.time import parse_rate, parse_time

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
        return words.factor(text)


class _Ramp(Word):
    """Knots, or the name of a curve; handed on as text, since only a clip knows how long 90 frames are."""

    def parsed(self, text: str) -> str:
        words.knots(text)
        return text

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name, help=named.about) for name, named in CURVES.items() if name.startswith(incomplete)]


class _Pause(Word):
    """A time and a length."""

    def parsed(self, text: str) -> tuple[str, str]:
        return words.pause(text)


class _Number(Word):
    """A number between two bounds, in words that click's own range does not find: its unit is the metavar."""

    def __init__(self, metavar: str, low: float, high: float) -> None:
        super().__init__(metavar)
        self._low, self._high = low, high

    def parsed(self, text: str) -> float:
        return words.number(text, self._low, self._high)


class _At(Word):
    """A corner, or a point."""

    def parsed(self, text: str) -> str | Point:
        return words.place(text)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _beginning(incomplete, CORNERS)


class _Move(Word):
    """A time and a point."""

    def parsed(self, text: str) -> tuple[str, Point] | tuple[str, Point, float]:
        return words.move(text)


class _Colour(Word):
    """A colour."""

    def parsed(self, text: str) -> words.Colour:
        return words.colour(text)


class _Keys(Word):
    """A parameter and its keyframes."""

    def parsed(self, text: str) -> tuple[str, tuple[tuple[object, ...], ...]]:
        return words.keys(text)


class _Focus(Word):
    """A point of a picture."""

    def parsed(self, text: str) -> Point:
        return words.focus(text)


class Each(Word):
    """A value for all, or `N:VALUE` for the Nth: the number, None for all, and the value."""

    def __init__(self, metavar: str, read: Callable[[str], object]) -> None:
        super().__init__(f"[N:]{metavar}")
        self._read = read

    def parsed(self, text: str) -> tuple[int | None, object]:
        return words.each(text, self._read)


class _Wipe(Word):
    """A time and a share."""

    def parsed(self, text: str) -> tuple[str, float]:
        return words.wipe(text)


class _Border(Word):
    """Pixels and a colour."""

    def __init__(self, metavar: str, colour: str = "white") -> None:
        super().__init__(metavar)
        self._colour = colour

    def parsed(self, text: str) -> tuple[int, words.Colour]:
        return words.border(text, self._colour)


class _FilterAt(Word):
    """A filter, and how much of it."""

    def parsed(self, text: str) -> tuple[str, float]:
        return words.filter_at(text)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return filter_names(ctx, param, incomplete)


class _VoiceAt(Word):
    """A voice effect, and how much of it."""

    def parsed(self, text: str) -> tuple[str, float]:
        return words.voice_at(text)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return voice_names(ctx, param, incomplete)


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


def layout_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Layouts."""
    from clipkit import layouts

    return _beginning(incomplete, layouts.names())


def voice_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Voice effects."""
    from clipkit import voices

    return _beginning(incomplete, voices.names())


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


class _Track(Word):
    """A sound file, or a track of the library; completed as files are, or by names."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from clipkit.library import tracks

        if not tracks.is_word(incomplete):
            return [CompletionItem(incomplete, type="file")]
        by_genre = incomplete.startswith(tracks.GENRE)
        known = tracks.genres() if by_genre else tuple(track.name for track in tracks.listed())
        prefix = tracks.GENRE if by_genre else tracks.LIBRARY
        return _beginning(incomplete, tuple(f"{prefix}{name}" for name in known))


def track_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Tracks of the library, each with its title."""
    from clipkit.library import tracks

    found = [track for track in tracks.listed() if track.name.startswith(incomplete)]
    return [CompletionItem(track.name, help=track.title) for track in found]


TIME = _Time()
SIGNED_TIME = _Time(signed=True)
RATE = _Rate("FPS")
SIZE = _SizeType("WxH")
FACTOR = _Factor("FACTOR")
RAMP = _Ramp("KNOTS|NAME")
PAUSE = _Pause("T:LENGTH")
AT = _At("CORNER|X,Y")
MOVE = _Move("T:X,Y[,SCALE]")
KEYS = _Keys("NAME=T:V[:EASING],…")
BORDER = _Border("PX,COLOUR")
COLOUR = _Colour("COLOUR")
TOLERANCE = _Number("0..0.95", 0, 0.95)
SHRINK = _Number("-1..1", -1, 1)
GAP = _Border("PX,COLOUR", "black")
WIPE = _Wipe("T:SHARE")
FOCUS = _Focus("X,Y")
FILTER_AT = _FilterAt("NAME[=S]")
VOICE_AT = _VoiceAt("NAME[=S]")
DECIBELS = _Number("DB", -60, 24)
PAN = _Number("-1..1", -1, 1)
DUCK = _Number("DB", 0, 60)
LEVEL = _Number("DBFS", -80, 0)
STRENGTH = _Number("0..1", 0, 1)
SCALE = _Number("0.05..1", 0.05, 1)
FILE = _File("FILE")
TRACK = _Track("TRACK")
