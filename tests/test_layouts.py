"""Layouts, to the pixel: each source is one grey, so the luma of a frame says whose every pixel is."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import clipkit as ck
from clipkit import layouts
from clipkit.api.clip import Clip
from clipkit.catalog.layout import Layer, Patch
from clipkit.engine.compose import Painter
from clipkit.engine.planes import code_of, planes_of
from clipkit.engine.tables import Tables
from clipkit.geometry import Box, Size, slices
from measure import frame_codes, frame_readings
from media import Shelf

CANVASES = [(1080, 1920), (1080, 1080), (1920, 1080), (722, 1286), (182, 98)]
GREYS = (40, 90, 140, 190, 240, 65, 115, 165, 215)
SMALL = (180, 320)


@pytest.fixture(scope="module")
def stills(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    """A second of each grey, of other shapes."""
    folder = tmp_path_factory.mktemp("stills")
    clips = []
    for n, grey in enumerate(GREYS):
        path = folder / f"{n}.png"
        Image.new("RGB", ((64, 48), (48, 64), (50, 50))[n % 3], (grey,) * 3).save(path)
        clips.append(ck.still(path, 1))
    return clips


def luma(clip: Clip, canvas: tuple[int, int], index: int = 0) -> NDArray[np.uint8]:
    plan = clip.with_output(target="source", size=canvas).plan("mp4", copy=False)
    with Painter(plan, Tables()) as painter:
        plane: NDArray[np.uint8] = planes_of(painter.paint(index)).y.copy()
    return plane


def owners(plane: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The source of each pixel; -1 for black."""
    codes = np.array([16, *(code_of((grey,) * 3)[0] for grey in GREYS)])
    off = np.abs(plane.astype(int)[..., None] - codes)
    assert off.min(axis=-1).max() <= 1, "a pixel of no source's grey"
    return off.argmin(axis=-1) - 1


def boxes(found: NDArray[np.int64]) -> dict[int, tuple[int, int, int, int]]:
    """The box of each source; it must fill it."""
    result = {}
    for source in np.unique(found):
        ys, xs = np.nonzero(found == source)
        x, y, right, bottom = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
        assert (found[y:bottom, x:right] == source).all() or source == -1
        result[int(source)] = (int(x), int(y), int(right - x), int(bottom - y))
    return result


@pytest.mark.parametrize("canvas", CANVASES, ids=str)
@pytest.mark.parametrize("name", ["row", "column"])
def test_three_in_a_row_or_column(stills: list[Clip], canvas: tuple[int, int], name: str) -> None:
    found = boxes(owners(luma(ck.layout(name, *stills[:3]), canvas)))
    width, height = canvas
    if name == "row":
        edges = [0, 2 * round(width / 6), 2 * round(width / 3), width]
        assert found == {n: (a, 0, b - a, height) for n, (a, b) in enumerate(itertools.pairwise(edges))}
    else:
        edges = [0, 2 * round(height / 6), 2 * round(height / 3), height]
        assert found == {n: (0, a, width, b - a) for n, (a, b) in enumerate(itertools.pairwise(edges))}


@pytest.mark.parametrize(
    ("canvas", "count", "words", "expected"),
    [
        ((1080, 1920), 4, {}, [(0, 0, 540, 960), (540, 0, 540, 960), (0, 960, 540, 960), (540, 960, 540, 960)]),
        ((1080, 1920), 2, {}, [(0, 0, 1080, 960), (0, 960, 1080, 960)]),
        ((1920, 1080), 2, {}, [(0, 0, 960, 1080), (960, 0, 960, 1080)]),
        ((1080, 1920), 3, {"columns": 2}, [(0, 0, 540, 960), (540, 0, 540, 960), (0, 960, 1080, 960)]),
        ((182, 98), 4, {"columns": 2}, [(0, 0, 92, 48), (92, 0, 90, 48), (0, 48, 92, 50), (92, 48, 90, 50)]),
        ((1080, 1920), 2, {"columns": 2, "gap": 20}, [(0, 0, 530, 1920), (550, 0, 530, 1920)]),
    ],
)
def test_grid(stills: list[Clip], canvas: tuple[int, int], count: int, words: Any, expected: list[Any]) -> None:
    found = boxes(owners(luma(ck.grid(*stills[:count], **words), canvas)))
    found.pop(-1, None)
    assert list(found.values()) == expected


