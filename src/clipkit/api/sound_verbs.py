"""Verbs for the sound."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from clipkit.api.verbs import Time, Verbs, made, seconds_of
from clipkit.project.sound_edits import Music


class SoundVerbs(Verbs):
    """Verbs for the sound."""

    __slots__ = ()

    def music(
        self,
        track: str | Path | Verbs,
        *,
        start: Time = 0,
        gain_db: float = -12.0,
        original_gain_db: float = 0.0,
        mute_original: bool = False,
        fade_in: Time = 0,
        fade_out: Time = 1,
        loop: bool = True,
    ) -> Self:
        """Lay a track under the clip's own sound. `start` is where in the track to begin; gains in dB, fades in s."""
        path = track.project.root.source.path if isinstance(track, Verbs) else track  # type: ignore[union-attr]
        return self.edited(
            made(
                Music,
                track=str(path),
                start=seconds_of(start),
                gain_db=gain_db,
                original_gain_db=original_gain_db,
                mute_original=mute_original,
                fade_in=seconds_of(fade_in),
                fade_out=seconds_of(fade_out),
                loop=loop,
            )
        )
