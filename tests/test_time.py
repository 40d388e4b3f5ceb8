"""Exact time and the time map: parsing, frame counts, and composition by property."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipkit.errors import ProjectError
from clipkit.project.timemap import Instant, Piece, TimeMap
from clipkit.time import Frames, clock, exact, frame_count, parse_rate, parse_time, rate_name

moments = st.fractions(min_value=0, max_value=40, max_denominator=1001)
lengths = st.fractions(min_value=Fraction(1, 1000), max_value=10, max_denominator=1001)
factors = st.fractions(min_value=Fraction(1, 10), max_value=10, max_denominator=30)
rates = st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60)])


# ---- words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3),
        ("3.5", Fraction(7, 2)),
        (".5", Fraction(1, 2)),
        ("3.", 3),
        ("0:03.5", Fraction(7, 2)),
        ("1:02:03", 3723),
        ("2:00", 120),
        ("90", 90),
        ("3500ms", Fraction(7, 2)),
        ("3.5s", Fraction(7, 2)),
        (" 3 s ", 3),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_times_as_people_write_them(text: str, seconds: Fraction):
    assert parse_time(text) == seconds


def test_frames_stay_frames_until_a_rate_is_known():
    assert parse_time("90f") == Frames(90)


@pytest.mark.parametrize("text", ["", "x", "-1", "1:60", "1:2:60", "1.5f", "3 4", "1e3", "nan", "::", "1:", ":1", "3h"])
def test_what_is_no_time_is_refused(text: str):
    with pytest.raises(ProjectError) as caught:
        parse_time(text)
    assert caught.value.code == "bad-time"
    assert caught.value.hint


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_typed_error(text: str):
    try:
        time = parse_time(text)
    except ProjectError:
        return
    assert (time.count if isinstance(time, Frames) else time) >= 0


@given(st.integers(min_value=0, max_value=100 * 3600 * 30))
def test_a_written_time_reads_back(hundredths: int):
    seconds = Fraction(hundredths, 100)
    assert parse_time(clock(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("30", 30),
        ("29.97", Fraction(30000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates_as_people_write_them(text: str, rate: Fraction):
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "-30", "x", "1/0", "1001", "nan", "inf"])
def test_what_is_no_rate_is_refused(text: str):
    with pytest.raises(ProjectError) as caught:
        parse_rate(text)
    assert caught.value.code == "bad-rate"


@given(rates)
def test_a_rates_name_reads_back(rate: Fraction):
    assert parse_rate(rate_name(rate)) == rate


@given(st.decimals(min_value=-1000, max_value=1000, places=6))
def test_a_float_means_the_number_it_prints(number):
    assert exact(float(number)) == Fraction(repr(float(number)))
    assert exact(str(number)) == Fraction(str(number))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "nan", "x", "1/0"])
def test_what_is_no_number_is_refused(value: float | str):
    with pytest.raises(ProjectError):
        exact(value)


@given(lengths, rates)
def test_frames_cover_a_length_and_no_frame_is_spare(duration: Fraction, rate: Fraction):
    count = frame_count(duration, rate)
    assert (count - 1) / rate < duration <= count / rate


@given(st.integers(min_value=0, max_value=100_000), rates)
def test_a_whole_number_of_frames_is_counted_exactly(count: int, rate: Fraction):
    assert frame_count(count / rate, rate) == count


# ---- the time map ----------------------------------------------------------------------------------------------


@st.composite
def maps(draw: st.DrawFn, *, holds: bool = True) -> TimeMap:
    """Pieces with gaps between some of them, of any speed, in any order of the source; some run backwards, some hold a
    moment."""
    pieces, at = [], Fraction(0)
    for _ in range(draw(st.integers(min_value=0, max_value=4))):
        at += draw(st.one_of(st.just(Fraction(0)), lengths))
        end = at + draw(lengths)
        held = holds and draw(st.booleans())
        factor = Fraction(0) if held else draw(factors) * draw(st.sampled_from([1, -1]))
        follow = Fraction(1) if held else draw(st.sampled_from([Fraction(1), abs(factor)]))
        pieces.append(Piece(at, end, draw(moments), factor, follow, before=held and draw(st.booleans())))
        at = end
    return TimeMap(tuple(pieces))


def both(inner: TimeMap, outer: TimeMap, t: Fraction, *, before: bool = False) -> Instant | None:
    """What two maps say one after the other."""
    through = outer.instant(t, before=before)
    return None if through is None else inner.instant(through.at, before=through.before)


def edges(time_map: TimeMap) -> list[Fraction]:
    return [edge for piece in time_map.pieces for edge in (piece.start, piece.end)]


@given(maps(), maps(), moments)
def test_a_composed_map_says_what_both_say(inner: TimeMap, outer: TimeMap, t: Fraction):
    composed = inner.after(outer)
    for moment in (t, *edges(composed), *edges(outer)):
        for before in (False, True):
            assert composed.instant(moment, before=before) == both(inner, outer, moment, before=before)


@given(maps(holds=False), maps(holds=False), maps(holds=False))
def test_composition_is_associative(a: TimeMap, b: TimeMap, c: TimeMap):
    assert a.after(b).after(c) == a.after(b.after(c))


@given(maps(), maps(), maps(), moments)
def test_composition_with_held_moments_is_associative_in_what_it_shows(a: TimeMap, b: TimeMap, c: TimeMap, t: Fraction):
    assert a.after(b).after(c).instant(t) == a.after(b.after(c)).instant(t)


@given(maps(), maps())
def test_composed_pieces_are_in_order_and_apart(inner: TimeMap, outer: TimeMap):
    pieces = inner.after(outer).pieces
    assert all(piece.start < piece.end for piece in pieces)
    assert all(one.end <= two.start for one, two in pairwise(pieces))


@given(maps(holds=False))
def test_identity_changes_nothing(time_map: TimeMap):
    assert time_map.after(TimeMap.identity(time_map.end)) == time_map


@given(moments, lengths, moments)
def test_a_trim_is_exact_and_half_open(start: Fraction, length: Fraction, t: Fraction):
    trim = TimeMap.trim(start, start + length)
    assert trim.end == length
    assert trim.at(Fraction(0)) == start
    assert trim.at(length) is None
    assert trim.at(t) == (start + t if t < length else None)


@given(lengths, factors, st.booleans())
def test_a_speed_is_exact(duration: Fraction, factor: Fraction, pitch_follows: bool):
    speed = TimeMap.speed(duration, factor, pitch_follows=pitch_follows)
    assert speed.end == duration / factor
    assert speed.at(speed.end / 2) == duration / 2
    assert speed.pieces[0].follow == (factor if pitch_follows else 1)


@given(lengths, factors)
def test_a_speed_and_its_inverse_are_nothing(duration: Fraction, factor: Fraction):
    there = TimeMap.speed(duration, factor, pitch_follows=True)
    back = TimeMap.speed(there.end, 1 / factor, pitch_follows=True)
    assert there.after(back) == TimeMap.identity(duration)


@given(moments, lengths, factors)
def test_trim_then_speed_shows_the_trimmed_part_at_that_speed(start: Fraction, length: Fraction, factor: Fraction):
    chain = TimeMap.identity(Fraction(1000)).after(TimeMap.trim(start, start + length))
    chain = chain.after(TimeMap.speed(length, factor, pitch_follows=False))
    assert chain.pieces == (Piece(Fraction(0), length / factor, start, factor),)


@given(lengths, st.fractions(min_value=-15, max_value=15, max_denominator=1001), lengths, moments)
def test_something_placed_is_held_before_and_after(duration: Fraction, at: Fraction, until: Fraction, t: Fraction):
    last = duration - Fraction(1, 1000)
    shown = TimeMap.placed(duration, at, until, last).at(t)
    if t >= until:
        assert shown is None
    elif t < at:
        assert shown == 0
    elif t < at + duration:
        assert shown == t - at
    else:
        assert shown == last


@given(moments, lengths, st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100), moments)
def test_a_loop_shows_the_same_again_and_again(source: Fraction, duration: Fraction, share: Fraction, t: Fraction):
    length = duration * share
    loop = TimeMap.looped(source, length, duration)
    assert loop.end == duration
    assert loop.at(t) == (source + t % length if t < duration else None)


def test_a_wrong_composition_is_noticed():
    """The comparison above can fail: maps composed in the wrong order differ."""
    trim = TimeMap.trim(Fraction(1), Fraction(3))
    speed = TimeMap.speed(Fraction(2), Fraction(2), pitch_follows=False)
    assert speed.after(trim).instant(Fraction(1, 2)) != both(trim, speed, Fraction(1, 2))
