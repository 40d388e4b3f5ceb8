"""Network abstraction layer units, as H.264 (ITU-T H.264 §7.4.1, Annex B) and HEVC (H.265) share them. Pure bytes.

What is read here was written by anybody: every function ends, and raises `Malformed` for what it cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LONGEST_ZEROS = 32
"""Leading zeros of the longest Exp-Golomb code that stands for 32 bits."""

_ESCAPED = re.compile(rb"\x00\x00\x03")
_TO_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")


class Malformed(ValueError):  # noqa: N818  what the bytes are, not what went wrong here
    """Bytes that are no such bitstream."""


def split_lengths(data: bytes, size: int) -> list[bytes]:
    """Units that each follow their length of `size` bytes, as in MP4 and Matroska."""
    units, at = [], 0
    while at < len(data):
        end = at + size + int.from_bytes(data[at : at + size], "big")
        if end > len(data) or end == at + size:
            raise Malformed("a unit is empty, or longer than its packet")
        units.append(data[at + size : end])
        at = end
    return units


def split_start_codes(data: bytes) -> list[bytes]:
    """Units between start codes, as in MPEG-TS; zeros after a unit belong to none."""
    first = data.find(b"\0\0\1")
    if first < 0 or data[:first].strip(b"\0"):
        raise Malformed("there is no start code")
    units = [unit.rstrip(b"\0") for unit in data[first + 3 :].split(b"\0\0\1")]
    return [unit for unit in units if unit]


def joined(units: Iterable[bytes]) -> bytes:
    """Units with lengths of four bytes."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def unescaped(unit: bytes) -> bytes:
    """A unit without its emulation prevention bytes (§7.4.1.1)."""
    return _ESCAPED.sub(b"\0\0", unit)


def escaped(payload: bytes) -> bytes:
    """The inverse: no three bytes in a row look like a start code."""
    return _TO_ESCAPE.sub(b"\0\0\3", payload)


class Bits:
    """Reads the beginning of a raw byte sequence payload bit by bit; a longer parameter set than that is a trap."""

    LONGEST = 4096

    def __init__(self, payload: bytes) -> None:
        self._value = int.from_bytes(payload[: self.LONGEST], "big")
        self._left = 8 * min(len(payload), self.LONGEST)

    def take(self, count: int) -> int:
        """An unsigned number of `count` bits."""
        if count > self._left:
            raise Malformed("it ends too early")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        return bool(self.take(1))

    def ue(self) -> int:
        """An unsigned Exp-Golomb number (§9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > _LONGEST_ZEROS:
                raise Malformed("a number is too long")
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """A signed one (§9.1.1)."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)


# What a copied picture may say beside itself: where decoding recovers (6), and its light: mastering display (137),
# content light level (144), preferred transfer (147), ambient viewing (148). All else goes: user data (4, 5) names
# encoders, cameras and their settings, picture timing (1) and time codes (136) may hold the time of day.
_SEI_KEPT = frozenset({6, 137, 144, 147, 148})
_TRAILING = b"\x80"


def scrubbed_sei(unit: bytes, header: int) -> bytes:
    """A unit of supplemental information (§7.3.2.3) with the allowed messages only; empty where none is left.

    Args:
        unit: The unit, its header included.
        header: Bytes of the header: 1 in H.264, 2 in HEVC.
    """
    kept = b"".join(raw for kind, raw, _ in _messages(unit, header) if kind in _SEI_KEPT)
    return unit[:header] + escaped(kept + _TRAILING) if kept else b""


def messages(unit: bytes, header: int) -> list[tuple[int, bytes]]:
    """Kind and payload of each message in a unit of supplemental information."""
    return [(kind, payload) for kind, _, payload in _messages(unit, header)]


def _messages(unit: bytes, header: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Kind, all bytes, and payload of each message."""
    payload, at = unescaped(unit[header:]).rstrip(b"\0"), 0
    while at < len(payload) - 1:  # the last byte is the trailing bits
        begin = at
        kind, at = _coded_number(payload, at)
        length, at = _coded_number(payload, at)
        at += length
        if at >= len(payload):
            raise Malformed("a message is longer than its unit")
        yield kind, payload[begin:at], payload[at - length : at]


def _coded_number(payload: bytes, at: int) -> tuple[int, int]:
    """A number as so many 255 and a rest (§7.3.2.3.1), and where it ends."""
    value = 0
    while at < len(payload) and payload[at] == 255:
        value, at = value + 255, at + 1
    if at >= len(payload):
        raise Malformed("a message is cut off")
    return value + payload[at], at + 1
