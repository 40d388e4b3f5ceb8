"""Verbs for the sound."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from clipkit.api.library import resolved
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
        seed: int = 0,
    ) -> Self:
        """Lay a track under the clip's own sound. `start` is where in the track to begin; gains in dB, fades in s.

        The track is a file, a clip, ``library:NAME``, or ``genre:NAME``: then `seed` picks one. The project keeps the
        file that this comes to, so that it sounds the same when the library has changed.

        Raises:
            ProjectError: ``unknown-track``, ``unknown-genre``, or a value that is out of range.
            MediaError: ``file-not-found``: the file of a track of the library is gone.
        """
        path = _file_of(track) if isinstance(track, Verbs) else resolved(str(track), seed)
        return self.edited(
            made(
                Music,
                track=path,
                start=seconds_of(start),
                gain_db=gain_db,
                original_gain_db=original_gain_db,
                mute_original=mute_original,
                fade_in=seconds_of(fade_in),
                fade_out=seconds_of(fade_out),
                loop=loop,
            )
        )


def _file_of(track: Verbs) -> str:
    """The file of a clip that is used as a track."""
    return track.project.root.source.path  # type: ignore[union-attr]
