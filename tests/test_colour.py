"""Encodings, and the colour table: against exact arithmetic, and its two implementations against each other."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit import effects
from clipkit.colour import kernel, reference
from clipkit.colour.encoding import OUTPUT, Encoding, decode, encode
from clipkit.colour.planes import Planes
from clipkit.colour.table import ColourTable, chain, mix

LOOK = (
    {"kind": "temperature", "shift": 0.3},
    {"kind": "contrast", "amount": 0.3},
    {"kind": "vibrance", "amount": 0.4},
    {"kind": "split-tone", "shadow_amount": 0.4, "highlight_amount": 0.3},
)
ENCODINGS = [Encoding(matrix, full) for matrix in ("bt601", "bt709", "bt2020") for full in (False, True)]

needs_kernel = pytest.mark.skipif(not kernel.available(), reason="the kernel was not built")


def functions(strength: float = 0.8):
    return [mix([effects.parse(data).apply for data in LOOK], strength)]


def cells(height: int, width: int) -> tuple[int, int]:
    return (height + 1) // 2, (width + 1) // 2


def drawn(height: int = 270, width: int = 480) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture of smooth colour, discs with edges, and a little noise."""
    rows, columns = np.mgrid[:height, :width] / np.array([height, width])[:, None, None]
    rgb = 0.5 + 0.35 * np.stack([np.sin(5 * columns + k) * np.cos(4 * rows - k) for k in range(3)], axis=-1)
    for k in range(6):
        disc = np.hypot(columns - 0.15 * k - 0.1, rows - 0.5) < 0.06
        rgb[disc] = np.array([0.2 + 0.1 * k, 0.7 - 0.1 * k, 0.15 * k])
    rgb += np.random.default_rng(5).normal(0, 0.01, rgb.shape)
    y, u, v = (np.floor(plane + 0.5).clip(0, 255).astype(np.uint8) for plane in encode(np.clip(rgb, 0, 1), OUTPUT))
    return y, u[::2, ::2].copy(), v[::2, ::2].copy()


def exact(planes, look, source=OUTPUT):
    """The definition, in float64: each sample with the chroma of its cell, each cell with the mean of its luma."""
    y, u, v = (plane.astype(np.float64) for plane in planes)
    wide = [plane.repeat(2, axis=0).repeat(2, axis=1)[: y.shape[0], : y.shape[1]] for plane in (u, v)]
    even = np.pad(y, [(0, side % 2) for side in y.shape], mode="edge")
    mean = even.reshape(u.shape[0], 2, u.shape[1], 2).mean(axis=(1, 3))
    luma = encode(np.clip(look(decode(y, *wide, source)), 0, 1), OUTPUT)[0]
    _, cb, cr = encode(np.clip(look(decode(mean, u, v, source)), 0, 1), OUTPUT)
    return tuple(np.floor(plane + 0.5) for plane in (luma, cb, cr))


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    error = np.mean((a.astype(np.float64) - b) ** 2)
    return 120.0 if error == 0 else float(10 * np.log10(255**2 / error))


def coloured(table: ColourTable, planes, method="apply"):
    out = tuple(np.zeros_like(plane) for plane in planes)
    getattr(table, method)(*planes, *out)
    return out


def accuracy(planes, look) -> list[float]:
    table = ColourTable(OUTPUT, [look])
    return [psnr(a, b) for a, b in zip(coloured(table, planes), exact(planes, look), strict=True)]


# ---- encodings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_is_the_inverse_of_decoding(encoding):
    rgb = np.random.default_rng(2).random((100, 3))
    np.testing.assert_allclose(decode(*encode(rgb, encoding), encoding), rgb, atol=1e-12)


def test_black_white_and_the_primaries_have_the_codes_of_the_standard():
    corners = np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 0, 1]], float)
    y, u, v = encode(corners, OUTPUT)
    np.testing.assert_allclose(y, [16, 235, 16 + 219 * 0.2126, 16 + 219 * 0.0722])
    assert (u[3], v[2]) == (pytest.approx(240), pytest.approx(240))
    y, u, v = encode(corners, Encoding("bt601", True))
    np.testing.assert_allclose(y, [0, 255, 255 * 0.299, 255 * 0.114])
    np.testing.assert_allclose([u[1], v[1]], 128)


