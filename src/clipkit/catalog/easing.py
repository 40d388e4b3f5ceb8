"""How a number gets from one value to the next: the easings that paths and keyframes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

Easing: TypeAlias = Literal["linear", "ease-in", "ease-out", "ease-in-out", "hold"]
"""`hold` stays, and jumps at the end; the others arrive there without a jump."""

EASE: Final[Mapping[str, Callable[[float], float]]] = {
    "linear": lambda x: x,
    "ease-in": lambda x: x * x,
    "ease-out": lambda x: x * (2 - x),
    "ease-in-out": lambda x: x * x * (3 - 2 * x),
    "hold": lambda x: float(x >= 1),
}
"""From how much of the time has passed, 0…1, to how much of the way is gone."""
