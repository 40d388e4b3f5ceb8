"""Edits that change when things show."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from clipkit.project.values import Number, Seconds, Value, check_order

Pitch = Literal["keep", "follow"]


class Trim(Value):
    """Keep [start, end) of the input as it stands; no `end` keeps all the rest."""

    kind: Literal["trim"] = "trim"
    start: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    end: Annotated[Seconds, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Trim:
        check_order(self.start, self.end)
        return self


class Speed(Value):
    """Play `factor` times as fast; the pitch is kept, or follows as on a tape."""

    kind: Literal["speed"] = "speed"
    factor: Annotated[Number, Field(ge=Fraction(1, 10), le=10)]
    pitch: Pitch = "keep"
