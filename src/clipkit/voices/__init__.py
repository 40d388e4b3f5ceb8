"""Voice effects, one file each: `telephone.py` holds the effect of kind `telephone`."""

from __future__ import annotations

from pydantic import ValidationError

from clipkit.catalog import folder
from clipkit.catalog.voice import VoiceEffect
from clipkit.errors import ProjectError


def names() -> tuple[str, ...]:
    """The kinds of all voice effects, sorted."""
    return folder.names(__name__)


def voice_class(kind: str) -> type[VoiceEffect]:
    """The class of a voice effect, imported when asked for.

    Raises:
        ProjectError: ``unknown-voice``, with the nearest names.
    """
    return folder.find(__name__, kind, VoiceEffect, word="voice")


def made(kind: str, strength: float) -> VoiceEffect:
    """A voice effect by its name.

    Raises:
        ProjectError: ``unknown-voice``; ``bad-value`` for a strength outside 0…1.
    """
    cls = voice_class(kind)
    try:
        return cls(kind=kind, strength=strength)
    except ValidationError as error:
        hint = "strength: 0 to 1"
        raise ProjectError("a strength lies between 0 and 1", code="bad-value", where="/strength", hint=hint) from error
