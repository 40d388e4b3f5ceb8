"""The document: what is saved comes back, what is unknown survives, what is wrong is pointed at."""

from __future__ import annotations

import json
import os
import string
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hostile
from clipkit import effects, layouts
from clipkit.errors import ClipkitError, PlanError, ProjectError
from clipkit.plan.compile import compile_project
from clipkit.plan.facts import MediaFacts
from clipkit.plan.needs import media_paths
from clipkit.project.document import MAX_BYTES, MAX_DEPTH, dumps, loads
from clipkit.project.model import Composition, Input, Media, Node, Output, Project, Sequence, Still
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.sound_edits import Music
from clipkit.project.time_edits import Boomerang, Freeze, Knot, Loop, Ramp, Reverse, Speed, Trim
from clipkit.project.values import Unknown
from facts import video

posix = pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")


@pytest.fixture
def facts() -> MediaFacts:
    return video("/a")


# ---- projects ------------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
paths = st.builds(
    lambda parts: "/" + "/".join(parts),
    st.lists(st.text(string.ascii_letters + ' ~#%-é漢\n"\\', min_size=1, max_size=8), min_size=1, max_size=3),
)
seconds = st.fractions(min_value=0, max_value=10**6) | st.floats(1e-9, 1e6).map(lambda x: Fraction(repr(x)))
positive = seconds.map(lambda t: t + Fraction(1, 7))
gains = st.floats(-60, 24)


def not_among(*known: str) -> st.SearchStrategy[str]:
    return words.filter(lambda kind: kind not in known)


def unknown(*known: str) -> st.SearchStrategy[Unknown]:
    return st.builds(
        lambda kind, more: Unknown.model_validate({**more, "kind": kind}),
        not_among(*known),
        st.dictionaries(words, values, max_size=3),
    )


def parameters(kind: str) -> st.SearchStrategy[Any]:
    """An effect of that kind at its default, or with its numbers moved within their bounds."""
    model = effects.effect_class(kind)
    ranges = {
        name: st.floats(part["minimum"], part["maximum"])
        for name, part in model.model_json_schema()["properties"].items()
        if part.get("type") == "number" and "minimum" in part and "maximum" in part
    }
    return st.fixed_dictionaries({}, optional=ranges).map(lambda given: model.model_validate({"kind": kind, **given}))


def constructible(kind: str) -> bool:
    try:
        effects.effect_class(kind).model_validate({"kind": kind})
    except ValueError:
        return False
    return True


POINT = [kind for kind in effects.names() if constructible(kind)]
known_effects = st.sampled_from(POINT).flatmap(parameters)
any_effect = known_effects | unknown(*effects.names())
points = st.tuples(st.floats(0, 1), st.floats(0, 1))
any_layout = (
    st.sampled_from([layouts.layout_class(kind)(kind=kind) for kind in layouts.names()])
    | st.builds(
        lambda at, path, scale: layouts.layout_class("react")(kind="react", at=at, path=path, scale=scale),
        st.sampled_from(["top-left", "bottom-right"]) | points,
        st.lists(st.tuples(st.floats(0, 100), points), max_size=3).map(tuple),
        st.floats(0.05, 1),
    )
    | unknown(*layouts.names())
)
EDITS = (
    *("trim", "speed", "ramp", "reverse", "freeze", "loop", "boomerang"),
    *("filter", "effect", "moviepy", "music"),
)
edits = st.one_of(
    st.builds(lambda start, length: Trim(start=start, end=start + length), seconds, positive),
    st.builds(Trim, start=seconds),
    st.builds(Speed, factor=st.fractions(Fraction(1, 10), 10), pitch=st.sampled_from(["keep", "follow"])),
    st.builds(
        lambda times, factors, **more: Ramp(
            knots=tuple(Knot(at=at, factor=f) for at, f in zip(sorted(times), factors, strict=False)), **more
        ),
        st.lists(st.fractions(0, 1), min_size=1, max_size=4),
        st.lists(st.fractions(Fraction(1, 10), 10), min_size=4, max_size=4),
        curve=st.sampled_from(["linear", "smooth"]),
        of=st.sampled_from(["seconds", "length"]),
        name=words,
        pitch=st.sampled_from(["keep", "follow"]),
        slow_motion=st.sampled_from(["pick", "blend", "flow"]),
    ),
    st.just(Reverse()),
    st.builds(Freeze, at=seconds, length=st.fractions(Fraction(1, 100), 3600)),
    st.builds(Loop, times=st.integers(1, 1000)),
    st.just(Boomerang()),
    st.builds(
        Filter, name=words, digest=words, strength=st.floats(0, 1), effects=st.lists(any_effect, max_size=3).map(tuple)
    ),
    st.builds(Apply, effect=any_effect),
    st.builds(MoviePyEffect, name=words, params=st.dictionaries(words, values, max_size=3)),
    st.builds(
        Music,
        track=paths,
        start=seconds,
        gain_db=gains,
        original_gain_db=gains,
        mute_original=st.booleans(),
        fade_in=seconds,
        fade_out=seconds,
        loop=st.booleans(),
    ),
    unknown(*EDITS),
)
leaves = (
    st.builds(Media, path=paths)
    | st.builds(Still, path=paths, duration=positive)
    | unknown("media", "still", "composition", "sequence")
)


