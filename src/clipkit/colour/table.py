"""Any number of colour operations as one table that acts on YUV 4:2:0 planes.

Luma comes from [U, V][Y], chroma from [U, V][mean luma of its cell]. A look of ten effects costs as much as one, and
there is no round trip through RGB. Real pictures use a few thousand of the 65536 (U, V): only their rows are ever made,
when a picture first shows them, and they stand side by side in memory, where a cache holds them.

Not even those are all evaluated: operations are, at nodes of U and V, for every Y, and the rows between are means of
the four nodes around them. That makes a row ten times cheaper, and keeps a look within 60 dB of exact arithmetic, which
is what rounding to 8 bits costs anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol, TypeAlias

import numpy as np

from clipkit.colour import kernel, reference
from clipkit.colour.encoding import OUTPUT, Encoding, decode, encode
from clipkit.colour.hdr import to_sdr
from clipkit.colour.planes import Bytes, Index, Planes
from clipkit.colour.rgb import Plane, Rgb
from clipkit.colour.rows import Codes, LazyRows

Function: TypeAlias = Callable[[Rgb], Rgb]

_CODES: Final = 65536
_ROW: Final = 256 + 256 * 2

# 256 colours are a multiple of every vector length, so a row's bits do not depend on the rows it is evaluated with.
_LUMA: Final = np.arange(256, dtype=np.float32)

# Nodes stand at every second code of U and V around grey, where most of every picture is, else at every fourth. All of
# them are 7000 rows: a third of a second for the dearest look, when a picture is full of noisy colour.
_SIDE: Final = 129
_FINE: Final = 64


def chain(functions: Sequence[Function]) -> Function:
    """One function that applies them all, the first one first."""

    def chained(rgb: Rgb) -> Rgb:
        for function in functions:
            rgb = function(rgb)
        return rgb

    return chained


def mix(functions: Sequence[Function], strength: float) -> Function:
    """A look at part of its strength: ``rgb + strength · (look(rgb) − rgb)``, not clipped.

    Args:
        functions: The look, the first operation first.
        strength: 0 changes nothing, 1 is the look itself.
    """
    look = chain(functions)

    def mixed(rgb: Rgb) -> Rgb:
        return rgb + strength * (look(rgb) - rgb)

    return look if strength == 1 else mixed


class _Backend(Protocol):
    """What `reference` and the kernel both are."""

    def missing(self, planes: Planes, index: Index) -> Codes: ...

    def apply(self, source: Planes, out: Planes, index: Index, rows: Bytes) -> None: ...


class ColourTable:
    """Operations on colour, baked for one source encoding of 8 bits; the output is always `OUTPUT`.

    Any number of threads may share one table. It reserves 100 MB of address space, and touches what pictures use.

    Args:
        source: How the pictures to come are encoded.
        functions: Applied in order to gamma-coded RGB; the result is clipped to 0…1 once, after the last.
    """

    def __init__(self, source: Encoding, functions: Sequence[Function]) -> None:
        self._nodes = LazyRows(_SIDE * _SIDE, _ROW, np.float32, self._evaluated)
        self._rows = LazyRows(_CODES, _ROW, np.uint8, self._between)
        self._source = source
        self._function = chain((partial(to_sdr, transfer=source.transfer, peak=source.peak), *functions))

    def apply(self, y: Bytes, u: Bytes, v: Bytes, out_y: Bytes, out_u: Bytes, out_v: Bytes) -> None:
        """Colour one picture, out of place, with the C kernel if there is one.

        Args:
            y: (height, width) bytes, as are all; rows contiguous, at any distance. Odd sizes are welcome.
            u: (⌈height/2⌉, ⌈width/2⌉).
            v: As `u`.
            out_y: As `y`; the outputs share no memory with the inputs.
            out_u: As `u`.
            out_v: As `u`.

        Raises:
            ValueError: The arrays are not such planes.
        """
        self._run(kernel.load() or reference, Planes(y, u, v), Planes(out_y, out_u, out_v).writeable())

    def apply_numpy(self, y: Bytes, u: Bytes, v: Bytes, out_y: Bytes, out_u: Bytes, out_v: Bytes) -> None:
        """`apply` without the kernel, to the same bits."""
        self._run(reference, Planes(y, u, v), Planes(out_y, out_u, out_v).writeable())

    def _run(self, backend: _Backend, source: Planes, out: Planes) -> None:
        if source.y.shape != out.y.shape:
            raise ValueError(f"the output is {out.y.shape}, the picture {source.y.shape}")
        self._rows.fill(partial(backend.missing, source))
        backend.apply(source, out, self._rows.index, self._rows.values)

    def _evaluated(self, nodes: Codes) -> Plane:
        """The rows at some nodes, not rounded."""
        u, v = (part.astype(np.float32)[:, None] * 2 for part in np.divmod(nodes, _SIDE))
        rgb = self._function(decode(_LUMA, u, v, self._source))
        luma, cb, cr = encode(np.clip(rgb, 0.0, 1.0), OUTPUT)
        return np.concatenate((luma, np.stack((cb, cr), axis=-1).reshape(len(nodes), -1)), axis=1)

    def _between(self, codes: Codes) -> Bytes:
        """The rows of some (U, V)."""
        places, weights = _around(codes)
        rows = self._nodes.of(places)
        total = weights[0] * self._nodes.values[rows[0]]
        for row, weight in zip(rows[1:], weights[1:], strict=True):
            total += weight * self._nodes.values[row]
        return rounded(total)


def _around(codes: Codes) -> tuple[Codes, Plane]:
    """The four nodes around each (U, V), shape (4, n), and their weights, shape (4, n, 1)."""
    u, v = np.divmod(codes.astype(np.intp), 256)
    fine = np.maximum(abs(2 * u - 255), abs(2 * v - 255)) < 2 * _FINE
    step = np.where(fine, 2, 4)
    node = u // step * step // 2 * _SIDE + v // step * step // 2
    right, down = step // 2, step // 2 * _SIDE
    du, dv = u % step / step, v % step / step
    weights = np.stack(((1 - du) * (1 - dv), (1 - du) * dv, du * (1 - dv), du * dv))
    places = np.stack((node, node + right, node + down, node + down + right))
    return places.astype(np.uint16), weights.astype(np.float32)[..., None]


def rounded(values: Plane) -> Bytes:
    """Code values as bytes, halves upwards."""
    codes: Bytes = np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)
    return codes
