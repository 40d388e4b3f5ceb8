"""Edits of the picture, worked out."""

from __future__ import annotations

from clipkit.catalog.effect import PointEffect
from clipkit.plan.strip import Gathered, Strip, check_start, unknown
from clipkit.plan.types import Foreign, Look
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.timemap import TimeMap
from clipkit.time import clock


def applied(edit: Filter | Apply | MoviePyEffect, strip: Strip, gathered: Gathered, where: str) -> Strip:
    """A strip after an edit of its picture."""
    match edit:
        case Filter():
            effects = tuple(_point(effect, f"{where}/effects/{i}") for i, effect in enumerate(edit.effects))
            return strip.with_step(Look(effects, edit.strength, _stretch(strip, edit, gathered, where)))
        case Apply():
            return strip.with_step(Look((_point(edit.effect, f"{where}/effect"),)))
        case MoviePyEffect():
            params = tuple(sorted((key, _frozen(value)) for key, value in edit.params.items()))
            return strip.with_step(Foreign(edit.name, params, TimeMap.identity(strip.duration), strip.duration))


def _stretch(strip: Strip, look: Filter, gathered: Gathered, where: str) -> TimeMap | None:
    """When a filter is on; None for always."""
    check_start(look.start, strip.duration, where)
    if look.end is not None and look.end > strip.duration:
        gathered.notices.append(
            f"the input ends at {clock(strip.duration)}, and {look.name} with it, not at {clock(look.end)}"
        )
    time = TimeMap.within(look.start, min(look.end or strip.duration, strip.duration))
    return None if time.covers(strip.duration) else time


def _frozen(value: object) -> object:
    """A JSON value that can be a key: a plan is hashed by its parts."""
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, dict):
        return tuple(sorted((key, _frozen(part)) for key, part in value.items()))
    return value


def _point(effect: object, where: str) -> PointEffect:
    if isinstance(effect, PointEffect):
        return effect
    raise unknown(effect, where)
