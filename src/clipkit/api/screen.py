"""The colour of a green or blue screen, found in a clip's own pictures."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clipkit.api.clip import Clip
from clipkit.catalog.effect import KeyEffect, SpatialEffect
from clipkit.errors import ProjectError
from clipkit.project.model import Edit, Node
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect

_LOOKS = 5
_BORDER = 0.15
"""The share of a picture's width and height that is its border: there a screen is seen, if anywhere."""

_COLOURED = 40
"""By how much of 255 the primary of a screen exceeds the other two: darker or greyer ones are no screens."""

_SEEN = 0.05
"""The least share of the border that a screen covers."""


def found_colour(clip: Clip) -> tuple[int, int, int]:
    """The colour of a clip's screen, sRGB 0…255: the commonest strong green or blue at the border of five pictures.

    Raises:
        ProjectError: ``no-screen``: there is none.
    """
    last = clip.duration - Fraction(1, 1000)
    pictures = clip.with_output(target="source").frames([last * n / (_LOOKS - 1) for n in range(_LOOKS)])
    border = np.concatenate([_border(picture) for picture in pictures]).astype(np.int16)
    green, blue = (_excess(border, channel) > _COLOURED for channel in (1, 2))
    chosen = border[green if green.sum() >= blue.sum() else blue]
    if len(chosen) < _SEEN * len(border):
        raise ProjectError(
            "no green or blue screen is seen at the border of this clip",
            code="no-screen",
            hint="name its colour with --colour, such as #00b140",
        )
    bins = chosen >> 3
    keys = (bins[:, 0].astype(np.int32) << 10) | (bins[:, 1].astype(np.int32) << 5) | bins[:, 2]
    commonest = np.bincount(keys).argmax()
    red, green_, blue_ = (round(float(code)) for code in np.median(chosen[keys == commonest], axis=0))
    return red, green_, blue_


def _border(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels of the upper corners and sides, (n, 3), one in 16: at the bottom people stand."""
    thin = picture[::4, ::4]
    height, width = thin.shape[:2]
    inside = np.zeros((height, width), bool)
    inside[int(height * _BORDER) :, int(width * _BORDER) : width - int(width * _BORDER)] = True
    return thin[~inside]


def _excess(pixels: NDArray[np.int16], channel: int) -> NDArray[np.int16]:
    rest = [pixels[:, n] for n in range(3) if n != channel]
    found: NDArray[np.int16] = pixels[:, channel] - np.maximum(*rest)
    return found


def before_looks(clip: Clip) -> tuple[Clip, tuple[Edit, ...]]:
    """A clip without the looks it ends in, and those: a screen has its colour before them."""
    edits = clip.project.root.edits
    first = max((n + 1 for n, edit in enumerate(edits) if _moves_pixels(edit)), default=0)
    kept = next((n for n in range(first, len(edits)) if isinstance(edits[n], Filter | Apply)), len(edits))
    root = Node(source=clip.project.root.source, edits=edits[:kept])
    return Clip(clip.project.model_copy(update={"root": root})), edits[kept:]


def _moves_pixels(edit: Edit) -> bool:
    """Whether an edit of the picture has to come before a key: all but those of colour alone."""
    if isinstance(edit, MoviePyEffect):
        return True
    effects = edit.effects if isinstance(edit, Filter) else (edit.effect,) if isinstance(edit, Apply) else ()
    return any(isinstance(effect, SpatialEffect) for effect in effects)


def is_keyed(clip: Clip) -> bool:
    """Whether a clip has a key already."""
    return any(isinstance(edit, Apply) and isinstance(edit.effect, KeyEffect) for edit in clip.project.root.edits)
