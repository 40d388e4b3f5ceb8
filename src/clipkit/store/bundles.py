"""Bundles: a draft and its media in one file that travels.

A bundle is a ZIP of stored members in which nothing is left to choose: its bytes follow from the manifest, its first
member, and from what the parts hold. So reading one trusts nothing that ZIP says. The places of all parts follow from
the manifest, whose SHA-256 stands at the end; every byte, headers and directory included, must be the one that clipkit
would have written. Links, names of other places, duplicates, overlaps, compressed and unlisted members are not looked
for: there is no room for them.

The ZIP is APPNOTE.TXT 6.3.3 with ZIP64 everywhere, so that there is one form for parts of any size.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from clipkit.errors import StoreError

SUFFIX = ".clipkitz"
VERSION = 1
DRAFT = "draft.json"
"""The part that comes first: what the draft is, its revisions included."""

MOST_PARTS = 1_000
MAX_DRAFT = 64 << 20
MAX_BYTES = 1 << 40
_MAX_MANIFEST = 1 << 20

_MANIFEST = b"manifest.json"
_MEDIA = re.compile(r"media/([1-9][0-9]{0,3})(\.[a-z0-9]{1,8})?")
_COMMENT = b"clipkit bundle, manifest sha256 "
_BLOCK = 1 << 20

_LOCAL = struct.Struct("<4sHHHHHIIIHH" + "HHQQ")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_CENTRAL_EXTRA = struct.Struct("<HHQQQ")
_END = struct.Struct("<4sQHHIIQQQQ" + "4sIQI" + "4sHHHHIIH")
_LOCAL_BEFORE_EXTRA = 30
_NEEDED = 45  # the first version of ZIP64
_UNIX = 3 << 8 | _NEEDED
_MODE = 0o100600 << 16  # a plain file
_DATE = 0x21  # 1 January 1980, the first day that ZIP knows
_NONE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Part:
    """A member: its name, its length in bytes, and the SHA-256 of them in hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a part shall hold: bytes, or all of a file."""

    name: str
    source: bytes | Path

    def blocks(self) -> Iterator[bytes]:
        """What it holds, piece by piece."""
        if isinstance(self.source, bytes):
            yield self.source
            return
        with self.source.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block


def suffix_of(path: str) -> str:
    """The suffix that a file has as a part; none where it is an odd one."""
    suffix = Path(path).suffix.lower()
    return suffix if _MEDIA.fullmatch(f"media/1{suffix}") else ""


# ---- writing -----------------------------------------------------------------------------------------------------


def write(file: BinaryIO, contents: Sequence[Content]) -> None:
    """Write a bundle; files are read twice, as their sums stand before them.

    Raises:
        StoreError: ``bundle-too-large``, ``cannot-pack``: a file changed meanwhile.
    """
    weighed = [_weighed(content) for content in contents]
    parts = [part for part, _ in weighed]
    _check_sizes(parts)
    manifest = _written(parts)
    sums = [zlib.crc32(manifest), *(crc for _, crc in weighed)]
    file.write(_local(_MANIFEST, len(manifest), sums[0]))
    file.write(manifest)
    for content, (part, crc) in zip(contents, weighed, strict=True):
        file.write(_local(part.name.encode(), part.size, crc))
        digest, size = hashlib.sha256(), 0
        for block in content.blocks():
            file.write(block)
            digest.update(block)
            size += len(block)
        if (digest.hexdigest(), size) != (part.sha256, part.size):
            hint = "pack it again when nobody writes to that file"
            raise StoreError(
                "a file changed while it was packed", code="cannot-pack", where=str(content.source), hint=hint
            )
    file.write(_directory(manifest, parts, sums))


def _weighed(content: Content) -> tuple[Part, int]:
    digest, crc, size = hashlib.sha256(), 0, 0
    for block in content.blocks():
        digest.update(block)
        crc = zlib.crc32(block, crc)
        size += len(block)
    return Part(content.name, size, digest.hexdigest()), crc


def _check_sizes(parts: Sequence[Part]) -> None:
    if len(parts) > MOST_PARTS or parts[0].size > MAX_DRAFT or sum(part.size for part in parts) > MAX_BYTES:
        raise StoreError(
            f"it is too much for one bundle: at most {MOST_PARTS - 1} files, {MAX_DRAFT >> 20} MiB of history",
            code="bundle-too-large",
            hint="pack it without its history, or render parts of it first",
        )


# ---- reading -----------------------------------------------------------------------------------------------------


def read(file: BinaryIO, receive: Callable[[Part], Callable[[bytes], object]]) -> tuple[Part, ...]:
    """Read a bundle from its beginning to its end; what its parts are.

    Args:
        file: A file that can seek.
        receive: Asked at the beginning of each part for what takes its bytes. Only when all is read is it known that
            they are what was packed: until then nothing may be made of them.

    Raises:
        StoreError: ``no-bundle``; ``newer-bundle``; ``bad-bundle``: not one byte of it is believed.
    """
    manifest, length = _manifest(file)
    parts = _listed(manifest)
    if length != _length(manifest, parts):
        raise bad("its length is not what its manifest says")
    sums = [zlib.crc32(manifest)]
    _expect(file, _local(_MANIFEST, len(manifest), sums[0]), at=0)
    file.seek(len(manifest), os.SEEK_CUR)
    for part in parts:
        head = file.read(_LOCAL.size + len(part.name))
        take = receive(part)
        digest, crc, left = hashlib.sha256(), 0, part.size
        while left:
            block = file.read(min(left, _BLOCK))
            if not block:
                raise bad("it ends too early")
            take(block)
            digest.update(block)
            crc = zlib.crc32(block, crc)
            left -= len(block)
        if digest.hexdigest() != part.sha256 or head != _local(part.name.encode(), part.size, crc):
            raise bad(f"{part.name} is not what the manifest says")
        sums.append(crc)
    _expect(file, _directory(manifest, parts, sums))
    return parts


def bad(problem: str) -> StoreError:
    """What to raise for a bundle that is not as clipkit wrote it."""
    return StoreError(
        f"this bundle is damaged, or made by something else: {problem}",
        code="bad-bundle",
        hint="nothing of it was kept; ask for it again",
    )


def _manifest(file: BinaryIO) -> tuple[bytes, int]:
    """The manifest, which its sum at the end vouches for, and the length of the whole file."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_LOCAL.size + len(_MANIFEST))
    name = head[_LOCAL_BEFORE_EXTRA : _LOCAL_BEFORE_EXTRA + len(_MANIFEST)]
    if head[:4] != b"PK\3\4" or name != _MANIFEST or len(head) < _LOCAL.size + len(_MANIFEST):
        raise StoreError("this is no bundle", code="no-bundle", hint="`clipkit draft pack` makes one")
    (size,) = struct.unpack_from("<Q", head, len(head) - 8)
    if size > _MAX_MANIFEST:
        raise bad("its manifest is too large")
    manifest = file.read(size)
    comment = _comment(manifest)
    file.seek(max(0, length - len(comment)))
    if len(manifest) != size or file.read() != comment:
        raise bad("its manifest is not the one that was written")
    return manifest, length


