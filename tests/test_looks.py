"""Every shipped look through the table, on real frames: nearer to exact arithmetic than `lut3d`, and without bands."""

from __future__ import annotations

import os
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

import test_colour
import test_lattice
from clipkit import folders
from clipkit.colour.encoding import OUTPUT, encode
from clipkit.colour.lattice import LatticeTable
from clipkit.colour.table import ColourTable, mix
from clipkit.library import filters
from test_colour import cells, coloured, exact, psnr
from test_lattice import HLG, levels, through

SHIPPED = [look for look in filters.listed() if look.category != filters.USER]
if not os.environ.get("CLIPKIT_LONG"):
    SHIPPED = SHIPPED[::2]  # every other look of each category; the long run asks all
MEDIA = os.environ.get("CLIPKIT_REAL_MEDIA")
REAL = {
    "phone-rot180-gps-vfr.mp4": 20,
    "android-rot270.mp4": 40,
    "gopro-max-gps-track.mp4": 60,
    "1080p30-hevc-10s.mp4": 90,
    "big-buck-bunny-30s-vp8.webm": 300,
}
"""Clips and the frame to take of each."""

SHADES = np.linspace(0, 1, 33)


def function(look: filters.Filter, strength: float = 1.0):
    return mix([effect.apply for effect in look.effects], strength)


@cache
def frames() -> tuple[tuple[np.ndarray, ...], ...]:
    """Pieces of at most 640×480 out of the middle of real frames, with every edge and all noise they have."""
    media = [(folders.shipped("sample_media") / name, 30) for name in ("dancer.mp4", "host.mp4")]
    media += [(Path(MEDIA) / name, index) for name, index in REAL.items()] if MEDIA else []
    return tuple(middle(test_colour.frame(path, index)) for path, index in media)


