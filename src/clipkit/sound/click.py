"""Clicks on beats, to judge by ear whether they are where one would tap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from clipkit.sound.window import Samples

RATE: Final = 48_000
_SECONDS: Final = 0.03
_BEAT, _BAR = 1000.0, 2000.0
"""Hz."""
_LEVEL: Final = 0.5


def with_clicks(samples: Samples, beats: Sequence[float], bars: Sequence[float]) -> Samples:
    """Sound, half as loud, with a click at each beat and a higher one at each bar, seconds from its beginning."""
    mixed = samples * np.float32(0.5)
    first_ones = {round(bar * RATE) for bar in bars}
    for moment in sorted({round(beat * RATE) for beat in beats} | first_ones):
        room = mixed[moment : moment + round(_SECONDS * RATE)]
        room += _click(_BAR if moment in first_ones else _BEAT)[: len(room), None]
    clicked: Samples = np.clip(mixed, -1, 1)
    return clicked


def _click(hertz: float) -> Samples:
    time = np.arange(round(_SECONDS * RATE)) / RATE
    click: Samples = (_LEVEL * np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.006)).astype(np.float32)
    return click
