"""Any number of colour operations, the tone map before them, as one table from 10 bits to 8.

An entry for every colour of 10 bits would fill gigabytes. So rows stand at every eighth code of U and V, with luma at
every fourth code and chroma at every sixteenth of the cell's mean luma, and what lies between is interpolated along
all three, in integers that round once. That is 13 MB if all of it is ever used, and real pictures use a tenth.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol

import numpy as np

from clipkit.colour import kernel, reference
from clipkit.colour.encoding import OUTPUT, Encoding, decode, encode
from clipkit.colour.hdr import to_sdr
from clipkit.colour.planes import Bytes, DeepPlanes, Index, Planes, Words
from clipkit.colour.rgb import Plane
from clipkit.colour.rows import Codes, LazyRows
from clipkit.colour.table import Function, chain

_SIDE: Final = 129
_TONES: Final = 257
_ROW: Final = _TONES + 65 * 2
_BITS: Final = 10

# What a row is evaluated at: the nodes of luma, then those of a cell's mean. The rest pads 322 colours to a multiple
# of every vector length, so that a row's bits do not depend on the rows it is evaluated with.
_LUMA: Final = np.concatenate((np.arange(257) * 4, np.arange(65) * 16, np.zeros(14))).astype(np.float32)


class _Backend(Protocol):
    """What `reference` and the kernel both are."""

    def missing10(self, planes: DeepPlanes, index: Index) -> Codes: ...

    def apply10(self, source: DeepPlanes, out: Planes, index: Index, rows: Words) -> None: ...


class LatticeTable(LazyRows):
    """Operations on colour, baked for one encoding of 10 bits; the output is always `OUTPUT`, of 8.

    Any number of threads may share one table. It reserves 13 MB of address space, and touches what pictures use.

    Args:
        source: How the pictures to come are encoded. HDR is mapped to SDR first.
        functions: Applied in order to gamma-coded RGB; the result is clipped to 0…1 once, after the last.
    """

    def __init__(self, source: Encoding, functions: Sequence[Function]) -> None:
        super().__init__(_SIDE * _SIDE, _ROW, np.uint16)
        self._source = source
        self._function = chain((partial(to_sdr, transfer=source.transfer), *functions))

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
        self._fill(partial(backend.missing10, source))
        backend.apply10(source, out, self._index, self._rows)

    def _evaluated(self, codes: Codes) -> Words:
        """The rows of some nodes of U and V."""
        u, v = (part.astype(np.float32)[:, None] * 8 for part in np.divmod(codes, _SIDE))
        rgb = self._function(decode(_LUMA, u, v, self._source, _BITS))
        luma, cb, cr = encode(np.clip(rgb, 0.0, 1.0), OUTPUT)
        mean = slice(_TONES, _TONES + 65)
        pairs = np.stack((_fixed(cb[:, mean]), _fixed(cr[:, mean])), axis=-1)
        return np.concatenate((_fixed(luma[:, :_TONES]), pairs.reshape(len(codes), -1)), axis=1)


def _fixed(values: Plane) -> Words:
    """Code values times 256, rounded: enough for the kernel to round only once more."""
    fixed: Words = np.floor(values * 256 + 0.5).astype(np.uint16)
    return fixed
