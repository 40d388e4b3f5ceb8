"""Beats of files and of clips, and times of a clip that snap to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from clipkit.api.foreign import sound_calls
from clipkit.engine import listening
from clipkit.engine.listening import Heard
from clipkit.errors import MediaError, PlanError
from clipkit.plan.types import Bus, Plan, Programme
from clipkit.project.model import Project
from clipkit.project.sound_edits import Music
from clipkit.sound.beats import Beats
from clipkit.sound.window import Samples

if TYPE_CHECKING:
    from clipkit.api.clip import Clip

Snap: TypeAlias = Literal["beats", "bars"]
"""What times snap to."""

SURE = 0.3
"""A grid of less confidence is none that anybody would cut to."""


def beats(source: Clip | str | Path) -> Beats:
    """Tempo, beats, bars and sections of a song, a clip or a project, in seconds of it.

    ::

        grid = ck.beats("song.mp3")
        clip = ck.open("take.mp4").trim(0, grid.bars[4]).music("song.mp3")

    Args:
        source: A media file, a saved project, or a clip. Of a clip, the grid is that of the music laid under it last,
            where there is any, else of all its sound.

    Raises:
        MediaError: ``no-sound``: it has none.
    """
    return heard(source).beats


def heard(source: Clip | str | Path) -> Heard:
    """All that is measured of a sound; see `beats`."""
    clip = _clip(source)
    if clip is None:
        return listening.heard(str(source))
    plan = clip.with_output(normalise=False).plan("mp4", copy=False)
    if plan.sound is None:
        raise MediaError("this clip has no sound", code="no-sound", hint="lay music under it")
    return listening.heard_of(_leading(plan.sound, plan, clip.project), plan.sources, sound_calls(plan))


def samples(source: Clip | str | Path) -> Samples:
    """All sound of a file, a project or a clip: (samples, 2) at 48 kHz."""
    clip = _clip(source)
    return listening.samples_of(str(source)) if clip is None else clip.samples()


def moments(clip: Clip, snap: Snap) -> tuple[float, ...]:
    """The beats or the bars of a clip, for `clipkit.sound.beats.snapped`.

    Raises:
        PlanError: ``no-beat``: there is none to be heard.
    """
    grid = beats(clip)
    if grid.confidence < SURE:
        raise PlanError(
            "there is no steady beat to snap to", code="no-beat", hint="lay music under it first, or leave out --snap"
        )
    return grid.beats if snap == "beats" else grid.bars


def _clip(source: Clip | str | Path) -> Clip | None:
    """The clip that a source is, or a saved project holds; None for a media file, which may be a song."""
    from clipkit.api.clip import Clip
    from clipkit.api.make import load

    if isinstance(source, Clip):
        return source
    return load(source) if str(source).lower().endswith(".clipkit") else None


def _leading(programme: Programme, plan: Plan, project: Project) -> Programme:
    """The programme of the music alone, on the same clock: what else is said and done only blurs the beat."""
    music = next((edit for edit in reversed(project.root.edits) if isinstance(edit, Music)), None)
    if music is None:
        return programme
    plain = [(voice, voice.source) for voice in programme.voices if not isinstance(voice.source, Bus)]
    voices = tuple(voice for voice, source in plain if plan.sources[source].path == music.track)
    return replace(programme, voices=voices) if voices else programme
