"""Questions that every effect must answer the same way, and a few about single ones."""

from __future__ import annotations

import base64
import json
import pickle
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit import effects
from clipkit.catalog.effect import PointEffect
from clipkit.colour import cube, curve
from clipkit.colour.light import daylight, to_gamma, to_linear
from clipkit.colour.rgb import luma, tint
from clipkit.errors import ProjectError

KINDS = effects.names()
POINTS = [kind for kind in KINDS if issubclass(effects.effect_class(kind), PointEffect)]
CHANGES_BY_DEFAULT = {"invert", "monochrome", "posterise", "duotone", "gamut"}


@pytest.fixture
def colours() -> np.ndarray:
    """A cube of colours that reaches beyond the range on both sides, read-only."""
    axis = np.linspace(-0.25, 1.25, 13, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis, axis), axis=-1)
    grid.flags.writeable = False
    return grid


def bounded(kind: str) -> list[tuple[str, float, float]]:
    """The numbers that an effect takes, with their bounds."""
    properties = effects.effect_class(kind).model_json_schema()["properties"]
    return [(name, part["minimum"], part["maximum"]) for name, part in properties.items() if "minimum" in part]


ENDS = [
    (kind, name, end, beyond)
    for kind in POINTS
    if kind != "lut"  # its size must fit its data
    for name, low, high in bounded(kind)
    for end, beyond in ((low, low - 1), (high, high + 1))
]


def test_the_collection_is_whole():
    wanted = """
        exposure contrast temperature tint saturation vibrance curves split-tone hue duotone posterise invert lut
        blur sharpen glow vignette grain pixelate mirror kaleidoscope cartoon tilt-shift chromatic-aberration denoise
        skin-smooth vhs glitch rgb-split shake zoom-punch ken-burns echo-trails strobe
        crop rotate flip border rounded blur-fill colour-fill
    """
    assert set(wanted.split()) <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
class TestEvery:
    def test_is_found_under_its_own_name(self, kind):
        assert effects.effect_class(kind)().kind == kind

    def test_survives_json_and_pickle(self, kind):
        effect = effects.effect_class(kind)()
        assert effects.parse(json.loads(effect.model_dump_json())) == effect
        assert pickle.loads(pickle.dumps(effect)) == effect
        assert hash(effects.parse({"kind": kind})) == hash(effect)

    def test_says_what_it_and_its_parameters_do(self, kind):
        cls = effects.effect_class(kind)
        assert cls.__doc__
        assert all(field.description for name, field in cls.model_fields.items() if name != "kind")

    def test_refuses_unknown_keys_and_what_is_no_number(self, kind):
        with pytest.raises(ProjectError) as caught:
            effects.parse({"kind": kind, "wobble": 1})
        assert (caught.value.code, caught.value.where) == ("bad-effect", "/wobble")
        for name, *_ in bounded(kind):
            for bad in (float("nan"), float("inf"), "x", None):
                with pytest.raises(ProjectError) as caught:
                    effects.parse({"kind": kind, name: bad})
                assert caught.value.where == f"/{name}"


@pytest.mark.parametrize("kind", POINTS)
class TestEveryPoint:
    def test_defaults_change_nothing_unless_that_would_be_pointless(self, kind, colours):
        effect = effects.parse({"kind": kind})
        inside = np.clip(colours, 0, 1)
        same = np.allclose(effect.apply(inside), inside, atol=2e-6)
        assert same == (kind not in CHANGES_BY_DEFAULT)

    def test_apply_is_pure(self, kind, colours):
        effect = effects.effect_class(kind)()
        before = colours.copy()
        first, second = effect.apply(colours), effect.apply(colours)
        np.testing.assert_array_equal(colours, before)
        np.testing.assert_array_equal(first, second)
        assert first.shape == colours.shape
        assert first.dtype == np.float32
        assert np.isfinite(first).all()


@pytest.mark.parametrize(("kind", "name", "end", "beyond"), ENDS)
def test_the_ends_of_every_range_work_and_no_further(kind, name, end, beyond, colours):
    result = effects.parse({"kind": kind, name: end}).apply(colours)
    assert np.isfinite(result).all()
    with pytest.raises(ProjectError) as caught:
        effects.parse({"kind": kind, name: beyond})
    assert caught.value.code == "bad-effect"
    assert f"{end:g}".replace("-", "−") in caught.value.hint


def test_an_unknown_kind_names_its_neighbours():
    with pytest.raises(ProjectError) as caught:
        effects.parse({"kind": "exposur"})
    assert caught.value.code == "unknown-effect"
    assert "exposure" in caught.value.hint
    with pytest.raises(ProjectError) as caught:
        effects.parse({})
    assert (caught.value.code, caught.value.where) == ("bad-effect", "/kind")


def test_a_bad_point_of_a_curve_is_pointed_at():
    with pytest.raises(ProjectError) as caught:
        effects.parse({"kind": "curves", "red": [[0, 0], [1, 2]]})
    assert caught.value.where == "/red/1/1"
    with pytest.raises(ProjectError, match="right of the one before"):
        effects.parse({"kind": "curves", "red": [[0.5, 0], [0.5, 1]]})


