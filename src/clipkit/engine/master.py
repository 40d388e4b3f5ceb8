"""Mastering: the whole programme at the loudness that is asked for, by one gain and a limiter by true peak.

What counts is what a player decodes, and lossy coding raises peaks. So the sound is mixed once and kept, limited,
encoded, and decoded again: where a peak then stands too high, it is limited a little lower and encoded anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from clipkit.engine.mix import BLOCK
from clipkit.engine.sound import Mixer
from clipkit.engine.soundencoder import Packets, SoundEncoder
from clipkit.engine.spool import Spool
from clipkit.plan.types import AudioCodec, Level
from clipkit.sound.limiter import Limiter
from clipkit.sound.loudness import Loudness, Meter
from clipkit.sound.window import Samples

_MARGIN = 1.0
"""dB below the ceiling to begin with: AAC at 128 kb/s and more seldom adds more to a limited peak, so one encoding is
mostly enough."""

_CLOSE = 0.1
"""dB more than a peak was too high by that the next try is limited lower."""

_TRIES = 6

_MOST_LIMITED = 9.0
"""dB that the highest peak may be pressed down: beyond that the sound suffers more than loudness is worth."""

_MOST_RAISED = 40.0
"""dB: a recording quieter than that holds its own noise and little else."""

_NEAR = 0.15
"""LU that are not worth another pass."""

_FAR = 0.5
"""LU below what was asked for that are told."""

_HANDED = 50
"""Packets given out at a time: about a second."""


class Master:
    """Masters what a mixer gives.

    Args:
        mixer: It is read to its end, once.
        level: What to bring it to.

    Attributes:
        measured: Loudness and true peak of the result as it decodes, once it is made.
        notices: What is worth saying of it.
    """

    def __init__(self, mixer: Mixer, level: Level) -> None:
        self.measured = self._before = Loudness(-math.inf, -math.inf)
        self.notices: list[str] = []
        self._gain = 0.0
        self._packets: Packets = []
        self._mixer = mixer
        self._level = level
        self._mixed = Spool()
        self._limited = Spool()

    def packets(self, codec: AudioCodec, skip: int) -> Iterator[Packets]:
        """The packets of the result; empty lists while it is not made.

        Args:
            codec: How to encode it.
            skip: Samples to leave out at the start.
        """
        for _ in self._make(codec, skip):
            yield []
        for start in range(0, len(self._packets), _HANDED):
            yield self._packets[start : start + _HANDED]

    def samples(self, codec: AudioCodec | None) -> Samples:
        """The result as it goes into the encoder, shape (n, 2)."""
        for _ in self._make(codec, 0):
            pass
        return self._limited.read(0, len(self._limited))

    def close(self) -> None:
        """Let go of what is kept."""
        self._mixed.close()
        self._limited.close()

    # ---- steps: each gives nothing, often, while it works ----------------------------------------------------------

    def _make(self, codec: AudioCodec | None, skip: int) -> Iterator[None]:
        yield from self._mix()
        ceiling = self._level.true_peak - (_MARGIN if codec else 0.0)
        self._gain = self._missing(ceiling)
        for _ in range(_TRIES):
            yield from self._limit(ceiling)
            if codec is None:
                break
            yield from self._encode(codec, skip)
            over = self.measured.true_peak - self._level.true_peak
            if over <= 0:
                break
            ceiling -= over + _CLOSE
        self._tell()

    def _mix(self) -> Iterator[None]:
        """Keep the whole mix, and measure it."""
        meter = Meter()
        while len(block := self._mixer.read(BLOCK)):
            meter.push(block)
            self._mixed.append(block)
            yield
        self._before = self.measured = meter.result()

    def _limit(self, ceiling: float) -> Iterator[None]:
        """Gain and limiter, once more with a higher gain where the limiter took what can be had otherwise."""
        yield from self._limit_once(ceiling)
        short = self._level.lufs - self.measured.lufs
        raised = min(self._gain + short, self._most(ceiling))
        if math.isfinite(short) and short > _NEAR and raised > self._gain + _NEAR:
            self._gain = raised
            yield from self._limit_once(ceiling)

    def _limit_once(self, ceiling: float) -> Iterator[None]:
        meter = Meter()
        limiter = Limiter(10 ** (ceiling / 20), true_peak=True)
        factor = np.float32(10 ** (self._gain / 20))
        self._limited.clear()
        for start in range(0, len(self._mixed), BLOCK):
            self._keep(limiter.push(self._mixed.read(start, start + BLOCK) * factor), meter)
            yield
        self._keep(limiter.flush(), meter)
        self.measured = meter.result()

    def _keep(self, samples: Samples, meter: Meter) -> None:
        meter.push(samples)
        self._limited.append(samples)

    def _encode(self, codec: AudioCodec, skip: int) -> Iterator[None]:
        """Encode what was limited, and measure what comes out of a decoder."""
        encoder, meter = SoundEncoder(codec, skip), Meter()
        decoder = encoder.decoder()
        self._packets = []
        for start in range(skip, len(self._limited), encoder.frame_size):
            packets = encoder.encode(self._limited.read(start, start + encoder.frame_size))
            self._packets += packets
            meter.push(decoder.decode(packets))
            yield
        packets = encoder.finish()
        self._packets += packets
        meter.push(decoder.decode(packets))
        self.measured = meter.result()

    # ---- the gain ------------------------------------------------------------------------------------------------

    def _missing(self, ceiling: float) -> float:
        """The gain in dB that is missing, as far as the peaks allow it; none for silence."""
        if math.isinf(self._before.lufs):
            return 0.0
        return min(self._level.lufs - self._before.lufs, self._most(ceiling))

    def _most(self, ceiling: float) -> float:
        return min(ceiling - self._before.true_peak + _MOST_LIMITED, _MOST_RAISED)

    def _tell(self) -> None:
        """Say so where it did not become as loud as it should."""
        short = self._level.lufs - self.measured.lufs
        if math.isinf(self._before.lufs) or short <= _FAR:
            return
        why = "its peaks allow no more" if self._gain < _MOST_RAISED else "it is too quiet to be raised further"
        self.notices.append(f"the sound has {self.measured.lufs:.1f} LUFS, not {self._level.lufs:g}: {why}")
