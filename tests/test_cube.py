"""`.cube` text: what is read, what is refused and where, and how tables are looked up."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit.colour.cube import Cube, parse
from clipkit.errors import ProjectError

IDENTITY_1D = "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"


def cube_text(size: int, function=lambda rgb: rgb) -> str:
    """A 3D table of a function, red fastest."""
    axis = np.linspace(0, 1, size)
    rows = (function(np.array((r, g, b))) for b, g, r in itertools.product(axis, repeat=3))
    return f"LUT_3D_SIZE {size}\n" + "\n".join(" ".join(f"{x:.7f}" for x in row) for row in rows)


def colours(count: int = 500) -> np.ndarray:
    return np.random.default_rng(7).random((count, 3))


def test_the_identity_is_one():
    rgb = colours()
    np.testing.assert_allclose(parse(cube_text(5)).apply(rgb), rgb, atol=1e-6)
    np.testing.assert_allclose(parse(IDENTITY_1D).apply(rgb), rgb, atol=1e-6)


def test_red_runs_fastest():
    swap = parse(cube_text(3, lambda rgb: rgb[[2, 0, 1]]))
    np.testing.assert_allclose(swap.apply(np.array([[0.1, 0.5, 0.9]])), [[0.9, 0.1, 0.5]], atol=1e-6)


def test_any_linear_function_is_exact_within_a_tetrahedron():
    matrix = np.array([[0.5, 0.3, 0.1], [0.2, 0.7, 0.05], [0.0, 0.2, 0.6]])
    rgb = colours()
    np.testing.assert_allclose(parse(cube_text(4, lambda c: matrix @ c)).apply(rgb), rgb @ matrix.T, atol=1e-6)


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
    table = parse("LUT_1D_SIZE 3\n0 0 1\n0.2 0.5 0.5\n1 1 0\n")
    np.testing.assert_allclose(table.apply(np.array([[0.25, 0.25, 0.25]])), [[0.1, 0.25, 0.75]], atol=1e-6)


def test_inputs_outside_the_domain_take_its_edge():
    table = parse("DOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 3 3 3\n" + IDENTITY_1D)
    rgb = np.array([[-9, 1, 9], [3, -1, 0]], float)
    np.testing.assert_allclose(table.apply(rgb), [[0, 0.5, 1], [1, 0, 0.25]], atol=1e-6)


def test_comments_whitespace_titles_and_line_ends():
    head = '\ufeff# by hand\r\nTITLE "A #1 look"\r\n\r\n\tLUT_1D_SIZE\t2 # two\r\nLUT_1D_INPUT_RANGE 0 2\r\n'
    text = head + "  0 0 0\r\n# x\r\n1\t1  1"
    table = parse(text)
    assert (table.title, table.size, table.high) == ("A #1 look", 2, (2.0, 2.0, 2.0))


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("", "", "neither"),
        ("0 0 0\n", "line 1", "before"),
        ("LUT_3D_SIZE 130\n", "line 1", "129"),
        ("LUT_1D_SIZE 65537\n", "line 1", "65536"),
        ("LUT_1D_SIZE 1\n", "line 1", "2 to"),
        ("LUT_1D_SIZE 2.5\n", "line 1", "2 to"),
        ("LUT_1D_SIZE two\n", "line 1", "number"),
        ("LUT_1D_SIZE\n", "line 1", "number"),
        ("LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n", "line 2", "more than one"),
        ("# x\nWOBBLE 3\n", "line 2", "WOBBLE"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0\n", "line 3", "finite numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0 nan\n", "line 3", "finite"),
        ("LUT_1D_SIZE 2\nnan 0 0\n0 0 0\n", "line 2", "finite"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0 1e999\n", "line 3", "finite"),
        ("LUT_1D_SIZE 2\n0 0 0\n0 0 -\n", "line 3", "numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n", "", "1 entries of 2"),
        (IDENTITY_1D + "1 1 1\n", "line 4", "more than 2"),
        ("LUT_1D_SIZE 2\n0 0 0\nTITLE x\n1 1 1\n", "line 3", "after the table"),
        ("DOMAIN_MIN 1 0 0\n" + IDENTITY_1D, "", "domain"),
        (" " * (8 * 1024 * 1024 + 1), "", "8 MiB"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text, where, says):
    with pytest.raises(ProjectError, match=says) as caught:
        parse(text)
    assert (caught.value.code, caught.value.where) == ("bad-cube", where)


@given(st.text(max_size=200) | st.text("LUT_13DSIZE 0.-+e\n#", max_size=200))
def test_no_text_does_anything_but_parse_or_be_refused(text):
    try:
        parse(text)
    except ProjectError as error:
        assert error.code == "bad-cube"  # noqa: PT017 - most text is refused, some is not
