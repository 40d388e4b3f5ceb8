"""Show what a file is, measured, and what it reveals about you.

Size upright, rate, length, sound and HDR are measured, not believed: the rate from the timestamps, the length from the
packets. Of a project, each of its media files is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from clipkit.cli._errors import printable
from clipkit.cli._input import read
from clipkit.cli._operation import input_argument, plain
from clipkit.cli._output import echo_json
from clipkit.cli._tables import pairs, table
from clipkit.time import clock, rate_name

if TYPE_CHECKING:
    from clipkit.engine.metadata import StreamNote
    from clipkit.plan.facts import MediaFacts, Orientation, PictureFacts, SoundFacts
    from clipkit.privacy.finding import Finding

_HDR = {"sdr": "no", "hlg": "yes, HLG", "pq": "yes, PQ"}


@plain(__doc__, inputs=("IN",), examples=("clipkit info take.mp4", "clipkit info take.mp4 --json"))
@input_argument()
@click.option("--json", "as_json", is_flag=True, help="print it as JSON")
def command(source: str, as_json: bool) -> None:
    from clipkit.plan.needs import media_paths

    paths = media_paths(read(source).project)
    single = paths == (source,)
    if as_json:
        found = [_document(path) for path in paths]
        echo_json(found[0] if single else {"project": source, "media": found})
        return
    for path in paths:
        _show(path)


def _measured(path: str) -> tuple[MediaFacts, tuple[StreamNote, ...], tuple[Finding, ...]]:
    from clipkit.engine import metadata
    from clipkit.engine.probe import probe
    from clipkit.privacy.audit import audit

    return probe(path), metadata.streams(path), audit(path).findings


# ---- for programs ------------------------------------------------------------------------------------------------


def _document(path: str) -> dict[str, Any]:
    facts, streams, findings = _measured(path)
    return {
        "path": path,
        "container": facts.container,
        "bytes": facts.bytes,
        "duration": round(float(facts.duration), 6),
        "still": facts.still,
        "picture": None if facts.picture is None else _picture(facts.picture),
        "sound": None if facts.sound is None else _sound(facts.sound),
        "streams": [
            {"index": note.index, "kind": note.kind, "codec": note.codec, "language": note.language} for note in streams
        ],
        "reveals": [{"what": found.what, "key": found.key, "value": found.value} for found in findings],
        "notices": list(facts.notices),
    }


def _picture(picture: PictureFacts) -> dict[str, Any]:
    return {
        "codec": picture.codec,
        "profile": picture.profile,
        "pixel_format": picture.pixel_format,
        "width": picture.size.width,
        "height": picture.size.height,
        "coded_width": picture.coded.width,
        "coded_height": picture.coded.height,
        "rotation": 90 * picture.orientation.quarter_turns,
        "mirrored": picture.orientation.mirrored,
        "rate": str(picture.rate),
        "fps": round(float(picture.rate), 3),
        "variable": not picture.constant,
        "frames": picture.frames,
        "start": round(float(picture.start), 6),
        "end": round(float(picture.end), 6),
        "bit_rate": picture.bit_rate,
        "matrix": picture.encoding.matrix,
        "full_range": picture.encoding.full_range,
        "hdr": picture.encoding.transfer if picture.encoding.hdr else None,
    }


def _sound(sound: SoundFacts) -> dict[str, Any]:
    return {
        "codec": sound.codec,
        "sample_rate": sound.sample_rate,
        "channels": sound.channels,
        "start": round(float(sound.start), 6),
        "end": round(float(sound.end), 6),
        "bit_rate": sound.bit_rate,
    }


# ---- for people --------------------------------------------------------------------------------------------------


def _show(path: str) -> None:
    facts, streams, findings = _measured(path)
    length = "a still" if facts.still else clock(facts.duration)
    rows = [("file", f"{facts.container}, {facts.bytes / 1e6:.2f} MB"), ("length", length)]
    rows += _picture_rows(facts.picture, still=facts.still) if facts.picture else [("picture", "none")]
    rows += _sound_rows(facts.sound) if facts.sound else [("sound", "none")]
    rows.append(("streams", ", ".join(f"{note.index} {note.kind} {note.codec}".rstrip() for note in streams)))
    rows += [("note", notice) for notice in facts.notices]
    click.echo(printable(path))
    pairs(rows)
    if findings:
        click.echo("\nwhat it reveals")
        table(("kind", "where", "value"), _distinct(findings))


def _distinct(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Each value once, where it stands first: every stream repeats the date."""
    once: dict[tuple[str, str], str] = {}
    for found in findings:
        once.setdefault((found.what, found.value), found.key)
    return [(what, key, value) for (what, value), key in once.items()]


def _picture_rows(picture: PictureFacts, *, still: bool) -> list[tuple[str, str]]:
    profile = f" {picture.profile}" if picture.profile else ""
    rate = "constant" if picture.constant else "variable; this is its nominal rate"
    colour = f"{picture.encoding.matrix}, {'full' if picture.encoding.full_range else 'limited'} range"
    moving = [("rate", f"{rate_name(picture.rate)} fps, {rate}, {picture.frames} frames")]
    return [
        ("picture", f"{picture.codec}{profile}, {picture.pixel_format}, {_bits(picture.bit_rate)}"),
        ("size upright", f"{picture.size}{_turned(picture.orientation, str(picture.coded))}"),
        *([] if still else moving),
        ("colour", colour),
        ("HDR", _HDR[picture.encoding.transfer]),
    ]


def _turned(orientation: Orientation, coded: str) -> str:
    steps = ["mirrored"] if orientation.mirrored else []
    steps += [f"turned by {90 * orientation.quarter_turns}°"] if orientation.quarter_turns else []
    return f" (stored as {coded}, shown {' and then '.join(steps)})" if steps else ""


def _sound_rows(sound: SoundFacts) -> list[tuple[str, str]]:
    channels = {1: "mono", 2: "stereo"}.get(sound.channels, f"{sound.channels} channels")
    text = f"{sound.codec}, {sound.sample_rate} Hz, {channels}, {_bits(sound.bit_rate)}"
    return [("sound", text), ("sound lasts", f"{clock(sound.start)} to {clock(sound.end)}")]


def _bits(rate: int) -> str:
    return f"{rate / 1e6:.1f} Mb/s" if rate >= 1_000_000 else f"{rate // 1000} kb/s"
