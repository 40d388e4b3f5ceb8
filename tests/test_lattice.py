"""The table from 10 bits to 8: against exact arithmetic, against banding, and its two implementations against each
other."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit.colour import kernel, reference
from clipkit.colour.encoding import OUTPUT, Encoding, decode, encode
from clipkit.colour.hdr import to_sdr
from clipkit.colour.lattice import LatticeTable
from clipkit.colour.planes import DeepPlanes
from clipkit.colour.table import ColourTable
from test_colour import coloured, into, lined, psnr, shapes_of

HLG = Encoding("bt2020", False, "hlg")
PQ = Encoding("bt2020", False, "pq")
ENCODINGS = [Encoding("bt2020", full, transfer) for transfer in ("hlg", "pq", "sdr") for full in (False, True)]

needs_kernel = pytest.mark.skipif(not kernel.available(), reason="the kernel was not built")


def through(table: LatticeTable, planes, method="apply"):
    out = tuple(np.zeros(plane.shape, np.uint8) for plane in planes)
    getattr(table, method)(*planes, *out)
    return out


def exact(planes, source, look=lambda rgb: rgb):
    """The definition, in float64 and not rounded: each sample with the chroma of its cell, each cell with its mean."""
    y, u, v = (plane.astype(np.float64) for plane in planes)
    wide = [plane.repeat(2, axis=0).repeat(2, axis=1)[: y.shape[0], : y.shape[1]] for plane in (u, v)]
    even = np.pad(y, [(0, side % 2) for side in y.shape], mode="edge")
    mean = even.reshape(u.shape[0], 2, u.shape[1], 2).mean(axis=(1, 3))

    def coded(*codes):
        rgb = look(to_sdr(decode(*codes, source, bits=10), source.transfer, source.peak))
        return encode(np.clip(rgb, 0, 1), OUTPUT)

    return coded(y, *wide)[0], *coded(mean, u, v)[1:]


def deep(rgb, source):
    """R'G'B' signals as 10-bit planes."""
    y, u, v = encode(rgb, Encoding(source.matrix, False))
    planes = [np.floor(4 * plane + 0.5).clip(0, 1023).astype(np.uint16) for plane in (y, u, v)]
    return planes[0], planes[1][::2, ::2].copy(), planes[2][::2, ::2].copy()


def drawn(source=HLG, height: int = 270, width: int = 480):
    """A picture as cameras make them: soft colours, discs with edges, a bright sky, a little noise."""
    rows, columns = np.mgrid[:height, :width] / np.array([height, width])[:, None, None]
    grey = 0.25 + 0.45 * (1 - rows)
    hues = np.stack([np.sin(5 * columns + k) * np.cos(4 * rows - k) for k in range(3)], axis=-1)
    rgb = grey[..., None] + 0.12 * hues
    for k in range(6):
        disc = np.hypot(columns - 0.15 * k - 0.1, rows - 0.5) < 0.06
        rgb[disc] = np.array([0.25 + 0.1 * k, 0.6 - 0.05 * k, 0.2 + 0.08 * k])
    rgb[rows < 0.1] = np.array([0.75, 0.85, 0.95])
    rgb += np.random.default_rng(5).normal(0, 0.005, rgb.shape)
    return deep(np.clip(rgb, 0, 1) * (0.75 if source.transfer == "pq" else 1), source)  # 75 % of PQ is 1000 cd/m²


def accuracy(planes, source) -> list[float]:
    return [psnr(a, b) for a, b in zip(through(LatticeTable(source, []), planes), exact(planes, source), strict=True)]


# ---- accuracy ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [HLG, PQ, Encoding("bt2020", False, "pq", 4000)])
def test_hdr_to_sdr_agrees_with_exact_arithmetic(source):
    luma, *chroma = accuracy(drawn(source), source)
    assert luma >= 53
    assert min(chroma) >= 52


@pytest.mark.parametrize("source", ENCODINGS)
def test_black_white_and_greys_are_exact(source):
    span, black = (1023, 0) if source.full_range else (876, 64)
    y = np.repeat(np.round(black + np.linspace(0, 1, 40) * span).astype(np.uint16), 2)[None].repeat(2, axis=0)
    neutral = np.full((1, 40), 512, np.uint16)
    got = through(LatticeTable(source, []), (y, neutral, neutral.copy()))
    wanted = exact((y, neutral, neutral), source)
    assert np.abs(got[0] - wanted[0]).max() < 0.65
    assert (got[0][0, 0], got[0][0, -1]) == (16, 235)
    assert set(got[1].ravel()) == set(got[2].ravel()) == {128}


