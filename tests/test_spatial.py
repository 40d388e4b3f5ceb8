"""Effects on whole pictures: golden frames, and what each promises, measured."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import clipkit as ck
from clipkit import effects
from clipkit.catalog.effect import FramingEffect, Node, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.effects.vignette import Vignette
from clipkit.engine.compose import Painter
from clipkit.engine.easel import Easel, Graphs
from clipkit.engine.planes import FramePool, planes_of
from clipkit.engine.planes import Planes as Pictures
from clipkit.engine.tables import Tables
from clipkit.errors import ProjectError
from clipkit.geometry import Size
from clipkit.plan.types import Plan
from clipkit.project.keys import Key, value_at
from clipkit.project.picture_edits import Filter
from media import Shelf

GOLDEN = Path(__file__).parent / "golden" / "effects"
SPATIAL = [kind for kind in effects.names() if issubclass(effects.effect_class(kind), SpatialEffect)]
SIZE = Size(108, 192)
MOMENT = Fraction(7, 3)

# Codes that a sample may differ from the golden one by, and that all may differ by on average.
#
# Whole numbers give the same everywhere. Of libavfilter, the vector code of one processor was compared with plain C and
# with that of others (`-cpuflags`): flips, turns, squares and the bilateral filter are the same to the bit; gblur and
# the scaler differ by one code, in 1 to 2 % of samples; shrunk, blurred and grown by two codes, in 5 %.
EXACT, DRAWN, BLURRED = (0, 0.0), (1, 0.05), (2, 0.15)
TOLERANCE = {
    **dict.fromkeys(("flip", "mirror", "crop", "border", "colour-fill", "strobe", "echo-trails", "pixelate"), EXACT),
    **dict.fromkeys(("ken-burns", "zoom-punch", "shake", "rgb-split", "chromatic-aberration", "glitch"), EXACT),
    "rotate": EXACT,  # by 90 degrees
    # Masks are drawn with roots, the tile of grain with a transform: a last bit may round a weight the other way.
    **dict.fromkeys(("rounded", "vignette", "grain"), DRAWN),
    **dict.fromkeys(("blur", "glow", "tilt-shift", "denoise", "skin-smooth", "blur-fill", "vhs"), BLURRED),
    "sharpen": (2, 0.15),  # 0.7 of a code of the blur, and rounding
    # A code more between its two blurs is 22/256 more ink, and a code of its bilateral picture three at a step's edge.
    "cartoon": (26, 0.6),
    # A place on the line between two samples may show the other one: any difference, in few places.
    "kaleidoscope": (219, 0.3),
}


def drawn(shift: int = 0) -> Planes:
    """A picture with something of everything: ramps, edges, texture, skin, black and white."""
    height, width = SIZE.height, SIZE.width
    y, x = np.mgrid[0:height, 0:width]
    luma = 40 + 150 * x / width
    luma[40:80] = np.where((x[40:80] // 6 + shift) % 2, 200, 50)
    luma[80:110] += np.random.default_rng(3).normal(0, 8, (30, width))
    luma[(x - 54 - shift) ** 2 + (y - 150) ** 2 < 500] = 150
    luma[:6], luma[-6:] = 16, 235
    u, v = 128 + 40 * np.sin(y[::2, ::2] / 17), 128 + 40 * np.cos(x[::2, ::2] / 13)
    skin = (x[::2, ::2] - 54 - shift) ** 2 + (y[::2, ::2] - 150) ** 2 < 500
    u[skin], v[skin] = 112, 150
    return Planes(*(np.clip(np.rint(plane), 16, 235).astype(np.uint8) for plane in (luma, u, v)))


def frame_of(picture: Planes) -> object:
    return FramePool().copy_of(Pictures(picture.y, picture.u, picture.v))


def easel(size: Size, t: Fraction = MOMENT) -> Easel:
    return Easel(t, Fraction(5), t, size, FramePool(), Graphs())


def painted(kind: str, t: Fraction = MOMENT, **values: object) -> list[np.ndarray]:
    """The planes of the drawn picture after an effect."""
    effect = effects.parse({"kind": kind, **values})
    assert isinstance(effect, SpatialEffect)
    size, source = SIZE, drawn()
    if isinstance(effect, FramingEffect):
        size = effect.framed(SIZE)
        part, inner = effect.taken(size, SIZE)
        source = reduced(source, part, inner)
    earlier = [frame_of(drawn(4 * (ago + 1))) for ago in range(len(effect.earlier))]
    frame = easel(size, t).painted(effect, frame_of(source), *earlier)
    assert (frame.width, frame.height) == (size.width, size.height)
    return [np.array(plane) for plane in planes_of(frame)]


def reduced(picture: Planes, part: tuple[float, ...], size: Size) -> Planes:
    """The nearest pixels of a part at a size."""
    found = []
    for plane, scale in zip(picture, (1, 2, 2), strict=True):
        height, width = plane.shape
        rows = ((np.arange(size.height // scale) + 0.5) / (size.height // scale) * part[3] + part[1]) * height
        columns = ((np.arange(size.width // scale) + 0.5) / (size.width // scale) * part[2] + part[0]) * width
        found.append(plane[rows.astype(int)][:, columns.astype(int)].copy())
    return Planes(*found)


# ---- golden frames -------------------------------------------------------------------------------------------------


def sheet(planes: list[np.ndarray]) -> np.ndarray:
    """Luma above, Cb and Cr beside each other below: one grey picture without loss."""
    return np.concatenate([planes[0], np.concatenate(planes[1:], axis=1)[:, : planes[0].shape[1]]])


def differences(found: np.ndarray, golden: np.ndarray) -> tuple[int, float]:
    """The largest difference of two sheets, and the mean, in codes."""
    assert found.shape == golden.shape
    apart = np.abs(found.astype(int) - golden)
    return int(apart.max()), float(apart.mean())


def alike(kind: str, found: np.ndarray, golden: np.ndarray) -> bool:
    """Whether two sheets of an effect differ by no more than its tolerance."""
    (largest, mean), (most, on_average) = differences(found, golden), TOLERANCE[kind]
    return largest <= most and mean <= on_average


def golden_moment(kind: str) -> Fraction:
    return Fraction(2) if kind == "strobe" else Fraction(2) + Fraction(1, 9) if kind == "zoom-punch" else MOMENT


SHAPED = {kind: {"shape": "1:1"} for kind in ("blur-fill", "colour-fill")}
"""Where the picture has the shape already that the defaults give."""


@pytest.mark.parametrize("kind", SPATIAL)
def test_a_frame_is_the_golden_one(kind: str):
    found = sheet(painted(kind, golden_moment(kind), **SHAPED.get(kind, {})))
    path = GOLDEN / f"{kind}.png"
    if os.environ.get("CLIPKIT_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(found).save(path, optimize=True)
    with Image.open(path) as image:
        assert alike(kind, found, np.asarray(image))


@pytest.mark.parametrize("kind", SPATIAL)
def test_the_comparison_with_the_golden_frame_can_fail(kind: str):
    """Told apart are the picture as it was, a single sample beyond the tolerance, and a small change all over."""
    with Image.open(GOLDEN / f"{kind}.png") as image:
        golden = np.asarray(image)
    assert alike(kind, golden, golden)
    most, _ = TOLERANCE[kind]
    if most < 200:
        single = golden.astype(int)
        single[golden.shape[0] // 3, 20] += most + 1
        assert not alike(kind, single, golden)
    assert not alike(kind, golden.astype(int) + 1, golden)
    plain = sheet(list(drawn()))
    if plain.shape == golden.shape:
        assert not alike(kind, plain, golden)


def test_every_spatial_effect_states_its_tolerance():
    assert set(TOLERANCE) == set(SPATIAL)


@pytest.mark.parametrize("kind", SPATIAL)
def test_the_input_is_left_alone(kind: str):
    effect = effects.effect_class(kind)()
    size = SIZE
    source = drawn()
    if isinstance(effect, FramingEffect):
        size = effect.framed(SIZE)
        source = reduced(source, *effect.taken(size, SIZE))
    frames = [frame_of(source), *[frame_of(drawn(4))] * len(effect.earlier)]
    before = [[np.array(plane) for plane in planes_of(frame)] for frame in frames]
    easel(size).painted(effect, *frames)
    for frame, planes in zip(frames, before, strict=True):
        for plane, was in zip(planes_of(frame), planes, strict=True):
            np.testing.assert_array_equal(plane, was)


# ---- keyframes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("easing", ["linear", "ease-in", "ease-out", "ease-in-out", "hold"])
def test_a_number_is_exact_at_its_keys_and_between_them_inside(easing: str):
    keys = (Key(time=1, value=0.1, easing=easing), Key(time="7/3", value=0.7, easing=easing), Key(time=4, value=-2.0))
    for key in keys:
        assert value_at(keys, key.time) == key.value
    assert (value_at(keys, Fraction(0)), value_at(keys, Fraction(9))) == (0.1, -2.0)
    for step in range(100):
        t = 1 + Fraction(step, 75)
        assert 0.1 <= value_at(keys, t) <= 0.7
    assert value_at(keys, Fraction(5, 3)) == pytest.approx(
        0.1 + 0.6 * {"linear": 0.5, "ease-in": 0.25, "ease-out": 0.75, "ease-in-out": 0.5, "hold": 0}[easing]
    )


def test_keys_that_cannot_be_are_refused_with_a_place(shelf: Shelf):
    clip = ck.open(shelf.clip(seconds=1, size=(90, 160)))
    for keys, where in (
        ({"strength": [(0, 0), (1, 7)]}, "/keys/strength/1/value"),
        ({"strength": [(1, 0), (1, 1)]}, "/keys/strength/1/time"),
        ({"wobble": [(0, 0)]}, "/keys/wobble"),
    ):
        with pytest.raises(ProjectError) as caught:
            clip.effect("vignette", keys=keys)
        assert (caught.value.code, caught.value.where) == ("bad-value", where)
    with pytest.raises(ProjectError):
        clip.effect("flip", keys={"direction": [(0, 0)]})
    with pytest.raises(ProjectError):
        clip.effect("moviepy:MirrorX", keys={"x": [(0, 0)]})


# ---- what each promises --------------------------------------------------------------------------------------------


def plan_of(clip: ck.Clip) -> Plan:
    return clip.with_output(target="source").plan("mp4", copy=False)


def lumas(plan: Plan, frames: range | None = None) -> list[np.ndarray]:
    with Painter(plan, Tables()) as painter:
        indices = range(plan.expect.frames) if frames is None else frames
        return [np.array(planes_of(painter.paint(index)).y) for index in indices]


@pytest.fixture
def flat(tmp_path: Path) -> ck.Clip:
    """40 frames of one grey each: 40 + 4 · index."""
    frames = np.stack([np.full((96, 64, 3), 40 + 4 * index, np.uint8) for index in range(40)])
    return ck.from_array(frames, fps=30)


def flashes(levels: list[float]) -> list[int]:
    """The frames where a flash begins."""
    return [index for index in range(len(levels)) if levels[index] > 180 and (index == 0 or levels[index - 1] <= 180)]


@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("speed", [1, 4])
def test_a_strobe_flashes_at_most_three_times_a_second(every: int, speed: int):
    dark = ck.from_array(np.full((240 * speed, 32, 32, 3), 20, np.uint8), fps=60)
    moving = dark.effect("strobe", every=every, strength=1).speed(speed)
    begun = flashes([float(luma.mean()) for luma in lumas(plan_of(moving))])
    assert len(begun) >= 12 // every - 1
    for index in begun:
        assert sum(index <= other < index + 60 for other in begun) <= 3


def test_no_animation_makes_a_strobe_unsafe():
    dark = ck.from_array(np.full((240, 32, 32, 3), 20, np.uint8), fps=60)
    moving = dark.effect("strobe", strength=1, keys={"every": [(0, 1), (2, 4), (4, 1)]})
    begun = flashes([float(luma.mean()) for luma in lumas(plan_of(moving))])
    assert begun
    assert all(sum(index <= other < index + 60 for other in begun) <= 3 for index in begun)


def test_echoes_are_the_frames_of_that_long_ago(flat: ck.Clip):
    """Delays of 0.1 s are three frames at 30 a second; before the first frame there is the first."""
    plain = [float(luma.mean()) for luma in lumas(plan_of(flat))]
    echoed = lumas(plan_of(flat.effect("echo-trails", echoes=2, delay=0.1, strength=0.5)))
    for index in (0, 2, 7, 20, 39):
        wanted = sum(weight * plain[max(0, index - 3 * ago)] for ago, weight in ((0, 1.0), (1, 0.5), (2, 0.25))) / 1.75
        assert abs(float(echoed[index].mean()) - wanted) <= 1.5, index


def test_a_mix_of_a_spatial_filter_is_a_true_one(flat: ck.Clip):
    looks = [Filter(name="t", strength=strength, effects=(Vignette(strength=1),)) for strength in (1, 0.5)]
    whole, half = (lumas(plan_of(flat.edited(look)), range(20, 21))[0] for look in looks)
    plain = lumas(plan_of(flat), range(20, 21))[0]
    assert np.abs(half - (plain.astype(float) + whole) / 2).max() <= 1
    assert np.abs(whole.astype(float) - plain).max() > 50


def test_no_dark_edge_comes_in_where_white_meets_white():
    """Corners cut out of white and laid on white leave nothing to see; so does a turned picture."""
    white = ck.from_array(np.full((3, 128, 96, 3), 255, np.uint8), fps=30)
    for clip in (
        white.effect("rounded", colour="#ffffff", radius=400),
        white.effect("rotate", degrees=17, fill=False, colour="#ffffff"),
        white.effect("border", colour="#ffffff"),
        white.effect("colour-fill", colour="#ffffff"),
    ):
        assert {int(luma.min()) for luma in lumas(plan_of(clip))} == {235}


def test_a_round_corner_is_smooth_and_its_colour_pure():
    red = ck.from_array(np.tile(np.array([255, 0, 0], np.uint8), (2, 192, 108, 1)), fps=30)
    image = np.asarray(red.effect("rounded", radius=400, colour="#0000ff").frame(0)).astype(int)
    assert image[0, 0, 2] > 240
    assert image[96, 54, 0] > 240
    edge = image[:40, :40]
    assert (edge.sum(axis=2) > 180).all()  # between red and blue nothing is darker than their mix
    assert edge[..., 1].max() < 40


def test_turning_by_quarters_keeps_every_pixel(shelf: Shelf):
    clip = ck.open(shelf.clip(seconds=Fraction(1, 5), size=(90, 160)))
    plain = lumas(plan_of(clip), range(2, 3))[0]
    for degrees, turns in ((90, -1), (180, 2), (-90, 1), (270, 1)):
        turned = lumas(plan_of(clip.effect("rotate", degrees=degrees)), range(2, 3))[0]
        np.testing.assert_array_equal(turned, np.rot90(plain, turns))


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_effects_see_rotated_sources_upright(rotation: int, mirrored: bool, shelf: Shelf):
    """The same picture, stored turned: after an effect it is the same to a coder's loss."""
    size, seconds = (90, 160), Fraction(1, 5)
    upright = ck.open(shelf.clip(seconds=seconds, size=size))
    turned = ck.open(shelf.clip(seconds=seconds, size=size, rotation=rotation, mirrored=mirrored))
    values = ({"kind": "mirror", "keep": "top"}, {"kind": "crop", "x": 0.2, "y": 0.3, "width": 0.4, "height": 0.5})
    for data in values:
        effect = effects.parse(data)
        first, second = (lumas(plan_of(clip.effect(effect)), range(3, 4))[0] for clip in (upright, turned))
        assert first.shape == second.shape
        assert np.abs(first.astype(int) - second).mean() < 3


