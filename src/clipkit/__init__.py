"""clipkit: a short-video editor for people and programs. Everything happens on this machine.

    import clipkit as ck
    clip = ck.open("take.mp4").trim(3, 18).speed(1.5).filter("golden-hour", 0.8).music("song.mp3", gain_db=-8)
    clip.export("out.mp4", target="tiktok", progress=print)

The names below are imported when first used, so that `clipkit --help` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clipkit.api import filters as filters
    from clipkit.api.arrange import before_after as before_after
    from clipkit.api.arrange import duet as duet
    from clipkit.api.arrange import green_screen as green_screen
    from clipkit.api.arrange import grid as grid
    from clipkit.api.arrange import join as join
    from clipkit.api.arrange import layout as layout
    from clipkit.api.arrange import pane as pane
    from clipkit.api.arrange import react as react
    from clipkit.api.arrange import stitch as stitch
    from clipkit.api.clip import Clip as Clip
    from clipkit.api.drafts import drafts as drafts
    from clipkit.api.library import add_tracks as add_tracks
    from clipkit.api.library import remove_track as remove_track
    from clipkit.api.library import tracks as tracks
    from clipkit.api.make import load as load
    from clipkit.api.make import open as open
    from clipkit.api.make import still as still
    from clipkit.api.rhythm import beats as beats
    from clipkit.api.songs import compose as compose
    from clipkit.api.sound_verbs import track as track
    from clipkit.api.sources import from_array as from_array
    from clipkit.api.sources import from_image as from_image
    from clipkit.api.sources import from_moviepy as from_moviepy
    from clipkit.api.sources import from_pydub as from_pydub
    from clipkit.api.sync import align as align
    from clipkit.batch import batch as batch
    from clipkit.batch.recipe import recipe as recipe
    from clipkit.engine.probe import probe as probe
    from clipkit.engine.session import session as session
    from clipkit.errors import Cancelled as Cancelled
    from clipkit.errors import ClipkitError as ClipkitError
    from clipkit.errors import MediaError as MediaError
    from clipkit.errors import PlanError as PlanError
    from clipkit.errors import ProjectError as ProjectError
    from clipkit.errors import RenderError as RenderError
    from clipkit.errors import StoreError as StoreError
    from clipkit.privacy.audit import audit as audit
    from clipkit.privacy.scrub import scrub as scrub
    from clipkit.project.sound_edits import Duck as Duck
    from clipkit.store import private as private

__version__ = "0.1.0"

_HOMES = {
    "Clip": "api.clip",
    "drafts": "api.drafts",
    "before_after": "api.arrange",
    "duet": "api.arrange",
    "green_screen": "api.arrange",
    "grid": "api.arrange",
    "join": "api.arrange",
    "layout": "api.arrange",
    "pane": "api.arrange",
    "react": "api.arrange",
    "stitch": "api.arrange",
    "load": "api.make",
    "open": "api.make",
    "still": "api.make",
    "add_tracks": "api.library",
    "remove_track": "api.library",
    "tracks": "api.library",
    "beats": "api.rhythm",
    "compose": "api.songs",
    "align": "api.sync",
    "track": "api.sound_verbs",
    "Duck": "project.sound_edits",
    "from_array": "api.sources",
    "from_image": "api.sources",
    "from_moviepy": "api.sources",
    "from_pydub": "api.sources",
    "batch": "batch",
    "recipe": "batch.recipe",
    "probe": "engine.probe",
    "session": "engine.session",
    "Cancelled": "errors",
    "ClipkitError": "errors",
    "MediaError": "errors",
    "PlanError": "errors",
    "ProjectError": "errors",
    "RenderError": "errors",
    "StoreError": "errors",
    "audit": "privacy.audit",
    "scrub": "privacy.scrub",
}

_MODULES = {"private": "store.private", "filters": "api.filters"}

__all__ = sorted(_HOMES | _MODULES)


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"clipkit.{_MODULES[name]}")
    if name in _HOMES:
        return getattr(import_module(f"clipkit.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'clipkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
