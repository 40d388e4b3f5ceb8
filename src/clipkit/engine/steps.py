"""The steps of a picture, applied to its frames: looks as tables, spatial effects on planes, others as callables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import compress, groupby
from typing import TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from clipkit.catalog.effect import PointEffect, SpatialEffect
from clipkit.colour.encoding import OUTPUT, Encoding
from clipkit.engine.easel import Easel, Graphs
from clipkit.engine.planes import FramePool, Scalers, from_rgb, planes_of, to_rgb
from clipkit.engine.tables import Table, Tables
from clipkit.errors import RenderError
from clipkit.geometry import Box, Size
from clipkit.plan.facts import Orientation
from clipkit.plan.types import Foreign, Framed, Look, Picture, Step
from clipkit.project.keys import at_time
from clipkit.raster.blend import mix

ForeignCall = Callable[[NDArray[np.uint8], float], NDArray[np.uint8]]
"""RGB pixels (height, width, 3) and a time in seconds to pixels of the same shape."""

Stage: TypeAlias = Table | Look | Foreign | None
"""A look is a stage of its own where it is no table, or not the same one all the time."""

Stages: TypeAlias = tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """A 4:2:0 frame as it came: in its own encoding, not yet turned."""

    frame: av.VideoFrame
    encoding: Encoding
    turn: Orientation


class Steps:
    """Applies steps. Not for use from several threads.

    Args:
        encoding: That of the output.
        tables: Shared by all painters of one render.
        foreign: The callables that `Foreign` steps name.
        pool: Where to paint.
        scalers: What grows after its table is grown with.
    """

    def __init__(
        self,
        encoding: Encoding,
        tables: Tables,
        foreign: Mapping[Foreign, ForeignCall],
        pool: FramePool,
        scalers: Scalers,
    ) -> None:
        self._encoding = encoding
        self._tables = tables
        self._foreign = dict(foreign)
        self._pool = pool
        self._scalers = scalers
        self._graphs = Graphs()
        self._stages: dict[tuple[int, tuple[bool, ...]], Stages] = {}

    def stages(self, picture: Picture, encoding: Encoding, t: Fraction) -> Stages:
        """The steps that are on at `t` as stages, worked out once for each choice of steps.

        The first is a table (or None): it takes the source's encoding.
        """
        on = tuple(isinstance(step, Foreign) or step.on(t) for step in picture.steps)
        key = (id(picture), on)
        if key not in self._stages:
            self._stages[key] = tuple(self._staged(tuple(compress(picture.steps, on)), encoding))
        return self._stages[key]

    def applied(self, coded: Coded, picture: Picture, size: Size, t: Fraction) -> av.VideoFrame:
        """A picture with its steps applied, upright, in the output's encoding, and grown to a size after the first."""
        for stage in self.stages(picture, coded.encoding, t):
            frame = self._staged_frame(stage, coded, t)
            if Size(frame.width, frame.height) != size:
                whole = Box(0, 0, frame.width, frame.height)
                frame = self._scalers.get(("enlarge", id(picture), size, whole)).scale(frame, size, whole)
            coded = Coded(frame, OUTPUT, Orientation())
        return coded.frame

    def framed(
        self, framed: Framed, effect: SpatialEffect, frames: Sequence[av.VideoFrame], size: Size, t: Fraction
    ) -> av.VideoFrame:
        """What an effect makes of the frames of its parts, with the steps that follow.

        `effect` is that of `framed`, with the values of the moment.
        """
        easel = self._easel(size, framed.time.at(t) or Fraction(0), framed.duration, t)
        frame = easel.painted(effect, *frames)
        return self.applied(Coded(frame, OUTPUT, Orientation()), framed, size, t)

    def _staged_frame(self, stage: Stage, coded: Coded, t: Fraction) -> av.VideoFrame:
        if isinstance(stage, Foreign):
            return self._called(stage, coded.frame, t)
        return self._looked(stage, coded.frame, t) if isinstance(stage, Look) else self._coloured(coded, stage)

    def _staged(self, steps: tuple[Step, ...], encoding: Encoding) -> Iterator[Stage]:
        """Plain looks that follow each other are one table."""
        looks: list[Look] = []
        first = True
        for step in (*steps, None):
            if isinstance(step, Look) and step.plain:
                looks.append(step)
                continue
            if first or looks:
                kept = encoding == self._encoding and not looks  # the plan refuses looks on HDR that is kept
                yield None if kept else self._tables.table(encoding if first else OUTPUT, tuple(looks))
            if step is not None:
                yield step
            looks, first = [], False

    def _looked(self, look: Look, frame: av.VideoFrame, t: Fraction) -> av.VideoFrame:
        """A frame with a look that is no table: effect by effect, then mixed with what it was."""
        moment = look.time.at(t) if look.time is not None else None
        size, before = Size(frame.width, frame.height), frame
        easel = self._easel(size, moment or Fraction(0), look.duration or Fraction(0), look.begins + t)
        for point, effects in groupby(look.effects, lambda effect: isinstance(effect, PointEffect)):
            if point and look.keys:
                effect = at_time(look.effects[0], dict(look.keys), easel.t)
                frame = self._through(self._tables.passing(replace(look, effects=(effect,))), frame)
            elif point:
                table = self._tables.table(OUTPUT, (Look(tuple(effects)),))
                frame = frame if table is None else self._through(table, frame)
            else:
                for effect in effects:
                    effect = at_time(effect, dict(look.keys), easel.t)
                    assert isinstance(effect, SpatialEffect)
                    frame = easel.painted(effect, frame)
        if look.strength == 1 or frame is before:
            return frame
        mixed = self._pool.blank(size)
        for out, was, now in zip(planes_of(mixed), planes_of(before), planes_of(frame), strict=True):
            mix(was, now, look.strength, out)
        return mixed

    def _easel(self, size: Size, t: Fraction, duration: Fraction, shown: Fraction) -> Easel:
        return Easel(t, duration, shown, size, self._pool, self._graphs)

    def _through(self, table: Table, frame: av.VideoFrame) -> av.VideoFrame:
        out = self._pool.blank(Size(frame.width, frame.height))
        table.apply(*planes_of(frame), *planes_of(out))
        return out

    def _coloured(self, coded: Coded, table: Table | None) -> av.VideoFrame:
        """Through a table, and turned upright; the frame itself where neither has anything to do.

        In this order: what is turned are then bytes, even of HDR, out of lines that are no power of two apart. Those of
        a decoder are, and to read down its columns costs four times as much.
        """
        frame = coded.frame
        if table is not None:
            frame = self._through(table, frame)
        if coded.turn.identity:
            return frame
        return self._pool.copy_of(planes_of(frame).upright(coded.turn))

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
