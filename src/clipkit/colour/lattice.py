"""Any number of colour operations, the tone map before them, as one table from 10 bits to 8.

An entry for every colour of 10 bits would fill gigabytes. So nodes stand at every eighth code of U and V, with luma at
every fourth code and chroma at every sixteenth of the cell's mean luma, and what lies between is interpolated along
all three, in integers that round once.

What is looked up are cells: the rows of the four nodes around a colour, interleaved, so that the eight values that an
interpolation needs are one load of 16 bytes, and one multiplication of eight pairs on any x86-64 or arm64.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol

import numpy as np

from clipkit.colour import kernel, reference
from clipkit.colour.encoding import OUTPUT, Encoding, decode, encode
from clipkit.colour.hdr import to_sdr
from clipkit.colour.planes import Bytes, DeepPlanes, Fixed, Index, Planes, Words
from clipkit.colour.rgb import Plane
from clipkit.colour.rows import Codes, LazyRows
from clipkit.colour.table import Function, chain

_SIDE: Final = 129
_TONES: Final = 257
_MEANS: Final = 66
_ROW: Final = _TONES + 2 * _MEANS
_BITS: Final = 10

# What a node is evaluated at: 257 values of luma, padded to a multiple of every vector length, so that its bits do not
# depend on the nodes it is evaluated with. A mean is one of them, up to the last, which only stands beside it.
_LUMA: Final = np.minimum(np.arange(272) * 4, 1024).astype(np.float32)
_MEAN: Final = np.minimum(np.arange(_MEANS) * 4, 256)


class _Backend(Protocol):
    """What `reference` and the kernel both are."""

    def missing10(self, planes: DeepPlanes, index: Index) -> Codes: ...

    def apply10(self, source: DeepPlanes, out: Planes, index: Index, rows: Fixed) -> None: ...


class LatticeTable:
    """Operations on colour, baked for one encoding of 10 bits; the output is always `OUTPUT`, of 8.

    Any number of threads may share one table. It reserves 64 MB of address space, and touches what pictures use.

    Args:
        source: How the pictures to come are encoded. HDR is mapped to SDR first.
        functions: Applied in order to gamma-coded RGB; the result is clipped to 0…1 once, after the last.
    """

    def __init__(self, source: Encoding, functions: Sequence[Function]) -> None:
        self._nodes = LazyRows(_SIDE * _SIDE, _ROW, np.int16, self._evaluated)
        self._cells = LazyRows(128 * 128, 4 * _ROW, np.int16, self._interleaved)
        self._source = source
        self._function = chain((partial(to_sdr, transfer=source.transfer, peak=source.peak), *functions))

    def apply(self, y: Words, u: Words, v: Words, out_y: Bytes, out_u: Bytes, out_v: Bytes) -> None:
        """Colour one picture, out of place, with the C kernel if there is one.

        Args:
            y: (height, width) words of 10 bits; rows contiguous, at any distance. Odd sizes are welcome.
            u: (⌈height/2⌉, ⌈width/2⌉).
            v: As `u`.
            out_y: Bytes, of the shape of `y`; the outputs share no memory with the inputs.
            out_u: Bytes, of the shape of `u`.
            out_v: As `out_u`.

        Raises:
            ValueError: The arrays are not such planes.
        """
        self._run(kernel.load() or reference, DeepPlanes(y, u, v), Planes(out_y, out_u, out_v).writeable())

    def apply_numpy(self, y: Words, u: Words, v: Words, out_y: Bytes, out_u: Bytes, out_v: Bytes) -> None:
        """`apply` without the kernel, to the same bits."""
        self._run(reference, DeepPlanes(y, u, v), Planes(out_y, out_u, out_v).writeable())

    def _run(self, backend: _Backend, source: DeepPlanes, out: Planes) -> None:
        if source.y.shape != out.y.shape:
            raise ValueError(f"the output is {out.y.shape}, the picture {source.y.shape}")
        self._cells.fill(partial(backend.missing10, source))
        backend.apply10(source, out, self._cells.index, self._cells.values)

    def _evaluated(self, nodes: Codes) -> Fixed:
        """The rows at some nodes of U and V."""
        u, v = (part.astype(np.float32)[:, None] * 8 for part in np.divmod(nodes, _SIDE))
        rgb = self._function(decode(_LUMA, u, v, self._source, _BITS))
        luma, cb, cr = encode(np.clip(rgb, 0.0, 1.0), OUTPUT)
        return np.concatenate((_fixed(luma[:, :_TONES]), _fixed(cb[:, _MEAN]), _fixed(cr[:, _MEAN])), axis=1)

    def _interleaved(self, cells: Codes) -> Fixed:
        """The rows of some cells: those of their four nodes, value by value."""
        node = cells // 128 * _SIDE + cells % 128
        around = self._nodes.of(np.stack((node, node + 1, node + _SIDE, node + _SIDE + 1), axis=1))
        interleaved: Fixed = self._nodes.values[around].transpose(0, 2, 1).reshape(len(cells), -1)
        return interleaved


def _fixed(values: Plane) -> Fixed:
    """Code values times 128, rounded: enough for the kernel to round only once more, and a signed word holds them."""
    fixed: Fixed = np.floor(values * 128 + 0.5).astype(np.int16)
    return fixed
