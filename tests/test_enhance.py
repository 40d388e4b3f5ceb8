"""Enhance: nearer to the original where a clip was spoilt, hardly anything where it was not, and steady over time."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import clipkit as ck
from clipkit import folders
from clipkit.api.clip import Clip
from clipkit.api.judgement import NOTHING, judged
from clipkit.cli._group import group
from clipkit.effects import effect_class
from clipkit.plan import describe
from clipkit.project import document
from clipkit.project.keys import value_at
from clipkit.project.picture_edits import Apply
from eye import apart, clipped, natural

MEDIA = os.environ.get("CLIPKIT_REAL_MEDIA")
VISIBLE = ["temperature", "tint", "exposure", "contrast", "saturation", "gamut"]
SPOILT = {
    "under": ("exposure", {"stops": -1.5}),
    "over": ("exposure", {"stops": 1.2, "protect": 0}),
    "flat": ("contrast", {"amount": -1, "pivot": 0.5}),
    "warm": ("temperature", {"shift": 0.5}),
    "cold": ("temperature", {"shift": -0.5}),
    "green": ("tint", {"shift": -0.5}),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path / "home"))


def street(seconds: int = 2, seed: int = 1) -> Clip:
    """Natural colours on things in even light, between white walls and grey ground, gliding by."""
    rng = np.random.default_rng(seed)
    things = natural()[rng.integers(0, 72, (12, 9))].repeat(16, axis=0).repeat(16, axis=1)
    things[:48] = np.linspace(0.93, 0.75, 48)[:, None, None]
    things[-32:] = np.linspace(0.3, 0.5, 32)[:, None, None]
    things = np.clip(things + rng.normal(0, 0.008, things.shape), 0.01, 0.97)
    frames = np.stack([np.roll(things, 2 * index, axis=1) for index in range(10 * seconds)])
    return ck.from_array(np.rint(frames * 255).astype(np.uint8), 10)


def sample(name: str) -> Clip:
    return (
        ck.open(folders.shipped("sample_media") / f"{name}.mp4").trim(0, 4).with_output(target="source", size="180x320")
    )


def shown(clip: Clip) -> np.ndarray:
    frames = clip.frames([0, clip.duration / 2])
    step = max(2, frames[0].shape[0] // 200)
    return np.stack(frames)[:, ::step, ::step].astype(float) / 255


def spoilt(clip: Clip, how: str) -> Clip:
    kind, values = SPOILT[how]
    return clip.effect(kind, **values)


def added(clip: Clip, more: Clip) -> list[Apply]:
    """The edits that the second has after those of the first."""
    return list(more.project.root.edits[len(clip.project.root.edits) :])


# ---- nearer to the original ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "part"), [("under", 0.5), ("over", 0.9), ("flat", 0.6), ("warm", 0.6), ("cold", 0.8), ("green", 0.75)]
)
def test_what_was_spoilt_comes_nearer_to_what_it_was(how, part):
    """By so much of the CIEDE2000 distance at least; light that was burnt out is gone for good."""
    clip = street()
    worse = spoilt(clip, how)
    before, after = apart(shown(worse), shown(clip)), apart(shown(worse.enhance()), shown(clip))
    assert before > 3
    assert after < part * before


@pytest.mark.parametrize("name", ["host", "dancer"])
@pytest.mark.parametrize("how", ["under", "flat"])
def test_sample_clips_come_nearer_to_what_they_were(name, how):
    clip = sample(name)
    worse = spoilt(clip, how)
    assert apart(shown(worse.enhance()), shown(clip)) < 0.9 * apart(shown(worse), shown(clip))


@pytest.mark.parametrize("name", ["host", "dancer", "street"])
def test_a_good_clip_is_nearly_left_alone(name):
    clip = street() if name == "street" else sample(name)
    assert apart(shown(clip.enhance()), shown(clip)) < 1.5


REAL = ["gopro-max-gps-track.mp4", "edit-list.mp4", "iphone6s-livephoto-vfr-pcm-gps.mov", "android14-hlg10-gps.mp4"]


@pytest.mark.skipif(not MEDIA, reason="CLIPKIT_REAL_MEDIA names no folder with clips")
def test_real_clips_come_nearer_to_what_they_were():
    """On the whole; and none gets farther away, though one without a bright grey keeps its cast."""
    parts: dict[str, list[float]] = {how: [] for how in SPOILT}
    for name in REAL:
        clip = ck.open(Path(MEDIA or "") / name).trim(0, 1).with_output(target="source")
        plain = shown(clip)
        assert apart(shown(clip.enhance()), plain) < 3
        for how in SPOILT:
            worse = spoilt(clip, how)
            parts[how].append(apart(shown(worse.enhance()), plain) / apart(shown(worse), plain))
    assert max(max(found) for found in parts.values()) < 1.03
    assert {how: round(float(np.mean(found)), 2) for how, found in parts.items() if np.mean(found) > 0.9} == {}


# ---- clipping ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [None, *SPOILT])
@pytest.mark.parametrize("name", ["host", "dancer", "street"])
def test_hardly_anything_clips_that_did_not(name, how):
    clip = street() if name == "street" else sample(name)
    clip = clip if how is None else spoilt(clip, how)
    assert clipped(shown(clip.enhance())) <= clipped(shown(clip)) + 0.005


@pytest.mark.skipif(not MEDIA, reason="CLIPKIT_REAL_MEDIA names no folder with clips")
def test_hardly_anything_clips_in_real_clips():
    for path in sorted(Path(MEDIA or "").iterdir()):
        if path.suffix in (".mp4", ".mov", ".webm") and path.stat().st_size:
            clip = ck.open(path).with_output(target="source").trim(0, 1)
            assert clipped(shown(clip.enhance())) <= clipped(shown(clip)) + 0.005, path.name


# ---- steady over time ----------------------------------------------------------------------------------------------


def test_one_scene_has_one_value_of_each():
    """Things move through the picture and light flickers; nothing is animated."""
    clip = spoilt(street(4), "under")
    flicker = clip.effect("exposure", keys={"stops": [(t / 5, 0.25 * (t % 2)) for t in range(20)]})
    for steady in (clip, flicker):
        edits = added(steady, steady.enhance())
        assert [edit.effect.kind for edit in edits if edit.effect.kind == "exposure"] == ["exposure"]
        assert all(not edit.keys for edit in edits)


def test_scenes_that_want_different_things_get_them_smoothly():
    dark, light = spoilt(street(3), "under"), street(3, seed=5)
    both = ck.join(dark, light)
    edits = added(both, both.enhance())
    assert [edit.effect.kind for edit in edits] == [kind for kind in VISIBLE if kind in {e.effect.kind for e in edits}]
    (exposure,) = (edit for edit in edits if edit.effect.kind == "exposure")
    keys = exposure.keys["stops"]
    alone = {
        name: _value(added(clip, clip.enhance()), "exposure", "stops")
        for name, clip in (("dark", dark), ("light", light))
    }
    assert value_at(keys, Fraction(1)) == pytest.approx(alone["dark"], abs=0.15)
    assert value_at(keys, Fraction(5)) == pytest.approx(alone["light"], abs=0.15)
    for edit in edits:
        for track in edit.keys.values():
            values = [value_at(track, Fraction(n, 30)) for n in range(180)]
            steps = [abs(b - a) for a, b in pairwise(values)]
            assert max(steps) <= 2.2 / 30 * (max(values) - min(values)), "a second for the whole way, eased"
            assert sum(steps) == pytest.approx(max(values) - min(values)), "and never back"
            assert {values[0], values[-1]} == {max(values), min(values)}


def _value(edits: list[Apply], kind: str, name: str) -> float:
    return next((getattr(edit.effect, name) for edit in edits if edit.effect.kind == kind), 0.0)


def test_short_scenes_and_long_clips_do_not_pump():
    """Cuts faster than the eye settles are one scene."""
    parts = [spoilt(street(1, seed), "under") if seed % 2 else street(1, seed) for seed in range(6)]
    cuts = ck.join(*parts)
    assert all(not edit.keys for edit in added(cuts, cuts.enhance()))


# ---- what comes of it ----------------------------------------------------------------------------------------------


def test_they_are_ordinary_effects_that_can_be_edited():
    worse = spoilt(street(), "under")
    better = worse.enhance()
    edits = added(worse, better)
    assert all(isinstance(edit, Apply) for edit in edits)
    assert {edit.effect.kind for edit in edits} <= set(VISIBLE)
    assert all(isinstance(edit.effect, effect_class(edit.effect.kind)) for edit in edits)
    assert document.loads(document.dumps(better.project)) == better.project
    assert better.enhance(0) == better
    words = "\n".join(describe.lines(better.plan("mp4")))
    assert f"exposure stops {_value(edits, 'exposure', 'stops'):g}" in words


def test_strength_is_a_part_of_the_way():
    worse = spoilt(street(), "under")
    whole, half = (_value(added(worse, worse.enhance(part)), "exposure", "stops") for part in (1, 0.5))
    assert half == pytest.approx(whole / 2, abs=0.01)
    assert worse.enhance(0) == worse
    for bad in (-0.1, 1.5):
        with pytest.raises(ck.ProjectError) as caught:
            worse.enhance(bad)
        assert caught.value.code == "bad-value"


def test_where_there_is_nothing_to_judge_nothing_is_done():
    black = np.zeros((5000, 3), np.float32)
    assert judged(black) == NOTHING
    assert judged(black[:0]) == NOTHING
    rng = np.random.default_rng(1)
    for colour in ((0.8, 0.1, 0.1), (0.1, 0.7, 0.2), (0.2, 0.2, 0.9)):
        wall = np.clip(rng.normal(colour, 0.02, (5000, 3)), 0, 1).astype(np.float32)
        assert (judged(wall).shift, judged(wall).tint) == (0, 0), "a wall of one colour is no cast"
    for value in (0.01, 0.5, 1.0):
        assert np.isfinite(
            [getattr(judged(np.full((5000, 3), value, np.float32)), name) for name in ("stops", "contrast")]
        ).all()


def test_from_the_command_line_and_in_recipes(tmp_path: Path):
    take = tmp_path / "take.mp4"
    spoilt(street(), "under").export(take)
    done = CliRunner().invoke(group, ["enhance", str(take), "-o", "-"])
    kinds = [edit["effect"]["kind"] for edit in json.loads(done.stdout)["root"]["edits"]]
    assert "exposure" in kinds
    made = CliRunner().invoke(group, ["make", str(take), "--enhance", "0.5", "--filter", "noir", "-o", "-"])
    by_make = json.loads(made.stdout)["root"]["edits"]
    assert [edit["kind"] for edit in by_make] == ["trim", *["effect"] * len(kinds), "filter"]
    filled = ck.recipe({"enhance": 0.5, "filter": "noir"}).fill({"input": str(take)})
    assert json.loads(document.dumps(filled.project))["root"]["edits"] == by_make
    for value, count in ((True, len(kinds)), (False, 0)):
        edits = ck.recipe({"enhance": value}).fill({"input": str(take)}).project.root.edits
        assert sum(edit.kind == "effect" for edit in edits) == count
    with pytest.raises(ck.ProjectError, match="outside"):
        ck.recipe({"enhance": 2})
