"""GoPro's metadata format, GPMF (github.com/gopro/gpmf-parser): keys of four letters, nested."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from clipkit.privacy.finding import Finding, What, shown

_NAMES: dict[bytes, tuple[What, str]] = {
    b"DVNM": ("device", "GoPro device name"),
    b"MINF": ("device", "GoPro model"),
    b"CASN": ("serial", "GoPro camera serial number"),
    b"FMWR": ("software", "GoPro firmware"),
    b"MUID": ("identifier", "GoPro media id"),
    b"GUMI": ("identifier", "GoPro media id"),
    b"GPSU": ("date", "GoPro GPS time"),
}
_PLACES = {b"GPS5", b"GPS9"}
_DEEPEST = 8


def findings(data: bytes) -> Iterator[Finding]:
    """What a stretch of telemetry reveals: the camera, and the first place in it."""
    placed = False
    for key, value, scale, at in _values(data, 0, len(data), 0):
        if key in _PLACES and len(value) >= 8 and scale and not placed:
            placed = True
            latitude, longitude = (n / d for n, d in zip(struct.unpack(">2i", value[:8]), scale, strict=False))
            yield Finding("location", f"GoPro {key.decode()}", f"{latitude:+.5f}, {longitude:+.5f}", at)
        elif key in _NAMES and shown(value):
            what, name = _NAMES[key]
            yield Finding(what, name, value.hex() if key in (b"MUID", b"GUMI") else shown(value), at)


def _values(data: bytes, at: int, end: int, depth: int) -> Iterator[tuple[bytes, bytes, tuple[int, ...], int]]:
    scale: tuple[int, ...] = ()
    while at + 8 <= end:
        key, kind, size, repeat = struct.unpack_from(">4sBBH", data, at)
        length = size * repeat
        start, stop = at + 8, min(at + 8 + length, end)
        if not key.strip(b"\0"):
            return
        if kind == 0 and depth < _DEEPEST:
            yield from _values(data, start, stop, depth + 1)
        elif key == b"SCAL":
            count = length // 4 if kind == ord("l") else length // 2
            letters = "i" if kind == ord("l") else "h"
            if stop - start == length:
                # One factor may stand for all of them.
                numbers = struct.unpack(f">{count}{letters}", data[start:stop])
                scale = tuple(number or 1 for number in (numbers * 2 if count == 1 else numbers))
        else:
            yield key, data[start:stop], scale, start
        at = start + -(-length // 4) * 4
