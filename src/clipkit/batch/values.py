"""How the values of a recipe are read: texts as a command line has them, or what TOML and JSON have of their own."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import JsonValue

from clipkit import targets, voices
from clipkit.api import words
from clipkit.api.tracks import parse_track
from clipkit.geometry import parse_size
from clipkit.library import filters, tracks
from clipkit.project.sound_edits import Track
from clipkit.time import parse_rate, parse_time


def _text(value: JsonValue) -> str:
    """TOML and JSON have numbers of their own; they are read as if they had been written in words."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = repr(value)
        return f"{value:.12f}" if "e" in text else text
    raise words.bad(str(value), "a text or a number", "write a text, a number, or a hole such as {name}")


def _said(read: Callable[[str], object]) -> Callable[[JsonValue], object]:
    return lambda value: read(_text(value))


def _time(text: str) -> str:
    """Checked, and kept as text: only a clip knows how long 90 frames are."""
    parse_time(text)
    return text


def path(value: JsonValue) -> str:
    return value if isinstance(value, str) else _text(value)


def track(value: JsonValue) -> str:
    """A file, or a track of the library that is there."""
    word = path(value)
    if tracks.is_word(word):
        tracks.chosen(word)
    return word


def one_of(*known: str) -> Callable[[JsonValue], object]:
    def read(value: JsonValue) -> str:
        if value in known:
            return str(value)
        raise words.bad(str(value), "among the choices", f"write {', '.join(known[:-1])} or {known[-1]}")

    return read


def some_of(*known: str) -> Callable[[JsonValue], object]:
    one = one_of(*known)

    def read(value: JsonValue) -> tuple[object, ...]:
        listed = value if isinstance(value, list) else _text(value).split(",")
        return tuple(one(part.strip() if isinstance(part, str) else part) for part in listed)

    return read


def flag(value: JsonValue) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    text = _text(value).lower()
    if text in known:
        return known[text]
    raise words.bad(text, "true or false", "write true or false")


def strength(value: JsonValue) -> float:
    """How much of something: 0 to 1, or all or nothing of it."""
    return float(value) if isinstance(value, bool) else words.number(_text(value), 0, 1)


def looks(value: JsonValue) -> list[tuple[str, float]]:
    found = [words.filter_at(_text(item)) for item in (value if isinstance(value, list) else [value])]
    for name, _ in found:
        filters.find(name)
    return found


def voice(value: JsonValue) -> tuple[str, float]:
    name, strength = words.voice_at(_text(value))
    return voices.voice_class(name)(kind=name).kind, strength


def laid(value: JsonValue) -> list[Track]:
    return [parse_track(_text(item)) for item in (value if isinstance(value, list) else [value])]


def moves(value: JsonValue) -> list[tuple[str, words.Point] | tuple[str, words.Point, float]]:
    return [words.move(_text(item)) for item in (value if isinstance(value, list) else [value])]


def _whole(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 1000:
        return int(text)
    raise words.bad(text, "a number of times", "write 1 to 1000")


def _ramp(text: str) -> str:
    """Checked, and kept as text, as times are."""
    words.knots(text)
    return text


moment = _said(_time)
whole = _said(words.whole)
signed_moment = _said(words.signed_time)
decibels = _said(words.decibels)
focus = _said(words.focus)
colour = _said(words.colour)
share = _said(lambda text: words.number(text, 0, 1))
tolerance = _said(lambda text: words.number(text, 0, 0.95))
shrink = _said(lambda text: words.number(text, -1, 1))
pan = _said(lambda text: words.number(text, -1, 1))
duck = _said(lambda text: words.number(text, 0, 60) or None)
scale = _said(lambda text: words.number(text, 0.05, 1))
factor = _said(words.factor)
knots = _said(_ramp)
pause = _said(words.pause)
times = _said(_whole)
place = _said(words.place)
border = _said(words.border)
target = _said(lambda text: targets.find(text).name)
size = _said(parse_size)
rate = _said(lambda text: str(parse_rate(text)))