def _listed(manifest: bytes) -> tuple[Part, ...]:
    try:
        told = json.loads(manifest)
        if told["bundle"] > VERSION:
            hint = "install a newer clipkit"
            raise StoreError("this bundle was made by a newer clipkit", code="newer-bundle", hint=hint)
        parts = tuple(Part(each["name"], each["size"], each["sha256"]) for each in told["parts"])
        if _written(parts) != manifest or not parts:
            raise bad("its manifest is not one of clipkit's")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise bad("its manifest cannot be read") from error
    for number, part in enumerate(parts):
        named = _MEDIA.fullmatch(part.name) if number else None
        if part.name != DRAFT if number == 0 else named is None or int(named[1]) != number:
            raise bad("it has a part of a name that clipkit does not give")
        if not isinstance(part.size, int) or not 0 <= part.size <= MAX_BYTES or isinstance(part.size, bool):
            raise bad("the size of a part is none")
    try:
        _check_sizes(parts)
    except StoreError as error:
        raise bad(error.message) from error
    return parts


def _length(manifest: bytes, parts: Sequence[Part]) -> int:
    """How long the bundle is."""
    names = [len(_MANIFEST), *(len(part.name) for part in parts)]
    heads = sum(_LOCAL.size + _CENTRAL.size + _CENTRAL_EXTRA.size + 2 * length for length in names)
    return heads + len(manifest) + sum(part.size for part in parts) + _END.size + len(_comment(manifest))


def _expect(file: BinaryIO, wanted: bytes, at: int | None = None) -> None:
    if at is not None:
        file.seek(at)
    if file.read(len(wanted)) != wanted:
        raise bad("it is not laid out as clipkit does it")


# ---- the bytes of it ---------------------------------------------------------------------------------------------


def _written(parts: Sequence[Part]) -> bytes:
    listed = [{"name": part.name, "size": part.size, "sha256": part.sha256} for part in parts]
    return json.dumps({"bundle": VERSION, "parts": listed}, indent=1).encode()


def _comment(manifest: bytes) -> bytes:
    return _COMMENT + hashlib.sha256(manifest).hexdigest().encode()


def _local(name: bytes, size: int, crc: int) -> bytes:
    """What stands before a member: its name lies between the two halves of the struct."""
    told = (b"PK\3\4", _NEEDED, 0, 0, 0, _DATE, crc, _NONE, _NONE, len(name), 20, 1, 16, size, size)
    head = _LOCAL.pack(*told)
    return head[:_LOCAL_BEFORE_EXTRA] + name + head[_LOCAL_BEFORE_EXTRA:]


def _directory(manifest: bytes, parts: Sequence[Part], sums: Sequence[int]) -> bytes:
    """What stands after the members: a line for each, where these lines are, and the manifest's sum."""
    sizes = [(_MANIFEST, len(manifest)), *((part.name.encode(), part.size) for part in parts)]
    lines, at = b"", 0
    for (name, size), crc in zip(sizes, sums, strict=True):
        told = (b"PK\1\2", _UNIX, _NEEDED, 0, 0, 0, _DATE, crc, _NONE, _NONE, len(name), 28, 0, 0, 0, _MODE, _NONE)
        lines += _CENTRAL.pack(*told) + name + _CENTRAL_EXTRA.pack(1, 24, size, size, at)
        at += _LOCAL.size + len(name) + size
    count, comment = len(sizes), _comment(manifest)
    end = _END.pack(
        *(b"PK\6\6", 44, _UNIX, _NEEDED, 0, 0, count, count, len(lines), at),
        *(b"PK\6\7", 0, at + len(lines), 1),
        *(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, _NONE, _NONE, len(comment)),
    )
    return lines + end + comment
