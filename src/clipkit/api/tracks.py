"""Tracks as people write them: a file, then what differs from it as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clipkit.api import words
from clipkit.api.sound_verbs import track
from clipkit.project.sound_edits import Track

_EXAMPLE = "write FILE,at=2.5,gain=-6,pan=-0.3,fade-in=1,fade-out=1,start=12,duck=9,loop,voice"

_VALUES: dict[str, tuple[str, Callable[[str], object]]] = {
    "at": ("at", str),
    "start": ("start", str),
    "gain": ("gain_db", lambda text: words.number(text, -60, 24)),
    "pan": ("pan", lambda text: words.number(text, -1, 1)),
    "fade-in": ("fade_in", str),
    "fade-out": ("fade_out", str),
    "seed": ("seed", words.whole),
    "duck": ("duck", lambda text: words.number(text, 0.1, 60)),
}
_FLAGS = ("loop", "voice")


def parse_track(text: str) -> Track:
    """`FILE[,KEY=VALUE|,FLAG …]`: `song.mp3,gain=-12,loop,duck=9`. Names of files may hold commas.

    For the file, `library:NAME` or `genre:NAME` may stand; `seed=N` picks which one of a genre.

    Raises:
        ProjectError: ``bad-value``, ``bad-time``: what is wrong with a value.
    """
    parts = text.split(",")
    given: dict[str, Any] = {}
    while len(parts) > 1 and _known(parts[-1]):
        name, _, value = parts.pop().strip().partition("=")
        key, read = _VALUES.get(name, (name, lambda _: True))
        given[key] = read(value)
    file = ",".join(parts)
    if not file:
        raise words.bad(text, "a track", _EXAMPLE)
    return track(file, **given)


def _known(part: str) -> bool:
    """Whether a part says something of the track, rather than belonging to the name of its file."""
    name, equals, _ = part.strip().partition("=")
    if equals and name not in _VALUES and name.isidentifier() and "." not in part:
        raise words.bad(part, "known of a track", f"{_EXAMPLE}")
    return (bool(equals) and name in _VALUES) or (not equals and name in _FLAGS)
