"""A table acts where a layer has the fewest pixels, and the picture is as good as in the other order."""

from __future__ import annotations

import numpy as np
import pytest

import clipkit as ck
from clipkit import folders
from clipkit.colour.lattice import LatticeTable
from clipkit.colour.table import ColourTable
from clipkit.engine import compose
from clipkit.engine.compose import Painter
from clipkit.engine.planes import planes_of
from clipkit.engine.tables import Tables
from media import HLG
from test_colour import psnr

LOOK = "teal-orange"


@pytest.fixture
def coloured(monkeypatch) -> list[int]:
    """The pixels of each picture that goes through a table."""
    counts: list[int] = []
    for kind in (ColourTable, LatticeTable):

        def counting(self, y, *others, whole=kind.apply):
            counts.append(y.size)
            whole(self, y, *others)

        monkeypatch.setattr(kind, "apply", counting)
    return counts


def painted(project: ck.Clip, index: int = 0) -> tuple[np.ndarray, ...]:
    with Painter(project.plan("mp4"), Tables()) as painter:
        return tuple(plane.copy() for plane in planes_of(painter.paint(index)))


@pytest.mark.parametrize(
    ("source", "output", "fit", "pixels"),
    [
        ((640, 360), "320x180", "contain", 320 * 180),
        ((320, 180), "640x360", "contain", 320 * 180),
        ((320, 180), "320x180", "contain", 320 * 180),
        ((320, 180), "360x640", "cover", 102 * 180),
        ((640, 360), "180x320", "cover", 180 * 320),
        ((320, 180), "360x640", "contain", 320 * 180),
    ],
)
@pytest.mark.parametrize("colour", [None, HLG])
def test_a_picture_is_coloured_where_it_is_smallest(shelf, coloured, source, output, fit, pixels, colour):
    hdr = {"colour": HLG, "pix_fmt": "yuv420p10le", "codec": "libx265"} if colour else {}
    clip = shelf.clip(seconds=1, size=source, **hdr)
    planes = painted(ck.open(clip).filter(LOOK).with_output(size=output, fit=fit))
    assert planes[0].size == np.prod([int(side) for side in output.split("x")])
    assert coloured == [pixels]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_picture_too(shelf, coloured, rotation):
    clip = shelf.clip(seconds=1, size=(320, 180), rotation=rotation)
    painted(ck.open(clip).filter(LOOK).with_output(size="640x640", fit="cover"))
    assert coloured == [180 * 180]


def test_each_layer_of_a_duet_too(shelf, coloured):
    """Two of 1280 × 720 in halves of 360 × 320: each shrinks first, and a look on the whole sees the whole once."""
    clip = shelf.clip(seconds=1, size=(1280, 720))
    one = ck.open(clip).filter(LOOK)
    painted(ck.duet(one, one).with_output(size="360x640"))
    assert sum(coloured) <= 360 * 640
    coloured.clear()
    painted(ck.duet(ck.open(clip), ck.open(clip)).filter(LOOK).with_output(size="360x640"))
    assert coloured == [360 * 640]


def test_a_group_is_cropped_before_it_is_coloured(shelf, coloured):
    clip = shelf.clip(seconds=1, size=(320, 180))
    duet = ck.duet(ck.open(clip), ck.open(clip)).filter(LOOK)
    painted(duet.with_output(size="360x360", fit="cover"))
    assert coloured == [360 * 360]


def both_orders(project: ck.Clip, monkeypatch) -> list[float]:
    """PSNR between colouring first, and growing first as every layer did before."""
    first = painted(project, 15)
    with monkeypatch.context() as patch:
        patch.setattr(compose.Size, "pixels", property(lambda self: 0))
        last = painted(project, 15)
    return [psnr(a, b) for a, b in zip(first, last, strict=True)]


@pytest.mark.parametrize("look", ["teal-orange", "noir", "warm-negative", "vaporwave"])
def test_both_orders_agree_closely(monkeypatch, look):
    """Looks bend, so edges differ a little where they are drawn out: by less than an encoder at quality `good` adds."""
    source = ck.open(folders.shipped("sample_media") / "dancer.mp4").filter(look)
    luma, *chroma = both_orders(source.with_output(size="1440x2560"), monkeypatch)
    assert 45 <= luma < 120  # they did go different ways
    assert min(chroma) >= 42


def test_the_comparer_can_fail(monkeypatch):
    source = ck.open(folders.shipped("sample_media") / "dancer.mp4")
    wide = [source.filter(LOOK, strength=strength).with_output(size="1440x2560") for strength in (1.0, 0.25)]
    assert psnr(*(painted(project, 15)[0] for project in wide)) < 45


def test_tables_outlive_a_render(shelf):
    """The same chain of looks is the same table, so that a second preview finds its rows there."""
    plan = ck.open(shelf.clip(seconds=1, size=(320, 180))).filter(LOOK).plan("mp4")
    looks = plan.picture.steps
    tables = [Tables().table(plan.sources[0].picture.encoding, looks) for _ in range(2)]
    assert tables[0] is tables[1] is not None
    assert Tables().table(plan.sources[0].picture.encoding, (*looks, *looks)) is not tables[0]