def test_a_grid_of_nine_covers_every_pixel_once(stills: list[Clip]) -> None:
    found = owners(luma(ck.grid(*stills), (722, 1286)))
    assert [len(np.unique(found[y, :])) for y in (10, 640, 1280)] == [3, 3, 3]
    assert sorted(np.unique(found)) == list(range(9))


@pytest.mark.parametrize("gap", [0, 6])
@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize("length", [98, 99, 1080, 1921])
def test_slices_are_even_and_fill(length: int, count: int, gap: int) -> None:
    cut = slices(length, count, gap)
    assert cut[0][0] == 0
    assert sum(cut[-1]) == length
    assert all(start % 2 == 0 for start, _ in cut)
    assert all(a + size + gap == b for (a, size), (b, _) in itertools.pairwise(cut))
    sizes = [size for _, size in cut]
    assert max(sizes) - min(sizes) <= 3


def test_colour_between_panes(stills: list[Clip]) -> None:
    clip = ck.grid(*stills[:2], columns=2, gap=40, colour=(255, 0, 0))
    plan = clip.with_output(target="source", size=(216, 384)).plan("mp4", copy=False)
    with Painter(plan, Tables()) as painter:
        strip = planes_of(painter.paint(0)).crop(Box(104, 0, 8, 384))
        assert {int(v) for v in np.unique(strip.y)} == {63}  # red in BT.709, limited
        assert {int(v) for v in np.unique(strip.v)} == {240}


# ---- before and after ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("canvas", [(360, 640), (182, 98)], ids=str)
@pytest.mark.parametrize("axis", ["x", "y"])
def test_a_wipe_is_where_its_path_says(stills: list[Clip], canvas: tuple[int, int], axis: str) -> None:
    clip = ck.before_after(*stills[:2], axis=axis, path=[(0, 1), (0.5, 0)], easing="linear", line=0)
    side, rate = canvas[axis == "y"], float(clip.plan("mp4", copy=False).output.rate)
    for index in range(0, 25, 3):
        found = owners(luma(clip, canvas, index))
        line = found[0] if axis == "x" else found[:, 0]
        assert (found == (line[None, :] if axis == "x" else line[:, None])).all()
        at = 2 * round(max(0.0, 1 - index / rate / 0.5) * side / 2)
        assert list(line) == [0] * at + [1] * (side - at)


def test_the_divider_is_a_line_of_its_colour(stills: list[Clip]) -> None:
    clip = ck.before_after(*stills[:2], path=[(0, 0.5)], line=10, colour=(255, 255, 255))
    row = luma(clip, (1080, 1920))[7]
    assert list(np.nonzero(row == 235)[0]) == list(range(536, 546))  # 535 to 545, on even pixels


def test_the_divider_swings() -> None:
    layout = layouts.layout_class("before-after")(kind="before-after")
    sizes, canvas = (Size(64, 48),) * 2, Size(1080, 1920)
    shares = []
    for quarter in range(9):
        before = layout.place(sizes, canvas, Fraction(3 * quarter, 4))[0]
        assert isinstance(before, Layer)
        shares.append(before.shown.width / 1080)
    assert shares[0] == shares[8] == pytest.approx(0.9, abs=0.002)
    assert shares[4] == pytest.approx(0.1, abs=0.002)
    assert shares[2] == shares[6] == pytest.approx(0.5, abs=0.002)


# ---- what is said of each source -----------------------------------------------------------------------------------


@pytest.mark.parametrize("focus", [0.0, 0.3, 1.0])
def test_the_focus_stays_in_view(tmp_path: Path, focus: float) -> None:
    """A ramp from left to right: what is cropped out of it says where the middle of the view lies."""
    ramp = np.tile(np.linspace(0, 255, 1600).astype(np.uint8), (400, 1))
    Image.fromarray(np.repeat(ramp[..., None], 3, axis=2)).save(tmp_path / "ramp.png")
    source = ck.pane(ck.still(tmp_path / "ramp.png", 1), fit="cover", focus=(focus, 0.5))
    plane = luma(ck.layout("single", source), (400, 400))
    share = (plane.mean() - 16) / 219  # the part in view is a quarter of the ramp
    assert share == pytest.approx(min(max(focus, 0.125), 0.875), abs=0.01)


def test_a_source_fills_its_pane_by_its_own_fit(stills: list[Clip]) -> None:
    wide = ck.pane(stills[0], fit="contain")
    found = owners(luma(ck.layout("column", wide, stills[1]), (400, 1200)))
    assert boxes(found)[0] == (0, 150, 400, 300)  # 4:3 in a pane of 400×600, black above and below
    assert boxes(found)[1] == (0, 600, 400, 600)


