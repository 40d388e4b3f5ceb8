"""Export presets: list them, or show what one of them takes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import pairs, table
from clipkit.targets import names

if TYPE_CHECKING:
    from clipkit.catalog.target import Target

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")


@plain("Name all targets.", examples=("clipkit targets list",))
@_JSON
def listed(as_json: bool) -> None:
    from clipkit import targets

    found = [targets.find(name) for name in targets.names()]
    if as_json:
        echo_json([target.model_dump(mode="json") for target in found])
        return
    rows = [
        (target.name, str(target.size or "source's"), _seconds(target.max_seconds), target.about) for target in found
    ]
    table(("target", "size", "longest", "about"), rows)


@plain("Say what a target takes, and who says so.", examples=("clipkit targets show tiktok",))
@click.argument("name", metavar="NAME", shell_complete=_types.target_names)
@_JSON
def show(name: str, as_json: bool) -> None:
    from clipkit import targets

    target = targets.find(name)
    if as_json:
        echo_json(target.model_dump(mode="json"))
    else:
        click.echo(f"{target.title}: {target.about}")
        pairs(_rows(target))


def _rows(target: Target) -> list[tuple[str, str]]:
    low, high = target.max_video_kbps, target.max_video_kbps_above_30_fps
    rows = [
        ("size", str(target.size or "the source's own")),
        ("sizes taken", str(target.size_limits)),
        ("frames a second", f"{_number(target.min_fps)} to {_number(target.max_fps)}"),
        ("length", f"{_seconds(target.min_seconds)} to {_seconds(target.max_seconds)}; longer: {target.too_long}"),
        ("bytes at most", f"{target.max_bytes:,}" if target.max_bytes else "any"),
        ("files", ", ".join(target.containers)),
        ("picture at most", f"{low} kb/s, {high} kb/s above 30 frames a second" if low else "any bit rate"),
        ("sound", f"{target.audio_kbps} kb/s{', always there' if target.always_sound else ''}"),
        ("closed GOPs of", f"{float(target.gop_seconds):g} s"),
        ("edit list", "allowed" if target.edit_list else "left out"),
        ("dated", str(target.dated)),
        ("source", target.source),
    ]
    if zone := target.safe_zone:
        edges = f"left {zone.left}, top {zone.top}, right {zone.right}, bottom {zone.bottom} pixels of 1080x1920"
        rows.insert(-2, ("buttons may cover", edges))
    return rows + [("note", note.text) for note in target.notes]


def _number(value: Fraction | None) -> str:
    return "any" if value is None else f"{float(value):g}"


def _seconds(value: Fraction | None) -> str:
    return "any" if value is None else f"{float(value):g} s"


command = subcommands(f"{__doc__}\n\nTargets: {', '.join(names())}.\n", {"list": listed, "show": show})
