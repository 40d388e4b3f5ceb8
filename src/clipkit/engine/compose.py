"""From a Plan's picture to frames: decode, scale once, colour by one table, place. One painter serves one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import compress
from types import TracebackType
from typing import Protocol, TypeAlias

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from clipkit.catalog.layout import Frame, Layer
from clipkit.colour.encoding import OUTPUT, Encoding
from clipkit.engine.layers import covers, inside, visible
from clipkit.engine.parts import even_box, part_of, same_shape
from clipkit.engine.planes import DEEP, FramePool, Plane, Planes, Scaler, frame_of, from_rgb, planes_of, to_rgb
from clipkit.engine.reader import FrameReader
from clipkit.engine.stencil import stencil
from clipkit.engine.tables import Table, Tables
from clipkit.errors import RenderError
from clipkit.geometry import Box, Fit, Size, contain, cover
from clipkit.plan.facts import MediaFacts, Orientation
from clipkit.plan.types import Foreign, Group, Look, Picture, Plan, Shot, Step

ForeignCall = Callable[[NDArray[np.uint8], float], NDArray[np.uint8]]
"""RGB pixels (height, width, 3) and a time in seconds to pixels of the same shape."""

_Stage: TypeAlias = Table | Foreign | None
_Stages: TypeAlias = tuple[_Stage, ...]

# A background is blurred at a twenty-fourth of its size and grown with a Gaussian kernel: a blur has nothing finer.
_BLUR_SHRINK = 24
_BINOMIAL = (1, 4, 6, 4, 1)


class Reading(Protocol):
    """How a painter comes by its readers."""

    def __call__(self, facts: MediaFacts, *, threads: int) -> AbstractContextManager[FrameReader]: ...


@dataclass(slots=True)
class _Kept:
    """The last picture made of a shot, where it will show again: of a slowed source, or a still one."""

    of: av.VideoFrame
    through: _Stages
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
        self._tables = tables
        self._foreign = dict(foreign or {})
        self._open = ExitStack()
        self._reading: Callable[[MediaFacts], AbstractContextManager[FrameReader]] = partial(reading, threads=threads)
        # Keyed by identity: the plan keeps its pictures alive, and hashing their time maps for each frame is slow.
        self._readers: dict[int, tuple[FrameReader, ExitStack]] = {}  # each with what lets go of it
        # Of sources that are closed: the moment that they hold, and its frame.
        self._last: dict[int, tuple[Fraction, av.VideoFrame]] = {}
        self._stages: dict[tuple[int, tuple[bool, ...]], _Stages] = {}
        self._scalers: dict[object, Scaler] = {}
        self._kept: dict[object, _Kept] = {}
        self._pool = FramePool()
        self._encoding = plan.output.encoding
        self._deep = self._encoding.hdr

    def __enter__(self) -> Painter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forget()
        self._open.__exit__(kind, error, trace)

    def close(self) -> None:
        """Close all files. Frames handed out stay usable."""
        self._forget()
        self._open.close()

    def _forget(self) -> None:
        self._kept.clear()
        self._last.clear()
        self._readers.clear()

    def paint(self, index: int) -> av.VideoFrame:
        """Frame `index` of the output: 4:2:0 in its encoding and at its size. Not to be written to.

        Between copied spans it is what the decoder gives, neither turned nor coloured.
        """
        plan = self._plan
        t = index / plan.output.rate
        if plan.output.as_coded is not None:
            return self._untouched(plan.picture, t)
        return self._filled(plan.picture, plan.output.size, plan.fit, (0.5, 0.5), t)

    def _untouched(self, picture: Picture, t: Fraction) -> av.VideoFrame:
        """The frame of a single source, untouched."""
        assert isinstance(picture, Shot)
        moment = picture.time.at(t)
        assert moment is not None
        return self._reader(picture).at(moment)

    # ---- one picture in one box ------------------------------------------------------------------------------

    def _filled(self, picture: Picture, size: Size, fit: Fit, focus: tuple[float, float], t: Fraction) -> av.VideoFrame:
        """A picture that fills a size: cropped, or whole with black or a blur around it."""
        if same_shape(picture.size, size):  # what cropping would take is less than a pixel
            return self._picture(picture, size, (0.0, 0.0, 1.0, 1.0), t)
        if fit == "cover":
            return self._picture(picture, size, cover(picture.size.aspect, size, focus), t)
        inner = contain(picture.size.aspect, Box.whole(size))
        whole = self._picture(picture, inner.size, (0.0, 0.0, 1.0, 1.0), t)
        key = ("filled", id(picture), size, fit)
        kept = self._kept.get(key)
        if kept is not None and kept.of is whole:
            return kept.frame
        canvas = self._blurred(picture, whole, size) if fit == "blur" else self._black(size)
        planes_of(canvas).crop(inner).paste(planes_of(whole))
        if self._shows_again(whole):
            self._kept[key] = _Kept(whole, (), canvas)
        else:
            self._kept.pop(key, None)
        return canvas

    def _picture(
        self, picture: Picture, size: Size, part: tuple[float, float, float, float], t: Fraction
    ) -> av.VideoFrame:
        """Part of a picture (left, top, width, height as fractions) at a size, with its steps applied."""
        if isinstance(picture, Group):
            return self._group(picture, size, part, t)
        return self._shot(picture, size, part, t)

    def _shot(self, shot: Shot, size: Size, part: tuple[float, float, float, float], t: Fraction) -> av.VideoFrame:
        moment = shot.time.at(t)
        facts = self._plan.sources[shot.source].picture
        assert moment is not None
        assert facts is not None
        decoded = self._decoded(shot, moment)
        key = (id(shot), size, part)
        stages = self._stages_of(shot, facts.encoding, t)
        kept = self._kept.get(key)
        same = kept is not None and kept.of is decoded and kept.through is stages
        if kept is not None and same and not any(isinstance(step, Foreign) for step in shot.steps):
            return kept.frame
        turn = facts.orientation
        coded = Size(size.height, size.width) if turn.turned else size
        box = part_of(facts.visible, part, turn)
        if stages[0] is not None and box.size.pixels < coded.pixels:
            coded = box.size  # a table costs by the pixel: what grows is coloured first
        scaled = self._scaler(key, deep=facts.encoding.hdr).scale(decoded, coded, box)
        frame = self._stepped(_Coded(scaled, facts.encoding, turn), shot, size, t)
        if self._stays(shot, t):
            self._kept[key] = _Kept(decoded, stages, frame)
        else:
            self._kept.pop(key, None)
        self._close_what_ended(shot, t, decoded)
        return frame

    def _decoded(self, shot: Shot, moment: Fraction) -> av.VideoFrame:
        """The frame of the source that shows at a moment of it."""
        last = self._last.get(id(shot))
        return last[1] if last is not None and last[0] == moment else self._reader(shot).at(moment)

    def _stays(self, shot: Shot, t: Fraction) -> bool:
        """Whether the frame of the source that shows at `t` is also the next one wanted."""
        following = shot.time.at(t + 1 / self._plan.output.rate)
        if following is None:
            return False
        last = self._last.get(id(shot))
        return following == last[0] if last is not None else self._reader(shot).shows(following)

    def _close_what_ended(self, shot: Shot, t: Fraction, decoded: av.VideoFrame) -> None:
        """Let go of a source that only holds its last frame from now on; that frame is kept."""
        end = shot.time.pieces[-1]
        if end.factor == 0 and t >= end.start and (reader := self._readers.pop(id(shot), None)) is not None:
            reader[1].close()
            self._last[id(shot)] = (end.source, decoded)

    def _shows_again(self, frame: av.VideoFrame) -> bool:
        """Whether a picture is one that is kept."""
        return any(kept.frame is frame for kept in self._kept.values())

    def _group(self, group: Group, size: Size, part: tuple[float, float, float, float], t: Fraction) -> av.VideoFrame:
        left, top, width, height = part
        whole = Size(round(size.width / width), round(size.height / height)).even()
        moment = group.time.at(t)
        assert moment is not None
        layers = visible(group.layout.place(tuple(child.size for child in group.parts), whole, moment), whole)
        canvas = self._arranged(layers, group.parts, whole, t)
        corner = Box(int(left * whole.width) // 2 * 2, int(top * whole.height) // 2 * 2, size.width, size.height)
        if any(isinstance(step, Foreign) for step in group.steps):  # what is not of points may need the whole
            return self._cropped(self._stepped(_Coded(canvas, OUTPUT, Orientation()), group, whole, t), corner)
        return self._stepped(_Coded(self._cropped(canvas, corner), OUTPUT, Orientation()), group, size, t)

    def _cropped(self, frame: av.VideoFrame, box: Box) -> av.VideoFrame:
        """A part of a picture; the frame itself where that is all of it."""
        if box == Box(0, 0, frame.width, frame.height):
            return frame
        return self._pool.copy_of(planes_of(frame).crop(box))

    def _arranged(self, layers: list[Layer], parts: tuple[Picture, ...], size: Size, t: Fraction) -> av.VideoFrame:
        """Layers on a canvas; one that is all that shows, as large as the canvas, is the canvas itself."""
        if len(layers) == 1 and layers[0].box == Box.whole(size) and covers(layers[0], size):
            (layer,) = layers
            return self._filled(parts[layer.source], size, layer.fit, layer.focus, t)
        canvas = self._pool.blank(size)
        planes = planes_of(canvas)
        if not layers or not covers(layers[0], size):
            planes.fill()
        for layer in layers:
            self._place(planes, layer, parts[layer.source], t)
        return canvas

    def _place(self, canvas: Planes, layer: Layer, picture: Picture, t: Fraction) -> None:
        """Lay one picture on the canvas; what lies outside of it is cut off."""
        frame = self._filled(picture, layer.box.size, layer.fit, layer.focus, t)
        _paste(canvas, planes_of(frame), layer.box, layer.frame)

    # ---- steps -----------------------------------------------------------------------------------------------

    def _stepped(self, coded: _Coded, picture: Picture, size: Size, t: Fraction) -> av.VideoFrame:
        """A picture with its steps applied, upright, in the output's encoding, and grown to a size after the first."""
        for stage in self._stages_of(picture, coded.encoding, t):
            frame = self._called(stage, coded.frame, t) if isinstance(stage, Foreign) else self._coloured(coded, stage)
            if Size(frame.width, frame.height) != size:
                whole = Box(0, 0, frame.width, frame.height)
                frame = self._scaler(("enlarge", id(picture), size, whole)).scale(frame, size, whole)
            coded = _Coded(frame, OUTPUT, Orientation())
        return coded.frame

    def _coloured(self, coded: _Coded, table: Table | None) -> av.VideoFrame:
        """Through a table, and turned upright; the frame itself where neither has anything to do.

        In this order: what is turned are then bytes, even of HDR, out of lines that are no power of two apart. Those of
        a decoder are, and to read down its columns costs four times as much.
        """
        frame = coded.frame
        if table is not None:
            planes, frame = planes_of(frame), self._pool.blank(Size(frame.width, frame.height))
            table.apply(*planes, *planes_of(frame))
        if coded.turn.identity:
            return frame
        return self._pool.copy_of(planes_of(frame).upright(coded.turn))

    def _stages_of(self, picture: Picture, encoding: Encoding, t: Fraction) -> _Stages:
        """The steps that are on at `t` as stages, worked out once for each choice of steps.

        The first is a table (or None): it takes the source's encoding.
        """
        on = tuple(isinstance(step, Foreign) or step.on(t) for step in picture.steps)
        key = (id(picture), on)
        if key not in self._stages:
            self._stages[key] = tuple(self._staged(tuple(compress(picture.steps, on)), encoding))
        return self._stages[key]

    def _staged(self, steps: tuple[Step, ...], encoding: Encoding) -> Iterator[_Stage]:
        """Looks that follow each other are one table."""
        looks: list[Look] = []
        first = True
        for step in (*steps, None):
            if isinstance(step, Look):
                looks.append(step)
                continue
            if first or looks:
                kept = encoding == self._encoding and not looks  # the plan refuses looks on HDR that is kept
                yield None if kept else self._tables.table(encoding if first else OUTPUT, tuple(looks))
            if step is not None:
                yield step
            looks, first = [], False

    def _called(self, step: Foreign, frame: av.VideoFrame, t: Fraction) -> av.VideoFrame:
        call = self._foreign.get(step)
        if call is None:
            raise RenderError(f"the effect {step.name!r} was not handed in", code="no-effect", where=step.name)
        local = step.time.at(t)
        before = to_rgb(frame)
        try:
            after = call(before, float(local or 0))
        except Exception as error:
            raise RenderError(
                f"{step.name} failed: {error}", code="effect-failed", where=step.name, hint="check its parameters"
            ) from error
        if after.shape != before.shape:
            raise RenderError(
                f"{step.name} changes the size of the picture",
                code="size-changed",
                where=step.name,
                hint="only effects that keep the size can be used",
            )
        return from_rgb(after)

    # ---- what is behind ----------------------------------------------------------------------------------------

    def _blurred(self, picture: Picture, whole: av.VideoFrame, size: Size) -> av.VideoFrame:
        """The picture again, filling the size and out of focus: made from the small one, already coloured."""
        left, top, width, height = cover(Size(whole.width, whole.height).aspect, size)
        crop = even_box(Size(whole.width, whole.height), left, top, width, height)
        small = Size(size.width // _BLUR_SHRINK, size.height // _BLUR_SHRINK).even()
        deep = self._deep
        shrunk = self._scaler(("shrink", id(picture), size), Interpolation.AREA, deep=deep).scale(whole, small, crop)
        soft = frame_of(Planes(*(_softened(plane) for plane in planes_of(shrunk))))
        grow = self._scaler(("grow", id(picture), size), Interpolation.GAUSS, deep=deep)
        return grow.scale(soft, size, Box.whole(small))

    def _black(self, size: Size) -> av.VideoFrame:
        if not self._deep:
            frame = self._pool.blank(size)
            planes_of(frame).fill()
            return frame
        frame = self._pool.blank(size, DEEP)
        planes_of(frame).fill((int(self._encoding.black(10)), 512, 512))
        return frame

    # ---- what is kept ----------------------------------------------------------------------------------------

    def _reader(self, shot: Shot) -> FrameReader:
        """Two shots of one file have a reader each: they stand at different times."""
        if id(shot) not in self._readers:
            self._last.pop(id(shot), None)
            facts = self._plan.sources[shot.source]
            lent = self._open.enter_context(ExitStack())
            self._readers[id(shot)] = lent.enter_context(self._reading(facts)), lent
        return self._readers[id(shot)][0]

    def _scaler(self, key: object, interpolation: Interpolation | None = None, *, deep: bool = False) -> Scaler:
        if key not in self._scalers:
            self._scalers[key] = Scaler(interpolation, self._pool, deep=deep)
        return self._scalers[key]


@dataclass(frozen=True, slots=True)
class _Coded:
    """A 4:2:0 frame as it came: in its own encoding, not yet turned."""

    frame: av.VideoFrame
    encoding: Encoding
    turn: Orientation


def _paste(canvas: Planes, picture: Planes, box: Box, frame: Frame) -> None:
    """Lay a picture at a box of the canvas, through its outline."""
    seen = inside(box, canvas.size)
    if seen is None:
        return
    mask = stencil(frame, box.size)
    target = canvas.crop(seen)
    source_box = Box(seen.x - box.x, seen.y - box.y, seen.width, seen.height)
    if mask is None:
        target.paste(picture.crop(source_box))
    elif seen == box:
        mask.paste(target, picture)
    else:  # partly off the canvas: blend on a copy as large as the picture, and keep what is seen
        under = frame_of(picture)
        spare = planes_of(under)
        spare.crop(source_box).paste(target)
        mask.paste(spare, picture)
        target.paste(spare.crop(source_box))


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