def middle(planes) -> tuple[np.ndarray, ...]:
    height, width = planes[0].shape
    top, left = max(0, (height - 480) // 4 * 2), max(0, (width - 640) // 4 * 2)
    parts = (planes[0][top : top + 480, left : left + 640],)
    parts += tuple(plane[top // 2 : top // 2 + 240, left // 2 : left // 2 + 320] for plane in planes[1:])
    return tuple(np.ascontiguousarray(part) for part in parts)


def scores(got, wanted) -> tuple[float, float, float]:
    y, u, v = (psnr(a, b) for a, b in zip(got, wanted, strict=True))
    return y, u, v


def weighted(score) -> float:
    return (6 * score[0] + score[1] + score[2]) / 8


# ---- the peer ----------------------------------------------------------------------------------------------------


def baked(look, path: Path) -> Path:
    """A `.cube` of 33³, red running fastest."""
    blue, green, red = np.meshgrid(SHADES, SHADES, SHADES, indexing="ij")
    values = np.clip(look(np.stack([red, green, blue], axis=-1)), 0, 1).reshape(-1, 3)
    with path.open("w", encoding="ascii") as file:
        file.write("LUT_3D_SIZE 33\n")
        np.savetxt(file, values, fmt="%.7f")
    return path


def by_lut3d(planes, cube: Path) -> tuple[np.ndarray, ...]:
    """FFmpeg's `lut3d` on 8-bit RGB, with the scaler as accurate as it can be."""
    height, width = planes[0].shape
    graph = av.filter.Graph()
    accurate = "accurate_rnd+full_chroma_int+full_chroma_inp"
    steps = [
        graph.add_buffer(width=width, height=height, format=av.VideoFormat("yuv420p"), time_base=Fraction(1, 30)),
        graph.add("setparams", "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"),
        graph.add("scale", f"flags=neighbor+{accurate}:in_color_matrix=bt709:in_range=tv:out_range=pc"),
        graph.add("format", "gbrp"),
        graph.add("lut3d", f"file={cube}"),
        graph.add("scale", f"flags=area+{accurate}:out_color_matrix=bt709:out_range=tv"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*steps).configure()
    frame = av.VideoFrame(width, height, "yuv420p")
    shapes = ((height, width), *[cells(height, width)] * 2)
    for plane, part, (rows, columns) in zip(frame.planes, planes, shapes, strict=True):
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:rows, :columns] = part
    graph.push(frame)
    out = graph.pull()
    assert isinstance(out, av.VideoFrame)
    return tuple(
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:rows, :columns]
        for plane, (rows, columns) in zip(out.planes, shapes, strict=True)
    )


# ---- accuracy ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", SHIPPED, ids=lambda look: look.name)
def test_a_look_is_nearer_to_exact_arithmetic_than_lut3d(look, tmp_path):
    apply = function(look)
    cube = baked(apply, tmp_path / "look.cube")
    for planes in frames():
        wanted = exact(planes, apply)
        ours, theirs = (
            scores(coloured(ColourTable(OUTPUT, [apply]), planes), wanted),
            scores(by_lut3d(planes, cube), wanted),
        )
        assert ours[0] >= 60
        assert min(ours[1:]) >= 52
        assert weighted(ours) > weighted(theirs)


@pytest.mark.parametrize("look", SHIPPED[::4], ids=lambda look: look.name)
@pytest.mark.parametrize("strength", [0.25, 0.5])
def test_part_of_a_look_is_as_accurate(look, strength):
    apply = function(look, strength)
    ours = scores(coloured(ColourTable(OUTPUT, [apply]), frames()[0]), exact(frames()[0], apply))
    assert ours[0] >= 60
    assert min(ours[1:]) >= 52


def test_lut3d_is_used_as_it_should_be(tmp_path):
    """A cube that changes nothing costs no more than two roundings: what is above is the look's doing."""
    planes = frames()[0]
    same = scores(by_lut3d(planes, baked(lambda rgb: rgb, tmp_path / "same.cube")), planes)
    assert same[0] > 50
    assert min(same[1:]) > 45


@pytest.mark.parametrize("look", SHIPPED[::7], ids=lambda look: look.name)
def test_the_comparer_can_fail(look, tmp_path):
    planes, apply = frames()[0], function(look)
    wanted = exact(planes, apply)
    weaker = scores(coloured(ColourTable(OUTPUT, [function(look, 0.75)]), planes), wanted)
    assert weaker[0] < 60
    assert weighted(weaker) < weighted(scores(by_lut3d(planes, baked(apply, tmp_path / "look.cube")), wanted))


@pytest.mark.parametrize("look", SHIPPED, ids=lambda look: look.name)
def test_a_look_on_hdr_is_near_exact_arithmetic(look):
    planes = [test_lattice.drawn(height=180, width=320)]
    if MEDIA:
        planes.append(middle(test_lattice.frame(Path(MEDIA) / "android14-hlg10-gps.mp4", 2)))
    for picture in planes:
        wanted = test_lattice.exact(picture, HLG, function(look))
        ours = scores(through(LatticeTable(HLG, [function(look)]), picture), wanted)
        assert ours[0] >= 53
        assert min(ours[1:]) >= 52


# ---- banding -----------------------------------------------------------------------------------------------------


def dusk(height: int = 2, width: int = 1920) -> tuple[np.ndarray, ...]:
    """A slow gradient from one colour of an evening sky to another: each code lasts many pixels in every plane."""
    ends = np.array([[0.93, 0.62, 0.40], [0.25, 0.42, 0.80]])
    rgb = ends[0] + np.linspace(0, 1, width)[None, :, None].repeat(height, axis=0) * (ends[1] - ends[0])
    y, u, v = (np.floor(plane + 0.5).astype(np.uint8) for plane in encode(rgb, OUTPUT))
    return y, u[::2, ::2].copy(), v[::2, ::2].copy()


@pytest.mark.parametrize("look", SHIPPED, ids=lambda look: look.name)
def test_a_look_puts_no_bands_into_a_slow_gradient(look):
    apply = function(look)
    got, wanted = coloured(ColourTable(OUTPUT, [apply]), dusk()), exact(dusk(), apply)
    for a, b in zip(got, wanted, strict=True):
        assert levels(a) >= 0.95 * levels(b)
        assert widest(a[0]) <= widest(b[0]) + 8
        assert np.abs(a - b).max() <= 1


def widest(row: np.ndarray) -> int:
    """The pixels of the longest stretch of one code."""
    ends = np.flatnonzero(np.diff(row.astype(int)))
    return int(np.diff(np.concatenate(([-1], ends, [len(row) - 1]))).max())


def test_the_count_of_levels_can_fail():
    y = dusk()[0]
    short = y & 254
    assert levels(short) < 0.95 * levels(y)
    assert widest(short[0]) > widest(y[0]) + 8
