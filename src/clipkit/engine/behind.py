"""What stands behind a picture that does not fill its box: black, or the picture again, out of focus."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import Interpolation

from clipkit.colour.encoding import Encoding
from clipkit.engine.parts import even_box
from clipkit.engine.planes import DEEP, FramePool, Plane, Planes, Scalers, frame_of, planes_of
from clipkit.geometry import Box, Size, cover

# A background is blurred at a twenty-fourth of its size and grown with a Gaussian kernel: a blur has nothing finer.
_BLUR_SHRINK = 24
_BINOMIAL = (1, 4, 6, 4, 1)


class Backgrounds:
    """Makes backgrounds in the encoding of the output."""

    def __init__(self, encoding: Encoding, pool: FramePool, scalers: Scalers) -> None:
        self._encoding = encoding
        self._pool = pool
        self._scalers = scalers

    def blurred(self, key: object, whole: av.VideoFrame, size: Size) -> av.VideoFrame:
        """The picture again, filling the size and out of focus: made from the small one, already coloured.

        `key` names what is shown, so that its scalers are used again.
        """
        left, top, width, height = cover(Size(whole.width, whole.height).aspect, size)
        crop = even_box(Size(whole.width, whole.height), left, top, width, height)
        small = Size(size.width // _BLUR_SHRINK, size.height // _BLUR_SHRINK).even()
        deep = self._encoding.hdr
        shrunk = self._scalers.get(("shrink", key, size), Interpolation.AREA, deep=deep).scale(whole, small, crop)
        soft = frame_of(Planes(*(_softened(plane) for plane in planes_of(shrunk))))
        grow = self._scalers.get(("grow", key, size), Interpolation.GAUSS, deep=deep)
        return grow.scale(soft, size, Box.whole(small))

    def black(self, size: Size) -> av.VideoFrame:
        """Nothing at all."""
        if not self._encoding.hdr:
            frame = self._pool.blank(size)
            planes_of(frame).fill()
            return frame
        frame = self._pool.blank(size, DEEP)
        planes_of(frame).fill((int(self._encoding.black(10)), 512, 512))
        return frame


def _softened(plane: Plane) -> Plane:
    """A plane through a binomial kernel of five taps, along and across; edges are held."""
    soft = plane.astype(np.uint32)
    for axis in (0, 1):
        indices = np.arange(-2, soft.shape[axis] + 2).clip(0, soft.shape[axis] - 1)
        wide = soft.take(indices, axis)
        length = soft.shape[axis]
        taps = (weight * wide.take(np.arange(k, k + length), axis) for k, weight in enumerate(_BINOMIAL))
        soft = np.add.reduce(list(taps))
    return ((soft + 128) >> 8).astype(plane.dtype)
