"""Edits of the sound, worked out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from clipkit.errors import MediaError, ProjectError
from clipkit.plan.strip import Gathered, Strip, check_start, louder
from clipkit.plan.types import Envelope, Voice
from clipkit.project.sound_edits import Music
from clipkit.project.timemap import Piece, TimeMap
from clipkit.time import clock


def applied(edit: Music, strip: Strip, gathered: Gathered, where: str) -> Strip:
    """A strip after an edit of its sound."""
    return _with_music(strip, edit, gathered, where)


def _with_music(strip: Strip, music: Music, gathered: Gathered, where: str) -> Strip:
    facts = gathered.facts[music.track]
    if facts.sound is None:
        raise MediaError("this file has no sound", code="no-sound", where=music.track, hint="name a song")
    first = max(facts.sound.start, Fraction(0)) + max(music.start, Fraction(0))
    length = facts.sound.end - first
    if length <= 0:
        raise ProjectError(
            f"the track ends at {clock(facts.sound.end)}, before {clock(music.start)}",
            code="start-beyond-end",
            where=f"{where}/start",
            hint="start the music earlier",
        )
    begin = max(-music.start, Fraction(0)) / music.rate
    check_start(begin, strip.duration, where)
    wanted = (strip.duration - begin) * music.rate
    played = wanted if music.loop else min(length, wanted)
    end = begin + played / music.rate
    run = TimeMap((Piece(begin, end, Fraction(0), music.rate, music.rate),))
    time = TimeMap.looped(first, length, played).after(run)
    voice = Voice(gathered.index(facts), time, music.gain_db, _fades(music, strip.duration, begin, end))
    own = () if music.mute_original else louder(strip.voices, music.original_gain_db)
    return replace(strip, voices=(*own, voice))


def _fades(music: Music, duration: Fraction, begin: Fraction, end: Fraction) -> tuple[Envelope, ...]:
    """Fade-in and fade-out of a track that sounds from `begin` until `end`."""
    time = TimeMap.identity(duration)
    rise = Envelope(time, ((begin, 0.0), (begin + music.fade_in, 1.0)))
    fall = Envelope(time, ((max(end - music.fade_out, Fraction(0)), 1.0), (end, 0.0)))
    return tuple(shape for shape, seconds in ((rise, music.fade_in), (fall, music.fade_out)) if seconds > 0)
