"""A filter on a stretch of time: on those frames and no other, whatever is done to the clip afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import clipkit as ck
from clipkit.batch import recipe
from clipkit.engine.compose import Painter
from clipkit.engine.planes import planes_of
from clipkit.engine.tables import Tables
from clipkit.plan import describe
from clipkit.plan.compile import compile_project
from clipkit.plan.types import Look, Plan
from clipkit.project.document import dumps, loads
from clipkit.project.model import Media, Node, Project
from clipkit.project.picture_edits import Filter
from clipkit.project.time_edits import Speed, Trim
from facts import video
from media import Shelf

FPS = 30
SIZE = (96, 160)
Make = Callable[[ck.Clip], ck.Clip]


@pytest.fixture
def take(shelf: Shelf) -> Path:
    return shelf.clip(seconds=3, size=SIZE)


def frames(clip: ck.Clip) -> list[bytes]:
    """Digests of all frames as they would be encoded."""
    plan = clip.with_output(target="source", size=SIZE, fps=FPS).plan("mp4", copy=False)
    with Painter(plan, Tables()) as painter:
        return [_digest(painter, index) for index in range(plan.expect.frames)]


def _digest(painter: Painter, index: int) -> bytes:
    planes = planes_of(painter.paint(index))
    return hashlib.sha256(b"".join(np.ascontiguousarray(plane).tobytes() for plane in planes)).digest()


def coloured(clip: ck.Clip, then: Make = lambda clip: clip, **when: object) -> list[int]:
    """The frames that a filter on a stretch changes; it changes each as the filter on all of the clip does."""
    without, always = frames(then(clip)), frames(then(clip.filter("noir")))
    assert all(a != b for a, b in zip(without, always, strict=True))  # so that a frame says which of the two it is
    got = frames(then(clip.filter("noir", **when)))
    on = [index for index, frame in enumerate(got) if frame == always[index]]
    assert all(got[index] == without[index] for index in set(range(len(got))) - set(on))
    return on


# ---- which frames --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "first", "stop"),
    [
        ({"start": 1, "end": 2}, 30, 60),
        ({"start": "30f", "length": "1000ms"}, 30, 60),
        ({"start": "1.01", "end": "2.01"}, 31, 61),  # frame 30 shows at 1.000, frame 60 at 2.000
        ({"end": Fraction(1, 1000)}, 0, 1),
        ({"start": "89f"}, 89, 90),
        ({"start": "0.001", "end": "0.002"}, 0, 0),  # between two frames
        ({"start": 2, "end": 50}, 60, 90),
        ({}, 0, 90),
    ],
)
def test_it_is_on_the_frames_that_show_in_the_stretch(take: Path, when: dict[str, object], first: int, stop: int):
    assert coloured(ck.open(take), **when) == list(range(first, stop))


@pytest.mark.parametrize(
    ("then", "wanted"),
    [
        (lambda clip: clip.speed(2), range(15, 30)),
        (lambda clip: clip.speed("0.5"), range(60, 120)),
        (lambda clip: clip.trim("1.5"), range(15)),
        (lambda clip: clip.trim("0.5", 1), range(0)),
        (lambda clip: clip.trim("1.2", "1.8"), range(18)),
        (lambda clip: clip.speed(2).trim("0.75").speed("0.5"), range(15)),
    ],
)
def test_it_stays_on_them_whatever_follows(take: Path, then: Make, wanted: range):
    assert coloured(ck.open(take), then, start=1, end=2) == list(wanted)


def test_it_stays_on_them_inside_a_composition(take: Path):
    other = ck.open(take)
    duet: Make = lambda clip: ck.duet(clip, other.trim(0, 1), layout="top-bottom").speed(2)  # noqa: E731
    assert coloured(ck.open(take), duet, start=1, end=2) == list(range(15, 30))
    react: Make = lambda clip: ck.react(other, clip, offset=1).trim(1)  # noqa: E731
    assert coloured(ck.open(take), react, start=1, end=2) == list(range(30, 60))
    assert coloured(ck.open(take), lambda clip: react(clip).filter("noir", 0.5).trim("0.5"), end=1) == list(range(15))


def test_a_frame_that_is_held_keeps_its_look(take: Path):
    """The other one ends before mine: its last frame, at 2.9667 s, stands on."""
    mine, other = ck.open(take).speed("0.5"), ck.open(take)
    then: Make = lambda clip: ck.duet(mine, clip)  # noqa: E731
    assert coloured(other, then, start="2.95") == list(range(89, 180))
    assert coloured(other, then, start=1, end="2.95") == list(range(30, 89))


def test_a_still_changes_its_look_too(tmp_path: Path):
    path = tmp_path / "still.png"
    Image.merge("RGB", [Image.linear_gradient("L").resize(SIZE)] * 2 + [Image.new("L", SIZE, 40)]).save(path)
    assert coloured(ck.still(path, 3), start=1, end=2) == list(range(30, 60))


def test_on_a_composition_it_is_on_all_of_it(take: Path):
    both = ck.duet(ck.open(take), ck.open(take).speed(2))
    assert coloured(both, start=1, end=2) == list(range(30, 60))


def test_several_may_overlap_each_in_its_own_time(take: Path):
    clip = ck.open(take)
    got = frames(clip.filter("noir", start=0, end=2).filter("golden-hour", start=1))
    noir, golden, both = (
        frames(clip.filter("noir")),
        frames(clip.filter("golden-hour")),
        frames(clip.filter("noir").filter("golden-hour")),
    )
    assert got == noir[:30] + both[30:60] + golden[60:]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("trim"), st.fractions(0, 3, max_denominator=12), st.fractions(1, 6, max_denominator=12)),
        st.tuples(st.just("speed"), st.sampled_from([Fraction(1, 2), Fraction(3, 2), Fraction(2)])),
        st.tuples(st.just("filter"), st.fractions(0, 3, max_denominator=12), st.fractions(1, 6, max_denominator=12)),
    ),
    max_size=6,
)


@given(STEPS)
def test_any_chain_maps_each_frame_back_to_the_time_that_was_named(steps: list[tuple[object, ...]]):
    """Followed by hand: from the output time back through each edit, to the time that each filter was given."""
    length, edits = Fraction(20), []
    for kind, *values in steps:
        if kind == "speed":
            edits.append(Speed(factor=values[0]))
            length /= values[0]
        elif values[0] < length:
            start, end = values[0], values[0] + values[1]
            edits.append(Trim(start=start, end=end) if kind == "trim" else _look(start, end, f"{len(edits)}"))
            length = min(end, length) - start if kind == "trim" else length
    facts = {"/take.mp4": video("/take.mp4", 20)}
    plan = compile_project(Project(root=Node(source=Media(path="/take.mp4"), edits=tuple(edits))), facts)
    for index in range(plan.expect.frames):
        t, wanted = index / plan.output.rate, []
        for edit in reversed(edits):
            if isinstance(edit, Speed):
                t *= edit.factor
            elif isinstance(edit, Trim):
                t += edit.start
            elif edit.start <= t < edit.end:
                wanted.append(edit.strength)
        on = [
            step.strength for step in plan.picture.steps if isinstance(step, Look) and step.on(index / plan.output.rate)
        ]
        assert on == wanted[::-1]


def _look(start: Fraction, end: Fraction, number: str) -> Filter:
    """A filter known by its strength."""
    return Filter(name="x", strength=0.1 + 0.1 * int(number), start=start, end=end, effects=({"kind": "invert"},))


# ---- what it costs -------------------------------------------------------------------------------------------------


def reused(clip: ck.Clip, out: Path) -> int:
    return clip.export(out, quality="draft", force=True, copy=False).reused


@pytest.mark.parametrize(
    ("start", "end", "made"),
    [(4, 6, [2]), (3, 5, [1, 2]), ("2.001", "3.999", [1]), (8, None, [4]), ("3.99", "3.999", [])],
)
def test_only_the_spans_that_it_touches_are_made_again(shelf: Shelf, tmp_path: Path, start, end, made):
    """Nine seconds are five spans of 60 frames, the last one of 30."""
    clip, out = ck.open(shelf.clip(seconds=9, size=SIZE)), tmp_path / "o.mp4"
    assert reused(clip, out) == 0
    looked = clip.filter("noir", start=start, end=end)
    assert reused(looked, out) == sum((60, 60, 60, 60, 30)[span] for span in range(5) if span not in made)
    with_cache = out.read_bytes()
    looked.export(out, quality="draft", force=True, cache=False, copy=False)
    assert out.read_bytes() == with_cache
    if start == 4:
        assert reused(clip.filter("noir"), out) == 60  # the span that all of it covers is that of a filter without end


def test_a_table_is_baked_when_its_first_frame_comes(take: Path):
    plan = ck.open(take).filter("noir", start=1, end=2).filter("noir", start=1, end=2).plan("mp4", copy=False)
    tables = Tables()
    with Painter(plan, tables) as painter:
        for index in (0, 29, 60, 89):
            painter.paint(index)
        assert not tables._tables
        painter.paint(30)
        assert len(tables._tables) == 1


def test_the_same_look_at_other_times_is_one_table(take: Path):
    plan = ck.open(take).filter("noir", end=1).filter("noir", start=2).plan("mp4", copy=False)
    tables = Tables()
    with Painter(plan, tables) as painter:
        for index in (0, 30, 60):
            painter.paint(index)
    assert len(tables._tables) == 1


# ---- words ---------------------------------------------------------------------------------------------------------


def looks(plan: Plan) -> list[Look]:
    return [step for step in plan.picture.steps if isinstance(step, Look)]


def test_the_plan_says_when(take: Path):
    clip = ck.open(take).filter("noir", 0.5, start=1, end=2)
    assert " at 50% in 0:00.50–0:01.00 of the result" in describe.lines(clip.speed(2).plan("mp4", copy=False))[1]
    whole = clip.trim("1.2", "1.8").plan("mp4", copy=False)
    assert looks(whole)[0].time is None
    assert "of the result" not in describe.lines(whole)[1]
    assert looks(clip.trim(2).plan("mp4", copy=False)) == []


def test_an_end_beyond_the_end_is_said(take: Path):
    plan = ck.open(take).filter("noir", start=1, end=9).plan("mp4", copy=False)
    assert any("the input ends at 0:03.00, and noir with it" in notice for notice in plan.notices)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"start": 3}, "start-beyond-end"),
        ({"start": 2, "end": 1}, "bad-value"),
        ({"start": 1, "end": 1}, "bad-value"),
        ({"end": 2, "length": 1}, "end-and-length"),
        ({"start": -1}, "bad-value"),
    ],
)
def test_what_is_no_stretch_is_refused(take: Path, when: dict[str, object], code: str):
    with pytest.raises(ck.ProjectError) as told:
        ck.open(take).filter("noir", **when).plan("mp4", copy=False)
    assert told.value.code == code


def test_the_document_keeps_it_and_older_ones_have_none(take: Path):
    clip = ck.open(take).filter("noir", start=Fraction(1, 3), end=2)
    text = dumps(clip.project)
    assert loads(text) == clip.project
    data = json.loads(text)
    edit = data["root"]["edits"][0]
    assert (edit["start"], edit["end"]) == ("1/3", "2")
    del edit["start"], edit["end"]
    assert loads(json.dumps(data)) == ck.open(take).filter("noir").project


def test_a_recipe_has_it(take: Path):
    words = {"filter": ["noir", "golden-hour=0.5"], "filter-start": "{from}", "filter-end": "0:02"}
    clip = recipe.recipe(words).fill({"input": str(take), "from": 1})
    assert [(edit.start, edit.end) for edit in clip.project.root.edits if isinstance(edit, Filter)] == [(1, 2), (1, 2)]
    with pytest.raises(ck.ProjectError) as told:
        recipe.recipe({"filter-start": 1})
    assert told.value.code == "idle-key"
