"""What a file reveals: one thing of it, and how its value reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

What: TypeAlias = Literal[
    "location", "date", "device", "serial", "person", "identifier", "software", "text", "picture", "data"
]
"""The kind of thing: where, when, with what, with which one of them, by whom; a name that is nobody else's; the
program; words; a second picture; data that nobody reads who only watches."""

ANYBODY = frozenset(
    {"Lavf", "Lavc", "ffmpeg", "VideoHandler", "SoundHandler", "VideoHandle", "SoundHandle", "DataHandler"}
)
"""What libav, without its version, and Android write for everybody."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a file reveals: what kind of thing, under which name, its value, and at which byte it stands."""

    what: What
    key: str
    value: str
    at: int

    def later(self, by: int, within: str = "") -> Finding:
        """The same, found in a part of a file that begins `by` bytes later."""
        return replace(self, at=self.at + by, key=f"{within}{self.key}")


# Parts of a name, lower case, and what they give away; the first that fits counts.
_NAMES: tuple[tuple[tuple[str, ...], What], ...] = (
    (("serial", "imei", "slno"), "serial"),
    (("creatortool", "©swr", "©too", "version", "firm", "fmwr"), "software"),
    (("location", "xyz", "gps", "loci", "geo", "latitude", "longitude", "city", "country", "sublocation"), "location"),
    (
        (
            "artist",
            "©art",
            "©aut",
            "author",
            "owner",
            "path",
            "creator",
            "copyright",
            "byline",
            "by-line",
            "performer",
            "cprt",
            "auth",
        ),
        "person",
    ),
    (("identifier", "uuid", "guid", "uid", "uniqueid", "documentid", "instanceid", "muid", "gumi"), "identifier"),
    (("software", "encod", "tool", "writing", "muxing", "handler", "vendor"), "software"),
    (("make", "model", "device", "manufacturer", "lens", "camera", "©mak", "©mod", "hostcomputer"), "device"),
    (("date", "time", "year", "©day", "created", "modified", "stevt:when"), "date"),
)


def kind_of(name: str) -> What:
    """What a name of a value gives away; what is not known is words that somebody wrote."""
    plain = name.lower().removeprefix("com.apple.quicktime.").replace(" ", "")  # which is no time
    return next((what for parts, what in _NAMES if any(part in plain for part in parts)), "text")


def shown(value: str | bytes) -> str:
    """A value as one line of printable text, cut to 200 letters."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    letters = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(letters).split())[:_LONGEST]


_WORDS = re.compile(rb"[\x20-\x7e]{3,}")


def words_in(data: bytes, least: int = 6) -> str:
    """The runs of at least so many printable letters in bytes that are no text, as `strings` finds them."""
    return shown(" ".join(run.decode("ascii") for run in _WORDS.findall(data[: 1 << 16]) if len(run) >= least))


_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)


def since_1904(seconds: int) -> str:
    """A date of QuickTime and MP4: seconds since 1904, or, as some phones write it, since 1970."""
    origin = _EPOCH_1904 if seconds > 2_082_844_800 else datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return (origin + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S UTC")
    except OverflowError:
        return str(seconds)