def test_lengths_in_pixels_scale_with_the_picture():
    """A picture twice as large, blurred and made smaller, is the small one blurred."""
    small = painted("blur", radius=60)[0]
    source = drawn()
    large = Planes(*(np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in source))
    size = Size(SIZE.width * 2, SIZE.height * 2)
    frame = easel(size).painted(effects.parse({"kind": "blur", "radius": 60}), frame_of(large))
    shrunk = np.array(planes_of(frame).y).reshape(SIZE.height, 2, SIZE.width, 2).mean(axis=(1, 3))
    assert np.abs(shrunk - small).mean() < 1.5


def test_a_half_sized_blur_cannot_be_told_from_a_whole_one():
    """What is blurred at a fraction of its size is within two codes of what is blurred whole, nearly everywhere."""
    picture = Planes(*(np.repeat(np.repeat(plane, 4, 0), 4, 1) for plane in drawn()))
    size = Size(SIZE.width * 4, SIZE.height * 4)
    at = easel(size)
    frame = frame_of(picture)
    for sigma in (4.0, 9.0, 20.0):
        exact = at.through(Planes(*planes_of(frame)), Node("gblur", f"sigma={sigma}"))
        quick = at.blurred(Planes(*planes_of(frame)), sigma)
        error = np.abs(exact.y.astype(int) - quick.y)[40:-40, 40:-40]
        assert error.mean() < 0.5
        assert np.percentile(error, 99) <= 2


