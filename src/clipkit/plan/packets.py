"""The packets of a picture stream as facts: what planning must know of them to copy some."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class PicturePacket:
    """One packet, which holds one frame.

    Attributes:
        pts: Its stamp, in ticks of its stream.
        time: When its frame shows, in seconds from the container's zero.
        opens: Where decoding can begin: ``anywhere``; or ``first``, at the beginning of a file only (a clean random
            access picture of HEVC counts on what came before it).
        key: Whether it is marked as a keyframe.
        fault: Why it must not be copied; empty where it may.
        hidden: An edit list keeps its frame from showing.
    """

    pts: int
    time: Fraction
    opens: Literal["", "anywhere", "first"]
    key: bool
    fault: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PacketIndex:
    """All packets of a picture stream, in decode order.

    Attributes:
        packets: In decode order.
        refusal: Why none of them can be copied; empty where some can.
        colour: As in `AsCoded`.
        free_id: An id that none of its parameter sets has; None where there is none, or edges cannot be made.
    """

    packets: tuple[PicturePacket, ...]
    refusal: str = ""
    colour: tuple[int, int, int, int] = (2, 2, 2, 0)
    free_id: int | None = None
