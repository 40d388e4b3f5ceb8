"""What the readers of H.264 and HEVC have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Colour: TypeAlias = tuple[int, int, int, int]
"""Primaries, transfer, matrix as in ITU-T H.273; range as libav counts: 0 not said, 1 limited, 2 full."""

UNKNOWN_COLOUR: Colour = (2, 2, 2, 0)

Kind: TypeAlias = Literal["slice", "entry", "cra", "sei", "set", "spare", "other"]
"""Of a unit: a slice; one of a picture where decoding can begin, whatever came before; one of a clean random access
picture; supplemental information; a parameter set; what no decoder needs; anything else."""


@dataclass(frozen=True, slots=True)
class Sets:
    """The parameter sets of a stream's header, and how many bytes count the length of each unit; 0: start codes."""

    units: tuple[bytes, ...]
    length_size: int
