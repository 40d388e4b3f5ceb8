"""The items of a HEIF or AVIF picture that describe it (ISO/IEC 14496-12 §8.11): Exif, and XMP as `mime`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from clipkit.engine.boxes import Box
from clipkit.privacy import exif, xmp
from clipkit.privacy.finding import Finding

Ranges = tuple[tuple[int, int], ...]
"""Where in the file an item lies: [start, end) each."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item about the picture."""

    kind: bytes
    ranges: Ranges


def items(boxes: Iterable[Box], read: Callable[[Box], bytes]) -> Iterator[Item]:
    """The describing items among those of a `meta` box, given the boxes in it."""
    by_kind = {box.kind: box for box in boxes if box.kind in (b"iinf", b"iloc", b"idat")}
    if b"iinf" not in by_kind or b"iloc" not in by_kind:
        return
    kinds = dict(_kinds(read(by_kind[b"iinf"])))
    inside = by_kind[b"idat"].start if b"idat" in by_kind else 0
    for number, ranges in _places(read(by_kind[b"iloc"]), inside):
        if kinds.get(number) in (b"Exif", b"mime"):
            yield Item(kinds[number], ranges)


def findings(kind: bytes, data: bytes) -> Iterator[Finding]:
    """What an item reveals."""
    if kind != b"Exif":
        yield from xmp.findings(data)
        return
    starts = [at for mark in (b"II*\0", b"MM\0*") if (at := data.find(mark)) >= 0]
    for at in starts[:1]:
        yield from (found.later(at) for found in exif.findings(data[at:]))


def _kinds(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and kind of each item; entries of version 2 and 3, which are all that there are."""
    at = 6 if data[:1] == b"\0" else 8
    while at + 20 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        version = data[at + 8]
        if size < 20:
            return
        wide = 4 if version >= 3 else 2
        number = int.from_bytes(data[at + 12 : at + 12 + wide], "big")
        yield number, data[at + 14 + wide : at + 18 + wide]
        at += size


def _places(data: bytes, inside: int) -> Iterator[tuple[int, Ranges]]:
    """Number and ranges of each item."""
    if len(data) < 8:
        return
    version = data[0]
    sizes = [data[4] >> 4, data[4] & 15, data[5] >> 4, data[5] & 15 if version else 0]
    wide = 4 if version == 2 else 2
    at = 6

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int.from_bytes(data[at - count : at], "big")

    for _ in range(take(wide)):
        if at >= len(data):
            return
        number = take(wide)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(sizes[2]) + (inside if method == 1 else 0)
        ranges = []
        for _ in range(min(take(2), 64)):
            take(sizes[3])
            start = base + take(sizes[0])
            ranges.append((start, start + take(sizes[1])))
        yield number, tuple(ranges)
