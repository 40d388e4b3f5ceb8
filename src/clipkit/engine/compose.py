"""From a Plan's picture to frames: decode, scale once, colour by one table, place. One painter serves one thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType

import av

from clipkit.catalog.effect import WHOLE, FramingEffect, KeyEffect, Part, SpatialEffect
from clipkit.catalog.layout import Layer, Patch
from clipkit.colour.encoding import OUTPUT
from clipkit.engine import matte
from clipkit.engine.behind import Backgrounds
from clipkit.engine.between import between
from clipkit.engine.footage import Footage, Reading
from clipkit.engine.layers import arranged, covers, inside, sole
from clipkit.engine.parts import corner_of, part_of, same_shape, whole_of
from clipkit.engine.planes import FramePool, Planes, Scalers, blank, code_of, frame_of, planes_of
from clipkit.engine.reader import FrameReader
from clipkit.engine.stencil import shadow, stencil
from clipkit.engine.steps import Coded, ForeignCall, Stages, Steps
from clipkit.engine.tables import Tables
from clipkit.geometry import Box, Fit, Size, contain, cover
from clipkit.plan.facts import Orientation
from clipkit.plan.types import Foreign, Framed, Group, Picture, Plan, Shot, moves, needs_whole, see_through
from clipkit.project.keys import at_time


@dataclass(slots=True)
class _Kept:
    """The last picture made of a shot, where it will show again: of a slowed source, or a still one."""

    of: av.VideoFrame
    through: Stages
    frame: av.VideoFrame


class Painter:
    """Paints the frames of a plan. Not for use from several threads; close it.

    Args:
        plan: What to paint.
        tables: Shared by all painters of one render.
        foreign: The callables that `Foreign` steps name.
        threads: Threads of each decoder.
        reading: Opens a source with so many threads, for as long as the painter needs it.
    """

    def __init__(
        self,
        plan: Plan,
        tables: Tables,
        foreign: Mapping[Foreign, ForeignCall] | None = None,
        *,
        threads: int = 1,
        reading: Reading = FrameReader,
    ) -> None:
        self._plan = plan
        self._footage = Footage(plan, threads, reading)
        self._pool = FramePool()
        self._scalers = Scalers(self._pool)
        self._behind = Backgrounds(plan.output.encoding, self._pool, self._scalers)
        self._steps = Steps(plan.output.encoding, tables, foreign or {}, self._pool, self._scalers)
        self._kept: dict[object, _Kept] = {}

    def __enter__(self) -> Painter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept.clear()
        self._footage.leave(error)

    def close(self) -> None:
        """Close all files. Frames handed out stay usable."""
        self._kept.clear()
        self._footage.leave(None)

    def paint(self, index: int) -> av.VideoFrame:
        """Frame `index` of the output: 4:2:0 in its encoding and at its size. Not to be written to.

        Between copied spans it is what the decoder gives, neither turned nor coloured.
        """
        plan = self._plan
        t = index / plan.output.rate
        if plan.output.as_coded is not None:
            return self._untouched(plan.picture, t)
        frame = self._filled(plan.picture, plan.output.size, plan.fit, (0.5, 0.5), t)
        if not see_through(plan.picture):
            return frame
        canvas = self._behind.black(plan.output.size)
        matte.lay(planes_of(canvas), planes_of(frame))
        return canvas

    def _untouched(self, picture: Picture, t: Fraction) -> av.VideoFrame:
        """The frame of a single source, untouched."""
        assert isinstance(picture, Shot)
        instant = picture.time.instant(t)
        assert instant is not None
        return self._footage.at(picture, instant)

    # ---- one picture in one box ------------------------------------------------------------------------------

    def _filled(self, picture: Picture, size: Size, fit: Fit, focus: tuple[float, float], t: Fraction) -> av.VideoFrame:
        """A picture that fills a size: cropped, or whole with black or a blur around it."""
        if same_shape(picture.size, size):  # what cropping would take is less than a pixel
            return self._picture(picture, size, WHOLE, t)
        if fit == "cover":
            return self._picture(picture, size, cover(picture.size.aspect, size, focus), t)
        inner = contain(picture.size.aspect, Box.whole(size))
        whole = self._picture(picture, inner.size, WHOLE, t)
        key = ("filled", id(picture), size, fit)
        kept = self._kept.get(key)
        if kept is not None and kept.of is whole:
            return kept.frame
        if see_through(picture):
            canvas = matte.clear(size, self._pool)
        else:
            canvas = self._behind.blurred(id(picture), whole, size) if fit == "blur" else self._behind.black(size)
        planes_of(canvas).crop(inner).paste(planes_of(whole))
        if self._shows_again(whole):
            self._kept[key] = _Kept(whole, (), canvas)
        else:
            self._kept.pop(key, None)
        return canvas

    def _picture(self, picture: Picture, size: Size, part: Part, t: Fraction) -> av.VideoFrame:
        """Part of a picture (left, top, width, height as fractions) at a size, with its steps applied."""
        if isinstance(picture, Group):
            return self._group(picture, size, part, t)
        if isinstance(picture, Framed):
            return self._framed(picture, size, part, t)
        if part != WHOLE and any(needs_whole(step) for step in picture.steps):
            whole = whole_of(size, part)
            return self._cropped(self._shot(picture, whole, WHOLE, t), corner_of(whole, size, part))
        return self._shot(picture, size, part, t)

    def _shot(self, shot: Shot, size: Size, part: Part, t: Fraction) -> av.VideoFrame:
        instant = shot.time.instant(t)
        facts = self._plan.sources[shot.source].picture
        assert instant is not None
        assert facts is not None
        decoded = self._footage.at(shot, instant)
        key = (id(shot), size, part)
        stages = self._steps.stages(shot, facts.encoding, t)
        kept = self._kept.get(key)
        towards = self._footage.between(shot, t)
        same = kept is not None and kept.of is decoded and kept.through is stages and towards is None
        if kept is not None and same and not any(moves(step) for step in shot.steps):
            return kept.frame
        turn = facts.orientation
        coded = Size(size.height, size.width) if turn.turned else size
        box = part_of(facts.visible, part, turn)
        if stages[0] is not None and box.size.pixels < coded.pixels:
            coded = box.size  # a table costs by the pixel: what grows is coloured first
        scaled = self._scalers.get(key, deep=facts.encoding.hdr).scale(decoded, coded, box)
        if towards is not None:
            other = self._scalers.get(("next", *key), deep=facts.encoding.hdr).scale(towards[0], coded, box)
            scaled = between(scaled, other, towards[1], self._pool, moving=shot.slow_motion == "flow")
        frame = self._steps.applied(Coded(scaled, facts.encoding, turn), shot, size, t)
        if towards is None and self._footage.stays(shot, t):
            self._kept[key] = _Kept(decoded, stages, frame)
        else:
            self._kept.pop(key, None)
        self._footage.close_what_ended(shot, t, decoded)
        return frame

    def _shows_again(self, frame: av.VideoFrame) -> bool:
        """Whether a picture is one that is kept."""
        return any(kept.frame is frame for kept in self._kept.values())

    def _group(self, group: Group, size: Size, part: Part, t: Fraction) -> av.VideoFrame:
        whole = whole_of(size, part)
        canvas = self._arranged(group, whole, t)
        corner = corner_of(whole, size, part)
        if any(needs_whole(step) for step in group.steps):
            return self._cropped(self._steps.applied(Coded(canvas, OUTPUT, Orientation()), group, whole, t), corner)
        return self._steps.applied(Coded(self._cropped(canvas, corner), OUTPUT, Orientation()), group, size, t)

    def _framed(self, framed: Framed, size: Size, part: Part, t: Fraction) -> av.VideoFrame:
        """A picture in the frame that an effect gives it."""
        whole = whole_of(size, part)
        effect = at_time(framed.effect, dict(framed.keys), framed.time.at(t) or Fraction(0))
        if isinstance(effect, KeyEffect):
            return self._keyed(framed, effect, size, part, t)
        assert isinstance(effect, SpatialEffect)
        taken, inner = WHOLE, whole
        if isinstance(effect, FramingEffect):
            taken, inner = effect.taken(whole, framed.parts[0].size.even())
        frames = [self._picture(shown, inner, taken, t) for shown in framed.parts]
        return self._cropped(self._steps.framed(framed, effect, frames, whole, t), corner_of(whole, size, part))

    def _keyed(self, keyed: Framed, key: KeyEffect, size: Size, part: Part, t: Fraction) -> av.VideoFrame:
        """A picture that a key makes see-through in part; what is done to it later changes its colours alone."""
        kept = matte.cut(self._picture(keyed.parts[0], size, part, t), key, self._pool)
        if not keyed.steps:
            return kept
        coloured = self._steps.applied(Coded(kept, OUTPUT, Orientation()), keyed, size, t)
        return matte.with_alpha(coloured, kept, self._pool)

    def _cropped(self, frame: av.VideoFrame, box: Box) -> av.VideoFrame:
        """A part of a picture; the frame itself where that is all of it."""
        if box == Box(0, 0, frame.width, frame.height):
            return frame
        return self._pool.copy_of(planes_of(frame).crop(box))

    def _arranged(self, group: Group, size: Size, t: Fraction) -> av.VideoFrame:
        """Parts on a canvas; one that is all that shows, as large as the canvas, is the canvas itself."""
        parts = arranged(group, size, t)
        if (only := sole(parts, size)) is not None:
            return self._layer(only, group, t)
        canvas = self._pool.blank(size)
        planes = planes_of(canvas)
        if not parts or not covers(parts[0], size):
            planes.fill()
        for part in parts:
            if isinstance(part, Patch):
                planes.crop(part.box.within(Box.whole(size))).fill(code_of(part.colour))
            else:
                _paste(planes, planes_of(self._layer(part, group, t)), part)
        return canvas

    def _layer(self, layer: Layer, group: Group, t: Fraction) -> av.VideoFrame:
        """One picture as large as its box."""
        return self._filled(group.parts[layer.source], layer.box.size, layer.fit, layer.focus, t)


def _paste(canvas: Planes, picture: Planes, layer: Layer) -> None:
    """Lay a picture at its place on the canvas, through its outline; what lies outside of either is cut off."""
    box, seen = layer.box, inside(layer.shown, canvas.size)
    if seen is None:
        return
    if (dark := shadow(layer.frame, box.size)) is not None:
        dark.fall(canvas, box)
    mask = stencil(layer.frame, box.size)
    target = canvas.crop(seen)
    source_box = Box(seen.x - box.x, seen.y - box.y, seen.width, seen.height)
    if picture.alpha is not None and mask is not None:
        through = planes_of(blank(box.size))
        through.crop(source_box).paste(target)
        matte.lay(through, picture)
        picture = through
    if picture.alpha is not None:
        matte.lay(target, picture.crop(source_box))
    elif mask is None:
        target.paste(picture.crop(source_box))
    elif seen == box:
        mask.paste(target, picture)
    else:  # partly cut off: blend on a copy as large as the picture, and keep what is seen
        under = frame_of(picture)
        spare = planes_of(under)
        spare.crop(source_box).paste(target)
        mask.paste(spare, picture)
        target.paste(spare.crop(source_box))
