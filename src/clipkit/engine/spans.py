"""The spans of a render, wherever they come from: copied, made before and kept, or made now by a crew."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clipkit.engine import kept
from clipkit.engine.bridge import writing
from clipkit.engine.compose import Painter
from clipkit.engine.copied import copied_packets, with_lengths
from clipkit.engine.crew import Crew
from clipkit.engine.encoder import EncodedPacket, encode_span
from clipkit.engine.steps import ForeignCall
from clipkit.engine.tables import Tables
from clipkit.plan import budget
from clipkit.plan.budget import Bucket
from clipkit.plan.types import Copy, Encode, Foreign, Plan, VideoCodec
from clipkit.store import cache as store
from clipkit.time import clock


class Spans:
    """Gives the packets of each span in order; those that are not kept are made side by side. Use it in a `with` block.

    Args:
        plan: What to render.
        workers: Spans made at a time; None for as many as there are CPUs.
        cache: Whether to use what was kept, and to keep what is made.
        foreign: The callables that `Foreign` steps name.

    Attributes:
        workers: How many make spans; callables of others are not asked to run side by side.
        copied: Frames that are the source's own.
        notices: What is worth saying of spans that did not fit under the ceiling.
    """

    def __init__(self, plan: Plan, workers: int | None, *, cache: bool, foreign: Mapping[Foreign, ForeignCall]) -> None:
        self._plan = plan
        self._foreign = _one_at_a_time(foreign)
        self._tables = Tables()
        self._keys = kept.span_keys(plan) if cache else [None] * len(plan.spans)
        self._ready = {index for index, key in enumerate(self._keys) if key is not None and store.has(key)}
        to_make = {i: span for i, span in enumerate(plan.spans) if isinstance(span, Encode) and i not in self._ready}
        self._missing = list(to_make)
        self._place = {index: place for place, index in enumerate(self._missing)}
        self.copied = plan.copied
        self.workers = 1 if foreign else max(1, min(workers or os.cpu_count() or 1, len(self._missing)))
        limit = plan.output.video.ceiling
        self._bucket = None if limit is None else Bucket(limit, plan.output.rate)
        self.notices: list[str] = []
        self._crew = Crew(plan, list(to_make.values()), self.workers, self._foreign, self._keep)

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
    def reused(self) -> int:
        """Frames that were kept."""
        return sum(self._plan.spans[index].frames for index in self._ready)

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
            packets = self._crew.take(self._place[index], meanwhile)
        else:
            packets = self._found_or_made(self._plan, index, self._keys[index])
        return packets if self._bucket is None else self._fitted(index, packets, self._bucket)

    def _fitted(self, index: int, packets: list[EncodedPacket], bucket: Bucket) -> list[EncodedPacket]:
        """The span, made again from ever stricter budgets until it fits under the ceiling."""
        last = index == len(self._plan.spans) - 1
        stricter = budget.stricter(self._plan.output.video)
        while not bucket.takes(_sizes(packets), last=last) and (video := next(stricter, None)) is not None:
            packets = self._made_by(video, index)
        if not bucket.lay(_sizes(packets)):
            moment = clock(self._plan.spans[index].start / self._plan.output.rate)
            self.notices.append(f"at {moment} the picture takes more than its ceiling even at the lowest quality")
        return packets

    def _made_by(self, video: VideoCodec, index: int) -> list[EncodedPacket]:
        """The span, by another encoder than the plan's."""
        plan = replace(self._plan, output=replace(self._plan.output, video=video))
        alone = replace(plan, spans=(plan.spans[index],))
        return self._found_or_made(plan, index, kept.span_keys(alone)[0] if self._keys[index] is not None else None)

    def _found_or_made(self, plan: Plan, index: int, key: str | None) -> list[EncodedPacket]:
        """A span that was kept; made now if it was not, is damaged, or was removed since."""
        if key is not None and (packets := kept.load(key)) is not None:
            return packets
        span = plan.spans[index]
        self._ready.discard(index)
        with (
            Painter(plan, self._tables, self._foreign) as painter,
            writing(f"frames {span.start} to {span.stop}"),
        ):
            packets = encode_span(plan.output, (painter.paint(frame) for frame in range(span.start, span.stop)))
        if key is not None:
            kept.keep(key, packets)
        return packets

    def _keep(self, place: int, packets: list[EncodedPacket]) -> None:
        if (key := self._keys[self._missing[place]]) is not None:
            kept.keep(key, packets)


def _one_at_a_time(foreign: Mapping[Foreign, ForeignCall]) -> dict[Foreign, ForeignCall]:
    """Callables of others, kept from running side by side."""
    lock = threading.Lock()

    def locked(call: ForeignCall) -> ForeignCall:
        def called(pixels: NDArray[np.uint8], t: float) -> NDArray[np.uint8]:
            with lock:
                return call(pixels, t)

        return called

    return {step: locked(call) for step, call in foreign.items()}


def _sizes(packets: list[EncodedPacket]) -> list[int]:
    return [len(packet.data) for packet in packets]