def test_skin_is_smoothed_and_the_rest_is_not():
    """The same uneven surface in the colour of skin (left) and in blue (right)."""
    rng = np.random.default_rng(5)
    coarse = np.kron(rng.normal(0, 6, (24, 14)), np.ones((8, 8)))[: SIZE.height, : SIZE.width]
    u, v = np.full((96, 54), 112.0), np.full((96, 54), 150.0)
    u[:, 27:], v[:, 27:] = 150, 110
    source = Planes(*(np.rint(plane).astype(np.uint8) for plane in (130 + coarse, u, v)))
    frame = easel(SIZE).painted(effects.parse({"kind": "skin-smooth", "strength": 1, "radius": 60}), frame_of(source))
    after = planes_of(frame).y
    rough, smooth = (float(plane[20:-20, 8:44].std()) for plane in (source.y, after))
    assert smooth < 0.75 * rough
    np.testing.assert_array_equal(after[:, 66:], source.y[:, 66:])


def test_denoise_takes_noise_and_leaves_edges():
    height, width = SIZE.height, SIZE.width
    noise = np.random.default_rng(5).normal(0, 4, (height, width))
    luma = np.where(np.arange(width) < 54, 60, 180) + noise
    grey = np.full((height // 2, width // 2), 128, np.uint8)
    source = Planes(np.rint(luma).astype(np.uint8), grey, grey)
    after = planes_of(easel(SIZE).painted(effects.parse({"kind": "denoise", "strength": 1}), frame_of(source))).y
    for columns in (slice(4, 50), slice(58, 104)):
        assert after[:, columns].std() < 0.75 * source.y[:, columns].std()
    assert abs(float(after[:, 55].mean() - after[:, 52].mean()) - 120) < 12  # as steep as it was, to a tenth


def test_pixelate_hides_its_part_only():
    before, after = drawn(), painted("pixelate", x=0.5, y=0.78, width=0.4, height=0.2, block=100)
    changed = np.argwhere(after[0] != before.y)
    assert changed[:, 0].min() >= 0.66 * SIZE.height
    assert changed[:, 1].min() >= 0.28 * SIZE.width
    assert changed[:, 1].max() <= 0.72 * SIZE.width


def test_zoom_punch_follows_times_or_beats(flat: ck.Clip):
    plain = painted("flip", Fraction(0), direction="vertical")
    assert plain  # the picture differs from what a punch makes of it
    still = list(drawn())
    for t, moves in ((Fraction(1, 2), True), (Fraction(9, 10), False), (Fraction(3, 2), True)):
        now = painted("zoom-punch", t, times=[0.5, 1.5], decay=0.3)
        assert (differences(sheet(now), sheet(still))[0] > 0) == moves
    for t, moves in ((Fraction(0), False), (Fraction(1, 4), True), (Fraction(5, 4), True), (Fraction(6, 5), False)):
        now = painted("zoom-punch", t, bpm=60, first=0.25, decay=0.3)
        assert (differences(sheet(now), sheet(still))[0] > 0) == moves
