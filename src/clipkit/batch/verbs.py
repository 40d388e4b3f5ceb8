"""The keys of a recipe: the options of `clipkit make` by the same names, each with the parameter that it becomes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias, get_args

from pydantic import JsonValue

from clipkit.api.arrange import duet, green_screen, react
from clipkit.api.clip import DEFAULT_LENGTH, Clip
from clipkit.api.make import open as open_clip
from clipkit.batch import values
from clipkit.batch.holes import named, step
from clipkit.catalog.easing import Easing
from clipkit.catalog.layout import Shape
from clipkit.errors import ProjectError
from clipkit.geometry import Fit
from clipkit.project.model import Kept, LengthFrom, Quality, WhenShort
from clipkit.project.ramp import Curve
from clipkit.project.time_edits import Pitch, SlowMotion

Parts: TypeAlias = dict[str, dict[str, Any]]
"""What each verb is called with."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: the verb that it belongs to, the verb's parameter, and how its value is read."""

    verb: str
    parameter: str
    read: Callable[[JsonValue], object]


KEYS: Final[Mapping[str, Key]] = {
    "start": Key("trim", "start", values.moment),
    "end": Key("trim", "end", values.moment),
    "length": Key("trim", "length", values.moment),
    "cut-silence": Key("silence", "cut", values.flag),
    "speed": Key("speed", "factor", values.factor),
    "ramp": Key("ramp", "knots", values.knots),
    "curve": Key("ramp", "curve", values.one_of(*get_args(Curve))),
    "pitch": Key("pace", "pitch", values.one_of(*get_args(Pitch))),
    "slow-motion": Key("pace", "slow_motion", values.one_of(*get_args(SlowMotion))),
    "freeze": Key("freeze", "pause", values.pause),
    "reverse": Key("reverse", "on", values.flag),
    "boomerang": Key("boomerang", "on", values.flag),
    "loop": Key("loop", "times", values.times),
    "enhance": Key("enhance", "strength", values.strength),
    "filter": Key("filter", "looks", values.looks),
    "filter-start": Key("filter", "start", values.moment),
    "filter-end": Key("filter", "end", values.moment),
    "voice": Key("voice", "name", values.voice),
    "duet": Key("duet", "other", values.path),
    "duet-layout": Key("duet", "layout", values.one_of("left-right", "top-bottom")),
    "duet-swap": Key("duet", "swap", values.flag),
    "react": Key("react", "other", values.path),
    "react-at": Key("react", "at", values.place),
    "react-move": Key("react", "path", values.moves),
    "react-scale": Key("react", "scale", values.scale),
    "react-shape": Key("react", "shape", values.one_of(*get_args(Shape))),
    "react-border": Key("react", "border", values.border),
    "react-shadow": Key("react", "shadow", values.share),
    "react-easing": Key("react", "easing", values.one_of(*get_args(Easing))),
    "green-screen": Key("green-screen", "other", values.path),
    "green-screen-colour": Key("green-screen", "colour", values.colour),
    "green-screen-tolerance": Key("green-screen", "tolerance", values.tolerance),
    "green-screen-softness": Key("green-screen", "softness", values.share),
    "green-screen-shrink": Key("green-screen", "shrink", values.shrink),
    "green-screen-despill": Key("green-screen", "despill", values.share),
    "green-screen-scale": Key("green-screen", "scale", values.scale),
    "green-screen-at": Key("green-screen", "at", values.focus),
    "gain-mine": Key("mixing", "gain_mine_db", values.decibels),
    "gain-other": Key("mixing", "gain_other_db", values.decibels),
    "fit-mine": Key("mixing", "fit_mine", values.one_of(*get_args(Fit))),
    "fit-other": Key("mixing", "fit_other", values.one_of(*get_args(Fit))),
    "focus-mine": Key("mixing", "focus_mine", values.focus),
    "focus-other": Key("mixing", "focus_other", values.focus),
    "when-short": Key("mixing", "when_short", values.one_of(*get_args(WhenShort))),
    "offset": Key("mixing", "offset", values.signed_moment),
    "align": Key("mixing", "align", values.flag),
    "length-from": Key("mixing", "length_from", values.one_of(*get_args(LengthFrom))),
    "music": Key("music", "track", values.track),
    "music-seed": Key("music", "seed", values.whole),
    "music-start": Key("music", "start", values.moment),
    "music-at": Key("music", "at", values.moment),
    "music-pan": Key("music", "pan", values.pan),
    "music-duck": Key("music", "duck", values.duck),
    "music-gain": Key("music", "gain_db", values.decibels),
    "original-gain": Key("music", "original_gain_db", values.decibels),
    "mute-original": Key("music", "mute_original", values.flag),
    "music-fade-in": Key("music", "fade_in", values.moment),
    "music-fade-out": Key("music", "fade_out", values.moment),
    "music-loop": Key("music", "loop", values.flag),
    "mix": Key("mix", "tracks", values.laid),
    "voiceover": Key("voiceover", "recording", values.path),
    "voiceover-at": Key("voiceover", "at", values.moment),
    "voiceover-start": Key("voiceover", "start", values.moment),
    "voiceover-gain": Key("voiceover", "gain_db", values.decibels),
    "voiceover-duck": Key("voiceover", "duck", values.duck),
    "target": Key("output", "target", values.target),
    "size": Key("output", "size", values.size),
    "fps": Key("output", "fps", values.rate),
    "fit": Key("output", "fit", values.one_of(*get_args(Fit))),
    "quality": Key("output", "quality", values.one_of(*get_args(Quality))),
    "keep-hdr": Key("output", "keep_hdr", values.flag),
    "keep-metadata": Key("output", "keep_metadata", values.some_of(*get_args(Kept))),
    "normalise": Key("output", "normalise", values.flag),
}

