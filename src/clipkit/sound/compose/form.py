"""How long a song is and what its parts are: bars, tempo, sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from clipkit.sound.compose.waves import RATE

Kind: TypeAlias = Literal["intro", "verse", "chorus", "break", "outro", "ending"]
BEATS = 4
STEPS = 16
"""Sixteenths in a bar."""

ENERGY: dict[Kind, float] = {
    "intro": 0.45, "verse": 0.65, "chorus": 1.0, "break": 0.45, "outro": 0.6, "ending": 0.8,
}  # fmt: skip

_FORMS: tuple[tuple[int, tuple[tuple[Kind, int], ...]], ...] = (
    (40, (("intro", 1), ("verse", 2), ("chorus", 2), ("verse", 2), ("chorus", 2), ("break", 1), ("chorus", 2),
          ("outro", 1))),
    (20, (("intro", 2), ("verse", 4), ("chorus", 4), ("break", 2), ("chorus", 4), ("outro", 2))),
    (4, (("intro", 2), ("verse", 3), ("chorus", 6), ("outro", 2))),
    (3, (("verse", 1), ("chorus", 2))),
    (0, (("chorus", 1),)),
)  # fmt: skip
"""From how many bars on, and the sections with their shares."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: which, in what kind of section, and where in it."""

    number: int
    kind: Kind
    section: int
    place: int
    last: bool
    repeat: int

    @property
    def energy(self) -> float:
        """0…1; it rises a little with every repeat of the section."""
        return min(ENERGY[self.kind] + 0.05 * self.repeat, 1.0)


def fitted(seconds: float, tempi: tuple[float, float], favourite: float) -> tuple[int, int]:
    """Whole bars and their length in samples, for a song of exactly `seconds` in a genre's tempo.

    Any tempo of the range will do, so a number of bars is found that fills the time to the sample: best a multiple of
    four or two, and near the favourite tempo. Where no tempo of the range fits, the nearest one is taken.
    """
    samples = round(seconds * RATE)

    def tempo(bars: int) -> float:
        return bars * BEATS * 60 / seconds

    slow, fast = (max(round(limit * seconds / 60 / BEATS), 2) for limit in tempi)
    fitting = [bars for bars in range(slow - 1, fast + 2) if tempi[0] <= tempo(bars) <= tempi[1] and bars > 1]
    if not fitting:
        bars = max(round(favourite * seconds / 60 / BEATS), 2)
        return bars, samples

    def strain(bars: int) -> float:
        odd = 0.0 if bars % 4 == 0 else 0.03 if bars % 2 == 0 else 0.05
        return abs(tempo(bars) / favourite - 1) + odd

    return min(fitting, key=strain), samples


def laid_out(bars: int, *, ending: bool) -> tuple[Bar, ...]:
    """The bars of a song, from intro to outro; with `ending` the last one is a final chord."""
    body = bars - 1 if ending and bars > 1 else bars
    shares = next(form for least, form in _FORMS if body >= least)
    rows: list[Bar] = []
    seen: dict[Kind, int] = {}
    for section, ((kind, _), count) in enumerate(zip(shares, _counts(body, shares), strict=True)):
        for place in range(count):
            rows.append(Bar(len(rows), kind, section, place, place == count - 1, seen.get(kind, 0)))
        seen[kind] = seen.get(kind, 0) + 1
    if body < bars:
        rows.append(Bar(body, "ending", len(shares), 0, True, 0))
    return tuple(rows)


def _counts(bars: int, shares: tuple[tuple[Kind, int], ...]) -> list[int]:
    """Bars of each section: in fours in a long song, in twos in a shorter one; the last chorus takes what is left."""
    whole = sum(share for _, share in shares)
    unit = 4 if bars >= 4 * whole else 2 if bars >= 12 and bars % 2 == 0 else 1
    counts = [max(round(bars * share / whole / unit), 1) * unit for _, share in shares]
    chorus = max((n for n, (kind, _) in enumerate(shares) if kind == "chorus"), default=0)
    while (spare := bars - sum(counts)) != 0:
        if counts[chorus] + spare > 0:
            counts[chorus] += spare
        else:
            counts[max(range(len(counts)), key=counts.__getitem__)] -= 1
    return counts
