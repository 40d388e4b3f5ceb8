"""Looks: list them, show one, see all on a frame; make and export.

Your own .toml and .cube files in the filters folder that `clipkit doctor` names are user/NAME.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._errors import WrongUse, printable
from clipkit.cli._input import read
from clipkit.cli._operation import input_argument, plain
from clipkit.cli._output import echo_json, notice, save_picture
from clipkit.cli._parameters import effect_rows
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import table
from clipkit.folders import shipped_filters

if TYPE_CHECKING:
    from clipkit.library.filter import Filter

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain("Name all looks, by category.", examples=("clipkit filters list",))
@_JSON
def listed(as_json: bool) -> None:
    from clipkit.library import filters

    found = filters.listed()
    if as_json:
        echo_json([_row(look) for look in found])
        return
    table(("category", "filter", "about"), [(look.category, look.name, look.about) for look in found])
    for file in filters.broken():
        notice(f"note: {file.name} cannot be used: {file.error}")


def _row(look: Filter) -> dict[str, str]:
    return {"name": look.name, "category": look.category, "title": look.title, "about": look.about}


@plain("Say what a look does: its effects and their values.", examples=("clipkit filters show golden-hour",))
@click.argument("name", metavar="NAME", shell_complete=_types.filter_names)
@_JSON
def show(name: str, as_json: bool) -> None:
    from clipkit.library import filters

    look = filters.find(name)
    if as_json:
        values = [effect.model_dump(mode="json") for effect in look.effects]
        echo_json({**_row(look), "digest": look.digest, "effects": values})
        return
    click.echo(printable(f"{look.title} ({look.category}): {look.about}"))
    table(("effect", "parameter", "value"), [row for effect in look.effects for row in effect_rows(effect)])


@plain(
    "Draw every look on one frame of a clip, named, into a PNG.",
    inputs=("IN",),
    examples=("clipkit filters sheet take.mp4 --at 2.5 -o looks.png",),
)
@input_argument()
@click.option("-o", "--output", required=True, metavar="FILE.png", help="the picture to write: *.png or *.jpg")
@click.option("--at", type=_types.TIME, help="which moment  [default: the middle]")
@click.option("--force", is_flag=True, help="replace a file that is there")
@click.option("--quiet", is_flag=True, help="no notices")
@click.option("--json", "as_json", is_flag=True, help="print the path, or the error, as JSON")
def sheet(source: str, output: str, at: str | None, force: bool, quiet: bool, as_json: bool) -> None:
    from pathlib import Path

    from clipkit.api.sheet import filter_sheet
    from clipkit.cli._output import PICTURES, refuse_sources

    if Path(output).suffix.lower() not in PICTURES:
        raise WrongUse("a sheet is a picture", "name it with -o, such as -o looks.png")
    clip = read(source)
    refuse_sources(clip, Path(output))
    save_picture(filter_sheet(clip, at), Path(output), force=force)
    if as_json:
        echo_json({"path": output})
    else:
        notice(f"{output}: saved", quiet)


@plain(
    "Derive a look from a picture that looks as yours shall, and keep it as user/NAME.",
    examples=(
        "clipkit filters make dusk --from dusk.jpg",
        "clipkit filters make dusk --from dusk.jpg --for take.mp4 --force",
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--from", "picture", required=True, metavar="PICTURE", type=_types.FILE, help="a picture, or a clip")
@click.option(
    "--for", "clip", metavar="IN", type=_types.FILE, help="the clip that it is for  [default: an ordinary picture]"
)
@click.option("--force", is_flag=True, help="replace the look of that name that was made before")
@click.option("--quiet", is_flag=True, help="no notices")
@click.option("--json", "as_json", is_flag=True, help="print its name and file, or the error, as JSON")
def make(name: str, picture: str, clip: str | None, force: bool, quiet: bool, as_json: bool) -> None:
    from clipkit.api import filters

    look = filters.make(name, read(picture), clip=None if clip is None else read(clip), force=force)
    if as_json:
        echo_json({**_row(look), "digest": look.digest})
    else:
        notice(f"{look.name}: saved", quiet)


@plain(
    "Write a look as a .cube table for other editors.",
    examples=("clipkit filters export golden-hour -o golden-hour.cube --size 65",),
)
@click.argument("name", metavar="NAME", shell_complete=_types.filter_names)
@click.option("-o", "--output", required=True, metavar="FILE.cube", help="the table to write")
@click.option(
    "--size", type=click.IntRange(2, 129), default=33, show_default=True, metavar="N", help="entries along each axis"
)
@click.option("--strength", type=_types.STRENGTH, default="1", show_default=True, help="mixed with the original")
@click.option("--force", is_flag=True, help="replace a file that is there")
@click.option("--quiet", is_flag=True, help="no notices")
@click.option("--json", "as_json", is_flag=True, help="print the path, or the error, as JSON")
def export(name: str, output: str, size: int, strength: float, force: bool, quiet: bool, as_json: bool) -> None:
    from clipkit.api import filters

    filters.export(name, output, size=size, strength=strength, force=force)
    if as_json:
        echo_json({"path": output})
    else:
        notice(f"{output}: saved", quiet)


_ABOUT = f"{__doc__}\n\nFilters: {', '.join(sorted(shipped_filters()))}.\n"

command = subcommands(_ABOUT, {"list": listed, "show": show, "sheet": sheet, "make": make, "export": export})
