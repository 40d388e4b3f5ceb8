"""Planes moved by whole pixels, laid on others, and painted in one colour."""

from __future__ import annotations

import numpy as np

from clipkit.colour.encoding import OUTPUT, encode
from clipkit.colour.planes import Bytes, Planes

Codes = tuple[int, int, int]
"""A colour as Y, Cb and Cr."""


def codes_of(colour: str) -> Codes:
    """The codes of #rrggbb."""
    rgb = np.array(tuple(bytes.fromhex(colour.removeprefix("#"))), np.float32) / 255
    y, u, v = (round(float(part)) for part in encode(rgb, OUTPUT))
    return y, u, v


def fill(out: Planes, colour: Codes) -> None:
    """Paint all of it in one colour."""
    for plane, value in zip(out, colour, strict=True):
        plane.fill(value)


def paste(picture: Planes, x: int, y: int, out: Planes) -> None:
    """Lay a picture at an even place of another, which has room for it."""
    for plane, into, scale in zip(picture, out, (1, 2, 2), strict=True):
        rows, columns = plane.shape
        into[y // scale : y // scale + rows, x // scale : x // scale + columns] = plane


def copy(picture: Planes, out: Planes) -> None:
    """Copy a picture of the same size."""
    paste(picture, 0, 0, out)


def moved(plane: Bytes, x: int, y: int) -> Bytes:
    """A plane moved right and down; what comes in is its edge."""
    height, width = plane.shape
    x, y = max(-width, min(width, x)), max(-height, min(height, y))
    rows = np.clip(np.arange(height) - y, 0, height - 1)
    held = plane[rows] if y else plane
    out = np.empty_like(held)
    if x >= 0:
        out[:, x:], out[:, :x] = held[:, : width - x], held[:, :1]
    else:
        out[:, :x], out[:, x:] = held[:, -x:], held[:, -1:]
    return out