def test_a_look_comes_after_the_tone_map():
    look = [lambda rgb: rgb * np.float32(0.8) + np.float32(0.1)]
    planes = drawn()
    scores = [
        psnr(a, b) for a, b in zip(through(LatticeTable(HLG, look), planes), exact(planes, HLG, *look), strict=True)
    ]
    assert scores[0] >= 53
    assert min(scores[1:]) >= 52


@pytest.mark.parametrize("wrong", [PQ, Encoding("bt709", False, "hlg"), Encoding("bt2020", True, "hlg")])
def test_the_comparer_can_fail(wrong):
    planes = drawn()
    got = through(LatticeTable(wrong, []), planes)
    scores = [psnr(a, b) for a, b in zip(got, exact(planes, HLG), strict=True)]
    assert scores[0] < 53 or min(scores[1:]) < 52


def test_eight_bits_would_not_do():
    """Cut to 8 bits first, even an exact table falls short of what the lattice gives."""
    planes = drawn()
    short = [((plane + 2) >> 2).clip(0, 255).astype(np.uint8) for plane in planes]
    cut = [psnr(a, b) for a, b in zip(coloured(ColourTable(HLG, []), short), exact(planes, HLG), strict=True)]
    assert cut[0] < accuracy(planes, HLG)[0] - 3


# ---- banding -----------------------------------------------------------------------------------------------------


def levels(row: np.ndarray) -> int:
    return len(np.unique(row))


