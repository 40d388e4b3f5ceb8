"""Any number of colour operations as one table that acts on YUV 4:2:0 planes.

Luma comes from [U, V][Y], every entry exact. Chroma comes from [U, V][mean luma of its cell >> 2]: 64 steps, each
evaluated at its centre. A look of ten effects costs as much as one, and there is no round trip through RGB. Real
pictures use a few thousand of the 65536 (U, V): only their rows are ever evaluated, when a picture first shows them,
and they stand side by side in memory, where a cache holds them: 1 MB rather than patches of 25 MB.
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
_ROW: Final = 256 + 64 * 2

# What a row is evaluated at: the 256 values of Y, then the centres of the 64 steps of a cell's mean. That is 320
# colours, a multiple of every vector length, so a row's bits do not depend on the rows it is evaluated with.
_LUMA: Final = np.concatenate((np.arange(256), np.arange(64) * 4 + 1.5)).astype(np.float32)


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


class ColourTable(LazyRows):
    """Operations on colour, baked for one source encoding of 8 bits; the output is always `OUTPUT`.

    Any number of threads may share one table. It reserves 25 MB of address space, and touches what pictures use.

    Args:
        source: How the pictures to come are encoded.
        functions: Applied in order to gamma-coded RGB; the result is clipped to 0…1 once, after the last.
    """

    def __init__(self, source: Encoding, functions: Sequence[Function]) -> None:
        super().__init__(_CODES, _ROW, np.uint8)
        self._source = source
        self._function = chain((partial(to_sdr, transfer=source.transfer), *functions))

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
        self._fill(partial(backend.missing, source))
        backend.apply(source, out, self._index, self._rows)

    def _evaluated(self, codes: Codes) -> Bytes:
        """The rows of some (U, V)."""
        u, v = (codes >> 8).astype(np.float32)[:, None], (codes & 255).astype(np.float32)[:, None]
        rgb = self._function(decode(_LUMA, u, v, self._source))
        luma, cb, cr = encode(np.clip(rgb, 0.0, 1.0), OUTPUT)
        pairs = np.stack((rounded(cb[:, 256:]), rounded(cr[:, 256:])), axis=-1)
        return np.concatenate((rounded(luma[:, :256]), pairs.reshape(len(codes), -1)), axis=1)


def rounded(values: Plane) -> Bytes:
    """Code values as bytes, halves upwards."""
    codes: Bytes = np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)
    return codes
