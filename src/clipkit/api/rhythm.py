"""Beats of files and of clips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clipkit.api.foreign import sound_calls
from clipkit.api.library import resolved
from clipkit.engine import listening
from clipkit.engine.listening import Heard
from clipkit.errors import MediaError
from clipkit.library import tracks
from clipkit.plan.types import Plan, Voice
from clipkit.project.model import Edit, Project
from clipkit.project.sound_edits import Mix, Music
from clipkit.project.timemap import Piece, TimeMap
from clipkit.sound.beats import Beats, tempo_of
from clipkit.sound.sections import Section
from clipkit.sound.window import Samples

if TYPE_CHECKING:
    from clipkit.api.clip import Clip

SURE = 0.3
"""A grid of less confidence is none that anybody would cut to."""

_APART = 0.02
"""Seconds below which two moments at the seam of a loop are one."""

_SAME_LENGTH = 0.1
"""Seconds by which a composed song may differ from its grid: what encoders add."""


def beats(source: Clip | str | Path) -> Beats:
    """Tempo, beats, bars and sections of a song, a clip or a project, in seconds of it.

    ::

        grid = ck.beats("song.mp3")
        clip = ck.open("take.mp4").trim(0, grid.bars[4]).music("song.mp3")

    Of a composed song, the grid is the exact one that stands beside it, or that the library has; of a clip, that of the
    music laid under it last, where there is any, else of all its sound.

    Args:
        source: A media file, ``library:NAME``, ``genre:NAME``, a saved project, or a clip.

    Raises:
        MediaError: ``no-sound``: it has none.
    """
    clip = _clip(source)
    if clip is None:
        return heard(source).beats
    plan = clip.with_output(normalise=False).plan("mp4", copy=False)
    return _of_music(plan, clip.project) or _heard(plan, clip.project).beats


def heard(source: Clip | str | Path) -> Heard:
    """All that is measured of a sound; see `beats`."""
    clip = _clip(source)
    if clip is None:
        return _of_file(resolved(str(source)))
    plan = clip.with_output(normalise=False).plan("mp4", copy=False)
    found, grid = _heard(plan, clip.project), _of_music(plan, clip.project)
    return found if grid is None else replace(found, beats=grid)


def samples(source: Clip | str | Path) -> Samples:
    """All sound of a file, a project or a clip: (samples, 2) at 48 kHz."""
    clip = _clip(source)
    return listening.samples_of(resolved(str(source))) if clip is None else clip.samples()


def _clip(source: Clip | str | Path) -> Clip | None:
    """The clip that a source is, or a saved project holds; None for a media file, which may be a song."""
    from clipkit.api.clip import Clip
    from clipkit.api.make import load

    if isinstance(source, Clip):
        return source
    return load(source) if str(source).lower().endswith(".clipkit") else None


# ---- of one file -------------------------------------------------------------------------------------------------


def _of_file(path: str) -> Heard:
    found = listening.heard(path)
    known = _known(path, found)
    return found if known is None else replace(found, beats=known)


def _known(path: str, found: Heard) -> Beats | None:
    """The exact grid of a composed song, where one is known and is of this length."""
    grid = tracks.grid_of(path)
    if grid is None or abs(grid.seconds - found.seconds) > _SAME_LENGTH:
        return None
    parts = tuple(Section(part.label, part.start, part.end) for part in grid.sections)
    return Beats(grid.bpm, grid.beats, grid.bars, grid.beats_per_bar, parts, 1.0)


# ---- of a clip ---------------------------------------------------------------------------------------------------


def _heard(plan: Plan, project: Project) -> Heard:
    """What is measured of the music of a plan, or of all its sound: what else is said only blurs the beat."""
    if plan.sound is None:
        raise MediaError("this clip has no sound", code="no-sound", hint="lay music under it")
    music = _music(plan, project)
    programme = plan.sound if music is None else replace(plan.sound, voices=(music[0],))
    return listening.heard_of(programme, plan.sources, sound_calls(plan))


def _of_music(plan: Plan, project: Project) -> Beats | None:
    """The grid of the whole track, as far as it plays: more is known of a song than of a piece of it."""
    music = _music(plan, project)
    return None if music is None else mapped(_of_file(music[1]).beats, music[0].time)


def _music(plan: Plan, project: Project) -> tuple[Voice, str] | None:
    """The voice of the music that was laid under last, and its file; None where there is none."""
    path = next((path for edit in reversed(project.root.edits) if (path := _track_of(edit))), None)
    voices = () if plan.sound is None or path is None else plan.sound.voices
    found = [v for v in voices if isinstance(v.source, int) and plan.sources[v.source].path == path]
    return (found[-1], path) if found and path else None


def _track_of(edit: Edit) -> str | None:
    """The file of the music that an edit lays under: of many tracks, the first one that goes on to the end."""
    match edit:
        case Music():
            return edit.track
        case Mix():
            return next((track.track for track in edit.tracks if track.loop and not track.voice), None)
    return None


def mapped(grid: Beats, time: TimeMap) -> Beats:
    """A grid as it is heard through a time map: repeated, cut, faster or slower."""
    pieces = [piece for piece in time.pieces if piece.factor]

    def seen(moments: tuple[float, ...]) -> tuple[float, ...]:
        found = sorted(moment for piece in pieces for moment in _through(piece, moments))
        return tuple(moment for before, moment in zip([-1.0, *found], found, strict=False) if moment - before > _APART)

    beats = seen(grid.beats)
    bars = tuple(bar for bar in seen(grid.bars) if bar in beats)
    parts = sorted((part for piece in pieces for part in _parts(piece, grid)), key=lambda part: part.start)
    return replace(grid, bpm=tempo_of(beats), beats=beats, bars=bars, sections=tuple(parts))


def _through(piece: Piece, moments: tuple[float, ...]) -> list[float]:
    start, end, source, factor = (float(value) for value in (piece.start, piece.end, piece.source, piece.factor))
    shown = [start + (moment - source) / factor for moment in moments]
    return [moment for moment in shown if start <= moment < end]


def _parts(piece: Piece, grid: Beats) -> list[Section]:
    start, end, source, factor = (float(value) for value in (piece.start, piece.end, piece.source, piece.factor))
    found = []
    for part in grid.sections:
        ends = sorted(start + (edge - source) / factor for edge in (part.start, part.end))
        first, last = max(ends[0], start), min(ends[1], end)
        if last - first > _APART:
            found.append(Section(part.label, first, last))
    return found
