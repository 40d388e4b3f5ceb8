"""Words of a source that a user asked to keep: an export holds no others."""

from __future__ import annotations

from collections.abc import Mapping

from clipkit.engine.bridge import reading
from clipkit.engine.opening import open_media
from clipkit.plan.types import Container
from clipkit.project.model import Kept

# Under which names libav tells each, the first that is there; Apple's say more, and to the second.
_APPLE = "com.apple.quicktime."
_READ: Mapping[Kept, tuple[tuple[str, ...], ...]] = {
    "date": ((f"{_APPLE}creationdate", "creation_time", "date"),),
    "location": ((f"{_APPLE}location.ISO6709", "location", "location-eng"),),
    "device": ((f"{_APPLE}make", "make"), (f"{_APPLE}model", "model")),
    "title": ((f"{_APPLE}title", "title"),),
    "author": ((f"{_APPLE}author", f"{_APPLE}artist", "artist", "author"),),
    "comment": ((f"{_APPLE}comment", "comment", f"{_APPLE}description", "description"),),
    "copyright": ((f"{_APPLE}copyright", "copyright"),),
}
# Under which names they are written. QuickTime's keys are what phones write and what their galleries read.
_NAMES: Mapping[Kept, tuple[str, ...]] = {
    "date": ("creationdate",),
    "location": ("location.ISO6709",),
    "device": ("make", "model"),
    "title": ("title",),
    "author": ("author",),
    "comment": ("comment",),
    "copyright": ("copyright",),
}


def kept_words(path: str, names: tuple[Kept, ...], container: Container) -> dict[str, str]:
    """What a file says of itself under some names, as metadata for a muxer; what it does not say is left out.

    Raises:
        MediaError: it can no longer be read.
    """
    with open_media(path) as source, reading(path):
        said = {key.lower(): value for key, value in source.metadata.items()}
    words = {}
    for name in names:
        for keys, written in zip(_READ[name], _NAMES[name], strict=True):
            value = next((said[key.lower()] for key in keys if said.get(key.lower())), None)
            if value is not None:
                words[_APPLE + written if container in ("mp4", "mov") else written.partition(".")[0]] = value
    return words
