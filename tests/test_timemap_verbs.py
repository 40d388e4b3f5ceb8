"""Ramps, reversal, freezes, loops and boomerangs as time maps: exact, and what the words say, by property."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit.project.curves import CURVES
from clipkit.project.ramp import NEAR, Curve, Knot, ramp
from clipkit.project.timemap import Instant, Piece, TimeMap

F = Fraction
SAMPLE = F(1, 48_000)
moments = st.fractions(min_value=0, max_value=40, max_denominator=1001)
lengths = st.fractions(min_value=F(1, 100), max_value=20, max_denominator=1001)
factors = st.fractions(min_value=F(1, 10), max_value=10, max_denominator=30)
curves = st.sampled_from(["linear", "smooth"])
THE_ISSUE = [Knot(F(at), F(factor)) for at, factor in ((0, 1), (3, 1), (4, "0.3"), (6, "0.3"), ("6.5", 2))]


@st.composite
def knots(draw: st.DrawFn) -> list[Knot]:
    times = sorted(draw(st.lists(st.fractions(0, 20, max_denominator=60), min_size=1, max_size=6)))
    return [Knot(at, draw(factors)) for at in times]


def output_time(row: list[Knot], until: float, curve: Curve) -> float:
    """When a source moment shows: the integral of 1/v between knots, by Simpson's rule; the rule once more."""
    ends = [0.0, *(min(max(float(knot.at), 0.0), until) for knot in row), until]
    speeds = [float(knot.factor) for knot in (row[0], *row, row[-1])]
    total = 0.0
    for n, (low, high) in enumerate(pairwise(ends)):
        if low < high:
            share = np.linspace(low, high, 2001)
            if 0 < n < len(row):
                start, end = float(row[n - 1].at), float(row[n].at)
                share = (share - start) / (end - start)
                share = share if curve == "linear" else 3 * share**2 - 2 * share**3
            slow = 1 / (speeds[n] + share * (speeds[n + 1] - speeds[n]))
            total += (high - low) / 6000 * float(slow[0] + slow[-1] + 4 * slow[1:-1:2].sum() + 2 * slow[2:-1:2].sum())
    return total


# ---- ramps ---------------------------------------------------------------------------------------------------------


def test_a_linear_ramp_lasts_as_long_as_its_logarithms_say():
    time = ramp(THE_ISSUE, F(10), "linear", pitch_follows=False)
    exact = 3 + math.log(1 / 0.3) / 0.7 + 2 / 0.3 + math.log(2 / 0.3) / 3.4 + 3.5 / 2
    assert abs(float(time.end) - exact) < float(SAMPLE) / 50
    assert round(time.end / SAMPLE) == round(exact * 48_000)


@given(knots(), lengths, curves)
def test_a_ramp_stays_near_the_true_curve_everywhere_and_ends_on_its_sample(row, duration, curve):
    time = ramp(row, duration, curve, pitch_follows=False)
    for share in (0.1, 0.37, 0.5, 0.83):
        source = float(duration) * share
        piece = next(piece for piece in time.pieces if piece.source <= source <= piece.at(piece.end))
        shown = float(piece.start) + (source - float(piece.source)) / float(piece.factor)
        assert abs(shown - output_time(row, source, curve)) < 1.1 * NEAR
    if row[0].at >= 0 and duration >= row[-1].at:  # not cut off on the way
        assert abs(float(time.end) - output_time(row, float(duration), curve)) < 0.1 * float(SAMPLE) * len(row)


@given(knots(), lengths, curves)
def test_a_ramp_shows_all_of_its_source_in_order_and_each_knot_is_an_end(row, duration, curve):
    time = ramp(row, duration, curve, pitch_follows=False)
    assert time.pieces[0].start == time.pieces[0].source == 0
    assert time.pieces[-1].at(time.end) == duration
    for one, two in pairwise(time.pieces):
        assert one.end == two.start
        assert one.at(one.end) == two.source
    assert all(F(1, 10) * F(99, 100) <= piece.factor <= 10 * F(101, 100) for piece in time.pieces)
    ends = {piece.source for piece in time.pieces} | {duration}
    for before, here, after in zip([None, *row], row, [*row[1:], None], strict=False):
        bends = {knot.factor for knot in (before, here, after) if knot is not None} != {here.factor}
        if bends and 0 < here.at < duration:
            assert here.at in ends


@given(knots(), lengths, curves)
def test_the_pieces_of_a_ramp_are_bounded(row, duration, curve):
    time = ramp(row, duration, curve, pitch_follows=True)
    assert len(time.pieces) <= 2 + 400 * (len(row) - 1)
    assert all(piece.follow == piece.factor for piece in time.pieces)


@given(knots(), lengths, curves, st.fractions(0, 1, max_denominator=50), st.fractions(0, 1, max_denominator=50))
def test_a_trim_of_a_ramp_is_the_ramp_of_a_trim(row, duration, curve, one, two):
    low, high = sorted((one * duration, two * duration))
    if low == high:
        return
    whole = ramp(row, duration, curve, pitch_follows=False)
    moved = [Knot(knot.at - low, knot.factor) for knot in row]
    part = TimeMap.trim(low, high).after(ramp(moved, high - low, curve, pitch_follows=False))
    start, end = (_shown_at(whole, s) for s in (low, high))
    assert _slopes(whole.after(TimeMap.trim(start, end))) == _slopes(part)


def _shown_at(time: TimeMap, source: Fraction) -> Fraction:
    piece = next(piece for piece in time.pieces if piece.source <= source <= piece.at(piece.end))
    return piece.start + (source - piece.source) / piece.factor