def nodes(sources: st.SearchStrategy[Any]) -> st.SearchStrategy[Node]:
    return st.builds(Node, source=sources, edits=st.lists(edits, max_size=3).map(tuple))


def compositions(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    start = st.fractions(-1000, 1000)
    inputs = st.builds(
        Input,
        node=inner,
        start=start,
        gain_db=gains,
        muted=st.booleans(),
        fit=st.sampled_from([None, "contain", "cover", "blur"]),
        focus=points,
        when_short=st.sampled_from(["freeze", "loop", "black", "trim"]),
    )
    length = st.sampled_from(["mine", "other", "shortest", "longest"])
    some = st.lists(inputs, min_size=1, max_size=3).map(tuple)
    rows = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return nodes(
        st.builds(Composition, layout=any_layout, inputs=some, length_from=length)
        | rows.flatmap(lambda row: st.builds(Sequence, nodes=st.just(row), main=st.integers(0, len(row) - 1)))
    )


sides = st.integers(8, 4096).map(lambda n: 2 * n)
outputs = st.builds(
    lambda size, **more: Output(width=size and size[0], height=size and size[1], **more),
    st.none() | st.tuples(sides, sides),
    target=st.none() | words,
    fps=st.none() | st.fractions(1, 240),
    fit=st.sampled_from([None, "contain", "cover", "blur"]),
    quality=st.sampled_from(["draft", "good", "best"]),
)
projects = st.builds(Project, root=st.recursive(nodes(leaves), compositions, max_leaves=3), output=outputs)
calm = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@calm
@given(projects)
def test_what_is_written_is_read_back(project: Project) -> None:
    text = dumps(project)
    assert loads(text) == project
    assert dumps(loads(text)) == text
    json.loads(text, parse_constant=lambda name: pytest.fail(name))


@posix
@calm
@given(projects, st.sampled_from(["/", "/a", "/a/b/c", "/é"]))
def test_paths_are_relative_to_the_file(project: Project, folder: str) -> None:
    text = dumps(project, Path(folder))
    assert loads(text, Path(folder)) == project
    for path in media_paths(loads(text)):
        inside = Path(folder, path)
        assert Path(path).is_absolute() != inside.is_relative_to(folder) or not Path(path).is_absolute()


@posix
def test_a_folder_may_move(tmp_path: Path) -> None:
    project = Project(
        root=Node(source=Media(path=str(tmp_path / "in" / "a.mp4")), edits=(Music(track="/elsewhere/song.mp3"),))
    )
    text = dumps(project, tmp_path)
    assert json.loads(text)["root"]["source"]["path"] == "in/a.mp4"
    assert json.loads(text)["root"]["edits"][0]["track"] == "/elsewhere/song.mp3"
    assert media_paths(loads(text, Path("/moved"))) == ("/moved/in/a.mp4", "/elsewhere/song.mp3")
    assert json.loads(dumps(project, tmp_path / "sub"))["root"]["source"]["path"] == str(tmp_path / "in" / "a.mp4")


@posix
def test_paths_in_a_pipe_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inner = Node(source=Still(path="b.png"), edits=(Music(track="sub/../song.mp3"),))
    layout = layouts.layout_class("top-bottom")(kind="top-bottom")
    mine = Input(node=Node(source=Media(path="a.mp4")))
    project = Project(root=Node(source=Composition(layout=layout, inputs=(mine, Input(node=inner)))))
    assert media_paths(loads(dumps(project))) == tuple(f"{tmp_path}/{name}" for name in ("a.mp4", "b.png", "song.mp3"))


# ---- what is unknown -----------------------------------------------------------------------------------------------

STRANGE = {"kind": "sparkle", "amount": 3, "deep": {"list": [1, 2.5, None, "é", {"kind": "trim"}]}, "start": "never"}
PLACES = {
    "/root/source": {"root": {"source": STRANGE}},
    "/root/edits/1": {"root": {"source": {"kind": "media", "path": "/a"}, "edits": [{"kind": "trim"}, STRANGE]}},
    "/root/edits/0/effect": {
        "root": {"source": {"kind": "media", "path": "/a"}, "edits": [{"kind": "effect", "effect": STRANGE}]}
    },
    "/root/edits/0/effects/1": {
        "root": {
            "source": {"kind": "media", "path": "/a"},
            "edits": [{"kind": "filter", "name": "x", "effects": [{"kind": "invert"}, STRANGE]}],
        }
    },
    "/root/source/layout": {
        "root": {
            "source": {
                "kind": "composition",
                "layout": STRANGE,
                "inputs": [{"node": {"source": {"kind": "media", "path": "/a"}}}],
            }
        }
    },
    "/root/source/inputs/1/node/edits/0": {
        "root": {
            "source": {
                "kind": "composition",
                "layout": {"kind": "left-right"},
                "inputs": [
                    {"node": {"source": {"kind": "media", "path": "/a"}}},
                    {"node": {"source": {"kind": "media", "path": "/a"}, "edits": [STRANGE]}},
                ],
            }
        }
    },
}


def at(document: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) points at; KeyError or IndexError where there is nothing."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


@pytest.mark.parametrize("place", PLACES)
def test_what_is_unknown_survives_and_is_not_rendered(place: str, facts: MediaFacts) -> None:
    text = json.dumps({"version": 1, **PLACES[place]})
    project = loads(text)
    for _ in range(2):
        project = loads(dumps(project))
    assert at(json.loads(dumps(project)), place) == STRANGE
    with pytest.raises(PlanError) as caught:
        compile_project(project, {"/a": facts})
    assert (caught.value.code, caught.value.where) == ("unknown-kind", place)
    assert "sparkle" in caught.value.message
    assert caught.value.hint


# ---- what is wrong -------------------------------------------------------------------------------------------------


def whole() -> dict[str, Any]:
    """A document with one of everything."""
    media: dict[str, Any] = {"kind": "media", "path": "/a.mp4"}
    look = {"kind": "filter", "name": "x", "effects": [{"kind": "exposure", "stops": 1}, {"kind": "invert"}]}
    inner = {
        "source": {
            "kind": "composition",
            "layout": {"kind": "react", "at": [0.5, 0.5], "path": [[1, [0.5, 0.5]]]},
            "inputs": [
                {"node": {"source": media, "edits": [{"kind": "trim", "start": 1}, look]}},
                {"node": {"source": media}},
            ],
        },
        "edits": [{"kind": "speed", "factor": 2}],
    }
    return {
        "version": 1,
        "root": {
            "source": {
                "kind": "composition",
                "layout": {"kind": "left-right"},
                "inputs": [
                    {"node": inner, "start": "1/2", "gain_db": -3},
                    {"node": {"source": {"kind": "still", "path": "/b.png"}}},
                ],
            },
            "edits": [
                {"kind": "trim", "start": 1, "end": 3},
                {"kind": "music", "track": "/s.mp3"},
                look,
                {"kind": "effect", "effect": {"kind": "hue", "degrees": 3}},
                {"kind": "moviepy", "name": "BlackAndWhite", "params": {}},
                {"kind": "sparkle"},
            ],
        },
        "output": {"target": "tiktok"},
    }


WHOLE = json.loads(json.dumps(whole()))
DEEP = "/root/source/inputs/0/node"

WRONG = [
    ("/root/edits/0/start", "soon"),
    ("/root/edits/0/start", True),
    ("/root/edits/0/start", None),
    ("/root/edits/0/start", "1e9"),
    ("/root/edits/0/start", "1/0"),
    ("/root/edits/0/start", -1),
    ("/root/edits/0/start", 10**400),
    ("/root/edits/0/start", [1]),
    ("/root/edits/1/gain_db", 1000),
    ("/root/edits/1/track", 5),
    ("/root/edits/1/track", "a\0b"),
    ("/root/edits/2/effects", {}),
    ("/root/edits/2/effects/0/stops", "high"),
    ("/root/edits/2/effects/0/stops", 100),
    ("/root/edits/2/effects/1", 7),
    ("/root/edits/2/effects/1/kind", 7),
    ("/root/edits/2/strength", 2),
    ("/root/edits/3/effect", "hue"),
    ("/root/edits/3/effect/degrees", None),
    ("/root/edits/3/effect/kind", []),
    ("/root/edits/4/params", []),
    ("/root/edits/5/kind", 3),
    ("/root/edits/5", "trim"),
    ("/root/edits", {}),
    ("/root/source", None),
    ("/root/source/kind", None),
    ("/root/source/layout", []),
    ("/root/source/layout/swap", "perhaps"),
    ("/root/source/layout/kind", None),
    ("/root/source/inputs", []),
    ("/root/source/inputs/1/node/source/duration", 0),
    ("/root/source/inputs/1/node/source/path", []),
    ("/root/source/inputs/0/start", "x"),
    (f"{DEEP}/edits/0/factor", 100),
    (f"{DEEP}/edits/0/pitch", "wobble"),
    (f"{DEEP}/source/layout/at", "middle"),
    (f"{DEEP}/source/layout/at/1", 3),
    (f"{DEEP}/source/layout/path/0/0", -1),
    (f"{DEEP}/source/layout/path/0/1/0", "left"),
    (f"{DEEP}/source/layout/colour", [1, 2, "x"]),
    (f"{DEEP}/source/inputs/0/node/edits/0/end", "never"),
    (f"{DEEP}/source/inputs/0/node/edits/1/effects/0/stops", "high"),
    (f"{DEEP}/source/inputs/1/node/source/path", 5),
    (f"{DEEP}/source/length_from", "both"),
    ("/output/fit", "stretch"),
    ("/output/fps", 1000),
    ("/output/width", 15),
    ("/root", []),
    ("/version", 0),
    ("/version", "1"),
    ("/version", True),
]


def changed(pointer: str, value: Any) -> dict[str, Any]:
    document = json.loads(json.dumps(WHOLE))
    parent, _, last = pointer.rpartition("/")
    holder = at(document, parent)
    holder[int(last) if isinstance(holder, list) else last] = value
    return document


def bad(document: object, where: str = "") -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        loads(document if isinstance(document, str) else json.dumps(document), where=where)
    error = caught.value
    assert error.code == "bad-document"
    assert error.hint
    assert "\n" not in error.message
    assert error.message
    return error


def test_the_whole_document_is_right() -> None:
    assert loads(json.dumps(WHOLE)).root.edits


@pytest.mark.parametrize(("pointer", "value"), WRONG, ids=lambda value: repr(value)[:60])
def test_the_pointer_leads_to_what_is_wrong(pointer: str, value: Any) -> None:
    """To the very value; where one of two shapes was meant, to the nearest that holds it."""
    document = changed(pointer, value)
    found = bad(document).where
    at(document, found)
    holder = pointer.rpartition("/")[0]
    allowed = {pointer, holder} if pointer.endswith(("/at/1", "/colour")) else {pointer}
    assert found in allowed or found.startswith(f"{pointer}/")


def objects(value: Any, pointer: str = "") -> list[str]:
    """Pointers to all objects of a document, but for those whose keys are their own affair."""
    if isinstance(value, dict):
        own = value.get("kind") == "sparkle" or pointer.endswith("/params")
        inner = [found for key, item in value.items() for found in objects(item, f"{pointer}/{key}")]
        return inner if own else [pointer, *inner]
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in objects(item, f"{pointer}/{index}")]
    return []


