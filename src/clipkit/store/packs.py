"""Revisions of a draft as bytes: a row of them in one pack, each told by how it differs from the one before.

An edit changes a few words of a document. So a revision is kept as how much of the text before it stays at either end,
and what stands between: some 60 bytes for a document of any length, before they are compressed together.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clipkit.errors import StoreError

MOST = 64
"""Revisions in a pack."""

_DIGEST = 16
_MAX_TEXT = 1 << 30
# A pack that takes more is written at every save, and so quickly; a full one once, and small.
_OPEN, _FULL = b"z", b"x"
_LZMA = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 20}]


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved state: its number from 1 on, the number of the one that it was made from (0: none), when (seconds since
    1970), and the project's JSON text."""

    number: int
    parent: int
    saved: float
    text: str


def packed(revisions: Sequence[Revision], draft: int) -> bytes:
    """Revisions that follow each other, as bytes that tell when they are damaged, or those of another draft."""
    # In steps from the one before: numbers follow each other, and mostly so do parents.
    rows, before, saved = [], "", 0
    for revision in revisions:
        head, tail = _shared(before, revision.text)
        middle = revision.text[head : len(revision.text) - tail]
        milliseconds = round(revision.saved * 1000)
        rows.append([milliseconds - saved, revision.number - revision.parent, head, tail, middle])
        before, saved = revision.text, milliseconds
    told = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    full = len(revisions) >= MOST
    data = _FULL + lzma.compress(told, lzma.FORMAT_RAW, filters=_LZMA) if full else _OPEN + zlib.compress(told, 6)
    return _digest(data, draft, revisions[0].number) + data


def unpacked(data: bytes, draft: int, first: int, where: str) -> tuple[Revision, ...]:
    """The revisions of a pack.

    Raises:
        StoreError: ``corrupt-draft``: it is not as it was written, or belongs elsewhere.
    """
    content = data[_DIGEST:]
    if data[:_DIGEST] != _digest(content, draft, first):
        raise corrupt(where)
    try:
        return tuple(_rows(content, first))
    except (ValueError, TypeError, zlib.error, lzma.LZMAError) as error:
        raise corrupt(where) from error


def corrupt(where: str) -> StoreError:
    """What to raise for a draft that is not as it was written."""
    return StoreError(
        "the draft is damaged: it is not as it was saved",
        code="corrupt-draft",
        where=where,
        hint="`clipkit store check` says what else is; `clipkit store repair` saves what can be read",
    )


def _rows(content: bytes, first: int) -> Iterator[Revision]:
    kind, data = content[:1], content[1:]
    reader = zlib.decompressobj() if kind == _OPEN else lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=_LZMA)
    rows = json.loads(reader.decompress(data, _MAX_TEXT))
    text, saved = "", 0
    for number, (later, back, head, tail, middle) in enumerate(rows, first):
        text = text[:head] + middle + (text[len(text) - tail :] if tail else "")
        saved += later
        yield Revision(number, number - back, saved / 1000, text)


def _shared(one: str, two: str) -> tuple[int, int]:
    """How many characters two texts share at their beginning, and then at their end."""
    most = min(len(one), len(two))
    head = _common(one, two, most)
    rest = most - head
    return head, _common(one[::-1], two[::-1], rest)


def _common(one: str, two: str, most: int) -> int:
    """Length of the common prefix, at most so long; by halves, as comparing slices is quick."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _digest(content: bytes, draft: int, first: int) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST, salt=f"{draft}:{first}".encode()[:16]).digest()
