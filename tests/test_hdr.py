"""HLG and PQ against the values that the recommendations publish."""

from __future__ import annotations

import numpy as np
import pytest

from clipkit.colour import hdr
from clipkit.colour.light import to_gamma


def grey(signal: float) -> np.ndarray:
    return np.full((1, 3), signal)


# ---- transfer functions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signal", "scene"), [(0.0, 0.0), (0.25, 1 / 48), (0.5, 1 / 12), (0.75, 0.2650), (1.0, 1.0), (-0.1, 0.0)]
)
def test_the_inverse_oetf_of_hlg(signal, scene):
    assert hdr.hlg_to_scene(np.array([signal]))[0] == pytest.approx(scene, abs=5e-5)


@pytest.mark.parametrize(("signal", "light"), [(0.0, 0), (0.38, 26), (0.5, 51), (0.75, 203), (1.0, 1000)])
def test_hlg_on_a_display_of_1000(signal, light):
    """The levels of BT.2408-4 table 1: a grey card of 18 % at 38 % signal is 26 cd/m², reference white 203."""
    assert hdr.hlg_to_light(grey(signal))[0] == pytest.approx(light, rel=0.02, abs=1e-9)


@pytest.mark.parametrize(("signal", "light"), [(0.0, 0), (0.5081, 100), (0.5807, 203), (0.7518, 1000), (1.0, 10000)])
def test_the_eotf_of_pq(signal, light):
    assert hdr.pq_to_light(np.array([signal]))[0] == pytest.approx(light, rel=2e-3)
    assert hdr.light_to_pq(np.array([float(light)]))[0] == pytest.approx(signal, abs=5e-5)


def test_the_ootf_keeps_ratios_of_components():
    light = hdr.hlg_to_light(np.array([[0.5, 0.4, 0.2]]))[0]
    np.testing.assert_allclose(light / light[0], [1, 0.64, 0.16])


# ---- tone map ------------------------------------------------------------------------------------------------


def pq(light: float) -> float:
    return float(hdr.light_to_pq(np.array(light)))


@pytest.mark.parametrize("reach", [0.5, 1.0])
def test_the_eetf_is_identity_below_its_knee(reach):
    knee = float(hdr.pq_to_light(np.array((1 + reach) * pq(203) - reach * pq(1000))))
    below = np.linspace(0, knee, 500)
    np.testing.assert_array_equal(hdr.eetf(below, 1000, 203, reach), below)
    assert hdr.eetf(np.array(knee * 1.2), 1000, 203, reach) < knee * 1.2 * 0.999


def test_the_eetf_has_the_knee_and_the_spline_of_the_report():
    """KS = 1.5 · maxLum − 0.5; half-way to the peak the spline is at KS / 2 + (1 − KS) / 8 + maxLum / 2."""
    top = pq(1000)
    ceiling = pq(203) / top
    knee = 1.5 * ceiling - 0.5
    assert knee == pytest.approx(0.6585, abs=1e-3)
    middle = hdr.eetf(hdr.pq_to_light(np.array((1 + knee) / 2 * top)), 1000, 203)
    assert pq(float(middle)) / top == pytest.approx(knee / 2 + (1 - knee) / 8 + ceiling / 2)


@pytest.mark.parametrize("reach", [0.5, 1.0])
@pytest.mark.parametrize(("peak", "target"), [(1000.0, 203.0), (4000.0, 100.0), (10000.0, 1000.0)])
def test_the_eetf_rises_smoothly_to_its_target(peak, target, reach):
    light = hdr.pq_to_light(np.linspace(0, pq(peak), 4001))
    mapped = hdr.eetf(light, peak, target, reach)
    assert mapped[-1] == pytest.approx(target)
    assert (np.diff(mapped) >= 0).all()
    slopes = np.diff(hdr.light_to_pq(mapped)) / np.diff(hdr.light_to_pq(light))
    assert np.abs(np.diff(slopes)).max() < 0.01  # no corner at the knee
    assert hdr.eetf(np.array(3 * peak), peak, target, reach) == pytest.approx(target)


