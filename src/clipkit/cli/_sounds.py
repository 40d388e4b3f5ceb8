"""Tracks and voice-overs, as `mix`, `voiceover` and `make` lay them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clipkit.cli._checks import checked_track

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.project.sound_edits import Track


def checked(text: str) -> Track:
    """A track in words whose file is there."""
    from clipkit.api.tracks import parse_track

    track = parse_track(text)
    return track.model_copy(update={"track": checked_track(track.track)})


def with_tracks(clip: Clip, parts: Mapping[str, Any]) -> Clip:
    """The clip with the tracks of `--mix`."""
    return clip.mix(*(checked(text) for text in parts["mix"])) if parts["mix"] else clip


def with_voiceover(clip: Clip, parts: Mapping[str, Any]) -> Clip:
    """The clip with the recording of `--voiceover`."""
    if parts["voiceover"] is None:
        return clip
    return clip.voiceover(
        checked_track(parts["voiceover"]),
        at=parts["voiceover_at"],
        start=parts["voiceover_start"],
        gain_db=parts["voiceover_gain"],
        duck=parts["voiceover_duck"] or None,
    )
