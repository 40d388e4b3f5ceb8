"""Options about time that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from clipkit.cli import _types

Decorated = Callable[..., Any]


def ramp_option(name: str = "--ramp") -> Callable[[Decorated], Decorated]:
    """Knots, or a named curve."""
    return click.option(
        name,
        type=_types.RAMP,
        help='speeds at times of the input, such as "0:1 3:1 4:0.3 6:0.3 6.5:2"; or montage, hero, bullet, jump-cut, '
        "flash-in, flash-out, fitted to its length",
    )


def snap_option(what: str) -> Callable[[Decorated], Decorated]:
    """Whether times go to the beat."""
    return click.option(
        "--snap",
        type=click.Choice(("beats", "bars")),
        help=f"{what} go to the nearest: of the music laid under it, else of its own sound",
    )


def slow_motion_option() -> Callable[[Decorated], Decorated]:
    """What shows between two frames."""
    return click.option(
        "--slow-motion",
        type=click.Choice(("pick", "blend", "flow")),
        default="pick",
        show_default=True,
        help="between two frames of the input: show the first, mix both, or move along their motion (slow to make)",
    )


def curve_option() -> Callable[[Decorated], Decorated]:
    """How a ramp goes from knot to knot."""
    return click.option(
        "--curve",
        type=click.Choice(("linear", "smooth")),
        help="how the speed goes from knot to knot  [default: linear; of a named curve smooth]",
    )