def test_own_filters_colour_only_their_own(stills: list[Clip]) -> None:
    dark = stills[1].effect("exposure", stops=-3.0)
    plain, edited = (luma(ck.layout("row", stills[0], other), (200, 200)) for other in (stills[1], dark))
    assert (plain[:, :100] == edited[:, :100]).all()
    assert edited[:, 100:].max() < plain[:, 100:].min()


@pytest.mark.parametrize(
    ("how", "shown", "count"),
    [
        ("freeze", [*range(20), *[19] * 40], 60),
        ("loop", [n % 20 for n in range(60)], 60),
        ("black", [*range(20), *[None] * 40], 60),
        ("trim", list(range(20)), 20),
    ],
)
def test_what_ends_first(shelf: Shelf, tmp_path: Path, how: Any, shown: list[Any], count: int) -> None:
    mine = shelf.clip(fps=30, seconds=2, size=(320, 320), clip_id=1)
    other = shelf.clip(fps=30, frames=20, size=(320, 320), clip_id=2)
    clip = ck.layout("row", mine, ck.pane(other, when_short=how))
    clip.export(tmp_path / "o.mp4", size="640x320", quality="draft", target="source")
    assert frame_codes(tmp_path / "o.mp4", (0, 0, 320, 320)) == list(range(count))
    assert frame_codes(tmp_path / "o.mp4", (320, 0, 320, 320)) == shown


def test_a_loop_that_began_before_goes_on(shelf: Shelf, tmp_path: Path) -> None:
    mine = shelf.clip(fps=30, seconds=2, size=(320, 320), clip_id=1)
    other = shelf.clip(fps=30, frames=20, size=(320, 320), clip_id=2)
    for start, shown in (("-0.5", [(n + 15) % 20 for n in range(60)]), ("0.5", [0] * 15 + [n % 20 for n in range(45)])):
        clip = ck.layout("row", mine, ck.pane(other, when_short="loop", start=start))
        clip.export(tmp_path / "o.mp4", size="640x320", quality="draft", target="source", force=True)
        assert frame_codes(tmp_path / "o.mp4", (320, 0, 320, 320)) == shown


def test_what_is_gone_shows_what_is_behind_it(shelf: Shelf, tmp_path: Path) -> None:
    """My window closes when I am over; the other, which fills the canvas, is seen whole."""
    mine = shelf.clip(fps=30, frames=20, size=(320, 320), clip_id=1)
    other = shelf.clip(fps=30, seconds=2, size=(320, 320), clip_id=2)
    clip = ck.react(mine, other, at=(0.5, 0.5), scale=0.5, shape="rectangle", when_short="black", length_from="other")
    clip.export(tmp_path / "o.mp4", size="640x640", quality="draft", target="source")
    seen = [(r.clip, r.frame) if r else None for r in frame_readings(tmp_path / "o.mp4")]
    assert seen == [(1, n) for n in range(20)] + [(2, n) for n in range(20, 60)]


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_sources_stand_upright_in_their_panes(shelf: Shelf, tmp_path: Path, turn: int, mirrored: bool) -> None:
    sources = [shelf.clip(frames=6, size=SMALL, rotation=turn, mirrored=mirrored, clip_id=n) for n in range(3)]
    ck.grid(*sources, columns=3).export(tmp_path / "o.mp4", size="720x426", quality="draft", target="source")
    for n in range(3):
        seen = frame_readings(tmp_path / "o.mp4", (240 * n, 0, 240, 426))
        assert [(r.clip, r.frame) if r else None for r in seen] == [(n, index) for index in range(6)]


def test_wrong_numbers_of_sources_are_refused(stills: list[Clip]) -> None:
    for words in (("single", *stills[:2]), ("row", stills[0]), ("before-after", *stills[:3])):
        with pytest.raises(ck.ProjectError) as caught:
            ck.layout(*words)
        assert caught.value.code == "wrong-sources"


def test_place_is_pure() -> None:
    for name in layouts.names():
        layout = layouts.layout_class(name)(kind=name)
        count = len([role for role in layout.sources if role is not None])
        sizes = (Size(640, 360), Size(360, 640), Size(500, 500))[:count]
        for canvas in (Size(1080, 1920), Size(98, 182)):
            first = layout.place(sizes, canvas, Fraction(7, 5))
            layout.place(sizes, canvas, Fraction(0))
            assert layout.place(sizes, canvas, Fraction(7, 5)) == first
            assert all(isinstance(part, Layer | Patch) for part in first)
