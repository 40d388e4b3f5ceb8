"""The drawn time map, and a map in words."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import clipkit as ck
from clipkit.api.plot import plot
from clipkit.cli._group import group
from clipkit.plan.stretches import manner, stretches, told
from clipkit.project.ramp import Knot, ramp
from clipkit.project.timemap import TimeMap
from media import Shelf

F = Fraction
BLUE = (38, 102, 204)
LEFT, RIGHT, TOP, BOTTOM = 84, 1200 - 24, 56, 760 - 44 - 180 - 64


def the_issue(duration: int = 10) -> TimeMap:
    row = [Knot(F(at), F(factor)) for at, factor in ((0, 1), (3, 1), (4, "0.3"), (6, "0.3"), ("6.5", 2))]
    return ramp(row, F(duration), "linear", pitch_follows=False)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (TimeMap.identity(F(3)), "0:00.00–0:03.00"),
        (TimeMap.speed(F(3), F(2), pitch_follows=False), "0:00.00–0:03.00 at 2×"),
        (TimeMap.reverse(F(3)), "0:03.00–0:00.00 at backwards 1×"),
        (the_issue(), "0:00.00–0:10.00 at 1× → 0.3× → 2×"),
        (
            TimeMap.freeze(F(3), F(1), F(1, 2)),
            "0:00.00–0:01.00, still at 0:01.00 for 0:00.50, 0:01.00–0:03.00",
        ),
        (TimeMap.looped(F(0), F(1), F(6)), ", ".join(["0:00.00–0:01.00"] * 4) + " and 2 more"),
        (TimeMap.boomerang(F(1), F(1, 10)), "0:00.00–0:01.00, 0:00.90–0:00.10 at backwards 1×"),
        (TimeMap.placed(F(0), F(0), F(3), F(0)), "still"),
    ],
)
def test_a_map_in_words(time: TimeMap, words: str) -> None:
    assert told(time) == words


def test_a_jump_of_the_speed_begins_another_stretch() -> None:
    time = ramp([Knot(F(1), F(2)), Knot(F(1), F(1, 2))], F(3), "linear", pitch_follows=False)
    assert [manner(row) for row in stretches(time)] == ["2×", "0.5×"]


def test_the_plot_shows_the_map(shelf: Shelf) -> None:
    """The line passes through what the map says, and through nothing else in its column."""
    clip = ck.open(shelf.clip(seconds=4, size=(96, 160), fps=30)).ramp("0:2 2:2 2:0.5").freeze(1, 1)
    plan = clip.plan(copy=False)
    pixels = np.asarray(plot(plan))
    assert pixels.shape == (760, 1200, 3)
    line = (pixels == BLUE).all(axis=2)
    seconds = float(plan.duration)
    for n in range(2, 100):
        t = seconds * n / 100
        source = float(plan.picture.time.at(F(t)))
        column = round(LEFT + (RIGHT - LEFT) * t / seconds)
        rows = np.flatnonzero(line[TOP : BOTTOM + 1, column])
        wanted = (BOTTOM - TOP) * (1 - source / 4)
        assert len(rows), n
        assert np.abs(rows - wanted).min() < 4


def test_the_command_draws_it(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(seconds=2, size=(96, 160), fps=30)
    out = tmp_path / "map.png"
    project = tmp_path / "p.clipkit"
    ck.open(source).reverse().save(project)
    result = CliRunner().invoke(group, ["plan", str(project), "--plot", str(out)])
    assert result.exit_code == 0, result.output
    assert "backwards 1×" in result.output
    with Image.open(out) as image:
        assert image.size == (1200, 760)
    again = CliRunner().invoke(group, ["plan", str(project), "--plot", str(out)])
    assert again.exit_code != 0
    assert CliRunner().invoke(group, ["plan", str(project), "--plot", str(out), "--force"]).exit_code == 0
    assert CliRunner().invoke(group, ["plan", str(project), "--plot", "map.txt"]).exit_code == 2
