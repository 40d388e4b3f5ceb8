"""`.cube` text: what is read, what is refused and where, and how tables are looked up."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit.colour.cube import MAX_SIZE, Cube
from clipkit.colour.cube_text import MAX_TEXT, parse, text_of
from clipkit.effects.lut import Lut
from clipkit.errors import ProjectError

IDENTITY_1D = "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"


def drawn(size: int, function=lambda rgb: rgb) -> str:
    """A 3D table of a function, red fastest."""
    axis = np.linspace(0, 1, size)
    rows = (function(np.array((r, g, b))) for b, g, r in itertools.product(axis, repeat=3))
    return f"LUT_3D_SIZE {size}\n" + "\n".join(" ".join(f"{x:.7f}" for x in row) for row in rows)


def one(text: str) -> Cube:
    """The table of a file that has one."""
    (table,) = parse(text)
    return table


def colours(count: int = 500) -> np.ndarray:
    return np.random.default_rng(7).random((count, 3))


def test_the_identity_is_one():
    rgb = colours()
    np.testing.assert_allclose(one(drawn(5)).apply(rgb), rgb, atol=1e-6)
    np.testing.assert_allclose(one(IDENTITY_1D).apply(rgb), rgb, atol=1e-6)


def test_red_runs_fastest():
    swap = one(drawn(3, lambda rgb: rgb[[2, 0, 1]]))
    np.testing.assert_allclose(swap.apply(np.array([[0.1, 0.5, 0.9]])), [[0.9, 0.1, 0.5]], atol=1e-6)


def test_any_linear_function_is_exact_within_a_tetrahedron():
    matrix = np.array([[0.5, 0.3, 0.1], [0.2, 0.7, 0.05], [0.0, 0.2, 0.6]])
    rgb = colours()
    np.testing.assert_allclose(one(drawn(4, lambda c: matrix @ c)).apply(rgb), rgb @ matrix.T, atol=1e-6)


def tetrahedral(table: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """The six cases written out, one colour at a time; `table` is [r, g, b]."""
    size = len(table)
    place = rgb * (size - 1)
    base = np.minimum(place.astype(int), size - 2)
    r, g, b = place - base

    def c(*corner):
        return table[tuple(base + corner)]

    if r > g > b:
        return (1 - r) * c(0, 0, 0) + (r - g) * c(1, 0, 0) + (g - b) * c(1, 1, 0) + b * c(1, 1, 1)
    if r > b >= g:
        return (1 - r) * c(0, 0, 0) + (r - b) * c(1, 0, 0) + (b - g) * c(1, 0, 1) + g * c(1, 1, 1)
    if b >= r > g:
        return (1 - b) * c(0, 0, 0) + (b - r) * c(0, 0, 1) + (r - g) * c(1, 0, 1) + g * c(1, 1, 1)
    if b > g >= r:
        return (1 - b) * c(0, 0, 0) + (b - g) * c(0, 0, 1) + (g - r) * c(0, 1, 1) + r * c(1, 1, 1)
    if g >= b > r:
        return (1 - g) * c(0, 0, 0) + (g - b) * c(0, 1, 0) + (b - r) * c(0, 1, 1) + r * c(1, 1, 1)
    return (1 - g) * c(0, 0, 0) + (g - r) * c(0, 1, 0) + (r - b) * c(1, 1, 0) + b * c(1, 1, 1)


def test_it_agrees_with_the_six_cases_written_out():
    table = np.random.default_rng(3).random((5, 5, 5, 3))
    flat = table.transpose(2, 1, 0, 3).reshape(-1, 3)
    rgb = np.concatenate((colours(), np.eye(3), np.ones((1, 3)), np.zeros((1, 3)), np.full((1, 3), 0.3)))
    expected = [tetrahedral(table, colour) for colour in rgb]
    np.testing.assert_allclose(Cube(3, 5, flat).apply(rgb), expected, atol=1e-6)


def test_one_dimension_is_linear_per_component():
    table = one("LUT_1D_SIZE 3\n0 0 1\n0.2 0.5 0.5\n1 1 0\n")
    np.testing.assert_allclose(table.apply(np.array([[0.25, 0.25, 0.25]])), [[0.1, 0.25, 0.75]], atol=1e-6)


def test_inputs_outside_the_domain_take_its_edge():
    table = one("DOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 3 3 3\n" + IDENTITY_1D)
    rgb = np.array([[-9, 1, 9], [3, -1, 0]], float)
    np.testing.assert_allclose(table.apply(rgb), [[0, 0.5, 1], [1, 0, 0.25]], atol=1e-6)


def test_comments_whitespace_titles_and_line_ends():
    head = '\ufeff# by hand\r\nTITLE "A #1 look"\r\n\r\n\tLUT_1D_SIZE\t2 # two\r\nLUT_1D_INPUT_RANGE 0 2\r\n'
    text = head + "  0 0 0\r\n# x\r\n1\t1  1"
    table = one(text)
    assert (table.title, table.size, table.high) == ("A #1 look", 2, (2.0, 2.0, 2.0))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_all_ends_of_lines_are_read(ends):
    table = one(IDENTITY_1D.replace("\n", ends))
    assert (table.size, table.table.shape) == (2, (2, 3))


def test_a_shaper_comes_before_its_cube():
    """As DaVinci Resolve writes them: 1D entries, then 3D ones, each with its own input range."""
    head = "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 4\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1\n"
    negative = "\n".join(f"{1 - r} {1 - g} {1 - b}" for b, g, r in itertools.product((0, 1), repeat=3))
    shaper, negate = parse(head + "0 0 0\n1 1 1\n" + negative)
    assert (shaper.dimensions, shaper.high, negate.dimensions, negate.high) == (1, (4.0,) * 3, 3, (1.0,) * 3)
    np.testing.assert_allclose(negate.apply(shaper.apply(np.array([[4.0, 1.0, 0.0]]))), [[0, 0.75, 1]], atol=1e-6)


def test_one_domain_of_two_tables_is_that_of_the_first():
    head = "DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\nLUT_3D_SIZE 2\nLUT_1D_SIZE 2\n"
    shaper, cube = parse(head + "0 0 0\n1 1 1\n" + drawn(2).partition("\n")[2])
    assert (shaper.high, cube.high) == ((2.0,) * 3, (1.0,) * 3)


def test_values_outside_of_0_to_1_are_kept():
    np.testing.assert_allclose(one("LUT_1D_SIZE 2\n-1 0 0\n4.5 1 1e2\n").table, [[-1, 0, 0], [4.5, 1, 100]])


def test_what_is_written_is_read_back():
    def darker(rgb):
        return rgb * np.array((0.5, 0.8, 0.9))

    table = one(text_of(darker, 9, title='A "small"\none'))
    assert (table.title, table.size) == ("A 'small' one", 9)
    rgb = colours()
    np.testing.assert_allclose(table.apply(rgb), darker(rgb), atol=2e-6)
    assert one(text_of(lambda rgb: rgb + 1, 2)).table.max() == 1
    for size in (1, 130):
        with pytest.raises(ProjectError, match="129"):
            text_of(darker, size)


def test_the_largest_table_is_read_and_kept_small():
    """129³ entries, some 60 MB of text: as a look it must still fit into a document of 16 MiB."""
    size = MAX_SIZE[3]
    text = text_of(lambda rgb: rgb**1.2 + 0.02 * np.sin(9 * rgb[..., [1, 2, 0]]), size)
    table = one(text)
    look = Lut.of(table)
    assert len(look.data) < 6 * 2**20
    assert np.abs(look.cube.table - table.table).max() <= 1 / 131070 + 1e-7
    lines = text.splitlines()
    lines[1_000_000] = "0.5 0.5"
    with pytest.raises(ProjectError) as caught:
        parse("\n".join(lines))
    assert caught.value.where == "line 1000001"


def test_a_small_table_is_kept_exactly():
    table = Cube(3, 33, np.random.default_rng(1).normal(size=(33**3, 3)).astype(np.float32))
    np.testing.assert_array_equal(Lut.of(table).cube.table, table.table)
    wide = Cube(3, 34, np.random.default_rng(1).normal(size=(34**3, 3)).astype(np.float32))
    again = Lut.model_validate_json(Lut.of(wide).model_dump_json()).cube.table
    assert 0 < np.abs(again - wide.table).max() <= np.ptp(wide.table) / 131070 * 1.01
    flat = Cube(3, 34, np.full((34**3, 3), 0.25, np.float32))
    np.testing.assert_allclose(Lut.of(flat).cube.table, 0.25, atol=1e-6)


def test_a_huge_size_is_refused_before_anything_is_made_for_it():
    tracemalloc.start()
    try:
        for size in ("4096", "1e9", "99999999999999999999"):
            with pytest.raises(ProjectError, match="129"):
                parse(f"LUT_3D_SIZE {size}\n0 0 0\n")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "neither"),
        ("# nothing\n\n", 2, "neither"),
        ("0 0 0\n", 1, "neither"),
        ("LUT_3D_SIZE 130\n", 1, "129"),
        ("LUT_1D_SIZE 65537\n", 1, "65536"),
        ("LUT_1D_SIZE 1\n", 1, "2 to"),
        ("LUT_1D_SIZE 2.5\n", 1, "2 to"),
        ("LUT_1D_SIZE two\n", 1, "number"),
        ("LUT_1D_SIZE\n", 1, "number"),
        ("LUT_1D_SIZE 2\nLUT_1D_SIZE 2\n", 2, "more than one"),
        ("# x\nWOBBLE 3\n", 2, "WOBBLE"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0\n", 3, "finite numbers"),
        ("LUT_1D_SIZE 2\n0 0\n0 0\n", 2, "finite numbers"),
        ("LUT_1D_SIZE 2\n0 0 0 0\n0 0\n", 2, "finite numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0 nan\n", 3, "finite"),
        ("LUT_1D_SIZE 2\nnan 0 0\n0 0 0\n", 2, "finite"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0 1e39\n", 3, "finite"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0 1e999\n", 3, "finite"),
        ("LUT_1D_SIZE 2\n0 0 0\n\n# x\n0 0 -\n", 5, "numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n0,0,0\n", 3, "numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n", 3, "1 entries of 2"),
        (IDENTITY_1D + "\n1 1 1\n", 5, "more than 2"),
        ("LUT_1D_SIZE 2\n0 0 0\nTITLE x\n1 1 1\n", 3, "after the table"),
        ("DOMAIN_MIN 1 0 0\n" + IDENTITY_1D, 1, "domain"),
        ("LUT_1D_INPUT_RANGE 1 1\n" + IDENTITY_1D, 1, "domain"),
        ("DOMAIN_MIN 1 0\n" + IDENTITY_1D, 1, "3 finite numbers"),
        (" " * (MAX_TEXT + 1), 1, "96 MiB"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text, line, says):
    with pytest.raises(ProjectError, match=says) as caught:
        parse(text)
    assert (caught.value.code, caught.value.where) == ("bad-cube", f"line {line}")
    assert caught.value.hint


@given(st.text(max_size=200) | st.text("LUT_13DSIZE 0.-+e\n#", max_size=200))
def test_no_text_does_anything_but_parse_or_be_refused(text):
    try:
        parse(text)
    except ProjectError as error:
        assert error.code == "bad-cube"  # noqa: PT017 - most text is refused, some is not
