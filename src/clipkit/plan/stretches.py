"""A time map in the words of people: stretches that play on, each with how it plays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from clipkit.plan.types import Picture, Shot
from clipkit.project.timemap import Piece, TimeMap
from clipkit.time import clock

_SMOOTH = 1.05
"""How much the speed may change from one piece to the next to be a ramp, not a jump."""

_NAMED = 4
"""Stretches told one by one."""


def shots(picture: Picture) -> Iterator[Shot]:
    """The shots of a picture, in order."""
    if isinstance(picture, Shot):
        yield picture
    else:
        for part in picture.parts:
            yield from shots(part)


def stretches(time: TimeMap) -> list[list[Piece]]:
    """Pieces in rows: a row plays on in the source, in one direction, without a jump of its speed."""
    rows: list[list[Piece]] = []
    for piece in time.pieces:
        if rows and _goes_on(rows[-1][-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def manner(row: Sequence[Piece]) -> str:
    """How a row plays: `1×`, `1× → 0.3× → 2×`, `backwards 1×`, `stands still`."""
    if row[0].factor == 0:
        return "stands still"
    speeds = [abs(piece.factor) for piece in row]
    turns = [speed for n, speed in enumerate(speeds) if n in (0, len(speeds) - 1) or _turns(speeds[n - 1 : n + 2])]
    told = " → ".join(dict.fromkeys(f"{float(speed):.2g}×" for speed in turns))
    return f"backwards {told}" if row[0].factor < 0 else told


def told(time: TimeMap) -> str:
    """Which stretches of a source play, and how; what stands still before or after is left out."""
    rows = stretches(time)
    moving = [n for n, row in enumerate(rows) if row[0].factor]
    if not moving:
        return "still"
    rows = rows[moving[0] : moving[-1] + 1]
    texts = [_stretch(row) for row in rows[:_NAMED]]
    return ", ".join(texts) + (f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else "")


def _stretch(row: Sequence[Piece]) -> str:
    if row[0].factor == 0:
        return f"still at {clock(row[0].source)} for {clock(row[-1].end - row[0].start)}"
    how = manner(row)
    return f"{clock(row[0].source)}–{clock(row[-1].at(row[-1].end))}" + (f" at {how}" if how != "1×" else "")


def _goes_on(one: Piece, two: Piece) -> bool:
    if one.end != two.start or one.at(one.end) != two.source:
        return False
    if one.factor * two.factor <= 0:
        return one.factor == two.factor
    ratio = two.factor / one.factor
    return Fraction(1) / Fraction(_SMOOTH) <= ratio <= Fraction(_SMOOTH)


def _turns(speeds: Sequence[Fraction]) -> bool:
    """Whether the speed is least or greatest in the middle of three, or stays on one side."""
    before, here, after = speeds
    return (here - before) * (after - here) <= 0