def test_the_tone_map_keeps_greys_and_pales_highlights_a_little():
    grey_light = np.linspace(0, 1200, 200)[:, None].repeat(3, axis=1)
    mapped = hdr.tone_mapped(grey_light)
    np.testing.assert_allclose(mapped, hdr.eetf(grey_light, 1000, 203, 1.0), atol=1e-6)
    dim, bright = np.array([[20.0, 10, 5]]), np.array([[800.0, 400, 200]])
    np.testing.assert_allclose(hdr.tone_mapped(dim), dim)
    red, green, blue = hdr.tone_mapped(bright)[0]
    assert 1.1 < red / green < 2
    assert 1.1 < green / blue < 2
    assert red <= 203 * 1.1  # the strength of a colour lies below its brightest component; the rest is clipped


@pytest.mark.parametrize("peak", [1000, 2000, 4000, 10_000])
def test_what_was_mastered_brighter_keeps_its_highlights_and_its_middle_tones(peak):
    light = np.linspace(0, peak, 4001)[:, None].repeat(3, axis=1)
    mapped = hdr.tone_mapped(light, peak)[:, 0]
    assert np.diff(mapped).min() > -1e-9
    assert mapped[-1] == pytest.approx(203)
    assert (np.diff(mapped[::400]) > 0.001).all()  # highlights are told apart
    dark = light[light[:, 0] <= (36 if peak <= 4000 else 24)]  # the knee, which is the report's own for 10000
    np.testing.assert_allclose(hdr.tone_mapped(dark, peak), dark)
    white = float(hdr.to_sdr(grey(0.5807), "pq", peak)[0, 0])
    assert 0.76 <= white <= 0.84  # 203 cd/m²


def test_brighter_than_the_peak_is_clipped():
    above = hdr.tone_mapped(np.array([[1000.0] * 3, [4000.0] * 3]))
    np.testing.assert_allclose(above, 203)
    apart = hdr.tone_mapped(np.array([[1000.0] * 3, [4000.0] * 3]), 4000)
    assert apart[1, 0] - apart[0, 0] > 10


@pytest.mark.parametrize(("transfer", "signal"), [("hlg", 0.75), ("pq", 0.5807)])
def test_reference_white_leaves_room_for_highlights(transfer, signal):
    assert hdr.to_sdr(grey(signal), transfer) == pytest.approx(0.83, abs=0.01)
    assert hdr.to_sdr(grey(signal + 0.1), transfer).max() < 0.97
    assert hdr.to_sdr(grey(1.0), transfer) == pytest.approx(1.0)


def test_middle_grey_stays_middle_grey():
    """18 % of the scene's white: 26 of 203 cd/m², whether HLG or PQ brought it (BT.2408-4 table 1)."""
    assert hdr.to_sdr(grey(0.38), "hlg") == pytest.approx(to_gamma(np.array(26 / 203)), abs=0.01)
    assert hdr.to_sdr(grey(0.38), "pq") == pytest.approx(to_gamma(np.array(26 / 203)), abs=0.01)


# ---- primaries -----------------------------------------------------------------------------------------------


def test_the_matrix_of_primaries_is_the_published_one():
    published = [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
    np.testing.assert_allclose(hdr.BT2020_TO_BT709, published, atol=6e-5)


def test_greys_stay_grey_and_outside_colours_are_clipped():
    greys = np.repeat(np.linspace(0, 1, 50)[:, None], 3, axis=1)
    np.testing.assert_allclose(hdr.to_bt709(greys), greys, atol=1e-12)
    np.testing.assert_array_equal(hdr.to_bt709(np.array([[0.0, 1.0, 0.0]])), [[0, 1, 0]])


def test_sdr_stays_as_it_is():
    rgb = np.array([[-0.1, 0.5, 1.2]])
    assert hdr.to_sdr(rgb, "sdr") is rgb


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
def test_single_precision_is_enough(transfer):
    """The table is evaluated in float32, from signals that lie outside of 0…1 too."""
    rgb = np.random.default_rng(3).uniform(-0.2, 1.2, (20_000, 3))
    single = hdr.to_sdr(rgb.astype(np.float32), transfer)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, hdr.to_sdr(rgb, transfer), atol=5e-4)


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
def test_whatever_comes_in_a_colour_comes_out(transfer):
    """Corners of Y'CbCr lie far outside of R'G'B'."""
    with np.errstate(all="raise", under="ignore"):
        rgb = hdr.to_sdr(np.random.default_rng(3).uniform(-2, 3, (20_000, 3)).astype(np.float32), transfer)
    assert np.isfinite(rgb).all()
    assert rgb.min() == 0
    assert 0.999 < rgb.max() <= 1
