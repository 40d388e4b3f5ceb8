"""Planes moved, enlarged and turned, by any part of a pixel: bilinear, in whole numbers, with weights of 1/256."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.planes import Bytes, Planes
from clipkit.raster.bands import bands
from clipkit.raster.blend import Weights, between

_Places = NDArray[np.intp]


def zoomed(picture: Planes, zoom: float, x: float, y: float, out: Planes) -> None:
    """A picture enlarged by `zoom`, with the point (x, y) of it, in fractions, in the middle; edges are held."""
    for plane, into in zip(picture, out, strict=True):
        zoomed_plane(plane, zoom, x, y, into)


def zoomed_plane(plane: Bytes, zoom: float, x: float, y: float, out: Bytes) -> None:
    """One plane, as `zoomed` has it."""
    rows, down = _along(plane.shape[0], zoom, y)
    columns, across = _along(plane.shape[1], zoom, x)
    above, below = rows
    for first, second, weight, into in bands(above, below, down[:, None], out):
        tall = between(plane[first], plane[second], weight)
        left, right = (tall.take(column, axis=1, mode="clip") for column in columns)
        np.copyto(into, between(left, right, across[None]))


def inside(place: float, zoom: float) -> float:
    """The middle of what shows, kept so far from the edges that only picture shows."""
    half = 0.5 / zoom
    return min(max(place, half), 1 - half)


def _along(length: int, zoom: float, middle: float) -> tuple[tuple[_Places, _Places], Weights]:
    """The samples on both sides of each place along an axis, and the weight of the second, 0…256."""
    places = (np.arange(length) + 0.5 - length / 2) / zoom + middle * length - 0.5
    places = np.clip(places, 0, length - 1)
    first = np.floor(places).astype(np.intp)
    weight = np.rint((places - first) * 256).astype(np.uint16)
    return (first, np.minimum(first + 1, length - 1)), weight


def turned(picture: Planes, degrees: float, zoom: float, fill: tuple[int, int, int] | None, out: Planes) -> None:
    """A picture turned clockwise about its middle and enlarged by `zoom`.

    What lies outside of it is `fill`, mixed in over the last pixel so that the edge is smooth; else its edges are held.
    """
    planes = ((picture.y, out.y, 1.0), (picture.u, out.u, 0.5), (picture.v, out.v, 0.5))
    for index, (plane, into, scale) in enumerate(planes):
        _turned(plane, degrees, zoom, None if fill is None else fill[index], scale, into)


def _turned(plane: Bytes, degrees: float, zoom: float, fill: int | None, scale: float, out: Bytes) -> None:
    height, width = plane.shape
    c, s = np.float32(cos(radians(degrees)) / zoom), np.float32(sin(radians(degrees)) / zoom)
    across = (np.arange(out.shape[1], dtype=np.float32) + np.float32(0.5 - out.shape[1] / 2))[None]
    down = (np.arange(out.shape[0], dtype=np.float32) + np.float32(0.5 - out.shape[0] / 2))[:, None]
    flat = np.ascontiguousarray(plane).reshape(-1)
    for low, into in bands(down, out):
        x = across * c + (low * s + np.float32(width / 2 - 0.5))
        y = low * c - (across * s - np.float32(height / 2 - 0.5))
        cover = None if fill is None else _inside(x, y, plane.shape, scale)
        np.clip(x, 0, width - 1, out=x)
        np.clip(y, 0, height - 1, out=y)
        left, top = x.astype(np.int32), y.astype(np.int32)
        dx, dy = (np.rint((place - whole) * 256).astype(np.uint16) for place, whole in ((x, left), (y, top)))
        place = top * np.int32(width) + left
        right = (left < width - 1).astype(np.int32)
        upper = between(flat.take(place), flat.take(place + right), dx)
        place += np.where(top < height - 1, np.int32(width), np.int32(0))
        result = between(upper, between(flat.take(place), flat.take(place + right), dx), dy)
        if cover is not None and fill is not None:
            result = between(np.full((1, 1), fill, np.uint8), result, cover)
        np.copyto(into, result)


def _inside(x: NDArray[np.float32], y: NDArray[np.float32], shape: tuple[int, int], scale: float) -> Weights:
    """How much of 256 of each pixel lies inside of a plane; a pixel of luma is half one of chroma (`scale`)."""
    height, width = shape
    inside = np.minimum(np.minimum(x + 0.5, width - 0.5 - x), np.minimum(y + 0.5, height - 0.5 - y))
    weights: Weights = np.rint(np.clip(inside / np.float32(scale) + 0.5, 0, 1) * 256).astype(np.uint16)
    return weights
