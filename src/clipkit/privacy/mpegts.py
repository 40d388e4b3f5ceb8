"""MPEG transport streams: the service description table (ETSI EN 300 468 §5.2.3) names a programme and who sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from clipkit.privacy.finding import Finding, words_in

_PACKET, _SYNC, _SDT = 188, 0x47, 0x11
_ANYBODY = {"FFmpeg Service01", "FFmpeg", "Service01"}
"""What libav writes where nothing is said."""


def recognised(head: bytes) -> bool:
    """Whether a file begins as these do."""
    return head[:1] == bytes([_SYNC]) and len(head) >= 4


def findings(file: BinaryIO, size: int) -> Iterator[Finding]:
    """What the tables reveal, each thing once, where it stands first."""
    told = set(_ANYBODY)
    file.seek(0)
    for at in range(0, size - _PACKET + 1, _PACKET):
        packet = file.read(_PACKET)
        if len(packet) == _PACKET and packet[0] == _SYNC and ((packet[1] & 0x1F) << 8 | packet[2]) == _SDT:
            words = words_in(packet[4:].rstrip(b"\xff"), 5)
            if words and words not in told:
                told.add(words)
                yield Finding("text", "service", words, at)
