"""Single pictures of a plan, and its sound, without writing a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clipkit.engine.compose import Painter
from clipkit.engine.mix import BLOCK, SoundCall
from clipkit.engine.planes import to_rgb
from clipkit.engine.session import painter
from clipkit.engine.sound import Mixer
from clipkit.engine.soundtrack import read_all
from clipkit.engine.steps import ForeignCall
from clipkit.engine.tables import Tables
from clipkit.plan.types import SAMPLE_RATE, Foreign, ForeignSound, Plan


def frames(
    plan: Plan, indices: Sequence[int], foreign: Mapping[Foreign, ForeignCall] | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Frames of the output as RGB, (height, width, 3): in the order asked for, fastest when that is ascending."""
    with painter(plan, foreign) as brush:
        for index in indices:
            yield to_rgb(brush.paint(min(max(index, 0), plan.expect.frames - 1)))


def index_at(plan: Plan, t: Fraction) -> int:
    """The frame that shows at `t`; the last one from the end on.

    A float such as 28/30 lies a hair before the frame that is meant: a millionth of a frame counts as there.
    """
    return min(int(t * plan.output.rate + Fraction(1, 1_000_000)), plan.expect.frames - 1)


def samples(plan: Plan, calls: Mapping[ForeignSound, SoundCall] | None = None) -> NDArray[np.float32]:
    """All sound of the output, (samples, 2) at 48 kHz; silence where there is none."""
    if plan.sound is None:
        return np.zeros((round(plan.duration * SAMPLE_RATE), 2), np.float32)
    return read_all(plan.sound, plan.sources, calls)


def sound_blocks(plan: Plan, calls: Mapping[ForeignSound, SoundCall] | None = None) -> Iterator[NDArray[np.float32]]:
    """The sound of the output in order, in blocks of (n, 2) at 48 kHz, as mixed: it is not normalised."""
    if plan.sound is not None:
        with Mixer(plan.sound, plan.sources, calls) as mixer:
            while len(block := mixer.read(BLOCK)):
                yield block


class FrameServer:
    """Frames by number, for a consumer that keeps asking: it holds its files open until closed."""

    def __init__(self, plan: Plan, foreign: Mapping[Foreign, ForeignCall] | None = None) -> None:
        self._plan = plan
        self._painter = Painter(plan, Tables(), foreign)

    def frame(self, index: int) -> NDArray[np.uint8]:
        """One frame as RGB, (height, width, 3)."""
        return to_rgb(self._painter.paint(min(max(index, 0), self._plan.expect.frames - 1)))

    def close(self) -> None:
        self._painter.close()
