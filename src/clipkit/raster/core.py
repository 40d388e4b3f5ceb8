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
    # Beyond the limit the rest counts against it: clip(x, −l, l) − (clip(x, −2l, 2l) − clip(x, −l, l)).
    taken *= np.int16(2)
    taken -= np.clip(found, -2 * limit, 2 * limit)
    return taken


def put(values: Difference, out: Bytes) -> None:
    """Values as bytes, clipped to what bytes can hold."""
    np.clip(values, 0, 255, out=values)
    np.copyto(out, values, casting="unsafe")
