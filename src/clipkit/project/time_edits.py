"""Edits that change when things show."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from clipkit.project.ramp import Curve
from clipkit.project.values import Number, Seconds, Value, check_order

Pitch = Literal["keep", "follow"]
SlowMotion = Literal["pick", "blend", "flow"]
"""What shows between two frames of the source: the first, both mixed, or both moved along their motion."""

Factor: TypeAlias = Annotated[Number, Field(ge=Fraction(1, 10), le=10)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=1000)]


class Trim(Value):
    """Keep [start, end) of the input as it stands; no `end` keeps all the rest."""

    kind: Literal["trim"] = "trim"
    start: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    end: Annotated[Seconds, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Trim:
        check_order(self.start, self.end)
        return self


class Keep(Value):
    """Keep these stretches [start, end) of the input, end to end, and drop what lies between them."""

    kind: Literal["keep"] = "keep"
    ranges: Annotated[tuple[tuple[Seconds, Seconds], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Keep:
        reached = Fraction(0)
        for start, end in self.ranges:
            if start < reached:
                raise ValueError("the stretches must follow each other without overlap, from 0 on")
            check_order(start, end)
            reached = end
        return self


class Speed(Value):
    """Play `factor` times as fast; the pitch is kept, or follows as on a tape."""

    kind: Literal["speed"] = "speed"
    factor: Factor
    pitch: Pitch = "keep"
    slow_motion: SlowMotion = "pick"


class Knot(Value):
    """At this moment of the input, this many times as fast."""

    at: Annotated[Seconds, Field(ge=0)]
    factor: Factor


class Ramp(Value):
    """Play at a speed that goes from knot to knot; before the first and after the last it stays.

    Two knots at one moment make a jump. With `of` length, moments are shares of the input's length, 0 to 1; so a curve
    that has a `name` fits any clip.
    """

    kind: Literal["ramp"] = "ramp"
    knots: Annotated[tuple[Knot, ...], Field(min_length=1, max_length=64)]
    curve: Curve = "linear"
    of: Literal["seconds", "length"] = "seconds"
    name: str = ""
    pitch: Pitch = "keep"
    slow_motion: SlowMotion = "pick"

    @model_validator(mode="after")
    def _ordered(self) -> Ramp:
        if any(two.at < one.at for one, two in pairwise(self.knots)):
            raise ValueError("the moments of a ramp come in order")
        if self.of == "length" and self.knots[-1].at > 1:
            raise ValueError("shares of the length go from 0 to 1")
        return self


class Reverse(Value):
    """Play backwards, picture and sound."""

    kind: Literal["reverse"] = "reverse"


class Freeze(Value):
    """Stand still at a moment, for a while, in silence; then go on."""

    kind: Literal["freeze"] = "freeze"
    at: Annotated[Seconds, Field(ge=0)]
    length: Annotated[Seconds, Field(gt=0, le=3600)]


class Loop(Value):
    """Play so many times, one after the other."""

    kind: Literal["loop"] = "loop"
    times: Count


class Boomerang(Value):
    """Play forwards, then backwards, without showing a frame twice at the turns."""

    kind: Literal["boomerang"] = "boomerang"


TimeEdit: TypeAlias = Trim | Keep | Speed | Ramp | Reverse | Freeze | Loop | Boomerang
