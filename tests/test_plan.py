"""The Plan: what a project and the facts of its media come to, decided without touching a file."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from clipkit import effects, layouts, targets
from clipkit.errors import ClipkitError, MediaError, PlanError, ProjectError
from clipkit.geometry import Size
from clipkit.plan import describe
from clipkit.plan.compile import compile_project
from clipkit.plan.needs import media_paths
from clipkit.plan.types import Foreign, Group, Look, Plan, Shot
from clipkit.project.model import Composition, Input, Media, Node, Output, Project, Still
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.sound_edits import Music
from clipkit.project.time_edits import Speed, Trim
from facts import song, still, video

FACTS = {
    facts.path: facts
    for facts in (
        video("/take.mp4"),
        video("/other.mp4", 12, rate=Fraction(30000, 1001), size=(1920, 1080)),
        video("/silent.mp4", 8, rate=24, channels=0),
        video("/fast.mp4", 10, rate=240),
        video("/slow.mp4", 10, rate=12),
        video("/surround.mp4", 10, channels=6),
        video("/odd.mp4", 4, size=(351, 639)),
        video("/long.mp4", 1000),
        video("/brief.mp4", Fraction(1, 5)),
        song("/song.mp3"),
        song("/jingle.mp3", 5),
        still("/cover.png", (1600, 1200)),
    )
}
LOOK = Filter(name="noir", strength=0.8, effects=(effects.effect_class("monochrome")(kind="monochrome"),))
HUE = Apply(effect=effects.effect_class("hue")(kind="hue", degrees=30))


def node(source: str | Composition | Still, *edits: Any) -> Node:
    return Node(source=Media(path=source) if isinstance(source, str) else source, edits=edits)


def project(source: str | Composition | Still, *edits: Any, **output: Any) -> Project:
    return Project(root=node(source, *edits), output=Output(**output))


def composed(kind: str, *parts: Node | Input, length_from: Any = "mine", **more: Any) -> Composition:
    inputs = tuple(part if isinstance(part, Input) else Input(node=part) for part in parts)
    layout = layouts.layout_class(kind)(kind=kind, **more)
    return Composition(layout=layout, inputs=inputs, length_from=length_from)


def duet(**more: Any) -> Composition:
    return composed("left-right", node("/take.mp4"), node("/other.mp4"), **more)


def planned(wanted: Project, container: str | None = None) -> Plan:
    return compile_project(wanted, {path: FACTS[path] for path in media_paths(wanted)}, container)


trim = Trim(start=Fraction(3), end=Fraction(18))
PROJECTS: dict[str, Project] = {
    "as it is": project("/take.mp4"),
    "main job": project(
        "/take.mp4", trim, Speed(factor=Fraction(3, 2)), LOOK, Music(track="/song.mp3"), target="tiktok"
    ),
    "webm, small": project("/take.mp4", Trim(end=Fraction(2)), width=360, height=640, fps=Fraction(24), quality="best"),
    "slow, pitch follows": project("/take.mp4", Trim(end=Fraction(2)), Speed(factor=Fraction(3, 10), pitch="follow")),
    "still with music": project(Still(path="/cover.png"), Music(track="/jingle.mp3", loop=False), target="tiktok"),
    "music that loops": project("/take.mp4", Music(track="/jingle.mp3", start=Fraction(1), mute_original=True)),
    "duet": project(duet()),
    "duet, filtered and cut": project(duet(), LOOK, Trim(start=Fraction(1), end=Fraction(4)), HUE),
    "react": project(
        composed(
            "react", Input(node=node("/take.mp4", trim), gain_db=3), Input(node=node("/other.mp4"), start=Fraction(-2))
        )
    ),
    "duet of a duet": project(composed("top-bottom", node(duet(), LOOK), node("/silent.mp4"), length_from="longest")),
    "moviepy": project("/take.mp4", Trim(end=Fraction(2)), MoviePyEffect(name="Painting", params={"saturation": 1.4})),
    "silent": project("/silent.mp4"),
    "cut by the target": project("/take.mp4", target="tiktok-15"),
    "with advice": project("/long.mp4", Trim(end=Fraction(200)), target="tiktok"),
    "end beyond the end": project("/take.mp4", Trim(start=Fraction(19), end=Fraction(25))),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_words(name: str, snapshot: SnapshotAssertion) -> None:
    assert "\n".join(describe.lines(planned(PROJECTS[name]))) == snapshot


@pytest.mark.parametrize("container", ["mov", "webm", "gif"])
def test_words_of_other_files(container: str, snapshot: SnapshotAssertion) -> None:
    assert "\n".join(describe.lines(planned(project("/take.mp4"), container))) == snapshot


@pytest.mark.parametrize("name", PROJECTS)
def test_a_plan_is_a_value(name: str) -> None:
    """The same question gives the same plan; it pickles, and it is JSON."""
    plan = planned(PROJECTS[name])
    assert plan == planned(PROJECTS[name])
    assert pickle.loads(pickle.dumps(plan)) == plan
    assert plan != replace(plan, fit="contain" if plan.fit != "contain" else "cover")
    document = describe.document(plan)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["target"] == plan.target
    assert len(document["sources"]) == len(plan.sources)


@pytest.mark.parametrize("name", PROJECTS)
def test_spans_cover_all_frames_once(name: str) -> None:
    plan = planned(PROJECTS[name])
    assert [span.start for span in plan.spans] == [0, *(span.stop for span in plan.spans[:-1])]
    assert plan.spans[-1].stop == plan.expect.frames
    assert all(0 < span.frames <= plan.output.video.gop <= 2 * plan.output.rate + 1 for span in plan.spans)
    if plan.sound is not None:
        assert plan.sound.samples == plan.expect.samples == round(plan.duration * 48000)


# ---- defaults ------------------------------------------------------------------------------------------------------


def test_the_target_is_the_source_s_for_one_clip_and_tiktok_s_for_several() -> None:
    assert planned(project("/take.mp4")).target == "source"
    assert planned(project("/take.mp4", Music(track="/song.mp3"))).target == "source"
    for kind in ("left-right", "top-bottom", "react"):
        plan = planned(project(composed(kind, node("/take.mp4"), node("/other.mp4"))))
        assert (plan.target, plan.output.size) == ("tiktok", Size(1080, 1920))
    assert planned(project("/take.mp4", target="stories")).target == "stories"
    assert planned(project(duet(), target="source")).output.size == Size(1080, 1920)


@pytest.mark.parametrize(
    ("path", "target", "rate"),
    [
        ("/take.mp4", "source", 30),
        ("/fast.mp4", "source", 240),
        ("/slow.mp4", "source", 12),
        ("/other.mp4", "tiktok", Fraction(30000, 1001)),
        ("/silent.mp4", "tiktok", 24),
        ("/fast.mp4", "tiktok", 60),
        ("/slow.mp4", "tiktok", 24),
        ("/fast.mp4", "whatsapp-status", 30),
    ],
)
def test_the_rate_is_the_source_s_where_it_may_be(path: str, target: str, rate: Fraction | int) -> None:
    plan = planned(project(path, target=target))
    assert plan.output.rate == plan.expect.rate == rate


def test_of_several_the_main_one_s_rate() -> None:
    assert planned(project(composed("left-right", node("/other.mp4"), node("/take.mp4")))).output.rate == Fraction(
        30000, 1001
    )
    assert planned(project("/take.mp4", Speed(factor=Fraction(2)))).output.rate == 30


@pytest.mark.parametrize(
    ("path", "output", "fit"),
    [
        ("/take.mp4", {"target": "tiktok"}, "cover"),
        ("/other.mp4", {"target": "tiktok"}, "blur"),
        ("/other.mp4", {"target": "tiktok", "fit": "contain"}, "contain"),
        ("/other.mp4", {}, "cover"),
        ("/take.mp4", {"width": 1920, "height": 1080}, "cover"),
    ],
)
def test_the_fit(path: str, output: dict[str, Any], fit: str) -> None:
    assert planned(project(path, **output)).fit == fit


def test_sizes() -> None:
    assert planned(project("/odd.mp4")).output.size == Size(350, 638)
    assert planned(project("/take.mp4"), "gif").output.size == Size(480, 852)
    assert planned(project("/take.mp4", width=720, height=1280)).output.size == Size(720, 1280)


def test_lengths_and_gains_of_compositions() -> None:
    def length(length_from: str, offset: int = 0) -> Fraction:
        other = Input(node=node("/other.mp4"), start=Fraction(offset))
        return planned(project(composed("react", node("/take.mp4"), other, length_from=length_from))).duration

    assert (length("mine"), length("longest"), length("longest", 100)) == (20, 20, 112)
    assert (length("other"), length("shortest"), length("other", 5), length("shortest", -2)) == (12, 12, 17, 10)
    plan = planned(project(duet()))
    assert plan.sound is not None
    assert [voice.gain_db for voice in plan.sound.voices] == [0, 0]
    layout = layouts.layout_class("react")(kind="react")
    assert (layout.at, layout.scale, layout.shape) == ("bottom-right", 0.33, "rounded")


def test_music_lies_under_the_own_sound() -> None:
    plan = planned(project("/take.mp4", Music(track="/jingle.mp3")))
    assert plan.sound is not None
    own, music = plan.sound.voices
    assert (own.gain_db, music.gain_db, plan.sound.limit) == (0, -12, True)
    assert music.time.end == 20
    assert [piece.source for piece in music.time.pieces] == [0] * 4
    assert music.envelopes[0].points == ((19, 1.0), (20, 0.0))
    once = planned(project("/take.mp4", Music(track="/jingle.mp3", loop=False)))
    assert once.sound is not None
    assert once.sound.voices[1].time.end == 5


@pytest.mark.parametrize(
    ("wanted", "limit"),
    [
        (project("/take.mp4"), False),
        (project("/surround.mp4"), True),
        (project("/take.mp4", Music(track="/song.mp3", mute_original=True)), False),
        (project("/take.mp4", Music(track="/song.mp3", mute_original=True, gain_db=3)), True),
        (project(duet()).model_copy(update={"output": Output(normalise=False)}), True),
    ],
)
def test_a_limiter_stands_where_a_sum_may_clip(wanted: Project, limit: bool) -> None:
    plan = planned(wanted)
    assert plan.sound is not None
    assert plan.sound.limit is limit


def test_silence() -> None:
    assert planned(project("/silent.mp4")).sound is None
    assert planned(project("/silent.mp4", target="tiktok")).sound is not None
    assert planned(project("/take.mp4"), "gif").output.audio is None


@pytest.mark.parametrize(
    ("quality", "preset", "crf"), [("draft", "veryfast", "23"), ("good", "veryfast", "20"), ("best", "medium", "18")]
)
def test_quality(quality: str, preset: str, crf: str) -> None:
    codec = planned(project("/take.mp4", quality=quality)).output.video
    assert (codec.encoder, codec.profile, codec.pixel_format) == ("libx264", "High", "yuv420p")
    assert {"preset": preset, "crf": crf}.items() <= dict(codec.options).items()
    assert codec.gop == 60


# ---- the tree ------------------------------------------------------------------------------------------------------


def test_a_verb_on_a_composition_wraps_the_whole_of_it() -> None:
    plan = planned(project(duet(), LOOK, Trim(start=Fraction(1), end=Fraction(4))))
    picture = plan.picture
    assert isinstance(picture, Group)
    assert picture.steps == (Look(LOOK.effects, 0.8),)
    assert all(part.steps == () for part in picture.parts)
    assert plan.duration == 3
    assert picture.time.at(Fraction(0)) == 1
    assert [part.time.at(Fraction(2)) for part in picture.parts] == [3, 3]
    assert plan.sound is not None
    assert [voice.time.at(Fraction(2)) for voice in plan.sound.voices] == [3, 3]


def test_edits_follow_each_other() -> None:
    two, half = Speed(factor=Fraction(2)), Trim(start=Fraction(2), end=Fraction(4))
    first, then = planned(project("/take.mp4", two, half)), planned(project("/take.mp4", half, two))
    assert (first.duration, then.duration) == (2, 1)
    assert (first.picture.time.at(Fraction(1)), then.picture.time.at(Fraction(1, 2))) == (6, 3)


def test_a_composition_of_compositions() -> None:
    plan = planned(PROJECTS["duet of a duet"])
    outer = plan.picture
    assert isinstance(outer, Group)
    inner, last = outer.parts
    assert isinstance(inner, Group)
    assert isinstance(last, Shot)
    assert inner.steps
    assert not outer.steps
    assert [facts.path for facts in plan.sources] == ["/take.mp4", "/other.mp4", "/silent.mp4"]
    assert plan.duration == 20
    assert last.time.at(Fraction(19)) == Fraction(191, 24)  # its last frame is held


def test_foreign_steps_keep_the_time_of_what_they_were_applied_to() -> None:
    effect = MoviePyEffect(name="FadeIn", params={"duration": 1, "initial_color": [0, 0, 0]})
    plan = planned(project("/take.mp4", effect, Trim(start=Fraction(5), end=Fraction(8))))
    (step,) = plan.picture.steps
    assert isinstance(step, Foreign)
    assert step.time.at(Fraction(0)) == 5
    assert {step: 1}  # the engine finds its callable by it


def test_one_source_stands_once() -> None:
    plan = planned(project(composed("left-right", node("/take.mp4"), node("/take.mp4", LOOK))))
    assert len(plan.sources) == 1
    assert media_paths(PROJECTS["main job"]) == ("/take.mp4", "/song.mp3")


# ---- what cannot be ------------------------------------------------------------------------------------------------

OTHER = node("/other.mp4")
Refusal = tuple[Project, str | None, type[ClipkitError], str, str]

REFUSED: dict[str, Refusal] = {
    "start beyond end": (
        project("/take.mp4", LOOK, Trim(start=Fraction(20))),
        None,
        ProjectError,
        "start-beyond-end",
        "/root/edits/1/start",
    ),
    "start beyond end, inside": (
        project(composed("react", node("/other.mp4"), node("/take.mp4", Trim(start=Fraction(99))))),
        None,
        ProjectError,
        "start-beyond-end",
        "/root/source/inputs/1/node/edits/0/start",
    ),
    "music beyond its end": (
        project("/take.mp4", Music(track="/jingle.mp3", start=Fraction(5))),
        None,
        ProjectError,
        "start-beyond-end",
        "/root/edits/0/start",
    ),
    "too long": (project("/long.mp4", target="tiktok"), None, PlanError, "too-long", ""),
    "too short": (project("/brief.mp4", target="stories"), None, PlanError, "too-short", ""),
    "container": (project("/take.mp4", target="tiktok"), "webm", PlanError, "container-outside-target", ""),
    "container, nowhere": (project("/take.mp4"), "avi", PlanError, "container-outside-target", ""),
    "rate above": (project("/take.mp4", target="tiktok", fps=Fraction(61)), None, PlanError, "rate-outside-target", ""),
    "rate below": (project("/take.mp4", target="reels", fps=Fraction(22)), None, PlanError, "rate-outside-target", ""),
    "size": (project("/take.mp4", target="tiktok", width=100, height=100), None, PlanError, "size-outside-target", ""),
    "target": (project("/take.mp4", target="tiktak"), None, ProjectError, "unknown-target", ""),
    "no picture": (project("/song.mp3"), None, MediaError, "no-picture", "/song.mp3"),
    "no sound": (project("/take.mp4", Music(track="/silent.mp4")), None, MediaError, "no-sound", "/silent.mp4"),
    "sources": (
        project(composed("left-right", node("/take.mp4"))), None, ProjectError, "wrong-sources", "/root/source/inputs"
    ),
    "nothing left": (
        project(composed("react", node("/take.mp4"), Input(node=OTHER, start=Fraction(-12)), length_from="other")),
        None,
        ProjectError,
        "empty",
        "/root/source/inputs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_said_before_the_work(name: str) -> None:
    wanted, container, kind, code, where = REFUSED[name]
    with pytest.raises(ClipkitError) as caught:
        planned(wanted, container)
    error = caught.value
    assert (type(error), error.code, error.where) == (kind, code, where)
    assert error.hint
    assert "\n" not in error.message


def test_the_limits_themselves_are_allowed() -> None:
    assert planned(project("/take.mp4", target="tiktok", fps=Fraction(60))).output.rate == 60
    assert planned(project("/long.mp4", Trim(end=Fraction(600)), target="tiktok")).duration == 600
    assert planned(project("/take.mp4", Trim(start=Fraction(3), end=Fraction(6)), target="stories")).duration == 3
    assert planned(project("/take.mp4", Trim(start=Fraction("19.999")))).expect.frames == 1


@pytest.mark.parametrize("target", targets.names())
def test_every_target_makes_a_plan(target: str) -> None:
    plan = planned(project("/take.mp4", Trim(end=Fraction(15)), target=target))
    assert (plan.target, plan.duration) == (target, 15)
    assert targets.find(target).size in (None, plan.output.size)


def test_a_file_without_a_moment_of_picture() -> None:
    """An edit list may leave nothing: that is no plan of no frames."""
    facts = video("/x", 1)
    assert facts.picture is not None
    for end in (Fraction(0), Fraction(-1)):
        empty = replace(facts, picture=replace(facts.picture, end=end, start=Fraction(-2)))
        for edits in ((), (Speed(factor=Fraction(2)),), (Trim(end=Fraction(1)),)):
            with pytest.raises(ClipkitError) as caught:
                compile_project(project("/x", *edits), {"/x": empty})
            assert caught.value.hint


def test_an_end_is_cut_with_a_notice() -> None:
    plan = planned(PROJECTS["end beyond the end"])
    assert plan.duration == 1
    assert any("0:20.00" in notice for notice in plan.notices)
    assert planned(PROJECTS["cut by the target"]).duration == 15
