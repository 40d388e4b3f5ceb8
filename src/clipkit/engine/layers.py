"""What of a composition anybody will see: what nobody sees is neither decoded nor painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from clipkit.catalog.layout import Layer, Part, Patch
from clipkit.geometry import Box, Size
from clipkit.plan.types import Group, see_through


def arranged(group: Group, canvas: Size, t: Fraction) -> list[Part]:
    """What a group shows on a canvas at output time `t`, back to front; a part that is over shows nothing."""
    moment = group.time.at(t)
    assert moment is not None
    placed = group.layout.place(tuple(child.size for child in group.parts), canvas, moment)
    return visible([_framed(part, group) for part in placed if _is_there(part, group, t)], canvas)


def _is_there(part: Part, group: Group, t: Fraction) -> bool:
    return isinstance(part, Patch) or group.parts[part.source].time.at(t) is not None


def _framed(part: Part, group: Group) -> Part:
    """A layer that fills its box as the project says."""
    if isinstance(part, Patch):
        return part
    framing = group.framings[part.source]
    clear = see_through(group.parts[part.source])
    return replace(part, fit=framing.fit or part.fit, focus=framing.focus, clear=clear)


def visible(parts: Sequence[Part], canvas: Size) -> list[Part]:
    """The parts of which something shows, back to front: on the canvas, and not wholly behind one plain rectangle."""
    found: list[Part] = []
    for part in reversed(parts):
        seen = inside(part.shown, canvas)
        if seen is not None and not any(plain(over) and _within(seen, over.shown) for over in found):
            found.append(part)
    return found[::-1]


def covers(part: Part, canvas: Size) -> bool:
    """Whether nothing of the canvas shows behind a part."""
    return plain(part) and _within(Box.whole(canvas), part.shown)


def sole(parts: Sequence[Part], canvas: Size) -> Layer | None:
    """The layer that is all that shows, as large as the canvas: it can be the canvas itself."""
    only = parts[0] if len(parts) == 1 else None
    if isinstance(only, Layer) and only.box == Box.whole(canvas) and covers(only, canvas):
        return only
    return None


def plain(part: Part) -> bool:
    """Whether a part fills its box: no outline, nothing to blend."""
    if isinstance(part, Patch):
        return True
    return part.frame.shape == "rectangle" and part.frame.border == 0 and not part.clear


def inside(box: Box, size: Size) -> Box | None:
    """The part of a box that lies on the canvas."""
    part = box.within(Box.whole(size))
    return part if part.width and part.height else None


def _within(box: Box, other: Box) -> bool:
    """Whether all of a box lies in the other."""
    return box.within(other) == box
