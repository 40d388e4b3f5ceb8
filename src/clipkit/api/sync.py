"""Recordings of the same sound brought together: a take and its song, two cameras, a duet."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from clipkit.api.clip import Clip
from clipkit.api.library import resolved
from clipkit.api.make import Source
from clipkit.api.make import open as open_clip
from clipkit.api.verbs import made
from clipkit.engine import hearing
from clipkit.engine.probe import probe
from clipkit.errors import MediaError, ProjectError
from clipkit.project.model import Media
from clipkit.project.sound_edits import Music
from clipkit.project.time_edits import Speed
from clipkit.sound import alignment
from clipkit.sound.alignment import Alignment
from clipkit.sound.correlation import Heard
from clipkit.time import exact

_PPM = 1_000_000
_UNHEARD = 0.0005
"""Seconds by which clocks may part over a whole clip before its track is played at another rate: twice what is left
at either end when the middle is in time, and far below what anyone sees or hears."""


def align(a: Source, b: Source) -> Alignment:
    """Find where in `b` the sound of `a` was heard: second t of `a` is second ``offset + t × (1 + drift_ppm / 1e6)``.

    Either may be a clip, a project, a video or a sound file, and either may be the longer one.

    Raises:
        MediaError: ``no-sound``, ``too-short``, ``silent``, ``no-match`` or ``ambiguous``: the message has the figures.
    """
    return alignment.align(heard(a), heard(b))


def lipsync(
    take: Clip,
    track: str | Path,
    *,
    played_at: float | str | Fraction = 1,
    keep_own_db: float | None = None,
    gain_db: float = 0.0,
) -> tuple[Clip, Alignment]:
    """Give a take the clean track it was performed to, in time with it from the first to the last sample.

    Args:
        take: What was recorded while the song was playing; its sound tells where the song was.
        track: The song: a file, ``library:NAME`` or ``genre:NAME``.
        played_at: How fast the song was playing, 0.1 to 10. The take is then played slower by as much, so that the song
            has its own speed: performed to a song at 2×, it moves in slow motion.
        keep_own_db: How loud the take's own sound stays under the track; None leaves it out.
        gain_db: Of the track.

    Returns:
        The clip, and the alignment: of the clip as it is now with the track.

    Raises:
        MediaError: as `align`.
        ProjectError: ``bad-value``.
    """
    factor = exact(played_at)
    clip = take if factor == 1 else take.edited(made(Speed, factor=1 / factor if factor else factor, pitch="follow"))
    track = resolved(str(track))
    found = align(clip, track)
    start, rate = _line(found, clip.duration)
    sound = probe(str(track)).sound
    before = Fraction(0) if sound is None else max(sound.start, Fraction(0))
    edit = made(
        Music,
        track=str(track),
        start=start - before,
        rate=rate,
        gain_db=gain_db,
        original_gain_db=keep_own_db or 0.0,
        mute_original=keep_own_db is None,
        fade_out=Fraction(0),
        loop=False,
    )
    return clip.edited(edit), found


def synced(a: Source, b: Source, *, sound_of_a: bool = False) -> tuple[Clip, Alignment]:
    """B on A's time: it begins when A does and ends with it, so that one can be laid over the other or cut to.

    Where B begins later, its first frame is held till then, in silence; where it ends earlier, so does the result.
    Where their clocks part, B is played at A's pace.

    Args:
        a: Whose time it is.
        b: What is moved.
        sound_of_a: Give the result A's sound instead of B's.

    Raises:
        MediaError: as `align`.
        ProjectError: ``no-overlap``.
    """
    one, (clip, begin, found) = _clip(a), brought_together(a, b)
    length = one.duration
    if begin >= length or begin + clip.duration <= 0:
        raise ProjectError("no picture of the two is of the same time", code="no-overlap", hint="check the two files")
    clip = clip.trim(0, length - begin).freeze(0, begin) if begin > 0 else clip.trim(-begin, length - begin)
    if not sound_of_a:
        return clip, found
    source = one.project.root.source
    if one.project.root.edits or not isinstance(source, Media):
        raise ProjectError(
            "the sound of a project cannot be a track", code="not-a-file", hint="export A to a file first"
        )
    track = made(Music, track=source.path, gain_db=0.0, mute_original=True, fade_out=Fraction(0), loop=False)
    return clip.edited(track), found


def brought_together(mine: Source, other: Source) -> tuple[Clip, Fraction, Alignment]:
    """The other at the pace of mine, when it begins in seconds of mine, and the alignment of the two as they were.

    Raises:
        MediaError: as `align`.
    """
    found = align(mine, other)
    start, rate = _line(found, _clip(mine).duration)
    clip = _clip(other)
    return clip if rate == 1 else clip.speed(rate, pitch="follow"), -start / rate, found


def heard(source: Source) -> Heard:
    """The sound of a clip or a file, as it is compared.

    Raises:
        MediaError: ``no-sound``, or what is wrong with the file.
    """
    clip = _clip(source)
    root = clip.project.root
    if isinstance(root.source, Media) and not root.edits:
        return hearing.of_file(probe(root.source.path))
    plan = clip.with_output(target="source").plan("mp4", copy=False)
    if plan.sound is None:
        raise MediaError("there is no sound in this clip", code="no-sound", hint="name one that has")
    return hearing.of_programme(plan.sound, plan.sources)


def _clip(source: Source) -> Clip:
    return source if isinstance(source, Clip) else open_clip(source)


def _line(found: Alignment, length: Fraction) -> tuple[Fraction, Fraction]:
    """Where in the other a clip begins, and the other's seconds per second of it.

    To the sample and to a millionth. Clocks that part unnoticeably are taken for the same one, the middle in time, so
    that the track's samples stay as they are.
    """
    drift = found.drift_ppm / _PPM
    if abs(drift) * float(length) <= _UNHEARD:
        return _sample(found.offset + drift * float(length) / 2), Fraction(1)
    return _sample(found.offset), 1 + Fraction(round(found.drift_ppm), _PPM)


def _sample(seconds: float) -> Fraction:
    return Fraction(round(seconds * 48_000), 48_000)
