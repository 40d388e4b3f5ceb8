"""The sound track of a file, as packets: encoded as it is mixed, or mastered first where it is normalised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from clipkit.engine.ahead import Ahead
from clipkit.engine.master import Master
from clipkit.engine.mix import BLOCK, SoundCall
from clipkit.engine.sound import Mixer
from clipkit.engine.soundencoder import Packets, SoundEncoder, skipped
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import ForeignSound, OutputSpec, Plan, Programme
from clipkit.sound.loudness import Loudness, Meter
from clipkit.sound.window import Samples, silence


class Soundtrack(Protocol):
    """Packets in order, to be taken within a `with` block."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def ready(self) -> bool:
        """Whether `take` would not have to wait for another thread."""

    def take(self) -> Packets | None:
        """The next packets, perhaps none yet; None at the end."""

    @property
    def measured(self) -> Loudness:
        """Loudness and true peak, once all was taken."""

    @property
    def notices(self) -> list[str]:
        """What was wrong, and what is worth saying, once all was taken."""


def soundtrack(plan: Plan, calls: Mapping[ForeignSound, SoundCall] | None = None) -> Soundtrack:
    """The sound track of a plan that has one.

    Args:
        plan: What to make.
        calls: The callables that `ForeignSound` steps name.
    """
    assert plan.sound is not None
    mixer = Mixer(plan.sound, plan.sources, calls)
    if plan.sound.level is not None:
        return Mastered(mixer, Master(mixer, plan.sound.level), plan.output)
    return Mixed(mixer, plan.output)


class Mixed:
    """Encoded by who takes it, while a thread mixes two seconds ahead."""

    def __init__(self, mixer: Mixer, spec: OutputSpec) -> None:
        assert spec.audio is not None
        self._mixer = mixer
        self._meter = Meter()
        self._ahead = Ahead(self._blocks())
        self._skip = skipped(spec)
        self._encoder = SoundEncoder(spec.audio, self._skip)
        self._waiting: Samples | None = silence(0)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.callback(self._mixer.close)
        self._stack.enter_context(self._ahead)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def ready(self) -> bool:
        return self._ahead.ready

    @property
    def measured(self) -> Loudness:
        """Of what goes into the encoder."""
        return self._meter.result()

    @property
    def notices(self) -> list[str]:
        return self._mixer.notices

    def take(self) -> Packets | None:
        """One frame's worth."""
        if self._waiting is None:
            return None
        samples = self._samples(self._encoder.frame_size)
        if len(samples):
            return self._encoder.encode(samples)
        self._waiting = None
        return self._encoder.finish()

    def _samples(self, count: int) -> Samples:
        assert self._waiting is not None
        parts, have = [self._waiting], len(self._waiting)
        while have < count + self._skip and (block := self._ahead.take()) is not None:
            parts.append(block)
            have += len(block)
        row = np.concatenate(parts)[self._skip :]
        self._skip = 0
        self._waiting = row[count:]
        return row[:count]

    def _blocks(self) -> Iterator[Samples]:
        while len(block := self._mixer.read(BLOCK)):
            self._meter.push(block)
            yield block


class Mastered:
    """Mastered by a thread; there are no packets before all of it is."""

    def __init__(self, mixer: Mixer, master: Master, spec: OutputSpec) -> None:
        assert spec.audio is not None
        self._mixer, self._master = mixer, master
        self._ahead = Ahead(master.packets(spec.audio, skipped(spec)))
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.callback(self._mixer.close)
        self._stack.callback(self._master.close)
        self._stack.enter_context(self._ahead)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def ready(self) -> bool:
        return self._ahead.ready

    @property
    def measured(self) -> Loudness:
        """Of what a player decodes."""
        return self._master.measured

    @property
    def notices(self) -> list[str]:
        return [*self._mixer.notices, *self._master.notices]

    def take(self) -> Packets | None:
        return self._ahead.take()


def read_all(
    programme: Programme, sources: tuple[MediaFacts, ...], calls: Mapping[ForeignSound, SoundCall] | None = None
) -> Samples:
    """A whole programme at once, mastered where it is normalised: shape (programme.samples, 2), 23 MB a minute.

    Raises:
        MediaError: a source cannot be opened.
    """
    with Mixer(programme, sources, calls) as mixer:
        if programme.level is None:
            return mixer.read(programme.samples)
        master = Master(mixer, programme.level)
        try:
            return master.samples(None)
        finally:
            master.close()
