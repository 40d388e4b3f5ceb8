"""What a music file says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clipkit.engine.bridge import reading
from clipkit.engine.opening import open_media

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Tags:
    """Words of a file about its music, each on one line; empty where it says nothing."""

    title: str = ""
    artist: str = ""
    genre: str = ""
    licence: str = ""


def tags_of(path: str) -> Tags:
    """Read the tags of a music file: ID3, Vorbis comments, or those of MP4.

    Raises:
        MediaError: It is not a media file.
    """
    with open_media(path) as container, reading(path):
        said = dict(container.metadata)
        for stream in container.streams.audio:  # Ogg keeps them with the stream
            said = dict(stream.metadata) | said
    lower = {key.lower(): value for key, value in said.items()}
    return Tags(*(_word(lower, *keys) for keys in (("title",), ("artist",), ("genre",), ("license", "copyright"))))


def _word(said: Mapping[str, str], *keys: str) -> str:
    for key in keys:
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in said.get(key, "")).split())
        if text:
            return text[:_LONGEST]
    return ""
