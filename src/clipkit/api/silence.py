"""Pauses of a clip: found in its own sound, listed, drawn, cut out of picture and sound together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from clipkit.api.foreign import sound_calls
from clipkit.engine import preview
from clipkit.errors import MediaError, ProjectError
from clipkit.plan.types import Plan
from clipkit.sound.pauses import LevelMeter, Levels
from clipkit.sound.pauses import pauses as found_in
from clipkit.time import exact

if TYPE_CHECKING:
    from clipkit.api.clip import Clip

LEAST, MARGIN = Fraction(2, 5), Fraction(1, 10)
"""Seconds of silence that make a pause, and that are kept at each of its ends."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of a clip, as found, and what they were found by."""

    stretches: tuple[tuple[Fraction, Fraction], ...]
    """Seconds [start, end) of the clip, on its frames: each begins and ends where a frame does."""

    levels: Levels
    duration: Fraction

    @property
    def kept(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """What is left when they are cut."""
        edges = [Fraction(0), *(edge for stretch in self.stretches for edge in stretch), self.duration]
        return tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


def pauses(clip: Clip, least: Fraction, margin: Fraction, threshold_db: float | None) -> Pauses:
    """Listen to a clip as it stands, once.

    Raises:
        MediaError: ``no-sound``.
        ProjectError: ``bad-value``.
    """
    if least <= 0 or margin < 0 or 2 * margin >= least:
        hint = "a pause is longer than its two margins, such as least 0.4 and margin 0.1"
        raise ProjectError("these margins leave nothing of a pause", code="bad-value", hint=hint)
    plan = clip.with_output(target="source", normalise=False, keep_hdr=False).plan("mp4", copy=False)
    if plan.sound is None or not plan.sound.voices:
        raise MediaError("this clip has no sound", code="no-sound", hint="there are no pauses to find")
    meter = LevelMeter()
    for block in preview.sound_blocks(plan, sound_calls(plan)):
        meter.push(block)
    levels = meter.levels(threshold_db)
    found = found_in(levels, float(least), float(margin))
    return Pauses(_on_frames(found, plan), levels, plan.duration)


def _on_frames(found: Sequence[tuple[float, float]], plan: Plan) -> tuple[tuple[Fraction, Fraction], ...]:
    """Whole frames within each pause: no frame is shown in part, and nothing that sounds is lost."""
    rate, frames = plan.output.rate, plan.expect.frames
    inside = [
        (Fraction(math.ceil(exact(start) * rate)), Fraction(min(math.floor(exact(end) * rate), frames)))
        for start, end in found
    ]
    # The last level of a recording is of less than 10 ms: what is silent to there is silent to the end.
    if inside and frames - inside[-1][1] <= 1 and found[-1][1] * rate > frames - 2:
        inside[-1] = (inside[-1][0], Fraction(frames))
    return tuple((first / rate, last / rate) for first, last in inside if first < last)
