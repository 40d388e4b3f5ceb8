"""The options that say how something makes room for speech."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from clipkit.cli import _types
from clipkit.cli._compose import stacked

if TYPE_CHECKING:
    from clipkit.project.sound_edits import Duck

Function = TypeVar("Function", bound=Callable[..., object])


def duck_options(what: str, default: str | None = None) -> Callable[[Function], Function]:
    """How much lower, and how quickly; `what` is what gets lower."""
    return stacked(
        [
            click.option(
                "--duck",
                type=_types.DUCK,
                default=default,
                show_default=default is not None,
                help=f"lower {what} by so many dB while somebody speaks; 0 leaves it",
            ),
            click.option(
                "--duck-attack", type=_types.TIME, default="0.15", show_default=True, help="seconds that it falls"
            ),
            click.option(
                "--duck-release", type=_types.TIME, default="0.6", show_default=True, help="seconds until it is back"
            ),
            click.option(
                "--duck-look-ahead",
                type=_types.TIME,
                default="0.15",
                show_default=True,
                help="seconds before the first word at which it begins to fall",
            ),
        ]
    )


def ducking(duck: float | None, duck_attack: str, duck_release: str, duck_look_ahead: str) -> Duck | None:
    """What the options say."""
    if not duck:
        return None
    from clipkit.api.verbs import made, seconds_of
    from clipkit.project.sound_edits import Duck

    value: Duck = made(
        Duck,
        db=duck,
        attack=seconds_of(duck_attack),
        release=seconds_of(duck_release),
        look_ahead=seconds_of(duck_look_ahead),
    )
    return value
