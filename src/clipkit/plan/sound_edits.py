"""Edits of the sound, worked out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from clipkit.catalog.voice import PitchedVoice, ProcessedVoice, VoiceEffect
from clipkit.errors import MediaError, ProjectError
from clipkit.plan import types
from clipkit.plan.picture_edits import frozen
from clipkit.plan.strip import Gathered, Strip, check_start, louder, unknown
from clipkit.plan.types import SAMPLE_RATE, Bus, Envelope, Processed, SoundStep, Voice
from clipkit.project.sound_edits import Duck, ForeignSound, Mix, Music, Track, VoiceChange
from clipkit.project.timemap import Piece, TimeMap
from clipkit.time import clock

_TRACK, _VOICE_OVER = 0, 2


def applied(edit: Music | Mix | VoiceChange | ForeignSound, strip: Strip, gathered: Gathered, where: str) -> Strip:
    """A strip after an edit of its sound."""
    match edit:
        case Music():
            own = () if edit.mute_original else louder(strip.voices, edit.original_gain_db)
            return replace(strip, voices=(*own, _laid(edit, strip, gathered, where)))
        case Mix():
            return _mixed(edit, strip, gathered, where)
        case VoiceChange():
            return _changed(edit, strip, gathered, where)
        case ForeignSound():
            params = tuple(sorted((key, frozen(value)) for key, value in edit.params.items()))
            return _through_bus(strip, types.ForeignSound(edit.library, edit.name, params), gathered)


# ---- tracks ----------------------------------------------------------------------------------------------------


def _mixed(mix: Mix, strip: Strip, gathered: Gathered, where: str) -> Strip:
    own = () if mix.mute_original else louder(strip.voices, mix.original_gain_db)
    if mix.original_duck is not None:
        duck = _duck(mix.original_duck)
        own = tuple(voice if voice.duck else replace(voice, duck=duck) for voice in own)
    laid = (_laid(track, strip, gathered, f"{where}/tracks/{n}") for n, track in enumerate(mix.tracks))
    return replace(strip, voices=(*own, *laid))


def _laid(track: Track, strip: Strip, gathered: Gathered, where: str) -> Voice:
    """The voice that a track becomes."""
    facts = gathered.facts[track.track]
    if facts.sound is None:
        raise MediaError("this file has no sound", code="no-sound", where=track.track, hint="name a song")
    first = max(facts.sound.start, Fraction(0)) + max(track.start, Fraction(0))
    length = facts.sound.end - first
    if facts.sound.end <= facts.sound.start:
        raise MediaError("there is no sound in it", code="no-sound", where=track.track, hint="name another recording")
    if length <= 0:
        raise ProjectError(
            f"the track ends at {clock(facts.sound.end)}, before {clock(track.start)}",
            code="start-beyond-end",
            where=f"{where}/start",
            hint="start the music earlier",
        )
    if track.at >= strip.duration:
        raise ProjectError(
            f"the input ends at {clock(strip.duration)}, the track would begin at {clock(track.at)}",
            code="at-beyond-end",
            where=f"{where}/at",
            hint=f"let it begin before {clock(strip.duration)}",
        )
    begin = track.at + max(-track.start, Fraction(0)) / track.rate
    check_start(begin, strip.duration, where)
    wanted = (strip.duration - begin) * track.rate
    played = wanted if track.loop else min(length, wanted)
    end = begin + played / track.rate
    run = TimeMap((Piece(begin, end, Fraction(0), track.rate, track.rate),))
    return Voice(
        source=gathered.index(facts),
        time=TimeMap.looped(first, length, played).after(run),
        gain_db=track.gain_db,
        envelopes=_fades(track, strip.duration, begin, end),
        pan=track.pan,
        rank=_VOICE_OVER if track.voice else _TRACK,
        duck=_duck(track.duck) if track.duck else None,
    )


def _duck(duck: Duck) -> types.Duck:
    return types.Duck(duck.db, duck.attack, duck.release, duck.look_ahead)


def _fades(track: Track, duration: Fraction, begin: Fraction, end: Fraction) -> tuple[Envelope, ...]:
    """Fade-in and fade-out of a track that sounds from `begin` until `end`."""
    time = TimeMap.identity(duration)
    rise = Envelope(time, ((begin, 0.0), (begin + track.fade_in, 1.0)))
    fall = Envelope(time, ((max(end - track.fade_out, begin), 1.0), (end, 0.0)))
    return tuple(shape for shape, seconds in ((rise, track.fade_in), (fall, track.fade_out)) if seconds > 0)


# ---- changes of all that sounds -----------------------------------------------------------------------------------


def _changed(edit: VoiceChange, strip: Strip, gathered: Gathered, where: str) -> Strip:
    effect = edit.effect
    if not isinstance(effect, VoiceEffect):
        raise unknown(effect, f"{where}/effect")
    if effect.strength == 0:
        return strip
    if isinstance(effect, PitchedVoice):
        pitch = TimeMap((Piece(Fraction(0), strip.duration, Fraction(0), Fraction(1), effect.factor),))
        return replace(strip, voices=strip.through(pitch).voices)
    assert isinstance(effect, ProcessedVoice)
    return _through_bus(strip, Processed(effect), gathered)


def _through_bus(strip: Strip, step: SoundStep, gathered: Gathered) -> Strip:
    """All voices as one that is changed by a step."""
    if not strip.voices:
        gathered.notices.append("there is no sound yet that could be changed")
        return strip
    bus = Bus(strip.voices, round(strip.duration * SAMPLE_RATE), step)
    rank = max(voice.rank for voice in strip.voices)
    return replace(strip, voices=(Voice(bus, TimeMap.identity(strip.duration), rank=rank),))
