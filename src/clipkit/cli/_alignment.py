"""What the commands share that bring recordings of the same sound together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clipkit.cli._errors import WrongUse
from clipkit.cli._operation import output_options
from clipkit.cli._output import PICTURES, Found, Wanted, save_picture

if TYPE_CHECKING:
    from clipkit.sound.alignment import Alignment

_SUREST = 0.99  # what a person is told at most: two figures are no claim of certainty


def result_options(function: Callable[..., object]) -> Callable[..., object]:
    """`--plot`, and the options about the result."""
    own = getattr(function, "__click_params__", [])
    plot = click.Option(["--plot"], metavar="FILE.png", help="draw what it rests on: *.png or *.jpg")
    function.__click_params__ = [*reversed([plot, *output_options()]), *own]  # type: ignore[attr-defined]
    return function


def wanted_of(options: Mapping[str, object]) -> Wanted:
    """The options about the result; a plot that is no picture is refused before anything is measured."""
    plot = options["plot"]
    if plot is not None and Path(str(plot)).suffix.lower() not in PICTURES:
        raise WrongUse("--plot draws a picture", "name it *.png or *.jpg")
    return Wanted(**{field.name: options[field.name] for field in dataclasses.fields(Wanted)})  # type: ignore[arg-type]


def line(found: Alignment) -> str:
    """An alignment for people."""
    stray = max(found.residual * 1000, 0.1)
    return (
        f"offset {found.offset * 1000:+.1f} ms ±{stray:.1f}, drift {round(found.drift_ppm)} ppm, "
        f"confidence {min(found.confidence, _SUREST):.2f}"
    )


def as_json(found: Alignment) -> Found:
    """An alignment for programs; in seconds."""
    return {
        "alignment": {
            "offset": round(found.offset, 6),
            "drift_ppm": round(found.drift_ppm, 2),
            "confidence": round(found.confidence, 4),
            "residual": round(found.residual, 6),
            "score": round(found.score, 2),
            "rival": round(found.rival, 4),
            "rival_offset": None if found.rival_offset is None else round(found.rival_offset, 6),
            "margin": round(found.margin, 2),
            "windows": found.windows,
            "agreeing": found.agreeing,
        }
    }


def save_plot(found: Alignment, plot: str | None, *, force: bool) -> None:
    """Draw what an alignment rests on, where that was asked for."""
    if plot is not None:
        from clipkit.api.evidence import drawn

        save_picture(drawn(found, line(found)), Path(plot), force=force)
