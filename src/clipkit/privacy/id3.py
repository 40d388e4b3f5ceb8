"""ID3 (id3.org: 2.2, 2.3 and 2.4)."""

from __future__ import annotations

from collections.abc import Iterator

from clipkit.privacy.finding import Finding, kind_of, shown, words_in

_NAMES = {
    "TPE1": "artist", "TPE2": "artist", "TCOM": "creator", "TIT2": "title", "TALB": "album", "TENC": "encoded by",
    "TSSE": "encoder", "TSS": "encoder", "TEN": "encoded by", "TDRC": "date", "TYER": "date", "TDAT": "date",
    "TIME": "date", "TDEN": "date encoded", "TDTG": "date", "COMM": "comment", "COM": "comment", "TOWN": "owner",
    "OWNE": "owner", "UFID": "identifier", "TCOP": "copyright", "TOFN": "file name", "PCNT": "play count",
}  # fmt: skip
_TEXTS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


def length(head: bytes) -> int:
    """Bytes of the tag that begins with these ten; 0 where none does."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    return 10 + _synchsafe(head[6:10]) + (10 if head[5] & 0x10 else 0)


def findings(tag: bytes) -> Iterator[Finding]:
    """What a whole tag reveals."""
    yield from _frames(tag[10:], tag[3], 10)


def _frames(data: bytes, version: int, base: int) -> Iterator[Finding]:
    at, short = 0, version == 2
    header, name_length = (6, 3) if short else (10, 4)
    while at + header <= len(data) and data[at : at + name_length].strip(b"\0"):
        name = data[at : at + name_length].decode("latin-1")
        raw = data[at + name_length : at + name_length + (3 if short else 4)]
        length = _synchsafe(raw) if version == 4 else int.from_bytes(raw, "big")
        content = data[at + header : at + header + length]
        if found := _frame(name, content, base + at + header):
            yield found
        at += header + length


def _frame(name: str, content: bytes, at: int) -> Finding | None:
    if name in ("APIC", "PIC"):
        return Finding("picture", "ID3 picture", "a picture", at)
    if name in ("PRIV", "GEOB", "MCDI"):
        return Finding("data", f"ID3 {name}", words_in(content, 3) or f"{len(content)} bytes", at)
    value = _text(content) if name.startswith("T") or name in ("COMM", "COM", "OWNE") else words_in(content, 3)
    key = _NAMES.get(name, name)
    return Finding(kind_of(key), f"ID3 {key}", shown(value), at) if shown(value) else None


def _text(content: bytes) -> str:
    if not content or content[0] >= len(_TEXTS):
        return words_in(content)
    return content[1:].decode(_TEXTS[content[0]], "replace").replace("\0", " ")


def _synchsafe(raw: bytes) -> int:
    value = 0
    for byte in raw:
        value = value << 7 | byte & 0x7F
    return value
