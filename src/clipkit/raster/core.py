"""Small differences taken out and large ones left, which smooths surfaces and keeps edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes

Difference = NDArray[np.int16]


def difference(sharp: Bytes, soft: Bytes) -> Difference:
    """What blurring took away."""
    return np.subtract(sharp, soft, dtype=np.int16)


def small(found: Difference, limit: int) -> Difference:
    """The part of differences that is taken for noise: all of those up to `limit`, falling to none of twice that."""
    taken = np.clip(found, -limit, limit)
    taken -= np.clip(found - np.int16(limit), 0, limit)
    taken += np.clip(-found - np.int16(limit), 0, limit)
    return taken


def without(plane: Bytes, taken: Difference, out: Bytes) -> None:
    """A plane less what is taken out of it."""
    rest = np.subtract(plane, taken, dtype=np.int16)
    np.clip(rest, 0, 255, out=rest)
    np.copyto(out, rest, casting="unsafe")