@pytest.mark.parametrize("key", ["surprise", "a/b~c", "trim", "media", "source", "0", "", "é\n"])
def test_an_unknown_key_is_pointed_at_wherever_it_stands(key: str) -> None:
    step = key.replace("~", "~0").replace("/", "~1")
    for place in objects(WHOLE):
        if key in at(WHOLE, place):
            continue
        error = bad(changed(f"{place}/{key}", 1) if "/" not in key else _with(place, key))
        assert error.where == f"{place}/{step}"


def _with(place: str, key: str) -> dict[str, Any]:
    document = json.loads(json.dumps(WHOLE))
    at(document, place)[key] = 1
    return document


REQUIRED = ["/root", "/root/source", "/root/source/layout", "/root/edits/1/track", f"{DEEP}/source/inputs/0/node"]


@pytest.mark.parametrize("pointer", [*REQUIRED, "/root/edits/2/effects", f"{DEEP}/edits/0/factor"])
def test_what_is_missing_is_pointed_at_where_it_should_be(pointer: str) -> None:
    document = json.loads(json.dumps(WHOLE))
    parent, _, last = pointer.rpartition("/")
    del at(document, parent)[last]
    assert bad(document).where == pointer


def test_what_does_not_fit_together_is_pointed_at() -> None:
    assert bad(changed("/root/edits/0/end", "1/2")).where == "/root/edits/0"
    assert bad(changed("/output/width", 16)).where == "/output"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nul",
        "[1,]",
        "{} {}",
        '{"a": }',
        "\ufeff{}",
        "NaN",
        '{"root": NaN}',
        '{"root": 1e999}',
        "\ud800",
        "'a'",
    ],
    ids=ascii,
)
def test_what_is_no_json(text: str) -> None:
    error = bad(text, "my.clipkit")
    assert error.where == "my.clipkit"
    assert "JSON" in error.message


