"""MPEG transport streams: the service description table (ETSI EN 300 468 §5.2.3) names a programme and who sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from clipkit.privacy.finding import Finding, shown

_PACKET, _SYNC, _SDT, _SERVICE = 188, 0x47, 0x11, 0x48
_ANYBODY = {"", "FFmpeg", "Service01"}
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
            for name in _names(packet[5 + packet[4] :]):
                if name not in told:
                    told.add(name)
                    yield Finding("text", "service", name, at)


def _names(section: bytes) -> Iterator[str]:
    """Who sends each service, and what it is called; of a section that goes on in another packet, what is here."""
    end, at = 3 + ((section[1] & 15) << 8 | section[2]) - 4 if len(section) > 2 else 0, 11
    while at + 5 < min(end, len(section)):
        stop = at + 5 + ((section[at + 3] & 15) << 8 | section[at + 4])
        at += 5
        while at + 2 < min(stop, len(section)):
            tag, length = section[at], section[at + 1]
            body = section[at + 3 : at + 2 + length]
            if tag == _SERVICE and body:
                sender = body[1 : 1 + body[0]]
                yield shown(sender)
                yield shown(body[2 + len(sender) :])
            at += 2 + length
        at = stop
