"""Edits of the picture."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from clipkit.catalog.effect import Effect
from clipkit.project.keys import Key, check_keys
from clipkit.project.values import EffectValue, Seconds, Value, check_order


class Filter(Value):
    """A look, expanded: it stays as it was when the filter's file changes. `name@digest` says where it came from.

    It is on frames that show in [start, end) of the input as it stands; without an `end`, on all the rest.
    """

    kind: Literal["filter"] = "filter"
    name: str
    digest: str = ""
    strength: Annotated[float, Field(ge=0, le=1)] = 1.0
    start: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    end: Annotated[Seconds, Field(gt=0)] | None = None
    effects: tuple[EffectValue, ...]

    @model_validator(mode="after")
    def _ordered(self) -> Filter:
        check_order(self.start, self.end)
        return self


class Apply(Value):
    """One effect on its own; `keys` animate its numbers, at times of the input as it stands."""

    kind: Literal["effect"] = "effect"
    effect: EffectValue
    keys: dict[str, Annotated[tuple[Key, ...], Field(min_length=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _permitted(self) -> Apply:
        if isinstance(self.effect, Effect):
            for name, keys in self.keys.items():
                check_keys(self.effect, name, keys)
        return self


class MoviePyEffect(Value):
    """A MoviePy `vfx` effect by name, with its arguments; it must keep time and size."""

    kind: Literal["moviepy"] = "moviepy"
    name: str
    params: dict[str, JsonValue] = Field(default_factory=dict)