@pytest.mark.parametrize("text", ["[]", "3", "null", '"x"', "true"])
def test_json_that_is_no_object(text: str) -> None:
    assert bad(text, "my.clipkit").where == "my.clipkit"


def test_the_place_of_a_file_stands_before_the_pointer() -> None:
    assert bad(changed("/root/edits/0/start", "soon"), "my.clipkit").where == "my.clipkit#/root/edits/0/start"


@pytest.mark.parametrize("version", [2, 99, 10**30])
def test_a_newer_document_is_refused(version: int) -> None:
    with pytest.raises(ProjectError) as caught:
        loads(json.dumps({"version": version, "future": {}}), where="x.clipkit")
    assert (caught.value.code, caught.value.where) == ("newer-document", "x.clipkit#/version")
    assert caught.value.hint


@pytest.mark.parametrize("name", ["json_deep", "json_wide", "json_number"])
def test_documents_that_mean_harm(tmp_path: Path, name: str) -> None:
    suffix, build = hostile.TEXT_BOMBS[name]
    bad(build(tmp_path / f"x{suffix}").read_text())


def nested(depth: int) -> Project:
    node = Node(source=Media(path="/a"))
    layout = layouts.layout_class("left-right")(kind="left-right")
    for _ in range(depth):
        node = Node(source=Composition(layout=layout, inputs=(Input(node=node),)))
    return Project(root=node)


