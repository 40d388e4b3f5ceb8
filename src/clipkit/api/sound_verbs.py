"""Verbs for the sound."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self, TypeAlias

from clipkit import voices
from clipkit.api.library import resolved
from clipkit.api.verbs import Time, Verbs, made, seconds_of
from clipkit.catalog.voice import VoiceEffect
from clipkit.project.sound_edits import Duck, ForeignSound, Mix, Music, Track, VoiceChange

Sound: TypeAlias = "str | Path | Verbs"
"""What sounds: the path of a file, words of the library, or a clip such as `ck.from_pydub` makes."""


def track(
    sound: Sound,
    *,
    start: Time = 0,
    at: Time = 0,
    gain_db: float = 0.0,
    pan: float = 0.0,
    fade_in: Time = 0,
    fade_out: Time = 0,
    loop: bool = False,
    duck: float | Duck | None = None,
    voice: bool = False,
    seed: int = 0,
) -> Track:
    """One of the tracks of `Clip.mix`.

    Args:
        sound: A file, ``library:NAME``, ``genre:NAME``, or a clip whose sound it is.
        start: Where in the track to begin.
        at: Where in the clip it begins to play.
        gain_db: Of the track, −60 to 24.
        pan: −1 left, 0 both sides, 1 right.
        fade_in, fade_out: Seconds.
        loop: Repeat it to the end of the clip.
        duck: How many dB lower it is while somebody speaks, or a `Duck` with times of its own.
        voice: It is a voice-over: what ducks makes room for it.
        seed: Which one of a genre.

    Raises:
        ProjectError: ``bad-value``, ``bad-time``, ``unknown-track``, ``unknown-genre``.
    """
    laid: Track = made(
        Track,
        track=_path(sound, seed),
        start=seconds_of(start),
        at=seconds_of(at),
        gain_db=gain_db,
        pan=pan,
        fade_in=seconds_of(fade_in),
        fade_out=seconds_of(fade_out),
        loop=loop,
        duck=_duck(duck),
        voice=voice,
    )
    return laid


class SoundVerbs(Verbs):
    """Verbs for the sound."""

    __slots__ = ()

    def music(
        self,
        track: Sound,
        *,
        start: Time = 0,
        at: Time = 0,
        gain_db: float = -12.0,
        pan: float = 0.0,
        original_gain_db: float = 0.0,
        mute_original: bool = False,
        fade_in: Time = 0,
        fade_out: Time = 1,
        loop: bool = True,
        duck: float | Duck | None = None,
        seed: int = 0,
    ) -> Self:
        """Lay a track under the clip's own sound.

        `start` is where in the track to begin, `at` where in the clip; gains in dB, fades in s, `pan` from −1 to 1.
        With `duck`, the track is so many dB lower while somebody speaks.

        The track is a file, a clip, ``library:NAME``, or ``genre:NAME``: then `seed` picks one. The project keeps the
        file that this comes to, so that it sounds the same when the library has changed.

        Raises:
            ProjectError: ``unknown-track``, ``unknown-genre``, or a value that is out of range.
            MediaError: ``file-not-found``: the file of a track of the library is gone.
        """
        return self.edited(
            made(
                Music,
                track=_path(track, seed),
                start=seconds_of(start),
                at=seconds_of(at),
                gain_db=gain_db,
                pan=pan,
                original_gain_db=original_gain_db,
                mute_original=mute_original,
                fade_in=seconds_of(fade_in),
                fade_out=seconds_of(fade_out),
                loop=loop,
                duck=_duck(duck),
            )
        )

    def voiceover(
        self,
        recording: Sound,
        *,
        at: Time = 0,
        start: Time = 0,
        gain_db: float = 0.0,
        pan: float = 0.0,
        duck: float | Duck | None = 9.0,
    ) -> Self:
        """Speak over the clip from `at` on; what it sounds itself is `duck` dB lower while the voice-over speaks.

        `start` is where in the recording to begin. Music that ducks makes room for a voice-over too.
        """
        spoken = _voice_over(recording, start=start, at=at, gain_db=gain_db, pan=pan)
        return self.edited(made(Mix, tracks=(spoken,), original_duck=_duck(duck)))

    def mix(
        self,
        *tracks: Sound | Track,
        original_gain_db: float = 0.0,
        mute_original: bool = False,
        original_duck: float | Duck | None = None,
    ) -> Self:
        """Lay any number of tracks into the clip: files as they are, or `ck.track(…)` with gain, place, fades and more.

        With `original_duck`, the clip's own sound is so many dB lower while voice-overs among the tracks speak.
        """
        laid = tuple(one if isinstance(one, Track) else track(one) for one in tracks)
        return self.edited(
            made(
                Mix,
                tracks=laid,
                original_gain_db=original_gain_db,
                mute_original=mute_original,
                original_duck=_duck(original_duck),
            )
        )

    def voice(self, name: str | VoiceEffect, strength: float = 1.0) -> Self:
        """Change how all that sounds so far sounds: see `clipkit voices list`. None changes the length.

        Raises:
            ProjectError: ``unknown-voice``, ``bad-value``.
        """
        effect = name if isinstance(name, VoiceEffect) else voices.made(name, strength)
        return self.edited(made(VoiceChange, effect=effect))


def _voice_over(recording: Sound, *, start: Time, at: Time, gain_db: float, pan: float) -> Track:
    return track(recording, start=start, at=at, gain_db=gain_db, pan=pan, voice=True)


def foreign_sound(name: str, params: Mapping[str, object]) -> ForeignSound | None:
    """The edit that a sound effect of another library is; None for any other effect.

    Raises:
        ProjectError: ``unknown-effect``, ``changes-time`` or ``bad-parameters``.
    """
    library, _, effect = name.partition(":")
    if library not in ("pydub", "moviepy"):
        return None
    from clipkit.interop import sound_effects

    if library == "moviepy" and not sound_effects.is_moviepy_sound(effect):
        return None
    sound_effects.check(library, effect, params)
    edit: ForeignSound = made(ForeignSound, library=library, name=effect, params=as_json(params))
    return edit


def as_json(params: Mapping[str, object]) -> dict[str, object]:
    """Arguments as a document holds them: in JSON a tuple, such as a colour, is a list."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in params.items()}


def _path(sound: Sound, seed: int) -> str:
    """The file of what sounds."""
    if isinstance(sound, Verbs):
        return sound.project.root.source.path  # type: ignore[union-attr]
    return resolved(str(sound), seed)


def _duck(duck: float | Duck | None) -> Duck | None:
    return duck if isinstance(duck, Duck) or duck is None else made(Duck, db=duck)
