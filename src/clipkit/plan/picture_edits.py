"""Edits of the picture, worked out."""

from __future__ import annotations

from dataclasses import replace

from clipkit.catalog.effect import Effect, FramingEffect, KeyEffect, SpatialEffect
from clipkit.errors import ProjectError
from clipkit.plan.strip import Gathered, Strip, check_start, through, unknown
from clipkit.plan.types import Foreign, Framed, Look, see_through
from clipkit.project.keys import Keys
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.timemap import TimeMap
from clipkit.time import clock, frame_count


def applied(edit: Filter | Apply | MoviePyEffect, strip: Strip, gathered: Gathered, where: str) -> Strip:
    """A strip after an edit of its picture."""
    if see_through(strip.picture) and not _of_colour(edit):
        raise ProjectError(
            "after a key only colours can be changed", code="after-key", where=where, hint="put it before the key"
        )
    match edit:
        case Filter():
            effects = tuple(_in_filter(effect, f"{where}/effects/{i}") for i, effect in enumerate(edit.effects))
            look = Look(effects, edit.strength, _stretch(strip, edit, gathered, where))
            return _looked(look, strip) if edit.strength else strip
        case Apply():
            effect = _known(edit.effect, f"{where}/effect")
            keys = tuple(sorted(edit.keys.items()))
            if isinstance(effect, KeyEffect):
                return _keyed(effect, strip, keys, where)
            if isinstance(effect, SpatialEffect) and (isinstance(effect, FramingEffect) or effect.earlier):
                return _framed(effect, strip, keys)
            return _looked(Look((effect,), keys=keys), strip)
        case MoviePyEffect():
            params = tuple(sorted((key, frozen(value)) for key, value in edit.params.items()))
            return strip.with_step(Foreign(edit.name, params, TimeMap.identity(strip.duration), strip.duration))


def _of_colour(edit: Filter | Apply | MoviePyEffect) -> bool:
    """Whether an edit changes colours alone, each pixel for itself: what is see-through stays so."""
    if isinstance(edit, MoviePyEffect):
        return False
    effects = edit.effects if isinstance(edit, Filter) else (edit.effect,)
    return not any(isinstance(effect, SpatialEffect) for effect in effects)


def _looked(look: Look, strip: Strip) -> Strip:
    """A strip with a look; one that depends on time is told which time it is."""
    if look.moving:
        time = look.time or TimeMap.identity(strip.duration)
        look = replace(look, time=time, duration=strip.duration)
    return strip.with_step(look)


def _keyed(effect: KeyEffect, strip: Strip, keys: tuple[tuple[str, Keys], ...], where: str) -> Strip:
    """A strip of which part is see-through."""
    if see_through(strip.picture):
        raise ProjectError("this is keyed already", code="keyed-twice", where=where, hint="leave one key out")
    picture, time = strip.picture, TimeMap.identity(strip.duration)
    return replace(strip, picture=Framed(effect, (picture,), time, picture.size, picture.rate, strip.duration, keys))


def _framed(effect: SpatialEffect, strip: Strip, keys: tuple[tuple[str, Keys], ...]) -> Strip:
    """A strip in another frame, or together with itself some time ago: before its start is its first moment."""
    picture, duration = strip.picture, strip.duration
    last = (frame_count(duration, picture.rate) - 1) / picture.rate
    earlier = (TimeMap.placed(duration, ago, duration, last) for ago in effect.earlier)
    framed = Framed(
        effect=effect,
        parts=(picture, *(through(picture, time) for time in earlier)),
        time=TimeMap.identity(duration),
        size=effect.framed(picture.size.even()) if isinstance(effect, FramingEffect) else picture.size,
        rate=picture.rate,
        duration=duration,
        keys=keys,
    )
    return replace(strip, picture=framed)


def _stretch(strip: Strip, look: Filter, gathered: Gathered, where: str) -> TimeMap | None:
    """When a filter is on; None for always."""
    check_start(look.start, strip.duration, where)
    if look.end is not None and look.end > strip.duration:
        gathered.notices.append(
            f"the input ends at {clock(strip.duration)}, and {look.name} with it, not at {clock(look.end)}"
        )
    time = TimeMap.within(look.start, min(look.end or strip.duration, strip.duration))
    return None if time.covers(strip.duration) else time


def frozen(value: object) -> object:
    """A JSON value that can be a key: a plan is hashed by its parts."""
    if isinstance(value, list):
        return tuple(frozen(part) for part in value)
    if isinstance(value, dict):
        return tuple(sorted((key, frozen(part)) for key, part in value.items()))
    return value


def _in_filter(effect: object, where: str) -> Effect:
    """An effect of a filter, which is mixed with the picture as it was and so has to keep its frame."""
    known = _known(effect, where)
    framing = isinstance(known, SpatialEffect) and (isinstance(known, FramingEffect) or bool(known.earlier))
    if framing or isinstance(known, KeyEffect):
        raise ProjectError(
            f"a filter cannot hold {known.kind}",
            code="bad-filter",
            where=where,
            hint="apply it on its own",
        )
    return known


def _known(effect: object, where: str) -> Effect:
    """An effect that this build knows."""
    if isinstance(effect, Effect):
        return effect
    raise unknown(effect, where)