_NEEDED = {"pace": ("speed", "ramp"), "mixing": ("duet", "react", "green-screen")} | {
    name: (name,) for name in ("ramp", "filter", "duet", "react", "green-screen", "music", "voiceover")
}
"""The keys without one of which a verb's other keys would mean nothing."""

_EXCLUDED = (
    *(("end", "length"), ("speed", "ramp"), ("original-gain", "mute-original")),
    *(("duet", "react"), ("duet", "green-screen"), ("react", "green-screen")),
)


# ---- a recipe's keys ----------------------------------------------------------------------------------------------


def check(given: Mapping[str, JsonValue], where: str) -> None:
    """Refuse what no row could mend: unknown keys, keys that do not go together, values without a hole that are wrong.

    Raises:
        ProjectError: ``unknown-key``, ``idle-key``, ``exclusive-keys``, or what is wrong with a value, with its place.
    """
    for name in given:
        if name not in KEYS:
            raise _unknown(name, where)
        needed = _NEEDED.get(KEYS[name].verb, ())
        if needed and not any(key in given for key in needed):
            wanted = " or ".join(needed)
            raise ProjectError(
                f"{name} belongs to {wanted}", code="idle-key", where=_at(where, name), hint=f"add {wanted}"
            )
    for first, second in _EXCLUDED:
        if first in given and second in given:
            message = f"{first} and {second} exclude each other"
            raise ProjectError(message, code="exclusive-keys", where=_at(where, second), hint="leave one out")
    read({name: value for name, value in given.items() if not named(value)}, where)


def read(given: Mapping[str, JsonValue], where: str) -> Parts:
    """The values of filled keys, by verb and parameter."""
    parts: Parts = {}
    for name, value in given.items():
        key = KEYS[name]
        try:
            parts.setdefault(key.verb, {})[key.parameter] = key.read(value)
        except ProjectError as error:
            raise ProjectError(error.message, code=error.code, where=_at(where, name), hint=error.hint) from error
    return parts


def applied(clip: Clip, parts: Parts) -> Clip:
    """What `clipkit make` does, in its order: trim, silence, edits of time, filter, voice, layout, sounds, target."""
    cut: dict[str, Any] = {} if parts.get("trim", {}).keys() & {"end", "length"} else {"length": DEFAULT_LENGTH}
    clip = clip.trim(**parts.get("trim", {}), **cut)
    if parts.get("silence", {}).get("cut"):
        clip = clip.cut_silence()
    clip = _timed(clip, parts)
    clip = clip.enhance(**parts.get("enhance", {"strength": 0.0}))
    looks = parts.get("filter", {})
    for name, strength in looks.pop("looks", ()):
        clip = clip.filter(name, strength, **looks)
    if "voice" in parts:
        clip = clip.voice(*parts["voice"]["name"])
    clip = _composed(clip, parts)
    if "music" in parts:
        clip = clip.music(**parts["music"])
    if "mix" in parts:
        clip = clip.mix(*parts["mix"]["tracks"])
    if "voiceover" in parts:
        clip = clip.voiceover(parts["voiceover"].pop("recording"), **parts["voiceover"])
    output = parts.get("output", {})
    if not clip.project.output.target:
        output.setdefault("target", "tiktok")
    return clip.with_output(**output)


def _timed(clip: Clip, parts: Parts) -> Clip:
    """At its speed, and what else is done to its time."""
    pace = parts.get("pace", {})
    if "speed" in parts:
        clip = clip.speed(Fraction(parts["speed"]["factor"]), **pace)
    if "ramp" in parts:
        clip = clip.ramp(**parts["ramp"], **pace)
    if "freeze" in parts:
        clip = clip.freeze(*parts["freeze"]["pause"])
    for verb in ("reverse", "boomerang"):
        if parts.get(verb, {}).get("on"):
            clip = getattr(clip, verb)()
    return clip.loop(**parts["loop"]) if "loop" in parts else clip


def _composed(clip: Clip, parts: Parts) -> Clip:
    mixing = parts.get("mixing", {})
    if "duet" in parts:
        return duet(clip, open_clip(parts["duet"].pop("other")), **parts["duet"], **mixing)
    if "green-screen" in parts:
        keyed = parts["green-screen"]
        return green_screen(clip, open_clip(keyed.pop("other")), **keyed, **mixing)
    if "react" not in parts:
        return clip
    window = parts["react"]
    if "border" in window:
        window["border"], window["colour"] = window["border"]
    return react(clip, open_clip(window.pop("other")), **window, **mixing)


def _unknown(name: str, where: str) -> ProjectError:
    near = difflib.get_close_matches(name, [*KEYS, "name"], n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else f"there are name, {', '.join(KEYS)}"
    return ProjectError(f"a recipe has no key {name!r}", code="unknown-key", where=_at(where, name), hint=hint)


def _at(where: str, name: str) -> str:
    return f"{where}#/{step(name)}"
