"""Named curves of speed. To add one, add a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from clipkit.project.ramp import Curve


class Named(NamedTuple):
    """A curve over a whole clip: knots as SHARE:FACTOR, where 0 is its start and 1 its end."""

    about: str
    knots: str
    curve: Curve = "smooth"


CURVES: Final[Mapping[str, Named]] = {
    "montage": Named("fast and slow by turns", "0:1 0.15:4 0.3:0.5 0.45:0.5 0.6:4 0.75:0.5 0.85:0.5 1:3"),
    "hero": Named("a slow moment in the middle, after a rush", "0:1 0.2:1 0.38:4 0.46:0.4 0.6:0.4 0.7:2.5 0.85:1 1:1"),
    "bullet": Named("fast, all but still, fast", "0:5 0.4:5 0.47:0.3 0.55:0.3 0.62:5 1:5"),
    "jump-cut": Named("a rush through the middle", "0:0.8 0.4:0.8 0.5:8 0.6:0.8 1:0.8"),
    "flash-in": Named("a rush that calms down", "0:6 0.3:6 0.6:1 1:1"),
    "flash-out": Named("calm that becomes a rush", "0:1 0.4:1 0.7:6 1:6"),
}