GREY = np.linspace(0, 1, 101, dtype=np.float64)[:, None].repeat(3, axis=1)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "saturation", "amount": 1.7},
        {"kind": "vibrance", "amount": 1},
        {"kind": "hue", "degrees": 77},
        {"kind": "hue-band", "degrees": 77, "saturation": 2},
    ],
)
def test_colour_effects_leave_greys_and_luma_alone(data, colours):
    effect = effects.parse(data)
    np.testing.assert_allclose(effect.apply(GREY), GREY, atol=1e-9)
    np.testing.assert_allclose(luma(effect.apply(colours)), luma(colours), atol=1e-5)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "exposure", "stops": 1.5},
        {"kind": "exposure", "stops": 3, "protect": 1},
        {"kind": "contrast", "amount": 1},
        {"kind": "contrast", "amount": -1, "pivot": 0.9},
        {"kind": "fade", "amount": 1},
        {"kind": "curves", "master": [[0, 0.1], [0.4, 0.6], [0.5, 0.61], [1, 0.9]]},
    ],
)
def test_tone_effects_keep_order_and_range(data):
    tone = effects.parse(data).apply(GREY)[:, 0]
    assert (np.diff(tone) >= 0).all()
    assert tone.min() >= -1e-9
    assert tone.max() <= 1 + 1e-9


def test_exposure_is_linear_light():
    dark = np.full((1, 3), 0.2)
    lit = effects.parse({"kind": "exposure", "stops": 1, "protect": 0}).apply(dark)
    np.testing.assert_allclose(to_linear(lit), 2 * to_linear(dark), rtol=1e-9)


def test_hue_turns_the_way_it_says():
    red, green = np.array([[1.0, 0, 0]]), np.array([[0, 1.0, 0]])
    turned = effects.parse({"kind": "hue", "degrees": 120}).apply(red)
    assert np.argmax(turned) == np.argmax(green)


def test_warm_is_redder_and_magenta_less_green():
    grey = np.full((1, 3), 0.5)
    red, _, blue = effects.parse({"kind": "temperature", "shift": 0.5}).apply(grey)[0]
    assert red > 0.5 > blue
    red, green, _ = effects.parse({"kind": "tint", "shift": 0.5}).apply(grey)[0]
    assert red > 0.5 > green


def test_a_hue_band_leaves_the_other_hues_alone():
    blue = np.array([[0.1, 0.2, 0.8]])
    same = effects.parse({"kind": "hue-band", "centre": 30, "width": 60, "degrees": 40, "brightness": 1}).apply(blue)
    np.testing.assert_allclose(same, blue, atol=1e-9)


def test_posterise_leaves_as_many_values_as_it_says():
    assert len(np.unique(effects.parse({"kind": "posterise", "levels": 4}).apply(GREY).round(6))) == 4


def test_transfer_curves_are_inverse():
    values = np.linspace(-0.5, 2, 400)
    np.testing.assert_allclose(to_gamma(to_linear(values)), values, atol=1e-6)


def test_daylight_is_d65_at_its_temperature():
    np.testing.assert_allclose(daylight(6504), 1, atol=0.01)
    red, green, blue = daylight(4500)
    assert red > green > blue


@pytest.mark.parametrize("degrees", [0, 35, 120, 200, 359])
def test_a_tint_has_no_luma(degrees):
    offset = np.array(tint(degrees))
    assert abs(luma(offset)) < 1e-12
    assert np.linalg.norm(offset) == pytest.approx(1)


ascending = st.lists(st.floats(0, 1, width=16), min_size=2, max_size=8, unique=True).map(sorted)


@given(ascending, st.data())
def test_monotone_points_give_a_monotone_curve(xs, data):
    ys = sorted(data.draw(st.lists(st.floats(0, 1, width=16), min_size=len(xs), max_size=len(xs))))
    points = list(zip(xs, ys, strict=True))
    drawn = curve.evaluate(points, np.linspace(0, 1, 500))
    assert (np.diff(drawn) >= -1e-9).all()
    np.testing.assert_allclose(curve.evaluate(points, np.array(xs)), ys, atol=1e-9)


def test_a_lut_carries_a_cube_and_refuses_bombs():
    lut = effects.effect_class("lut")
    table = np.random.default_rng(1).random((27, 3), np.float32)
    effect = lut.of(cube.Cube(3, 3, table))
    again = effects.parse(json.loads(effect.model_dump_json()))
    np.testing.assert_array_equal(again.cube.table, table)
    bomb = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    for data in ("no base64!", "AAAA", bomb, effect.data[:40]):
        with pytest.raises(ProjectError) as caught:
            effects.parse({"kind": "lut", "dimensions": 3, "size": 3, "data": data})
        assert caught.value.code == "bad-effect"
    with pytest.raises(ProjectError, match="129"):
        effects.parse({"kind": "lut", "dimensions": 3, "size": 130, "data": bomb})


def test_gamut_brings_strong_colours_inside_and_keeps_hue_and_luma():
    rng = np.random.default_rng(4)
    rgb = rng.uniform(-0.3, 1.3, (4000, 3)).astype(np.float32)
    rgb = rgb[(luma(rgb) > 0.03) & (luma(rgb) < 0.97)]
    for softness in (0, 0.2, 0.9):
        held = effects.parse({"kind": "gamut", "softness": softness}).apply(rgb)
        np.testing.assert_allclose(luma(held), luma(rgb), atol=1e-5)
        assert held.min() > 0.5 / 255
        assert held.max() < 254.5 / 255
        before, after = (part - luma(part)[..., None] for part in (rgb, held))
        scale = np.linalg.norm(after, axis=-1) / np.linalg.norm(before, axis=-1)
        np.testing.assert_allclose(after, before * scale[..., None], atol=1e-5)
        assert scale.max() <= 1 + 1e-5


def test_gamut_leaves_calm_colours_and_greys_as_they_are():
    greys = np.linspace(0, 1, 11, dtype=np.float32)[:, None].repeat(3, axis=1)
    calm = np.array([[0.5, 0.4, 0.3], [0.6, 0.7, 0.6]], np.float32)
    for colours in (greys, calm):
        np.testing.assert_allclose(effects.parse({"kind": "gamut"}).apply(colours), colours, atol=1e-6)
