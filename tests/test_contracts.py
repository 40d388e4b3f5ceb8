"""One suite asks the same of every effect, filter, layout and target: whatever is added to a folder is asked too."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import click
import numpy as np
import pytest
from PIL import Image

import clipkit as ck
from clipkit import effects, layouts, targets
from clipkit.api.schema import project_schema
from clipkit.catalog.effect import FramingEffect
from clipkit.cli._group import group
from clipkit.engine.compose import Painter
from clipkit.engine.planes import planes_of
from clipkit.engine.tables import Tables
from clipkit.errors import ProjectError
from clipkit.geometry import Size
from clipkit.library import filters
from clipkit.plan.types import Plan
from clipkit.project import document
from clipkit.project.keys import numbers
from clipkit.project.model import Composition, Input, Node, Project
from media import Shelf

ROOT = Path(__file__).parent.parent
SIZE = (90, 160)
FRAMES = 8


@dataclass(frozen=True)
class Subject:
    """Something of a collection."""

    room: str
    name: str

    def __str__(self) -> str:
        return f"{self.room}:{self.name}"


EFFECTS = [Subject("effects", name) for name in effects.names()]
FILTERS = [Subject("filters", look.name) for look in filters.listed()]
LAYOUTS = [Subject("layouts", name) for name in layouts.names()]
TARGETS = [Subject("targets", name) for name in targets.names()]
PICTURES = [*EFFECTS, *FILTERS, *LAYOUTS]

every = pytest.mark.parametrize("subject", [*PICTURES, *TARGETS], ids=str)
every_picture = pytest.mark.parametrize("subject", PICTURES, ids=str)
every_model = pytest.mark.parametrize("subject", [*EFFECTS, *LAYOUTS], ids=str)


@pytest.fixture(scope="module")
def take(shelf: Shelf) -> ck.Clip:
    return ck.open(shelf.clip(seconds=Fraction(FRAMES, 30), size=SIZE))


@pytest.fixture(scope="module")
def other(shelf: Shelf) -> ck.Clip:
    return ck.open(shelf.clip(seconds=Fraction(FRAMES, 30), size=(160, 90), clip_id=1))


def model(subject: Subject) -> type[Any]:
    find = effects.effect_class if subject.room == "effects" else layouts.layout_class
    return find(subject.name)


def applied(subject: Subject, take: ck.Clip, other: ck.Clip) -> ck.Clip:
    """A clip with the subject at its defaults."""
    if subject.room == "effects":
        return take.effect(subject.name)
    if subject.room == "filters":
        return take.filter(subject.name)
    if subject.room == "targets":
        return take.with_output(target=subject.name)
    layout = layouts.layout_class(subject.name)
    count = next(count for count in range(1, 9) if layout.takes(count))
    parts = [take, *[other] * (count - 1)]
    inputs = tuple(Input(node=part.project.root) for part in parts)
    return ck.Clip(Project(root=Node(source=Composition(layout=layout(), inputs=inputs))))


def seen(clip: ck.Clip) -> Plan:
    """The plan of all frames, at the size of the pictures where nothing else is asked for."""
    if clip.project.output.target is None:
        clip = clip.with_output(target="source")
    return clip.plan("mp4", copy=False)


def painted(plan: Plan, order: range) -> dict[int, bytes]:
    """Frames as digests, painted in an order; each is what an encoder expects."""
    found = {}
    with Painter(plan, Tables()) as painter:
        for index in order:
            frame = painter.paint(index)
            assert (frame.format.name, frame.width, frame.height) == (
                "yuv420p",
                plan.output.size.width,
                plan.output.size.height,
            )
            parts = (np.ascontiguousarray(plane).tobytes() for plane in planes_of(frame))
            found[index] = hashlib.sha256(b"".join(parts)).digest()
    return found


# ---- documents -----------------------------------------------------------------------------------------------------


@every
def test_a_project_survives_json(subject: Subject, take: ck.Clip, other: ck.Clip):
    project = applied(subject, take, other).project
    assert document.loads(document.dumps(project)) == project


def beyond(kind: type[Any]) -> Iterator[tuple[str, float]]:
    """Each bounded number, with values outside of its bounds."""
    for name, field in kind.model_json_schema()["properties"].items():
        if "minimum" in field:
            yield name, field["minimum"] - 1
        if "maximum" in field:
            yield name, field["maximum"] + 1


@every_model
def test_what_is_out_of_range_is_refused_with_a_pointer(subject: Subject, take: ck.Clip, other: ck.Clip):
    data = json.loads(document.dumps(applied(subject, take, other).project))
    edits = data["root"]["edits"]
    place, holder = ("/root/edits/0/effect", edits[0]["effect"]) if edits else ("/root/source/layout", None)
    holder = data["root"]["source"]["layout"] if holder is None else holder
    for name, value in [*beyond(model(subject)), ("wobble", 1)]:
        before = dict(holder)
        holder[name] = value
        with pytest.raises(ProjectError) as caught:
            document.loads(json.dumps(data))
        assert (caught.value.code, caught.value.where) == ("bad-document", f"{place}/{name}")
        holder.clear()
        holder.update(before)
    document.loads(json.dumps(data))  # and what is in range is not


def test_a_strength_out_of_range_is_refused_with_a_pointer(take: ck.Clip):
    data = json.loads(document.dumps(take.filter("noir").project))
    data["root"]["edits"][0]["strength"] = 1.5
    with pytest.raises(ProjectError) as caught:
        document.loads(json.dumps(data))
    assert caught.value.where == "/root/edits/0/strength"


@every_model
def test_it_is_in_the_schema_with_its_bounds(subject: Subject):
    known = project_schema()["$defs"]
    base = "Effect" if subject.room == "effects" else "Layout"
    ours = known[f"{base}.{subject.name}"]
    assert {"$ref": f"#/$defs/{base}.{subject.name}"} in known[base]["oneOf"]
    assert ours["properties"]["kind"]["const"] == subject.name
    assert subject.name in known["Unknown"]["properties"]["kind"]["not"]["enum"]
    assert set(ours["properties"]) == set(model(subject).model_fields)
    assert all(field.get("description") for name, field in ours["properties"].items() if name != "kind")


def test_filters_and_targets_are_named_in_the_schema():
    known = project_schema()["$defs"]
    assert known["Filter"]["properties"]["name"]["examples"] == sorted(subject.name for subject in FILTERS)
    assert known["Output"]["properties"]["target"]["examples"] == [subject.name for subject in TARGETS]


# ---- help and documentation ----------------------------------------------------------------------------------------


@every
def test_it_is_named_in_the_help(subject: Subject):
    context = click.Context(group, info_name="clipkit", terminal_width=9999, max_content_width=9999)
    command = group.get_command(context, subject.room)
    assert command is not None
    text = command.get_help(click.Context(command, info_name=subject.room, parent=context))
    listed = text.partition(f"{subject.room.capitalize()}: ")[2].partition(".\n")[0]
    assert subject.name in listed.split(", ")


@every
def test_it_is_in_the_documentation(subject: Subject):
    page = (ROOT / "docs" / f"{subject.room}.md").read_text(encoding="utf-8")
    assert f"\n### {subject.name}\n" in page, "run `make docs`"
    if subject.room == "targets":
        return
    picture = ROOT / "docs" / "images" / subject.room / f"{subject.name}.jpg"
    assert f"(images/{subject.room}/{subject.name}.jpg)" in page
    with Image.open(picture) as image:
        assert image.width > image.height  # before and after, side by side


def test_the_pictures_of_the_documentation_are_small():
    assert sum(path.stat().st_size for path in (ROOT / "docs" / "images").rglob("*/*.jpg")) < 3_000_000


# ---- pictures ------------------------------------------------------------------------------------------------------


def stated(subject: Subject, take: ck.Clip, other: ck.Clip) -> Size:
    """The size that a result must have."""
    if subject.room == "layouts":
        return Size(*SIZE) if seen(applied(subject, take, other)).output.size == Size(*SIZE) else Size(1080, 1920)
    effect = effects.effect_class(subject.name)() if subject.room == "effects" else None
    return effect.framed(Size(*SIZE)) if isinstance(effect, FramingEffect) else Size(*SIZE)


@every_picture
def test_defaults_render_the_same_whoever_paints(subject: Subject, take: ck.Clip, other: ck.Clip):
    """Twice the same bytes, from any frame on, in any order: spans need nothing of each other."""
    clip = applied(subject, take, other)
    if subject.room == "layouts":
        clip = clip.with_output(size="90x160")  # at a canvas of 1080 the suite would take minutes
    plan = seen(clip)
    assert plan.expect.frames == FRAMES
    assert plan.output.size == (Size(*SIZE) if subject.room == "layouts" else stated(subject, take, other))
    assert plan.duration == seen(take).duration
    forwards, backwards = painted(plan, range(FRAMES)), painted(plan, range(FRAMES - 1, -1, -1))
    assert forwards == backwards
    assert painted(plan, range(5, 6)) == {5: forwards[5]}


@pytest.mark.parametrize("subject", TARGETS, ids=str)
def test_a_target_exports_what_it_says(subject: Subject, take: ck.Clip, other: ck.Clip, tmp_path: Path, shelf: Shelf):
    target = targets.find(subject.name)
    clip = take if not target.min_seconds else ck.open(shelf.clip(seconds=math.ceil(target.min_seconds), size=SIZE))
    report = applied(subject, clip, other).export(tmp_path / "out.mp4", cache=False)
    with av.open(tmp_path / "out.mp4") as file:
        stream = file.streams.video[0]
        assert stream.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == ((target.size.width, target.size.height) if target.size else SIZE)
        assert sum(1 for _ in file.decode(video=0)) == report.frames


@pytest.mark.parametrize("kind", ["vhs", "crop", "echo-trails"])
def test_exported_files_have_the_duration_format_and_size_that_are_stated(kind: str, take: ck.Clip, tmp_path: Path):
    digests = set()
    for name, workers in (("a.mp4", 1), ("b.mp4", 2)):
        take.effect(kind).export(tmp_path / name, workers=workers, cache=False)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
        with av.open(tmp_path / name) as file:
            stream = file.streams.video[0]
            size = stated(Subject("effects", kind), take, take)
            assert (stream.pix_fmt, stream.width, stream.height) == ("yuv420p", size.width, size.height)
            assert sum(1 for _ in file.decode(video=0)) == FRAMES
    assert len(digests) == 1


def test_the_comparison_can_fail(take: ck.Clip):
    """Another seed gives other bytes, so equal ones mean something."""
    first, second = (painted(seen(take.effect("grain", seed=seed)), range(3)) for seed in (1, 2))
    assert all(first[index] != second[index] for index in range(3))


# ---- keyframes -----------------------------------------------------------------------------------------------------

ANIMATED = [(kind, name) for kind in effects.names() for name in numbers(effects.effect_class(kind)) if kind != "lut"]


@pytest.mark.parametrize(("kind", "name"), ANIMATED)
def test_every_number_can_be_animated_and_is_exact_at_its_keys(kind: str, name: str, take: ck.Clip):
    """At a key the picture is to the byte that of the value itself."""
    field = effects.effect_class(kind).model_json_schema()["properties"][name]
    low, high = field["minimum"], field["maximum"]
    values = [low + (high - low) * share for share in (0.25, 0.5)]
    values = [round(value) for value in values] if field["type"] == "integer" else values
    start = effects.effect_class(kind)().model_dump()[name]
    if kind in FIXED and name in FIXED[kind]:
        values = [start, start]
    moving = take.effect(kind, keys={name: [(0, values[0]), ("6f", values[1])]})
    assert document.loads(document.dumps(moving.project)) == moving.project
    plan = seen(moving)
    found = painted(plan, range(0, 8, 2))
    for frame, value in ((0, values[0]), (6, values[1])):
        still = take.effect(kind, **{name: start if fixes(kind, name) else value})
        if seen(still).output.size == plan.output.size:
            assert painted(seen(still), range(frame, frame + 1))[frame] == found[frame]
    assert found == painted(plan, range(6, -1, -2))


FIXED = {"echo-trails": ("echoes", "delay")}
"""Keys do not change these: which earlier pictures are needed is decided with the plan."""


def fixes(kind: str, name: str) -> bool:
    return name in FIXED.get(kind, ())
