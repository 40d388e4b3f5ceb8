"""Revisions of a draft as bytes: a row of them in one pack, each told by how it differs from the one before.

An edit changes a few words of a document. So a revision is kept as how much of the text before it stays at either end,
and what stands between: some 60 bytes for a document of any length, before they are compressed together.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clipkit.errors import StoreError
from clipkit.store import wording

OPEN = 32
"""Revisions in a draft's last pack, which is written anew at every save."""

MOST = 128
"""Revisions in a pack that is done: so many are as small together as they get."""

_DIGEST = 16
_MAX_TEXT = 1 << 30
_FIRST = b"1"


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
    steps, middles, before, saved = list[int](), list[str](), "", 0
    for revision in revisions:
        head, tail = _shared(before, revision.text)
        middle = revision.text[head : len(revision.text) - tail]
        milliseconds = round(revision.saved * 1000)
        steps += (milliseconds - saved, revision.number - revision.parent, head, tail, len(middle))
        middles.append(middle)
        before, saved = revision.text, milliseconds
    told = "\n".join((",".join(map(str, steps)), "".join(middles)))
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, zdict=wording.FIRST)
    data = _FIRST + packer.compress(told.encode("utf-8", "surrogatepass")) + packer.flush()
    return _digest(data, draft, revisions[0].number) + data


def unpacked(data: bytes, draft: int, first: int, where: str) -> tuple[Revision, ...]:
    """The revisions of a pack.

    Raises:
        StoreError: ``corrupt-draft``: it is not as it was written, or belongs elsewhere.
    """
    if not isinstance(data, bytes):  # in a damaged file, whatever SQLite takes the bytes there for
        raise corrupt(where)
    content = data[_DIGEST:]
    if data[:_DIGEST] != _digest(content, draft, first):
        raise corrupt(where)
    try:
        return tuple(_rows(content, first))
    except (ValueError, TypeError, zlib.error) as error:
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
    if content[:1] != _FIRST:
        raise ValueError("of a newer clipkit")
    packer = zlib.decompressobj(-zlib.MAX_WBITS, wording.FIRST)
    told = packer.decompress(content[1:], _MAX_TEXT).decode("utf-8", "surrogatepass")
    numbers, _, middles = told.partition("\n")
    text, saved, at = "", 0, 0
    for number, (later, back, head, tail, size) in enumerate(_fives(numbers), first):
        text = text[:head] + middles[at : at + size] + (text[len(text) - tail :] if tail else "")
        saved, at = saved + later, at + size
        yield Revision(number, number - back, saved / 1000, text)


def _fives(numbers: str) -> Iterator[tuple[int, ...]]:
    values = map(int, numbers.split(","))
    return zip(values, values, values, values, values, strict=True)


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
