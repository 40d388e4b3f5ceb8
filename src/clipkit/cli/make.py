"""Trim, speed up, filter, duet or react, add sound: all in one.

The parts apply in that order, whatever the order of the options; after the speed come --freeze, --reverse, --boomerang
and --loop. --start, --end and --length are times of the input before it is sped up, those of --ramp of what is cut out
of it, --freeze of what the speed leaves, --filter-start and --filter-end of what all of that leaves. The result is made
for TikTok unless --target, or the project, says otherwise.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from clipkit.cli import _types
from clipkit.cli._checks import checked_track, one_of
from clipkit.cli._compose import MIXING, key_options, mixing, mixing_options, window_options
from clipkit.cli._errors import WrongUse
from clipkit.cli._input import read
from clipkit.cli._operation import operation
from clipkit.cli._sounds import with_tracks, with_voiceover
from clipkit.cli._time import curve_option, ramp_option, slow_motion_option

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    examples=(
        "clipkit make take.mp4 --start 3 --speed 1.5 --filter golden-hour=0.8 --music song.mp3 -o short.mp4",
        "clipkit make take.mp4 --length 8 --ramp hero --music song.mp3 -o hero.mp4",
        "clipkit make me.mp4 --duet other.mp4 --duet-layout top-bottom --target reels -o duet.mp4",
        "clipkit make me.mp4 --react other.mp4 --react-at top-left --react-border 8,white -o react.mp4",
    ),
)
@click.option("--start", type=_types.TIME, default="0", show_default=True, help="where in the input to begin")
@click.option("--end", type=_types.TIME, help="where in the input to end")
@click.option("--length", type=_types.TIME, help="how much of the input to keep  [default: 15, without --end]")
@click.option("--cut-silence", is_flag=True, help="leave out its pauses, as `silence --cut` does")
@click.option("--speed", type=_types.FACTOR, help="0.1 to 10, such as 0.3 0.5 1 2 3  [default: 1]")
@click.option(
    "--pitch",
    type=click.Choice(("keep", "follow")),
    default="keep",
    show_default=True,
    help="what a change of speed does to the pitch",
)
@ramp_option()
@curve_option()
@slow_motion_option()
@click.option("--freeze", type=_types.PAUSE, help="stand still at T for LENGTH, in silence")
@click.option("--reverse", is_flag=True, help="play backwards")
@click.option("--boomerang", is_flag=True, help="play forwards, then backwards")
@click.option("--loop", type=click.IntRange(1, 1000), metavar="N", help="play N times  [default: 1]")
@click.option(
    "--enhance",
    type=_types.STRENGTH,
    is_flag=False,
    flag_value="1",
    help="set exposure, white balance, contrast and saturation from the clip itself; how much of it",
)
@click.option("--filter", type=_types.FILTER_AT, multiple=True, help="a look, and how much of it; may be given again")
@click.option("--filter-start", type=_types.TIME, default="0", show_default=True, help="where the looks begin")
@click.option("--filter-end", type=_types.TIME, help="where the looks end  [default: with the clip]")
@click.option("--voice", type=_types.VOICE_AT, help="a voice effect on its own sound, and how much of it")
@click.option("--duet", metavar="OTHER", type=_types.FILE, help="stand beside this video; `-` for a piped project")
@click.option(
    "--duet-layout",
    type=click.Choice(("left-right", "top-bottom")),
    default="left-right",
    show_default=True,
    help="how the two are arranged",
)
@click.option("--duet-swap", is_flag=True, help="put mine on the right, or at the bottom")
@click.option("--react", metavar="OTHER", type=_types.FILE, help="stand in a small window over this video")
@window_options("react-")
@click.option("--green-screen", metavar="OTHER", type=_types.FILE, help="cut me out, and put me over this video")
@key_options("green-screen-")
@mixing_options
@click.option("--music", metavar="TRACK", type=_types.TRACK, help="lay this file, library:NAME or genre:NAME under it")
@click.option("--music-seed", type=int, default=0, show_default=True, help="which track of a genre")
@click.option("--music-start", type=_types.TIME, default="0", show_default=True, help="where in the track to begin")
@click.option("--music-at", type=_types.TIME, default="0", show_default=True, help="where in the clip it begins")
@click.option("--music-gain", type=_types.DECIBELS, default="-12", show_default=True, help="of the track, in dB")
@click.option("--music-pan", type=_types.PAN, default="0", show_default=True, help="-1 left, 1 right")
@click.option("--music-duck", type=_types.DUCK, help="dB that the track is lower while somebody speaks")
@click.option("--original-gain", type=_types.DECIBELS, help="of the own sound under music, in dB  [default: 0]")
@click.option("--mute-original", is_flag=True, help="with music: leave the own sound out")
@click.option("--music-fade-in", type=_types.TIME, default="0", show_default=True, help="seconds to rise")
@click.option("--music-fade-out", type=_types.TIME, default="1", show_default=True, help="seconds to fall silent")
@click.option("--music-loop/--no-music-loop", default=True, show_default=True, help="repeat a track that is shorter")
@click.option("--mix", metavar="TRACK", type=_types.FILE, multiple=True, help="one more track, as `mix` takes it")
@click.option("--voiceover", metavar="RECORDING", type=_types.FILE, help="lay this recording over it")
@click.option("--voiceover-at", type=_types.TIME, default="0", show_default=True, help="where in the clip it begins")
@click.option("--voiceover-start", type=_types.TIME, default="0", show_default=True, help="where in it to begin")
@click.option("--voiceover-gain", type=_types.DECIBELS, default="0", show_default=True, help="of it, in dB")
@click.option(
    "--voiceover-duck", type=_types.DUCK, default="9", show_default=True, help="dB that the own sound is lower under it"
)
def command(clip: Clip, **parts: Any) -> Clip:  # noqa: ANN401  the options above, by their names
    one_of({f"--{part.replace('_', '-')}": parts[part] is not None for part in LAYOUTS})
    one_of({"--speed": parts["speed"] is not None, "--ramp": parts["ramp"] is not None})
    _refuse_idle(parts)
    clip = _cut(clip, parts["start"], parts["end"], parts["length"])
    clip = clip.cut_silence() if parts["cut_silence"] else clip
    clip = _timed(clip, parts)
    clip = clip if parts["enhance"] is None else clip.enhance(parts["enhance"])
    for name, strength in parts["filter"]:
        clip = clip.filter(name, strength, start=parts["filter_start"], end=parts["filter_end"])
    clip = clip if parts["voice"] is None else clip.voice(*parts["voice"])
    clip = with_voiceover(with_tracks(_with_music(_composed(clip, parts), parts), parts), parts)
    return clip if clip.project.output.target else clip.with_output(target="tiktok")


LAYOUTS = ("duet", "react", "green_screen")

_OF_MUSIC = (
    "music_seed",
    "music_start",
    "music_at",
    "music_gain",
    "music_pan",
    "music_duck",
    "music_fade_in",
    "music_fade_out",
    "music_loop",
    "original_gain",
    "mute_original",
)
_OF_SPEED = {"curve": ("ramp",), "pitch": ("speed", "ramp"), "slow_motion": ("speed", "ramp")}


def _refuse_idle(parts: dict[str, Any]) -> None:
    """Options of a part that is not there would be passed over in silence."""
    context = click.get_current_context()
    for name in parts:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            needed = _part_of(name)
            if needed and not any(parts[part] for part in needed):
                wanted = " or ".join(f"--{part.replace('_', '-')}" for part in needed)
                raise WrongUse(f"--{name.replace('_', '-')} belongs to {wanted}", f"add {wanted}, or leave it out")


def _part_of(name: str) -> tuple[str, ...]:
    """The options without which this one means nothing."""
    if name in _OF_MUSIC:
        return ("music",)
    if name in _OF_SPEED:
        return _OF_SPEED[name]
    if name in MIXING:
        return LAYOUTS
    if name.startswith("green_screen_"):
        return ("green_screen",)
    part, _, rest = name.partition("_")
    return (part,) if rest and part in ("filter", "duet", "react", "voiceover") else ()


def _cut(clip: Clip, start: str, end: str | None, length: str | None) -> Clip:
    from clipkit.api.clip import DEFAULT_LENGTH

    default = end is None and length is None
    return clip.trim(start, end, length=DEFAULT_LENGTH if default else length)


def _timed(clip: Clip, parts: dict[str, Any]) -> Clip:
    """At its speed, and what else is done to its time."""
    speed: Fraction | None = parts["speed"]
    how = {"pitch": parts["pitch"], "slow_motion": parts["slow_motion"]}
    if speed is not None:
        clip = clip.speed(speed, **how)
    if parts["ramp"] is not None:
        clip = clip.ramp(parts["ramp"], curve=parts["curve"], **how)
    if parts["freeze"] is not None:
        clip = clip.freeze(*parts["freeze"])
    clip = clip.reverse() if parts["reverse"] else clip
    clip = clip.boomerang() if parts["boomerang"] else clip
    return clip if parts["loop"] is None else clip.loop(parts["loop"])


def _composed(clip: Clip, parts: dict[str, Any]) -> Clip:
    """Beside or over the other video, where there is one."""
    from clipkit.api import arrange

    between = mixing(parts)
    if parts["duet"] is not None:
        other = read(parts["duet"])
        return arrange.duet(clip, other, layout=parts["duet_layout"], swap=parts["duet_swap"], **between)
    if parts["green_screen"] is not None:
        words = ("colour", "tolerance", "softness", "shrink", "despill", "scale", "at")
        keyed = {name: parts[f"green_screen_{name}"] for name in words}
        return arrange.green_screen(clip, read(parts["green_screen"]), **keyed, **between)
    if parts["react"] is None:
        return clip
    border, colour = parts["react_border"]
    window = {name: parts[f"react_{name}"] for name in ("at", "scale", "shape", "shadow", "easing")}
    return arrange.react(
        clip, read(parts["react"]), path=parts["react_move"], border=border, colour=colour, **window, **between
    )


def _with_music(clip: Clip, parts: dict[str, Any]) -> Clip:
    gain: float | None = parts["original_gain"]
    one_of({"--original-gain": gain is not None, "--mute-original": parts["mute_original"]})
    if parts["music"] is None:
        return clip
    return clip.music(
        checked_track(parts["music"], parts["music_seed"]),
        start=parts["music_start"],
        at=parts["music_at"],
        gain_db=parts["music_gain"],
        pan=parts["music_pan"],
        duck=parts["music_duck"] or None,
        original_gain_db=gain or 0.0,
        mute_original=parts["mute_original"],
        fade_in=parts["music_fade_in"],
        fade_out=parts["music_fade_out"],
        loop=parts["music_loop"],
    )
