"""Where in one recording another one was heard: offset, drift of the clocks, and how sure that is.

The shorter recording is cut into windows, each is looked for in all of the longer one (`correlation`), and one line is
laid through what they say (`consensus`). Two figures tell whether to believe it: the score, how far the windows' common
likeness stands above chance, and the margin, how far it stands above that of the next best place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from clipkit.errors import MediaError
from clipkit.sound import consensus
from clipkit.sound.correlation import BIN, RATE, Heard, Windows, searched

MIN_SECONDS = 3.0
"""Of the shorter recording: less of a song may be anywhere in it."""

_WINDOW = 3 * RATE  # longer ones would be smeared by clocks that drift: 150 ppm of 3 s is 0.45 ms
_MOST = 24  # windows: those of a long recording lie further apart
_PLACES = 5  # that are looked at closely: the one, and what it might be taken for
_SILENT = 1e-4  # −80 dBFS

MIN_SCORE = 10.0
"""Standard deviations of chance, below which the two are said not to be alike."""

MIN_CONFIDENCE = 0.9

MAX_RIVAL = 0.9
"""Of the best score: a song that loops scores nearly the same at each turn, however loud it is heard."""

# The probability of being right is a logistic function of the margin. Of 500 damaged takes all but two had margins
# above 10 and all were in place; of 200 wrong songs none had more than 4.3 (`tests/test_alignment.py`). Even odds lie
# nearer to the former: a wrong song in time would be worse than a refusal.
_EVEN = 8.0
_SLOPE = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an alignment rests on, for drawing. Times in seconds.

    `curve` is what all windows together say of each shift, `curve_start` the first one and `curve_step` from one to
    the next. Of each window of the shorter recording: its time, how far it lies from the line, how high its peak is in
    standard deviations of chance, and whether it agrees.
    """

    curve: NDArray[np.float32]
    curve_start: float
    curve_step: float
    times: NDArray[np.float64]
    misses: NDArray[np.float64]
    likeness: NDArray[np.float64]
    agreeing: NDArray[np.bool_]
    swapped: bool


@dataclass(frozen=True, slots=True)
class Alignment:
    """Second t of one recording was heard at second `offset` + t × (1 + `drift_ppm` × 10⁻⁶) of the other.

    `confidence` is the probability that this is the right place, 0 to 1. `residual` is how far single windows stray
    from that line, root mean square, in seconds. `score` is the likeness of the two, in standard deviations of chance,
    `rival` that of the next best place as a part of it, and `rival_offset` where that is. `margin` is how far this
    place stands above all others, in standard deviations too.
    """

    offset: float
    drift_ppm: float
    confidence: float
    residual: float
    score: float
    rival: float
    rival_offset: float | None
    margin: float
    windows: int
    agreeing: int
    evidence: Evidence = field(repr=False, compare=False)


def align(one: Heard, other: Heard) -> Alignment:
    """Find where in `other` the sound of `one` was heard; either may be the longer one.

    Args:
        one, other: One channel at `correlation.RATE`, any level.

    Raises:
        MediaError: ``too-short``, ``silent``, ``no-match`` or ``ambiguous``.
    """
    found = measured(one, other)
    figures = f"score {found.score:.1f}, the next best place {100 * found.rival:.0f} % of it"
    if found.score < MIN_SCORE or (found.confidence < MIN_CONFIDENCE and found.rival <= MAX_RIVAL):
        raise MediaError(
            f"it is not sure that the two are of the same sound ({figures}, confidence {found.confidence:.2f})",
            code="no-match",
            hint="check that it is the same recording of the song and its speed, or use a longer or louder take",
        )
    if found.rival > MAX_RIVAL:
        where = "" if found.rival_offset is None else f" at {found.offset:.2f} s and at {found.rival_offset:.2f} s"
        raise MediaError(
            f"the sound fits equally well{where} ({figures})",
            code="ambiguous",
            hint="it repeats itself there: use a longer take, or give the offset yourself",
        )
    return found


def measured(one: Heard, other: Heard) -> Alignment:
    """The best alignment there is, however bad.

    Raises:
        MediaError: ``too-short`` or ``silent``.
    """
    for sound in (one, other):
        if len(sound) < MIN_SECONDS * RATE:
            raise MediaError(
                f"{len(sound) / RATE:.1f} s of sound are too short to be recognised",
                code="too-short",
                hint=f"give at least {MIN_SECONDS:g} s; 10 s are sure",
            )
        if float(np.abs(sound).max()) < _SILENT:
            raise MediaError("there is nothing to hear", code="silent", hint="record the song with the take")
    return _mirrored(_measured(other, one)) if len(one) > len(other) else _measured(one, other)


def _measured(short: Heard, long: Heard) -> Alignment:
    size = min(_WINDOW, len(short) // 3) // BIN * BIN
    windows = Windows.of(short, size, _starts(short, size))
    total = consensus.votes(searched(long, windows), windows)
    seen = [consensus.place(long, windows, consensus.shift_of(bin, windows)) for bin in consensus.peaks(total, _PLACES)]
    ranked = sorted((place for place in seen if place is not None), key=lambda place: -place.score)
    if not ranked:
        raise MediaError("there is nothing to hear", code="silent", hint="record the song with the take")
    best = ranked[0]
    # Two searches may have ended at one place; beside it there are reflections.
    others = [place for place in ranked if abs(place.shift - best.shift) > consensus.APART]
    rival = others[0] if others else None
    margin = min(
        best.score - max((place.score for place in others), default=0.0),
        best.borne - max((place.borne for place in others), default=0.0),
    )
    return Alignment(
        offset=best.shift / RATE,
        drift_ppm=best.drift * 1e6,
        confidence=_confidence(margin),
        residual=best.residual / RATE,
        score=best.score,
        rival=rival.score / best.score if rival else 0.0,
        rival_offset=rival.shift / RATE if rival else None,
        margin=margin,
        windows=len(best.times),
        agreeing=int(best.agreeing.sum()),
        evidence=Evidence(
            curve=total,
            curve_start=consensus.shift_of(0, windows) / RATE,
            curve_step=BIN / RATE,
            times=best.times / RATE,
            misses=best.misses / RATE,
            likeness=best.likeness,
            agreeing=best.agreeing,
            swapped=False,
        ),
    )


def _starts(sound: Heard, size: int) -> tuple[int, ...]:
    """Where windows begin: evenly spread, half overlapping where there is room for few; silent ones are left out."""
    count = min(max((len(sound) - size) // (size // 2) + 1, 3), _MOST)
    spread = np.unique(np.linspace(0, len(sound) - size, count).astype(int) // BIN * BIN)
    heard = tuple(int(start) for start in spread if np.abs(sound[start : start + size]).max() >= _SILENT)
    if len(heard) < 2:
        raise MediaError("there is nothing to hear", code="silent", hint="record the song with the take")
    return heard


def _mirrored(found: Alignment) -> Alignment:
    """The same, asked the other way round: which second of the longer one is heard at t of the shorter."""
    rate = 1 + found.drift_ppm * 1e-6
    return replace(
        found,
        offset=-found.offset / rate,
        drift_ppm=(1 / rate - 1) * 1e6,
        rival_offset=None if found.rival_offset is None else -found.rival_offset / rate,
        evidence=replace(found.evidence, swapped=True),
    )


def _confidence(margin: float) -> float:
    """The probability that a place is the right one."""
    return 1 / (1 + math.exp(max(min((_EVEN - margin) / _SLOPE, 50.0), -50.0)))
