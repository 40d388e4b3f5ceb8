"""Times of a clip that go to its beats or its bars."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median

from clipkit.api import rhythm
from clipkit.api.verbs import Snap, Verbs
from clipkit.errors import PlanError
from clipkit.plan.types import SAMPLE_RATE
from clipkit.sound.beats import snapped_in_order


def moments(clip: Verbs, snap: Snap) -> tuple[float, ...]:
    """The beats or the bars of a clip, in its time.

    Raises:
        MediaError: ``no-sound``.
        PlanError: ``no-beat``: there is none to be heard.
    """
    from clipkit.api.clip import Clip

    assert isinstance(clip, Clip)
    grid = rhythm.beats(clip)
    found = grid.beats if snap == "beats" else grid.bars
    if grid.confidence < rhythm.SURE or len(found) < 2:
        hint = "lay music under it first, or leave out --snap"
        raise PlanError(f"there are no steady {snap} to snap to", code="no-beat", hint=hint)
    return found


def times_on(clip: Verbs, snap: Snap, times: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Ascending times at the nearest beats or bars; what was apart stays apart."""
    return tuple(_to_the_sample(moment) for moment in _snapped(moments(clip, snap), times))


def cut_on(
    clip: Verbs, snap: Snap, start: Fraction, end: Fraction | None, length: Fraction | None
) -> tuple[Fraction, Fraction | None]:
    """Both ends of a cut. Where a length was asked for, the end is looked for that far from where the cut begins then.

    A cut that ends before it begins stays as it is, for others to refuse.
    """
    if end is not None and end <= start:
        return start, end
    grid = moments(clip, snap)
    (first,) = _snapped(grid, [start])
    begin = _to_the_sample(first)
    if end is None:
        return begin, None
    _, last = _snapped(grid, [start, end if length is None else begin + length])
    return begin, _to_the_sample(last)


def whole(clip: Verbs, snap: Snap, length: Fraction) -> Fraction:
    """The length of as many whole beats or bars, one at least, as come next to a length."""
    usual = median(after - before for before, after in pairwise(moments(clip, snap)))
    return _to_the_sample(max(round(float(length) / usual), 1) * usual)


def _snapped(grid: Sequence[float], times: Sequence[Fraction]) -> tuple[float, ...]:
    return snapped_in_order([float(time) for time in times], grid)


def _to_the_sample(seconds: float) -> Fraction:
    return Fraction(round(seconds * SAMPLE_RATE), SAMPLE_RATE)