# ---- accuracy ----------------------------------------------------------------------------------------------------


def test_a_table_agrees_with_exact_arithmetic():
    luma, *chroma = accuracy(drawn(), functions()[0])
    assert luma >= 60
    assert min(chroma) >= 52


@pytest.mark.parametrize("source", ENCODINGS)
def test_every_encoding_is_read_as_what_it_is(source):
    planes = drawn()
    result = coloured(ColourTable(source, []), planes)
    scores = [psnr(a, b) for a, b in zip(result, exact(planes, chain([]), source), strict=True)]
    assert scores[0] >= 60
    assert min(scores[1:]) >= 60  # no look bends chroma within a step of luma


def test_the_comparer_can_fail():
    planes = drawn()
    result = coloured(ColourTable(OUTPUT, functions(0.8)), planes)
    scores = [psnr(a, b) for a, b in zip(result, exact(planes, functions(0.7)[0]), strict=True)]
    assert scores[0] < 60
    assert min(scores[1:]) < 52


def test_no_function_changes_no_legal_colour():
    y, u, v = drawn()
    same = coloured(ColourTable(OUTPUT, []), (y, u, v))
    assert psnr(same[0], y) > 60
    assert min(psnr(same[1], u), psnr(same[2], v)) > 52


def test_rounding_is_half_up():
    half = ColourTable(OUTPUT, [lambda rgb: np.zeros_like(rgb) + np.float32(0.5 / 219)])
    planes = drawn(4, 4)
    assert set(coloured(half, planes)[0].ravel()) == {17}


MEDIA = os.environ.get("CLIPKIT_REAL_MEDIA")


@pytest.mark.skipif(not MEDIA, reason="CLIPKIT_REAL_MEDIA is not set")
@pytest.mark.parametrize("name", ["gopro-max-gps-track.mp4", "rotated-and-mirrored.mp4", "android14-hlg10-gps.mp4"])
def test_a_table_agrees_with_exact_arithmetic_on_real_frames(name):
    planes = frame(Path(str(MEDIA)) / name, 8)
    luma, *chroma = accuracy(planes, functions()[0])
    assert luma >= 60
    assert min(chroma) >= 52
    table = ColourTable(OUTPUT, functions())
    for a, b in zip(coloured(table, planes), coloured(table, planes, "apply_numpy"), strict=True):
        np.testing.assert_array_equal(a, b)


def frame(path: Path, index: int):
    """The planes of a frame as the decoder pads them."""
    import av

    with av.open(str(path)) as container:
        picture = next(f for i, f in enumerate(container.decode(video=0)) if i == index).reformat(format="yuv420p")
        height, width = picture.height, picture.width
        shapes = ((height, width), cells(height, width), cells(height, width))
        rows = [np.frombuffer(p, np.uint8).reshape(-1, p.line_size) for p in picture.planes]
        return tuple(row[:h, :w] for row, (h, w) in zip(rows, shapes, strict=True))


# ---- the two implementations -------------------------------------------------------------------------------------


def lined(draw, shape, sample=np.uint8, top: int = 256) -> np.ndarray:
    """Random samples in rows at any distance: padded a little or a lot, upside down, every second of a larger board."""
    step, pad = draw(st.sampled_from((1, -1, 2, -2))), draw(st.integers(0, 9) | st.integers(10, 300))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(0, top, (shape[0] * abs(step), shape[1] + pad), sample)[::step, : shape[1]]


def shapes_of(height: int, width: int) -> tuple[tuple[int, int], ...]:
    return (height, width), cells(height, width), cells(height, width)


@st.composite
def pictures(draw):
    """Random bytes of any size, even or odd, each plane with lines of its own."""
    return tuple(lined(draw, shape) for shape in shapes_of(draw(st.integers(1, 70)), draw(st.integers(1, 70))))


