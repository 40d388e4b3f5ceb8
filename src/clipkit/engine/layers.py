"""Which layers of a composition anybody will see: what nobody sees is neither decoded nor painted."""

from __future__ import annotations

from collections.abc import Sequence

from clipkit.catalog.layout import Layer
from clipkit.geometry import Box, Size


def visible(layers: Sequence[Layer], canvas: Size) -> list[Layer]:
    """The layers of which something shows, back to front: on the canvas, and not wholly behind one plain rectangle."""
    found: list[Layer] = []
    for layer in reversed(layers):
        part = inside(layer.box, canvas)
        if part is not None and not any(plain(over) and _within(part, over.box) for over in found):
            found.append(layer)
    return found[::-1]


def covers(layer: Layer, canvas: Size) -> bool:
    """Whether nothing of the canvas shows behind a layer."""
    return plain(layer) and _within(Box.whole(canvas), layer.box)


def plain(layer: Layer) -> bool:
    """Whether a layer fills its box: no outline, nothing to blend."""
    return layer.frame.shape == "rectangle" and layer.frame.border == 0


def inside(box: Box, size: Size) -> Box | None:
    """The part of a box that lies on the canvas."""
    x, y = max(0, box.x), max(0, box.y)
    right, bottom = min(size.width, box.x + box.width), min(size.height, box.y + box.height)
    return Box(x, y, right - x, bottom - y) if x < right and y < bottom else None


def _within(box: Box, other: Box) -> bool:
    """Whether all of a box lies in the other."""
    left, top = box.x >= other.x, box.y >= other.y
    return left and top and box.x + box.width <= other.x + other.width and box.y + box.height <= other.y + other.height