def test_limits() -> None:
    """What would not be read is not written either."""
    assert loads(dumps(nested(14))) == nested(14)
    for depth in (16, 100, 2000):
        with pytest.raises(ProjectError) as caught:
            dumps(nested(depth))
        assert caught.value.code == "bad-document"
        assert caught.value.hint
    bad(json.dumps({"root": {"source": {"kind": "x", "a": json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)}}}))
    large = Unknown.model_validate({"kind": "x", "data": "x" * MAX_BYTES})
    with pytest.raises(ProjectError):
        dumps(Project(root=Node(source=large)))


def test_a_name_that_is_no_text_is_not_written() -> None:
    with pytest.raises(ProjectError):
        dumps(Project(root=Node(source=Media(path="/bad-\udcff.mp4"))))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@calm
@given(json_values | st.fixed_dictionaries({"root": json_values}) | st.text())
def test_any_json_is_read_or_refused(value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        dumps(loads(text))
    except ClipkitError as error:
        assert "\n" not in error.message  # noqa: PT017  either is right
        assert error.hint  # noqa: PT017


LEAVES = [place for place in objects(WHOLE) if place] + [
    f"{place}/kind" for place in objects(WHOLE) if "kind" in at(WHOLE, place)
]


@calm
@given(st.lists(st.tuples(st.sampled_from(LEAVES), json_values), min_size=1, max_size=3))
def test_a_document_with_anything_in_it_is_read_or_refused(changes: list[tuple[str, Any]]) -> None:
    document = json.loads(json.dumps(WHOLE))
    for pointer, value in changes:
        parent, _, last = pointer.rpartition("/")
        try:
            holder = at(document, parent)
            holder[int(last) if isinstance(holder, list) else last] = value
        except (KeyError, IndexError, TypeError, ValueError):
            continue
    try:
        project = loads(json.dumps(document))
        assert loads(dumps(project)) == project
    except ClipkitError as error:
        assert "\n" not in error.message  # noqa: PT017  either is right
        at(document, error.where.rpartition("/")[0])