def into(draw, table, planes, method: str) -> tuple[np.ndarray, ...]:
    """A picture coloured into planes with other lines than its own; what lies around them stays as it was."""
    out = tuple(lined(draw, plane.shape) for plane in planes)
    before = [plane.base.copy() for plane in out]
    getattr(table, method)(*planes, *out)
    result = tuple(plane.copy() for plane in out)
    for plane, old in zip(out, before, strict=True):
        outside = np.ones(old.shape, bool)
        first = plane.ctypes.data - plane.base.ctypes.data
        np.lib.stride_tricks.as_strided(outside.reshape(-1)[first:], plane.shape, plane.strides)[:] = False
        np.testing.assert_array_equal(plane.base[outside], old[outside])
    return result


def bent(rgb):
    """Cheap, and nowhere flat."""
    return rgb[..., ::-1] * np.float32(0.7) + rgb * rgb * np.float32(0.25)


SHARED = ColourTable(Encoding("bt601", True), [bent])


def row_of(table: ColourTable, code: int) -> np.ndarray:
    return table._rows.values[table._rows.index[code]]


@needs_kernel
@given(pictures(), st.data())
def test_the_kernel_agrees_with_numpy_bit_for_bit(planes, data):
    got, wanted = (into(data.draw, SHARED, planes, method) for method in ("apply", "apply_numpy"))
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


@needs_kernel
@given(pictures(), st.integers(0, 2**32 - 1))
def test_the_kernel_misses_what_numpy_misses(planes, seed):
    index = np.random.default_rng(seed).integers(0, 2, 65536, np.uint32)
    expected = reference.missing(Planes(*planes), index)
    np.testing.assert_array_equal(kernel.load().missing(Planes(*planes), index), expected)
    pairs = {int(u) << 8 | int(v) for u, v in zip(planes[1].ravel(), planes[2].ravel(), strict=True)}
    assert set(expected.tolist()) == {code for code in pairs if not index[code]}