def gradient(source):
    """A ramp that shows every code of 10 bits from black to white, in a grey."""
    y = np.arange(64, 941, dtype=np.uint16).repeat(2)[None].repeat(2, axis=0)
    neutral = np.full((1, y.shape[1] // 2), 512, np.uint16)
    return y, neutral, neutral.copy()


@pytest.mark.parametrize("source", [HLG, PQ])
def test_a_slow_gradient_shows_no_bands(source):
    planes = gradient(source)
    got = through(LatticeTable(source, []), planes)[0][0]
    ideal = np.floor(exact(planes, source)[0][0] + 0.5)
    assert levels(got) == levels(ideal)
    assert (np.diff(got.astype(int)) >= 0).all()
    assert np.abs(got - ideal).max() <= 1
    # no step lasts longer than it would, by more than the code that rounding may shift
    widths = [np.bincount(row.astype(int), minlength=256)[17:235] for row in (got, ideal)]
    assert np.abs(widths[0] - widths[1]).max() <= 4


@pytest.mark.parametrize("source", [HLG, PQ])
def test_the_count_of_levels_can_fail(source):
    y, u, v = gradient(source)
    short = [(plane >> 2).astype(np.uint8) for plane in (y, u, v)]
    got = coloured(ColourTable(source, []), short)[0][0]
    assert levels(got) < levels(np.floor(exact((y, u, v), source)[0][0] + 0.5)) - 10


# ---- the two implementations -------------------------------------------------------------------------------------


@st.composite
def pictures(draw):
    """Random words of any size, each plane with lines of its own; all 16 bits random, or only the lowest ten."""
    top, shapes = draw(st.sampled_from((1024, 65536))), shapes_of(draw(st.integers(1, 70)), draw(st.integers(1, 70)))
    return tuple(lined(draw, shape, np.uint16, top) for shape in shapes)


def bent(rgb):
    """Cheap, and nowhere flat."""
    return rgb[..., ::-1] * np.float32(0.7) + rgb * rgb * np.float32(0.25)


SHARED = LatticeTable(Encoding("bt2020", True), [bent])


@needs_kernel
@given(pictures(), st.data())
def test_the_kernel_agrees_with_numpy_bit_for_bit(planes, data):
    got, wanted = (into(data.draw, SHARED, planes, method) for method in ("apply", "apply_numpy"))
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


@needs_kernel
@given(pictures(), st.integers(0, 2**32 - 1))
def test_the_kernel_misses_what_numpy_misses(planes, seed):
    index = np.random.default_rng(seed).integers(0, 2, 128 * 128, np.uint32)
    expected = reference.missing10(DeepPlanes(*planes), index)
    np.testing.assert_array_equal(kernel.load().missing10(DeepPlanes(*planes), index), expected)
    cells = {
        int(u) % 1024 // 8 * 128 + int(v) % 1024 // 8 for u, v in zip(planes[1].ravel(), planes[2].ravel(), strict=True)
    }
    assert set(expected.tolist()) == {cell for cell in cells if not index[cell]}


@given(pictures())
def test_the_numpy_table_is_its_definition(planes):
    y, u, v = (plane.astype(int) % 1024 for plane in planes)
    out = through(SHARED, planes, "apply_numpy")
    for row, column in {(0, 0), (y.shape[0] - 1, y.shape[1] - 1)}:
        at = row // 2, column // 2
        cell = y[row // 2 * 2 : row // 2 * 2 + 2, column // 2 * 2 : column // 2 * 2 + 2]
        mean = (int(cell.sum()) * 4 // cell.size + 8) // 16 / 4
        assert out[0][row, column] == interpolated(u[at], v[at], y[row, column] / 4, 0)
        assert out[1][at] == interpolated(u[at], v[at], mean, 257)
        assert out[2][at] == interpolated(u[at], v[at], mean, 257 + 66)


def interpolated(u, v, tone, first) -> int:
    """Trilinear, in exact floats."""
    total = 0.0
    for i in (0, 1):
        for j in (0, 1):
            for k in (0, 1):
                node = SHARED._nodes.index[(u // 8 + i) * 129 + v // 8 + j]
                weight = (u % 8 / 8 if i else 1 - u % 8 / 8) * (v % 8 / 8 if j else 1 - v % 8 / 8)
                weight *= tone % 1 if k else 1 - tone % 1
                if weight:
                    total += weight * int(SHARED._nodes.values[node][first + int(tone) + k])
    return int(np.floor(total / 128 + 0.5))


@needs_kernel
def test_nothing_but_the_picture_is_written():
    planes = tuple(np.full(shape, 390, np.uint16) for shape in ((5, 7), (3, 4), (3, 4)))
    boards = [np.full((p.shape[0] + 2, p.shape[1] + 2), 7, np.uint8) for p in planes]
    SHARED.apply(*planes, *(board[1:-1, 1:-1] for board in boards))
    for board in boards:
        board[1:-1, 1:-1] = 7
        assert (board == 7).all()


def test_a_row_has_the_same_bits_whatever_it_is_evaluated_with():
    planes = drawn(HLG, 64, 64)
    whole, pieces = LatticeTable(HLG, [bent]), LatticeTable(HLG, [bent])
    through(whole, planes)
    for left in range(0, 64, 2):
        piece = [planes[0][:, left : left + 2], *(p[:, left // 2 : left // 2 + 1] for p in planes[1:])]
        through(pieces, piece)
    cells = np.flatnonzero(whole._cells.index)
    np.testing.assert_array_equal(cells, np.flatnonzero(pieces._cells.index))
    rows = [table._cells.values[table._cells.index[cells]] for table in (whole, pieces)]
    np.testing.assert_array_equal(*rows)


@pytest.mark.parametrize("method", ["apply", "apply_numpy"])
def test_planes_that_do_not_fit_are_refused(method):
    y, u, v = (np.zeros(shape, np.uint16) for shape in ((6, 8), (3, 4), (3, 4)))
    out = tuple(np.zeros(shape, np.uint8) for shape in ((6, 8), (3, 4), (3, 4)))
    table = LatticeTable(HLG, [])
    odd = np.zeros(6 * 16 + 1, np.uint8)[1:].view(np.uint16).reshape(6, 8)
    for planes in (
        (y.astype(np.uint8), u, v, *out),
        (y, u, v, y.copy(), u.copy(), v.copy()),
        (y[:4], u[:2], v[:2], *out),
        (y, u[:2], v, *out),
        (np.zeros((6, 16), np.uint16)[:, ::2], u, v, *out),
        (odd, u, v, *out),
    ):
        with pytest.raises(ValueError, match=r"plane|output"):
            getattr(table, method)(*planes)


# ---- real frames -------------------------------------------------------------------------------------------------

MEDIA = os.environ.get("CLIPKIT_REAL_MEDIA")


@pytest.mark.skipif(not MEDIA, reason="CLIPKIT_REAL_MEDIA is not set")
@pytest.mark.parametrize("part", ["android14-hlg10", "iphone12promax-hlg", "iphone14pro-hlg", "edit-list"])
def test_hdr_to_sdr_agrees_with_exact_arithmetic_on_real_frames(part):
    path = next(Path(str(MEDIA)).glob(f"*{part}*"), None) or pytest.skip(f"no clip named like {part}")
    luma, *chroma = accuracy(frame(path, 2), HLG)
    assert luma >= 53
    assert min(chroma) >= 52


def frame(path: Path, index: int):
    """The planes of a frame of 10 bits as the decoder pads them."""
    import av

    with av.open(str(path)) as container:
        picture = next(f for i, f in enumerate(container.decode(video=0)) if i == index)
        assert picture.format.name == "yuv420p10le"
        rows = [
            np.frombuffer(p, np.uint16).reshape(-1, p.line_size // 2)[: p.height, : p.width] for p in picture.planes
        ]
        return tuple(rows)
