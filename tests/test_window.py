"""The window of react: where it goes, how it grows, its outline and its shadow."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import clipkit as ck
from clipkit.api.path_preview import path_preview
from clipkit.catalog.layout import Frame, Layer
from clipkit.engine.compose import Painter, _paste
from clipkit.engine.planes import blank, planes_of
from clipkit.engine.tables import Tables
from clipkit.geometry import Box, Size
from clipkit.layouts.react import React

CANVAS = Size(1080, 1920)


def window(layout: React, t: Any, canvas: Size = CANVAS) -> Box:
    part = layout.place((Size(360, 640), Size(640, 360)), canvas, Fraction(t))[-1]
    assert isinstance(part, Layer)
    return part.box


def test_it_grows_on_its_way_and_is_exact_at_its_points() -> None:
    path = ((0, (0.3, 0.25), 0.2), (2, (0.5, 0.5), 0.6), (4, (0.7, 0.5)))
    layout = React(path=path, scale=0.4, easing="linear", shape="rectangle")
    assert window(layout, 0) == Box(216, 288, 216, 384)
    assert window(layout, 2) == Box(216, 384, 648, 1152)
    assert window(layout, 4) == Box(540, 576, 432, 768)  # a point without a scale has the window's own
    assert window(layout, 1).size == Size(432, 768)
    assert window(layout, 9) == window(layout, 4)


def test_old_paths_mean_what_they_meant() -> None:
    layout = React.model_validate({"kind": "react", "path": [[0, [0.5, 0.5]], [1, [0.6, 0.5]]]})
    assert [window(layout, t).width for t in (0, "1/2", 1)] == [356] * 3


@pytest.mark.parametrize("scale", [0.01, 1.5])
def test_a_scale_outside_of_its_range_is_refused(scale: float) -> None:
    with pytest.raises(ck.ProjectError) as caught:
        ck.react("a.mp4", "b.mp4", path=[(0, (0.5, 0.5), scale)])
    assert caught.value.code in ("bad-value", "file-not-found")
    with pytest.raises(ValueError, match=r"0\.05|less"):
        React(path=((0, (0.5, 0.5), scale),))


def pasted(shape: Any, ground: int, picture: int, **words: Any) -> NDArray[np.uint8]:
    """Luma of a window of one grey on another."""
    canvas, mine = planes_of(blank(Size(200, 200))), planes_of(blank(Size(80, 100)))
    canvas.fill((ground, 128, 128))
    mine.fill((picture, 128, 128))
    _paste(canvas, mine, Layer(0, Box(60, 50, 80, 100), frame=Frame(shape, 20, **words)))
    assert {int(value) for value in np.unique(canvas.u)} == {128}
    return np.array(canvas.y)


@pytest.mark.parametrize("shape", ["rectangle", "rounded", "circle"])
def test_white_on_white_stays_white(shape: Any) -> None:
    """No dark halo: neither at an edge of the outline nor at one of a border."""
    for border in (0, 6):
        assert {int(value) for value in np.unique(pasted(shape, 235, 235, border=border))} == {235}


@pytest.mark.parametrize("shape", ["rectangle", "rounded", "circle"])
def test_a_shadow_is_soft_around_the_window_and_nowhere_in_it(shape: Any) -> None:
    plain, dark = pasted(shape, 200, 235), pasted(shape, 200, 235, shadow=0.6, spread=8)
    assert (dark[75:125, 80:120] == 235).all()
    below = dark[150:190, 100].astype(int)
    assert below[0] < 160
    assert (np.diff(below) >= 0).all()
    assert np.diff(below).max() < 12  # soft
    assert below[-1] == 200
    assert (dark <= plain).all()
    assert (dark[:10] == 200).all()


def test_without_a_shadow_nothing_outside_of_the_window_changes() -> None:
    outside = np.ones((200, 200), bool)
    outside[50:150, 60:140] = False
    assert (pasted("rounded", 200, 90)[outside] == 200).all()


def test_a_window_partly_off_the_canvas_has_its_shadow_there_too() -> None:
    canvas, mine = planes_of(blank(Size(101, 99))), planes_of(blank(Size(80, 100)))
    canvas.fill((200, 128, 128))
    mine.fill((235, 128, 128))
    _paste(canvas, mine, Layer(0, Box(60, -40, 80, 100), frame=Frame("rounded", 20, shadow=0.5, spread=6)))
    assert canvas.y[61, 90] < 190
    assert canvas.y[30, 95] == 235


def test_a_growing_window_keeps_few_frames_and_scalers(tmp_path: Path) -> None:
    for n, grey in enumerate((60, 200)):
        Image.new("RGB", (90, 160), (grey,) * 3).save(tmp_path / f"{n}.png")
    mine, other = (ck.still(tmp_path / f"{n}.png", 8) for n in (0, 1))
    clip = ck.react(mine, other, path=[(0, (0.5, 0.5), 0.1), (8, (0.5, 0.5), 0.9)], easing="linear", shadow=0.4)
    plan = clip.with_output(target="source", size=(360, 640)).plan("mp4", copy=False)
    with Painter(plan, Tables()) as painter:
        widths = [int((planes_of(painter.paint(n)).y[320] < 70).sum()) for n in range(0, plan.expect.frames, 2)]
        assert len(painter._pool._frames) <= 24
        assert len(painter._scalers._scalers) <= 64
    assert widths == sorted(widths)
    assert widths[0] < 40 < 300 < widths[-1]


def test_the_preview_shows_the_way(tmp_path: Path) -> None:
    for n, grey in enumerate((60, 200)):
        Image.new("RGB", (90, 160), (grey,) * 3).save(tmp_path / f"{n}.png")
    mine, other = (ck.still(tmp_path / f"{n}.png", 4) for n in (0, 1))
    clip = ck.react(mine, other, path=[(0, (0.25, 0.25)), (3, (0.75, 0.75), 0.2)], easing="linear")
    image = path_preview(clip.with_output(target="source", size=(540, 960)))
    assert image.size == (540, 960)
    pixels = np.asarray(image)
    line = (pixels == (255, 214, 10)).all(axis=-1)
    for part in (0.3, 0.5, 0.7):
        x, y = int(540 * part), int(960 * part)
        assert line[y - 4 : y + 5, x - 4 : x + 5].any()
    assert not line[:, :40].any()
    assert pixels[900, 20].max() < 110  # dimmed
    with pytest.raises(ck.ProjectError) as caught:
        path_preview(mine)
    assert caught.value.code == "no-path"
