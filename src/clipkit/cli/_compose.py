"""The options of compositions, which `make` has too, under longer names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from clipkit.cli import _types

Function = TypeVar("Function", bound=Callable[..., object])
Decorator = Callable[[Function], Function]


def stacked(options: Sequence[Callable[[Function], Function]]) -> Callable[[Function], Function]:
    """Several decorators as one; the first stands first in the help."""

    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def mixing_options(function: Function) -> Function:
    """Loudness and timing of the two videos of a composition."""
    return stacked(
        [
            click.option(
                "--gain-mine", type=_types.DECIBELS, default="0", show_default=True, help="of my sound, in dB"
            ),
            click.option(
                "--gain-other", type=_types.DECIBELS, default="0", show_default=True, help="of the other's sound, in dB"
            ),
            click.option(
                "--offset",
                type=_types.SIGNED_TIME,
                default="0",
                show_default=True,
                help="when the other begins, in seconds of mine; may be negative",
            ),
            click.option(
                "--length-from",
                type=click.Choice(("mine", "other", "shortest", "longest")),
                default="mine",
                show_default=True,
                help="whose length the result has",
            ),
        ]
    )(function)


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
                help="the centre at a time of the result; give it again for each point of the path",
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
                f"--{prefix}easing",
                type=click.Choice(_types.EASINGS),
                default="ease-in-out",
                show_default=True,
                help="how the window moves between two points",
            ),
        ]
    )
