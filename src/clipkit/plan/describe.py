"""A plan in words for people, and as JSON for programs."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel, JsonValue

from clipkit.catalog.effect import Effect
from clipkit.plan.describe_sound import sound_lines
from clipkit.plan.facts import MediaFacts
from clipkit.plan.stretches import told
from clipkit.plan.types import (
    Bus,
    Ceiling,
    Copy,
    Encode,
    Foreign,
    ForeignSound,
    Framed,
    Group,
    Look,
    OutputSpec,
    Picture,
    Plan,
    Processed,
    Shot,
)
from clipkit.project.keys import Keys
from clipkit.time import clock, rate_name

_KINDS = (Shot, Group, Framed, Look, Foreign, Encode, Copy, Bus, Processed, ForeignSound)
"""What stands beside others in one place, and so is named in JSON."""


def lines(plan: Plan) -> list[str]:
    """What a render would do and why, a line each."""
    spec = plan.output
    frames = plan.expect.frames
    sound = f"{spec.audio.encoder} {spec.audio.bit_rate // 1000} kb/s" if spec.audio else "no sound"
    text = [
        f"{plan.target}: {spec.container}, {spec.size}, {rate_name(spec.rate)} fps, "
        f"{clock(plan.duration)} ({frames} frames), {_encoder(spec)}, {sound}",
        *_picture(plan.picture, plan, ""),
    ]
    text += sound_lines(plan)
    text.append(_work(plan))
    text += _ceiling(spec.video.ceiling) if spec.video.ceiling is not None else []
    return text + [f"note: {notice}" for notice in plan.notices]


def _work(plan: Plan) -> str:
    """What is copied, what is encoded, and why."""
    encoded = [span for span in plan.spans if isinstance(span, Encode)]
    if not plan.copied:
        return f"encode {clock(plan.duration)}{_spans(plan)}: {encoded[0].reason}"
    text = f"copied {_seconds(plan.copied, plan)} of {_seconds(plan.expect.frames, plan)}"
    if not encoded:
        return f"{text}: nothing of the picture changes"
    reasons = "; ".join(dict.fromkeys(span.reason for span in encoded))
    return f"{text}; {_place(plan)} re-encoded: {reasons}"


def _seconds(frames: int, plan: Plan) -> str:
    return f"{float(frames / plan.output.rate):.2f}".rstrip("0").rstrip(".") + " s"


def _place(plan: Plan) -> str:
    """Where encoded spans lie among the copied ones."""
    kinds = [kind for kind, _ in groupby(type(span) for span in plan.spans)]
    first, last = kinds[0] is Encode, kinds[-1] is Encode
    if (parts := kinds.count(Encode)) > first + last:
        return f"{parts} parts" if parts > 1 else "one part"
    return "both ends" if first and last else "the start" if first else "the end"


def _ceiling(limit: Ceiling) -> list[str]:
    seconds, found = limit.buffer / limit.rate, limit.found / limit.buffer
    return [
        f"ceiling: {limit.rate // 1000} kb/s over {seconds:g} s; each span is made for a buffer {found:.0%} full, "
        "and made again if it would overdraw it"
    ]


def _encoder(spec: OutputSpec) -> str:
    """A GIF has an encoder of its own, whatever a video of it would have."""
    if spec.container == "gif":
        return "gif"
    return f"{spec.video.encoder} where not copied" if spec.as_coded else spec.video.encoder


def _spans(plan: Plan) -> str:
    if plan.output.container == "gif":
        return " with one palette"
    return f" in {len(plan.spans)} spans" if len(plan.spans) > 1 else " in one span"


def _picture(picture: Picture, plan: Plan, indent: str) -> list[str]:
    steps = "".join(f", {_step(step, plan)}" for step in picture.steps)
    if isinstance(picture, Group):
        parts = [line for part in picture.parts for line in _picture(part, plan, indent + "  ")]
        return [f"{indent}picture: {picture.layout.kind} of {len(picture.parts)}{steps}", *parts]
    if isinstance(picture, Framed):
        frame = f"{picture.effect.kind}{_animated(picture.keys)} to {picture.size}"
        return [f"{indent}picture: {frame}{steps}", *_picture(picture.parts[0], plan, indent + "  ")]
    source = plan.sources[picture.source]
    return [f"{indent}picture: {Path(source.path).name}{_times(picture)}{_light(source, plan)}{steps}"]


def _times(shot: Shot) -> str:
    """Which stretches of the source play, and how fast."""
    text = told(shot.time)
    return f", {text}" if text == "still" else f" {text}"


def _light(source: MediaFacts, plan: Plan) -> str:
    """What becomes of HDR: a copy keeps it, and `keep_hdr` does."""
    if source.picture is None or not source.picture.encoding.hdr:
        return ""
    kept = plan.output.as_coded is not None or plan.output.encoding.hdr
    return f", {source.picture.encoding.transfer.upper()} {'kept' if kept else 'to SDR'}"


def _step(step: Look | Foreign, plan: Plan) -> str:
    if isinstance(step, Foreign):
        return f"MoviePy {step.name}"
    alone = len(step.effects) == 1
    kinds = ", ".join(f"{effect.kind}{_values(effect) if alone else ''}" for effect in step.effects)
    strength = f" at {step.strength:.0%}" if step.strength != 1 else ""
    always = step.time is None or step.time.covers(plan.duration)
    pieces = () if always or step.time is None else step.time.pieces
    times = ", ".join(f"{clock(piece.start)}–{clock(piece.end)}" for piece in pieces)
    return f"look ({kinds}{_animated(step.keys)}){strength}{f' in {times} of the result' if times else ''}"


def _values(effect: Effect) -> str:
    """The numbers of an effect that are not its defaults, as words: ` stops 0.7`."""
    said = effect.model_dump(exclude={"kind"}, exclude_defaults=True)
    return "".join(f" {name} {value:g}" for name, value in said.items() if isinstance(value, int | float))


def _animated(keys: tuple[tuple[str, Keys], ...]) -> str:
    return f", animated: {', '.join(name for name, _ in keys)}" if keys else ""


def document(plan: Plan) -> dict[str, JsonValue]:
    """The whole plan as JSON values; fractions are text, as in project files."""
    value = as_json(plan)
    assert isinstance(value, dict)
    return value


def as_json(value: object) -> JsonValue:
    """A value of a plan as JSON."""
    if isinstance(value, BaseModel):
        dumped: JsonValue = value.model_dump(mode="json")
        return dumped
    if dataclasses.is_dataclass(value):
        kind = {"kind": type(value).__name__.lower()} if isinstance(value, _KINDS) else {}
        return {**kind, **{entry.name: as_json(getattr(value, entry.name)) for entry in dataclasses.fields(value)}}
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    return value  # type: ignore[return-value]
