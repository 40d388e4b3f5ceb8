"""The spans of a render, wherever they come from: copied, made before and kept, or made now by a crew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from clipkit.engine import kept
from clipkit.engine.bridge import writing
from clipkit.engine.compose import ForeignCall, Painter, Tables
from clipkit.engine.copied import copied_packets, with_lengths
from clipkit.engine.crew import Crew
from clipkit.engine.encoder import EncodedPacket, encode_span
from clipkit.plan.types import Copy, Encode, Foreign, Plan
from clipkit.store import cache as store


class Spans:
    """Gives the packets of each span in order; those that are not kept are made side by side. Use it in a `with` block.

    Args:
        plan: What to render.
        workers: Spans made at a time; None for as many as there are CPUs.
        cache: Whether to use what was kept, and to keep what is made.
        foreign: The callables that `Foreign` steps name.

    Attributes:
        workers: How many make spans; callables of others are not asked to run side by side.
        reused: Frames that were kept.
        copied: Frames that are the source's own.
    """

    def __init__(self, plan: Plan, workers: int | None, *, cache: bool, foreign: Mapping[Foreign, ForeignCall]) -> None:
        self._plan = plan
        self._foreign = foreign
        self._keys = kept.span_keys(plan) if cache else [None] * len(plan.spans)
        ready = {index for index, key in enumerate(self._keys) if key is not None and store.has(key)}
        to_make = {i: span for i, span in enumerate(plan.spans) if isinstance(span, Encode) and i not in ready}
        self._missing = list(to_make)
        self._place = {index: place for place, index in enumerate(self._missing)}
        self.reused = sum(plan.spans[index].frames for index in ready)
        self.copied = plan.copied
        self.workers = 1 if foreign else max(1, min(workers or os.cpu_count() or 1, len(self._missing)))
        self._crew = Crew(plan, list(to_make.values()), self.workers, foreign, self._keep)

    def __enter__(self) -> Self:
        self._crew.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._crew.__exit__(kind, error, trace)
        if any(key is not None for key in self._keys):
            store.trim()

    @property
    def frames(self) -> int:
        """Frames that are done."""
        return self.copied + self.reused + self._crew.frames

    def take(self, index: int, meanwhile: Callable[[bool], bool]) -> Iterable[EncodedPacket]:
        """The packets of a span, when they are there; each once, in order. See `Crew.take`."""
        span = self._plan.spans[index]
        if isinstance(span, Copy):
            return copied_packets(self._plan.sources[span.source], span)
        packets = self._encoded(index, meanwhile)
        return packets if self._plan.output.as_coded is None else map(with_lengths, packets)

    def _encoded(self, index: int, meanwhile: Callable[[bool], bool]) -> list[EncodedPacket]:
        if index in self._place:
            return self._crew.take(self._place[index], meanwhile)
        key = self._keys[index]
        assert key is not None
        return kept.load(key) or self._made_after_all(index)

    def _made_after_all(self, index: int) -> list[EncodedPacket]:
        """A span that was kept and is damaged, or was removed since."""
        span = self._plan.spans[index]
        self.reused -= span.frames
        with (
            Painter(self._plan, Tables(), self._foreign) as painter,
            writing(f"frames {span.start} to {span.stop}"),
        ):
            packets = encode_span(self._plan.output, (painter.paint(frame) for frame in range(span.start, span.stop)))
        self._keep_as(index, packets)
        return packets

    def _keep(self, place: int, packets: list[EncodedPacket]) -> None:
        self._keep_as(self._missing[place], packets)

    def _keep_as(self, index: int, packets: list[EncodedPacket]) -> None:
        if (key := self._keys[index]) is not None:
            kept.keep(key, packets)
