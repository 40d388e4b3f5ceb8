"""What must be known of an HEVC stream before its packets are copied (ITU-T H.265; ISO/IEC 14496-15 for `hvcC`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clipkit.engine.nal import Bits, Malformed, split_start_codes, unescaped
from clipkit.engine.parameters import Kind, Sets

_VPS, _SPS, _PPS = 32, 33, 34
_KINDS: dict[int, Kind] = {
    **dict.fromkeys(range(10), "slice"),
    **dict.fromkeys(range(16, 21), "entry"),  # BLA and IDR
    21: "cra",
    **dict.fromkeys((_VPS, _SPS, _PPS), "set"),
    **dict.fromkeys((39, 40), "sei"),
    # Access unit delimiter, ends of sequence and stream, filler; what Dolby Vision adds, which means nothing to others.
    **dict.fromkeys((35, 36, 37, 38, 62, 63), "spare"),
}
_PTL = 12
"""Bytes of the general profile, tier and level (§7.3.3)."""
SEI_HEADER = 2


@dataclass(frozen=True, slots=True)
class Sps:
    """A sequence parameter set, as far as copying asks; `general` is its profile, tier and level as coded."""

    layers: int
    nested: bool
    general: bytes
    chroma: int
    luma_depth: int
    chroma_depth: int

    @property
    def interlaced(self) -> bool:
        """Whether it may hold fields: not said to be progressive, but said to be interlaced."""
        return not self.general[5] >> 7 and bool(self.general[5] >> 6 & 1)


def kind(unit: bytes) -> Kind:
    """What a unit is; one of another layer than the first is of no kind that is copied."""
    if len(unit) < 2 or unit[0] & 1 or unit[1] >> 3:
        return "other"
    return _KINDS.get(unit[0] >> 1, "other")


def read_config(extradata: bytes) -> Sets:
    """Parameter sets out of an `hvcC` (§8.3.3.1), or out of units with start codes.

    Raises:
        Malformed: it is neither.
    """
    if extradata[:1] != b"\1":
        return Sets(_ordered(split_start_codes(extradata)), 0)
    if len(extradata) < 23:
        raise Malformed("its configuration is cut off")
    units, at = [], 23
    for _ in range(extradata[22]):
        count = int.from_bytes(extradata[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            end = at + 2 + int.from_bytes(extradata[at : at + 2], "big")
            if end > len(extradata) or end == at + 2:
                raise Malformed("its configuration is cut off")
            units.append(extradata[at + 2 : end])
            at = end
    return Sets(_ordered(units), (extradata[21] & 3) + 1)


def write_config(units: Iterable[bytes]) -> bytes:
    """An `hvcC` with these sets and nothing else, for lengths of four bytes."""
    by_type: dict[int, list[bytes]] = {}
    for unit in units:
        by_type.setdefault(unit[0] >> 1, []).append(unit)
    sps = read_sps(by_type[_SPS][0])
    depths = bytes((0xFC | sps.chroma, 0xF8 | sps.luma_depth - 8, 0xF8 | sps.chroma_depth - 8))
    # Unknown: spatial segmentation, parallelism, average rate, constant rate.
    head = b"\1" + sps.general + b"\xf0\0\xfc" + depths + b"\0\0"
    last = bytes((sps.layers << 3 | sps.nested << 2 | 3, len(by_type)))
    arrays = (
        bytes((0x80 | number,)) + len(found).to_bytes(2, "big") + b"".join(map(_sized, found))
        for number, found in sorted(by_type.items())
    )
    return head + last + b"".join(arrays)


def refusal(sets: Sets) -> str:
    """Why no picture with these sets can be copied; empty where one can.

    Raises:
        Malformed: they cannot be read.
    """
    if {unit[0] >> 1 for unit in sets.units} != {_VPS, _SPS, _PPS}:
        return "its parameter sets are not in its header"
    found = [read_sps(unit) for unit in sets.units if unit[0] >> 1 == _SPS]
    if any(sps.chroma != 1 or max(sps.luma_depth, sps.chroma_depth) > 10 for sps in found):
        return "it is not 4:2:0 of 8 or 10 bits"
    return "it is interlaced" if any(sps.interlaced for sps in found) else ""


def read_sps(unit: bytes) -> Sps:
    """Read a sequence parameter set (§7.3.2.2.1).

    Raises:
        Malformed: it is none.
    """
    payload = unescaped(unit)[2:]
    if len(payload) < 1 + _PTL:
        raise Malformed("a parameter set is cut off")
    more = payload[0] >> 1 & 7
    bits = Bits(payload[1 + _PTL :])
    present = [(bits.flag(), bits.flag()) for _ in range(more)]
    if more:
        bits.take(2 * (8 - more))
    for profile, level in present:
        bits.take(88 * profile)
        bits.take(8 * level)
    bits.ue()
    chroma = bits.ue()
    if chroma == 3:
        bits.flag()
    bits.ue(), bits.ue()
    if bits.flag():
        bits.ue(), bits.ue(), bits.ue(), bits.ue()
    luma, chroma_depth = 8 + bits.ue(), 8 + bits.ue()
    if chroma > 3 or max(luma, chroma_depth) > 16:
        raise Malformed("a parameter set declares what there is not")
    return Sps(more + 1, bool(payload[0] & 1), payload[1 : 1 + _PTL], chroma, luma, chroma_depth)


def _ordered(units: Iterable[bytes]) -> tuple[bytes, ...]:
    """VPS, SPS, PPS, once each."""
    kept = dict.fromkeys(unit for unit in units if kind(unit) == "set")
    return tuple(sorted(kept, key=lambda unit: unit[0] >> 1))


def _sized(unit: bytes) -> bytes:
    return len(unit).to_bytes(2, "big") + unit
