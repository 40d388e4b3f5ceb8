"""Sound that is kept for a second look: in memory while it is short, else in a file without a name."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

import numpy as np

from clipkit.sound.window import Samples

_IN_MEMORY = 32 << 20
"""Bytes: 87 s of stereo. What is longer goes to the folder for temporary files and is gone with the process."""

_FRAME = 8


class Spool:
    """A row of samples that grows at its end and is read anywhere. One thread only."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with the spool
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, samples: Samples) -> None:
        """Add samples, shape (n, 2), at the end."""
        self._file.seek(self._count * _FRAME)
        self._file.write(np.ascontiguousarray(samples, np.float32).tobytes())
        self._count += len(samples)

    def read(self, start: int, stop: int) -> Samples:
        """Samples [start, stop) as far as they are there, shape (n, 2)."""
        start, stop = max(start, 0), min(stop, self._count)
        if start >= stop:
            return np.zeros((0, 2), np.float32)
        self._file.seek(start * _FRAME)
        row = np.frombuffer(self._file.read((stop - start) * _FRAME), np.float32)
        return row.reshape(-1, 2).copy()

    def clear(self) -> None:
        """Forget all samples, to begin anew."""
        self._count = 0

    def close(self) -> None:
        """Let go of memory and file."""
        self._file.close()