def _slopes(time: TimeMap) -> list[Piece]:
    """Pieces, with those in one that go on at the same speed."""
    joined: list[Piece] = []
    for piece in time.pieces:
        last = joined[-1] if joined else None
        if last is not None and last.factor == piece.factor and last.at(last.end) == piece.source:
            joined[-1] = Piece(last.start, piece.end, last.source, last.factor)
        else:
            joined.append(piece)
    return joined


def test_two_knots_at_one_moment_make_a_jump():
    time = ramp([Knot(F(1), F(2)), Knot(F(1), F(1, 2))], F(3), "smooth", pitch_follows=False)
    assert time.pieces == (Piece(F(0), F(1, 2), F(0), F(2)), Piece(F(1, 2), F(9, 2), F(1), F(1, 2)))


def test_a_ramp_that_stays_is_one_piece():
    row = [Knot(F(k), F(3, 2)) for k in range(5)]
    assert ramp(row, F(6), "linear", pitch_follows=False) == TimeMap.speed(F(6), F(3, 2), pitch_follows=False)


@pytest.mark.parametrize("name", CURVES)
def test_named_curves_are_knots_over_a_whole_clip(name: str):
    told = [tuple(map(F, knot.split(":"))) for knot in CURVES[name].knots.split()]
    assert told[0][0] == 0
    assert told[-1][0] == 1
    assert all(one[0] <= two[0] for one, two in pairwise(told))
    assert all(F(1, 10) <= factor <= 10 for _, factor in told)
    assert 15 < len(CURVES[name].about) < 50


# ---- backwards -----------------------------------------------------------------------------------------------------


@given(lengths)
def test_backwards_twice_is_nothing(duration):
    back = TimeMap.reverse(duration)
    assert back.after(back) == TimeMap.identity(duration)


@given(lengths, moments)
def test_backwards_shows_what_was_there_before_the_mirrored_moment(duration, t):
    told = TimeMap.reverse(duration).instant(t)
    assert told == (Instant(duration - t, before=True) if t < duration else None)


@given(knots(), lengths, curves)
def test_a_ramp_backwards_is_its_mirror(row, duration, curve):
    time = ramp(row, duration, curve, pitch_follows=False)
    back = time.after(TimeMap.reverse(time.end))
    assert back.end == time.end
    assert [(-p.factor, p.end - p.start) for p in reversed(back.pieces)] == [
        (p.factor, p.end - p.start) for p in time.pieces
    ]
    assert back.after(TimeMap.reverse(back.end)) == time


def frames(time: TimeMap, rate: int, count: int) -> list[int]:
    """Which of `count` frames at a constant rate shows at each of the output's, by the rule."""
    shown = []
    for n in range(math.ceil(time.end * rate)):
        moment = time.instant(F(n, rate))
        assert moment is not None
        place = moment.at * rate
        shown.append(min(max(math.ceil(place) - 1 if moment.before else math.floor(place), 0), count - 1))
    return shown


def test_backwards_shows_every_frame_once():
    assert frames(TimeMap.reverse(F(1)), 30, 30) == list(range(29, -1, -1))
    assert frames(TimeMap.trim(F(1, 3), F(2, 3)).after(TimeMap.reverse(F(1, 3))), 30, 30) == list(range(19, 9, -1))


def test_backwards_at_half_speed_shows_every_frame_twice():
    slow = TimeMap.speed(F(1), F(1, 2), pitch_follows=False)
    wanted = [n for n in range(29, -1, -1) for _ in range(2)]
    assert frames(slow.after(TimeMap.reverse(F(2))), 30, 30) == wanted
    assert frames(TimeMap.reverse(F(1)).after(slow), 30, 30) == wanted


# ---- there and back, standing still, again ---------------------------------------------------------------------------


def test_a_boomerang_doubles_no_frame_at_its_turns():
    time = TimeMap.boomerang(F(1, 3), F(1, 30))
    once = frames(time, 30, 10)
    assert once == [*range(10), *range(8, 0, -1)]
    assert frames(time.after(TimeMap.looped(F(0), time.end, 3 * time.end)), 30, 10) == once * 3


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_boomerang_of_few_frames(count: int):
    wanted = {1: [0], 2: [0, 1], 3: [0, 1, 2, 1]}[count]
    assert frames(TimeMap.boomerang(F(count, 30), F(1, 30)), 30, count) == wanted


@given(lengths, st.fractions(0, 1, max_denominator=30), lengths)
def test_a_freeze_stands_and_goes_on(duration, share, length):
    at = duration * share
    time = TimeMap.freeze(duration, at, length)
    assert time.end == duration + length
    assert time.covers(time.end)
    assert time.instant(at) == Instant(at, before=share == 1)
    assert time.instant(at + length / 2) == Instant(at, before=share == 1)
    assert time.at(at + length) == (at if share < 1 else None)


def test_a_freeze_of_what_runs_backwards_holds_the_frame_on_show():
    back = TimeMap.reverse(F(1))
    for n in (0, 1, 15, 29, 30):
        shown = frames(back.after(TimeMap.freeze(F(1), F(n, 30), F(1, 10))), 30, 30)
        held = 29 - min(n, 29)
        assert shown == [*range(29, 29 - n, -1), held, held, held, *range(29 - n, -1, -1)]


def test_these_comparisons_can_fail():
    """A reversal that took the frame at the mirrored moment would show the last one twice and the first one never."""
    naive = [min(30 - n, 29) for n in range(30)]
    assert frames(TimeMap.reverse(F(1)), 30, 30) != naive
    bent = ramp(THE_ISSUE, F(10), "linear", pitch_follows=False)
    coarse = TimeMap(tuple(piece for piece in bent.pieces if piece.factor != 1))
    assert abs(float(coarse.end - coarse.pieces[0].start) - float(bent.end)) > 1
