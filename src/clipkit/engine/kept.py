"""Spans that were made before: their packets, in the cache under a hash of all that decides their bytes."""

from __future__ import annotations

import hashlib
import json
import struct
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import av

from clipkit.engine.encoder import EncodedPacket, encoder_options
from clipkit.engine.opening import status_of
from clipkit.plan.facts import MediaFacts
from clipkit.plan.identity import span_document
from clipkit.plan.types import Encode, Plan
from clipkit.store import cache

_MADE_BY = 2
"""Raise it when the same plan begins to give other frames or packets."""

_HEAD = struct.Struct("<II")  # how many packets; then of each its pts · 2 + key, and its length
_RACY = 2.0
"""Seconds for which a changed file may change again without a new time stamp (FAT counts by two)."""


def span_keys(plan: Plan) -> list[str | None]:
    """The key of each span; None for one that is copied, or whose bytes are not decided by the plan alone.

    Raises:
        MediaError: a source can no longer be read.
    """
    if not any(isinstance(span, Encode) for span in plan.spans):
        return [None] * len(plan.spans)
    with ThreadPoolExecutor(4) as pool:
        digests = list(pool.map(_digest, plan.sources))
    return [_key(span_document(plan, span, digests), plan) if isinstance(span, Encode) else None for span in plan.spans]


def _key(document: object, plan: Plan) -> str | None:
    if document is None:
        return None
    made_by = {
        "span": _MADE_BY,
        "clipkit": version("clipkit"),
        "libraries": {name: list(number) for name, number in av.library_versions.items()},
        "options": encoder_options(plan.output.video),
    }
    return cache.key(json.dumps(made_by, sort_keys=True), json.dumps(document, sort_keys=True))


def _digest(facts: MediaFacts) -> str:
    """Of all a file's bytes; remembered as long as the file looks the same."""
    status = status_of(facts.path)
    stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    memo = cache.key("media", *map(str, stamp))
    if (known := cache.get(memo)) is not None:
        return known.decode("ascii", errors="replace")
    with Path(facts.path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if time.time() - status.st_mtime > _RACY:
        cache.put(memo, digest.encode())
    return digest


def load(key: str) -> list[EncodedPacket] | None:
    """The packets kept under a key; None where they are gone."""
    content = cache.get(key)
    return None if content is None else _unpacked(content)


def keep(key: str, packets: Sequence[EncodedPacket]) -> None:
    """Keep the packets of a span."""
    heads = [_HEAD.pack(packet.pts << 1 | packet.key, len(packet.data)) for packet in packets]
    cache.put(key, b"".join((_HEAD.pack(len(packets), 0), *heads, *(packet.data for packet in packets))))


def _unpacked(content: bytes) -> list[EncodedPacket]:
    (count, _), at = _HEAD.unpack_from(content), _HEAD.size
    heads = list(_HEAD.iter_unpack(content[at : at + count * _HEAD.size]))
    at += count * _HEAD.size
    packets = []
    for moment, length in heads:
        packets.append(EncodedPacket(content[at : at + length], moment >> 1, bool(moment & 1)))
        at += length
    return packets
