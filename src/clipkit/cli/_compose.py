"""The options of compositions, which `make` has too, under longer names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from clipkit.api import words
from clipkit.cli import _types
from clipkit.cli._errors import WrongUse

if TYPE_CHECKING:
    from clipkit.api.arrange import Mixing, Pane
    from clipkit.api.clip import Clip

Function = TypeVar("Function", bound=Callable[..., object])
Decorator = Callable[[Function], Function]


def stacked(options: Sequence[Callable[[Function], Function]]) -> Callable[[Function], Function]:
    """Several decorators as one; the first stands first in the help."""

    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def key_options(prefix: str) -> Callable[[Function], Function]:
    """How a screen is keyed, and where what stands before it goes; `prefix` is `green-screen-` in `make`."""
    return stacked(
        [
            click.option(
                f"--{prefix}colour",
                type=_types.COLOUR,
                help="of the screen, a name or #rrggbb  [default: found in MINE]",
            ),
            click.option(
                f"--{prefix}tolerance",
                type=_types.TOLERANCE,
                default="0.5",
                show_default=True,
                help="how much less coloured the screen may be where it is lit less",
            ),
            click.option(
                f"--{prefix}softness",
                type=_types.STRENGTH,
                default="0.8",
                show_default=True,
                help="of edges: 0 hard, 1 as soft as they are",
            ),
            click.option(
                f"--{prefix}shrink",
                type=_types.SHRINK,
                default="0",
                show_default=True,
                help="moves edges inward above 0, outward below",
            ),
            click.option(
                f"--{prefix}despill",
                type=_types.STRENGTH,
                default="1",
                show_default=True,
                help="how much of the screen's shine on me goes",
            ),
            click.option(
                f"--{prefix}scale",
                type=_types.SCALE,
                default="1",
                show_default=True,
                help="size of MINE, as a fraction of the canvas",
            ),
            click.option(
                f"--{prefix}at",
                type=_types.FOCUS,
                help="its centre, as fractions of the canvas  [default: on the bottom, in the middle]",
            ),
        ]
    )


FIT = click.Choice(("contain", "cover", "blur"))
WHEN_SHORT = click.Choice(("freeze", "loop", "black", "trim"))
LENGTH_FROM = click.Choice(("mine", "other", "shortest", "longest"))


def length_option() -> Callable[[Function], Function]:
    """Whose length a composition has."""
    return click.option(
        "--length-from", type=LENGTH_FROM, default="mine", show_default=True, help="whose length the result has"
    )


def mixing_options(function: Function) -> Function:
    """How the two videos of a composition share time, sound and picture."""
    return stacked(
        [
            click.option(
                "--gain-mine", type=_types.DECIBELS, default="0", show_default=True, help="of my sound, in dB"
            ),
            click.option(
                "--gain-other", type=_types.DECIBELS, default="0", show_default=True, help="of the other's sound, in dB"
            ),
            click.option("--fit-mine", type=FIT, help="how mine fills its place  [default: as the layout has it]"),
            click.option("--fit-other", type=FIT, help="how the other fills its place"),
            click.option(
                "--focus-mine",
                type=_types.FOCUS,
                default="0.5,0.5",
                show_default=True,
                help="the point of my picture that stays in view where it is cropped, as fractions of it",
            ),
            click.option(
                "--focus-other", type=_types.FOCUS, default="0.5,0.5", show_default=True, help="the same of the other's"
            ),
            click.option(
                "--offset",
                type=_types.SIGNED_TIME,
                default="0",
                show_default=True,
                help="when the other begins, in seconds of mine; may be negative",
            ),
            click.option("--align", is_flag=True, help="find the offset from the sound that both have heard"),
            length_option(),
            click.option(
                "--when-short",
                type=WHEN_SHORT,
                default="freeze",
                show_default=True,
                help="what the one does that ends first: its last picture stays (silent), it begins again, it is gone, "
                "or both end",
            ),
        ]
    )(function)


def mixing(values: dict[str, Any]) -> Mixing:
    """The values of `mixing_options`, taken out of those of a command, as the functions for two videos take them."""
    taken = {name: values.pop(name) for name in MIXING}
    gains = {f"{name}_db": taken.pop(name) for name in ("gain_mine", "gain_other")}
    return cast("Mixing", {**gains, **taken})


MIXING = (
    *("gain_mine", "gain_other", "fit_mine", "fit_other", "focus_mine", "focus_other"),
    *("offset", "align", "length_from", "when_short"),
)
"""The names of `mixing_options`."""


def pane_options(function: Function) -> Function:
    """What is said of each of any number of videos: of all, or as N:VALUE of the Nth."""
    each = "of all, or N:VALUE of the Nth; may be given again"
    return stacked(
        [
            click.option(
                "--gain", type=_types.Each("DB", words.decibels), multiple=True, help=f"loudness in dB {each}"
            ),
            click.option(
                "--pane-fit",
                type=_types.Each("FIT", words.one_of("contain", "cover", "blur")),
                multiple=True,
                help="contain, cover or blur: how they fill their panes  [default: as the layout has it]",
            ),
            click.option(
                "--focus",
                type=_types.Each("X,Y", words.focus),
                multiple=True,
                help="the point that stays in view where a picture is cropped, as fractions of it",
            ),
            click.option(
                "--begin",
                "start",
                type=_types.Each("T", words.signed_time),
                multiple=True,
                help="when it begins, in seconds of the result; may be negative",
            ),
            click.option(
                "--when-short",
                type=_types.Each("WORD", words.one_of("freeze", "loop", "black", "trim")),
                multiple=True,
                help="freeze, loop, black or trim: what one does that ends before the others  [default: freeze]",
            ),
            click.option("--mute", type=click.IntRange(1, 64), multiple=True, metavar="N", help="do not hear the Nth"),
            length_option(),
        ]
    )(function)


def panes(clips: Sequence[Clip], values: dict[str, Any]) -> list[Pane]:
    """The values of `pane_options`, taken out of those of a command, with the clips that they are about."""
    from clipkit.api import arrange

    said: list[dict[str, Any]] = [{} for _ in clips]
    muted = values.pop("mute")
    for option, name in (("gain", "gain_db"), ("pane_fit", "fit"), ("focus", "focus"), ("start", "start")):
        _say(said, name, values.pop(option))
    _say(said, "when_short", values.pop("when_short"))
    for number in muted:
        _nth(said, number)["muted"] = True
    return [arrange.pane(clip, **words) for clip, words in zip(clips, said, strict=True)]


def _say(said: list[dict[str, Any]], name: str, given: Sequence[tuple[int | None, object]]) -> None:
    """What is said of all first, then what is said of one."""
    for number, value in sorted(given, key=lambda pair: pair[0] is not None):
        for one in said if number is None else [_nth(said, number)]:
            one[name] = value


def _nth(said: list[dict[str, Any]], number: int) -> dict[str, Any]:
    if 1 <= number <= len(said):
        return said[number - 1]
    raise WrongUse(f"there is no video number {number}", f"they are 1 to {len(said)}")


def window_options(prefix: str) -> Callable[[Function], Function]:
    """Place, path and outline of the small window; `prefix` is `react-` in `make`."""
    return stacked(
        [
            click.option(
                f"--{prefix}at",
                type=_types.AT,
                default="bottom-right",
                show_default=True,
                help="a corner (top-left, top-right, bottom-left, bottom-right), or the centre",
            ),
            click.option(
                f"--{prefix}move",
                type=_types.MOVE,
                multiple=True,
                help="the centre at a time of the result, and its scale; give it again for each point of the path",
            ),
            click.option(
                f"--{prefix}scale",
                type=_types.SCALE,
                default="0.33",
                show_default=True,
                help="width of the window, as a fraction of the canvas",
            ),
            click.option(
                f"--{prefix}shape",
                type=click.Choice(_types.SHAPES),
                default="rounded",
                show_default=True,
                help="outline of the window",
            ),
            click.option(
                f"--{prefix}border",
                type=_types.BORDER,
                default="0,white",
                show_default=True,
                help="pixels at a canvas 1080 wide, and a colour: a name or #rrggbb",
            ),
            click.option(
                f"--{prefix}shadow",
                type=_types.STRENGTH,
                default="0",
                show_default=True,
                help="how dark its shadow is",
            ),
            click.option(
                f"--{prefix}easing",
                type=click.Choice(_types.EASINGS),
                default="ease-in-out",
                show_default=True,
                help="how the window moves between two points",
            ),
        ]
    )
