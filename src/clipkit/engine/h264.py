"""What must be known of an H.264 stream before its packets are copied (ITU-T H.264; ISO/IEC 14496-15 for `avcC`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clipkit.engine.nal import Bits, Malformed, split_start_codes, unescaped
from clipkit.engine.parameters import UNKNOWN_COLOUR, Colour, Kind, Sets

_SPS, _PPS = 7, 8
_KINDS: dict[int, Kind] = {
    1: "slice",
    5: "entry",
    6: "sei",
    _SPS: "set",
    _PPS: "set",
    # Access unit delimiter, ends of sequence and stream, filler.
    **dict.fromkeys((9, 10, 11, 12), "spare"),
}
_IDS = 32
# Profiles whose SPS tells the chroma format (§7.3.2.1.1).
_HIGH = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_EXTENDED_SAR = 255
SEI_HEADER = 1


@dataclass(frozen=True, slots=True)
class Sps:
    """A sequence parameter set, as far as copying asks."""

    id: int
    profile: int
    level: int
    chroma: int
    depth: int
    progressive: bool
    colour: Colour


def kind(unit: bytes) -> Kind:
    return _KINDS.get(unit[0] & 31, "other")


def read_config(extradata: bytes) -> Sets:
    """Parameter sets out of an `avcC` (§5.3.3.1), or out of units with start codes.

    Raises:
        Malformed: it is neither.
    """
    if extradata[:1] != b"\1":
        return Sets(_ordered(split_start_codes(extradata)), 0)
    units, at = [], 5
    for mask in (31, 255):  # so many SPS, so many PPS
        for _ in range(_byte(extradata, at) & mask):
            end = at + 3 + int.from_bytes(extradata[at + 1 : at + 3], "big")
            if end > len(extradata) or end == at + 3:
                raise Malformed("its configuration is cut off")
            units.append(extradata[at + 3 : end])
            at = end - 1
        at += 1
    return Sets(_ordered(units), (extradata[4] & 3) + 1)


def write_config(units: Iterable[bytes]) -> bytes:
    """One `avcC` with all the sets, for lengths of four bytes: the highest profile and level of them."""
    all_units = list(units)
    sps = [unit for unit in all_units if unit[0] & 31 == _SPS]
    pps = [unit for unit in all_units if unit[0] & 31 == _PPS]
    highest = max(sps, key=lambda unit: _rank(read_sps(unit)))
    level = max(read_sps(unit).level for unit in sps)
    head = bytes((1, highest[1], highest[2], level, 0xFF))
    counted = (bytes((0xE0 | len(sps),)), *map(_sized, sps), bytes((len(pps),)), *map(_sized, pps))
    tail = b"\xfd\xf8\xf8\0" if read_sps(highest).profile in _HIGH else b""  # 4:2:0, 8 bit, no SPS extension
    return head + b"".join(counted) + tail


def refusal(sets: Sets) -> str:
    """Why no picture with these sets can be copied; empty where one can.

    Raises:
        Malformed: they cannot be read.
    """
    found = [read_sps(unit) for unit in sets.units if unit[0] & 31 == _SPS]
    if not found or len(found) == len(sets.units):
        return "its parameter sets are not in its header"
    if any(sps.chroma != 1 or sps.depth != 8 for sps in found):
        return "it is not 8-bit 4:2:0"
    if not all(sps.progressive for sps in found):
        return "it is interlaced"
    return "" if free_id(sets) is not None else "no parameter set id is free"


def free_id(sets: Sets) -> int | None:
    """An id that neither an SPS nor a PPS has; x264 gives both of its own the same."""
    used = {_id(unit) for unit in sets.units}
    return next((number for number in range(_IDS) if number not in used), None)


def colour(sets: Sets) -> Colour:
    """The colour tags that the stream itself carries."""
    return next((read_sps(unit).colour for unit in sets.units if unit[0] & 31 == _SPS), UNKNOWN_COLOUR)


def read_sps(unit: bytes) -> Sps:
    """Read a sequence parameter set (§7.3.2.1.1).

    Raises:
        Malformed: it is none.
    """
    bits = Bits(unescaped(unit[1:]))
    profile, _, level = bits.take(8), bits.take(8), bits.take(8)
    number = bits.ue()
    chroma, luma_depth, chroma_depth = 1, 8, 8
    if profile in _HIGH:
        chroma = bits.ue()
        if chroma == 3:
            bits.flag()
        luma_depth, chroma_depth = 8 + bits.ue(), 8 + bits.ue()
        bits.flag()
        if bits.flag():
            _skip_scaling(bits, 8 if chroma != 3 else 12)
    bits.ue()  # log2_max_frame_num
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.flag(), bits.se(), bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()
    bits.ue(), bits.flag(), bits.ue(), bits.ue()  # references, gaps, width, height
    progressive = bits.flag()
    if not progressive:
        bits.flag()
    bits.flag()
    if bits.flag():
        bits.ue(), bits.ue(), bits.ue(), bits.ue()
    tags = read_colour(bits) if bits.flag() else UNKNOWN_COLOUR
    return Sps(number, profile, level, chroma, max(luma_depth, chroma_depth), progressive, tags)


def read_colour(bits: Bits) -> Colour:
    """The colour tags at the beginning of video usability information (§E.1.1), which HEVC has too."""
    if bits.flag() and bits.take(8) == _EXTENDED_SAR:
        bits.take(32)
    if bits.flag():
        bits.flag()
    if not bits.flag():
        return UNKNOWN_COLOUR
    bits.take(3)
    full = bits.flag()
    primaries, transfer, matrix = (bits.take(8), bits.take(8), bits.take(8)) if bits.flag() else (2, 2, 2)
    return primaries, transfer, matrix, 2 if full else 1


def _skip_scaling(bits: Bits, count: int) -> None:
    """Scaling lists (§7.3.2.1.1.1)."""
    for index in range(count):
        if bits.flag():
            last = following = 8
            for _ in range(16 if index < 6 else 64):
                if following:
                    following = (last + bits.se()) % 256
                last = following or last


def _id(unit: bytes) -> int:
    return read_sps(unit).id if unit[0] & 31 == _SPS else Bits(unescaped(unit[1:])).ue()


def _rank(sps: Sps) -> tuple[int, int]:
    return sps.profile, sps.level


def _ordered(units: Iterable[bytes]) -> tuple[bytes, ...]:
    """SPS, then PPS, once each."""
    kept = dict.fromkeys(unit for unit in units if kind(unit) == "set")
    return tuple(sorted(kept, key=lambda unit: unit[0] & 31))


def _sized(unit: bytes) -> bytes:
    return len(unit).to_bytes(2, "big") + unit


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise Malformed("its configuration is cut off")
    return data[at]
