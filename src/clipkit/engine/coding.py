"""How the packets of a source's picture are read: which units they hold, and which of those go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import av
from av.container import InputContainer

from clipkit.engine import h264, hevc, nal
from clipkit.engine.parameters import Kind, Sets
from clipkit.plan.facts import MediaFacts

_READERS: dict[str, ModuleType] = {"h264": h264, "hevc": hevc}
_CODED = frozenset[Kind]({"slice", "entry", "cra"})


@dataclass(frozen=True, slots=True)
class Coding:
    """How a stream's packets are read."""

    codec: ModuleType
    sets: Sets

    @classmethod
    def of(cls, stream: av.VideoStream) -> Coding:
        """Raises `Malformed` where the header cannot be read."""
        codec = _READERS[stream.codec_context.name]
        return cls(codec, codec.read_config(stream.codec_context.extradata or b""))

    def units(self, data: bytes) -> list[bytes]:
        size = self.sets.length_size
        return nal.split_lengths(data, size) if size else nal.split_start_codes(data)

    def kept(self, units: Iterable[bytes]) -> list[bytes]:
        """What of a packet goes on: its slices as they are, and what they need to be seen in the right light."""
        kept = []
        for unit in units:
            kind: Kind = self.codec.kind(unit)
            if kind in _CODED:
                kept.append(unit)
            elif kind == "sei" and (scrubbed := nal.scrubbed_sei(unit, self.codec.SEI_HEADER)):
                kept.append(scrubbed)
        return kept

    def fault(self, units: Sequence[bytes]) -> str:
        """Why a packet with these units must not be copied."""
        kinds = [self.codec.kind(unit) for unit in units]
        if "other" in kinds:
            return "it holds what clipkit does not copy"
        if not _CODED.intersection(kinds):
            return "a packet holds no picture"
        known = set(self.sets.units)
        if any(kind == "set" and unit not in known for kind, unit in zip(kinds, units, strict=True)):
            return "its parameter sets change on the way"
        return ""

    def opens(self, units: Sequence[bytes]) -> Literal["", "anywhere", "first"]:
        kinds = {self.codec.kind(unit) for unit in units} & _CODED
        return "anywhere" if kinds == {"entry"} else "first" if kinds == {"cra"} else ""


def picture_stream(container: InputContainer, facts: MediaFacts) -> av.VideoStream:
    """The stream that the facts of a source are about."""
    assert facts.picture is not None
    stream = container.streams[facts.picture.stream]
    assert isinstance(stream, av.VideoStream)
    return stream
