"""XMP (ISO 16684-1): the names and values in a packet of it, read as text and not as XML.

A reader of XML would have to be kept from following what a stranger's document asks for; the names and values are
plain enough for a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clipkit.privacy.finding import Finding, kind_of, shown

_ATTRIBUTE = re.compile(r"([A-Za-z][\w.-]*:[A-Za-z]\w*)\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})')")
_ELEMENT = re.compile(r"<([A-Za-z][\w.-]*:[A-Za-z]\w*)[^>]*>([^<]{1,2000})</")
# What only holds the packet together, or says what the picture itself shows: its size, rate and format.
_PLUMBING = (
    "xmlns:", "xml:", "rdf:", "x:xmptk", "xmpDM:", "stDim:", "dc:format", "tiff:Orientation", "tiff:Image",
    "exif:Pixel", "stEvt:action", "stEvt:changed", "stRef:fromPart", "stRef:toPart", "stRef:maskMarkers",
    "creatorAtom:invocation",
    "creatorAtom:application",
)  # fmt: skip


def findings(packet: bytes) -> Iterator[Finding]:
    """What a packet reveals, each name and value once."""
    encoding = "utf-16" if b"\0<\0x" in packet[:64] or b"<\0x\0" in packet[:64] else "utf-8"
    text = packet.decode(encoding, "replace")
    once: set[tuple[str, str]] = set()
    for match in (*_ATTRIBUTE.finditer(text), *_ELEMENT.finditer(text)):
        name, value = match[1], shown(next(group for group in match.groups()[1:] if group is not None))
        if value and not name.startswith(_PLUMBING) and (name, value) not in once:
            once.add((name, value))
            yield Finding(kind_of(name), f"XMP {name}", value, len(text[: match.start()].encode(encoding, "replace")))
    if not once and text.strip(" \0\n"):
        yield Finding("text", "XMP", shown(text), 0)