@given(pictures())
def test_the_numpy_table_is_its_definition(planes):
    y, u, v = planes
    out = coloured(SHARED, planes, "apply_numpy")
    for row, column in {(0, 0), (y.shape[0] - 1, y.shape[1] - 1)}:
        cell = y[row // 2 * 2 : row // 2 * 2 + 2, column // 2 * 2 : column // 2 * 2 + 2]
        mean = (2 * int(cell.sum()) + cell.size) // (2 * cell.size)  # rounded half up
        at = row // 2, column // 2
        code = int(u[at]) << 8 | int(v[at])
        values = row_of(SHARED, code)
        assert out[0][row, column] == values[y[row, column]]
        assert (out[1][at], out[2][at]) == tuple(values[256:].reshape(256, 2)[mean])


@needs_kernel
def test_nothing_but_the_picture_is_written():
    planes = tuple(np.full(shape, 90, np.uint8) for shape in ((5, 7), (3, 4), (3, 4)))
    boards = [np.full((p.shape[0] + 2, p.shape[1] + 2), 7, np.uint8) for p in planes]
    SHARED.apply(*planes, *(board[1:-1, 1:-1] for board in boards))
    for board in boards:
        board[1:-1, 1:-1] = 7
        assert (board == 7).all()


def test_a_row_has_the_same_bits_whatever_it_is_evaluated_with():
    planes = drawn(64, 64)
    whole = ColourTable(OUTPUT, functions())
    coloured(whole, planes)
    pieces = ColourTable(OUTPUT, functions())
    for left in range(0, 64, 2):
        coloured(pieces, [planes[0][:, left : left + 2], *(p[:, left // 2 : left // 2 + 1] for p in planes[1:])])
    codes = np.flatnonzero(whole._rows.index)
    np.testing.assert_array_equal(codes, np.flatnonzero(pieces._rows.index))
    for code in codes:
        np.testing.assert_array_equal(row_of(whole, code), row_of(pieces, code))


def test_only_nodes_around_colours_that_occur_are_evaluated_and_only_once():
    evaluated = []
    table = ColourTable(OUTPUT, [lambda rgb: (evaluated.append(rgb.size // 768), rgb)[1]])
    y = np.full((4, 8), 100, np.uint8)
    u, v = np.array([[64, 65, 62, 66], [64, 65, 62, 66]], np.uint8), np.full((2, 4), 100, np.uint8)
    coloured(table, (y, u, v))
    coloured(table, (y, u, v))
    # about (64, 100), (65, 100) and (66, 100) nodes are two codes apart, about (62, 100) four
    assert sum(evaluated) == len({(u, v) for u in (64, 66, 68) for v in (100, 102)} | {(60, 100), (60, 104), (64, 104)})


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=200, unique=True))
def test_a_row_is_the_mean_of_the_nodes_around_it(codes):
    """For a function without curvature that is the row itself, wherever the nodes lie."""
    table = ColourTable(Encoding("bt709", True), [lambda rgb: rgb * np.float32(0.2) + np.float32(0.4)])
    u, v = np.divmod(np.array(sorted(codes)), 256)
    rows = table._rows.values[table._rows.of(np.array(sorted(codes), np.uint16))].astype(float)
    wanted = 0.2 * (u - 127.5) * 224 / 255 + 128, 0.2 * (v - 127.5) * 224 / 255 + 128
    for k in (0, 1):
        assert np.abs(rows[:, 256 + k :: 2] - wanted[k][:, None]).max() <= 0.6
    assert np.abs(rows[:, :256] - (16 + 219 * (0.4 + 0.2 * np.arange(256) / 255))).max() <= 0.51


def test_threads_share_a_table():
    planes = [np.random.default_rng(9).integers(0, 256, s, np.uint8) for s in ((200, 200), (100, 100), (100, 100))]
    table, results = ColourTable(OUTPUT, functions()), []
    threads = [threading.Thread(target=lambda: results.append(coloured(table, planes))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = coloured(ColourTable(OUTPUT, functions()), planes)
    assert len(results) == 4
    assert all((a == b).all() for result in results for a, b in zip(result, alone, strict=True))


@pytest.mark.parametrize("method", ["apply", "apply_numpy"])
def test_planes_that_do_not_fit_are_refused(method):
    y, u, v = (np.zeros(shape, np.uint8) for shape in ((6, 8), (3, 4), (3, 4)))
    table = ColourTable(OUTPUT, [])
    locked = y.copy()
    locked.flags.writeable = False
    for planes in (
        (y, u, v, y[:4], u[:2], v[:2]),
        (y, u[:2], v, y.copy(), u, v),
        (y, u, v, y.copy(), u, v[:, ::2]),
        (y.astype(np.uint16), u, v, y.copy(), u.copy(), v.copy()),
        (np.zeros((6, 16), np.uint8)[:, ::2], u, v, y.copy(), u.copy(), v.copy()),
        (y, u, v, locked, u.copy(), v.copy()),
        (y[:0], u[:0], v[:0], y[:0], u[:0], v[:0]),
    ):
        with pytest.raises(ValueError, match=r"plane|output"):
            getattr(table, method)(*planes)


# ---- strength ----------------------------------------------------------------------------------------------------


def test_strength_runs_from_nothing_to_the_look_without_clipping():
    rgb = np.random.default_rng(4).random((50, 3))
    double = mix([lambda c: c * 2, lambda c: c + 1], 0.5)
    np.testing.assert_allclose(double(rgb), rgb * 1.5 + 0.5)
    np.testing.assert_array_equal(mix([np.sqrt], 0.0)(rgb), rgb)
    np.testing.assert_array_equal(mix([np.sqrt], 1.0)(rgb), np.sqrt(rgb))


def test_without_a_library_there_is_no_kernel(monkeypatch):
    monkeypatch.setattr(kernel, "EXTENSION_SUFFIXES", [".nowhere"])
    kernel.load.cache_clear()
    try:
        assert not kernel.available()
        planes = drawn(8, 8)
        coloured(ColourTable(OUTPUT, []), planes)
    finally:
        kernel.load.cache_clear()
