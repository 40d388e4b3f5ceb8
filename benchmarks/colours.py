"""Just enough colour for the benchmark: 8-bit limited BT.709 planes ↔ RGB, and CIE76. Independent of clipkit's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _XYZ.sum(axis=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """The planes of one 4:2:0 frame."""

    y: Bytes
    u: Bytes
    v: Bytes

    @staticmethod
    def parse(data: bytes, width: int, height: int) -> Frame:
        """Read a raw yuv420p frame."""
        luma, chroma = width * height, width * height // 4
        planes = np.frombuffer(data, np.uint8)
        half = (height // 2, width // 2)
        return Frame(
            planes[:luma].reshape(height, width),
            planes[luma : luma + chroma].reshape(half),
            planes[luma + chroma :].reshape(half),
        )

    def rgb(self) -> Floats:
        """R′G′B′ from 0 to 1; chroma is repeated, which is alike for all that are compared."""
        y = (self.y.astype(np.float32) - 16) / 219
        u, v = ((_doubled(plane).astype(np.float32) - 128) / 224 for plane in (self.u, self.v))
        red, blue = y + 2 * (1 - _KR) * v, y + 2 * (1 - _KB) * u
        green = (y - _KR * red - _KB * blue) / _KG
        return np.clip(np.stack([red, green, blue], axis=-1), 0, 1)

    @staticmethod
    def of_rgb(rgb: Floats) -> Frame:
        """Round R′G′B′ to planes; a chroma sample is the mean of its four pixels."""
        y = rgb @ np.array([_KR, _KG, _KB], np.float32)
        u, v = (rgb[..., 2] - y) / (2 * (1 - _KB)), (rgb[..., 0] - y) / (2 * (1 - _KR))
        return Frame(_rounded(y * 219 + 16), _rounded(halved(u) * 224 + 128), _rounded(halved(v) * 224 + 128))


def halved(plane: Floats) -> Floats:
    """The mean of each block of 2×2."""
    height, width = plane.shape
    return np.asarray(plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)), np.float32)


def delta_e(a: Floats, b: Floats) -> float:
    """The mean CIE76 difference of two pictures, seen as sRGB."""
    return float(np.sqrt(((_lab(a) - _lab(b)) ** 2).sum(axis=-1)).mean())


def _doubled(plane: Bytes) -> Bytes:
    return plane.repeat(2, axis=0).repeat(2, axis=1)


def _rounded(plane: Floats) -> Bytes:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


def _lab(rgb: Floats) -> Floats:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _XYZ.T / _WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)
