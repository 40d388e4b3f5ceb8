"""A file without what it reveals: the picture and the sound stay as they are coded, and an audit of the result is the
proof."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clipkit.engine import boxes, remux
from clipkit.errors import PlanError, RenderError
from clipkit.privacy import exif, heif
from clipkit.privacy.audit import Audit, audit, format_in_parts, heif_picture
from clipkit.privacy.packets import cleaning_of
from clipkit.store.atomic import refuse_input, replacing

_SAME = {".jpg": ".jpeg", ".jpe": ".jpeg", ".heif": ".heic", ".hif": ".heic"}


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What a file revealed, what was left out whole, and where the file without it lies."""

    path: str
    before: Audit
    left_out: tuple[str, ...]


def scrub(source: str, out: str | Path, *, force: bool = False) -> Scrubbed:
    """Write a file without anything that an audit of it finds. Neither picture nor sound is encoded anew.

    How the picture is to be turned stays, and its colour profile. Other streams than picture and sound go: telemetry,
    time codes, subtitles, cover art.

    Raises:
        MediaError: the source cannot be read, or is the target.
        PlanError: ``other-kind``: that kind of file cannot be made of this one without encoding.
        RenderError: ``still-reveals``: the audit of the result is not clean; or it cannot be written.
    """
    target = Path(out)
    refuse_input(target, (source,))
    before = audit(source)
    with Path(source).open("rb") as file:
        head = file.read(64)
    with replacing(target, force=force) as part:
        if (form := format_in_parts(head)) is not None:
            _same_kind(source, target)
            part.write_bytes(form.joined(piece.clean for piece in form.parts(Path(source).read_bytes())))
            left: tuple[str, ...] = ()
        elif heif_picture(head):
            _same_kind(source, target)
            part.write_bytes(_without_items(source))
            left = ()
        else:
            left = remux.remux(source, part, _suffix(target), cleaning_of)
        _prove(part)
    return Scrubbed(str(out), before, left)


def _suffix(target: Path) -> str:
    suffix = target.suffix.lower()
    if suffix not in remux.suffixes():
        raise PlanError(
            f"no file of the kind {suffix or 'without a suffix'} is written without encoding",
            code="other-kind",
            where=str(target),
            hint=f"there are {' '.join(remux.suffixes())}",
        )
    return suffix


def _same_kind(source: str, target: Path) -> None:
    one, two = Path(source).suffix.lower(), target.suffix.lower()
    if _SAME.get(one, one) != _SAME.get(two, two):
        raise PlanError(
            "its kind stays when it is scrubbed", code="other-kind", where=str(target), hint=f"name it *{one}"
        )


def _prove(part: Path) -> None:
    found = audit(str(part)).findings
    if found:
        told = "; ".join(f"{finding.key}: {finding.value}" for finding in found[:3])
        raise RenderError(
            f"the result would still reveal something: {told}",
            code="still-reveals",
            hint="nothing was kept; please report this with the output of `clipkit privacy`",
        )


def _without_items(source: str) -> bytes:
    """A HEIF picture whose describing items are empty; where they lie, and how long they are, stays."""
    data = bytearray(Path(source).read_bytes())
    with Path(source).open("rb") as file:
        for box in boxes.walk(file, 0, len(data)):
            if box.kind in (b"free", b"skip", b"uuid", b"udta"):
                data[box.start : box.end] = bytes(box.end - box.start)
            elif box.kind == b"meta":
                inner = list(boxes.walk(file, box.start + 4, box.end))
                for item in heif.items(inner, lambda part: bytes(data[part.start : part.end])):
                    _empty(data, item)
    return bytes(data)


def _empty(data: bytearray, item: heif.Item) -> None:
    for start, end in item.ranges:
        blank = exif.NOTHING if item.kind == b"Exif" and end - start >= len(exif.NOTHING) else b""
        data[start:end] = blank.ljust(end - start, b"\0")
