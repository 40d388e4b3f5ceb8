"""The parts of a piece: stretches of bars that sound alike, named by what they repeat.

Where a part ends is where the bars before and after differ most (J. Foote, “Automatic audio segmentation using a
measure of audio novelty”, ICME 2000); parts that sound alike have the same letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clipkit.sound.onsets import FRAME_RATE, Signal

_REACH: Final = 4
"""Bars on each side that are compared."""
_SHORTEST: Final = 4
"""Bars of a part, unless the piece ends: sections come in fours."""
_NOVEL: Final = 0.35
"""How much of the greatest difference in a piece makes a new part."""
_PLAIN: Final = 0.045
"""A piece whose bars all differ by less than this is one part."""
_ALIKE: Final = 0.5
"""Parts are the same where they differ by less than this share of what parts of the piece differ by at most."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a piece: seconds [start, end), and a letter that parts which sound alike share."""

    label: str
    start: float
    end: float


def sections(bars: Sequence[float], colours: Signal, seconds: float) -> tuple[Section, ...]:
    """The parts of a piece, laid end to end from 0 to its end.

    Args:
        bars: Seconds at which its bars begin.
        colours: As in `Onsets`.
        seconds: Its length.
    """
    sounds = _by_bar(bars, colours)
    cuts = [0, *_boundaries(sounds), len(sounds)]
    means = [sounds[first:stop].sum(axis=0) / max(stop - first, 1) for first, stop in pairwise(cuts)]
    edges = [0.0, *(float(bars[cut]) for cut in cuts[1:-1]), seconds]
    return tuple(Section(*part) for part in zip(_letters(means), edges[:-1], edges[1:], strict=True))


def _by_bar(bars: Sequence[float], colours: Signal) -> NDArray[np.float64]:
    """(bars, bands): the mean of each bar."""
    edges = np.clip(np.round(np.asarray(bars, float) * FRAME_RATE).astype(int), 0, len(colours))
    total = np.concatenate((np.zeros((1, colours.shape[1])), np.cumsum(colours, axis=0, dtype=float)))
    ends = np.concatenate((edges[1:], [len(colours)])) if len(edges) else edges
    means: NDArray[np.float64] = (total[ends] - total[edges]) / np.maximum(ends - edges, 1)[:, None]
    return means


def _boundaries(sounds: NDArray[np.float64]) -> list[int]:
    """The bars that begin a new part, ascending."""
    novelty = np.zeros(len(sounds))
    for bar in range(2, len(sounds) - 1):
        before, after = sounds[max(bar - _REACH, 0) : bar], sounds[bar : bar + _REACH]
        novelty[bar] = np.abs(before.mean(axis=0) - after.mean(axis=0)).mean()
    if not len(novelty) or novelty.max() < _PLAIN:
        return []
    found: list[int] = []
    for bar in np.argsort(-novelty, kind="stable"):
        if novelty[bar] < max(_NOVEL * novelty.max(), _PLAIN):
            break
        if all(abs(bar - other) >= _SHORTEST for other in found) and bar >= 2:
            found.append(int(bar))
    return sorted(found)


def _letters(means: Sequence[NDArray[np.float64]]) -> list[str]:
    """A letter for each part: that of the first one like it, or the next one."""
    if len(means) < 2:
        return ["A"] * len(means)
    apart = np.array([[np.abs(one - other).mean() for other in means] for one in means])
    letters: list[str] = []
    first: list[int] = []
    for part in range(len(means)):
        near = min(first, key=lambda known: apart[part, known], default=None)
        if near is not None and apart[part, near] < max(_ALIKE * apart.max(), _PLAIN) and near != part - 1:
            letters.append(letters[near])
        else:
            letters.append(_letter(len(first)))
            first.append(part)
    return letters


def _letter(number: int) -> str:
    """A to Z, then AA, AB …"""
    return chr(65 + number) if number < 26 else _letter(number // 26 - 1) + _letter(number % 26)
