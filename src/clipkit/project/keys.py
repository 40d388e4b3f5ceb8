"""Keyframes: the values that a number has at given times, and those between."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, TypeAlias

from pydantic import Field, ValidationError
from pydantic_core import PydanticCustomError

from clipkit.catalog.easing import EASE, Easing
from clipkit.catalog.effect import Effect
from clipkit.effects import permitted
from clipkit.project.values import Seconds, Value


class Key(Value):
    """A value at a time; `easing` says how the number gets from here to the next key."""

    time: Annotated[Seconds, Field(ge=0)]
    value: float
    easing: Easing = "linear"


Keys: TypeAlias = tuple[Key, ...]
"""Keys of one number, each later than the one before."""


def value_at(keys: Keys, t: Fraction) -> float:
    """The number at `t`: exact at its keys, at rest before the first and after the last."""
    for key, following in pairwise(keys):
        if key.time <= t < following.time:
            part = float((t - key.time) / (following.time - key.time))
            return key.value + (following.value - key.value) * EASE[key.easing](part)
    return keys[0].value if t < keys[0].time else keys[-1].value


def at_time(effect: Effect, keys: Mapping[str, Keys], t: Fraction) -> Effect:
    """The effect with the values of a moment. Between two values that are permitted all are, so nothing is checked."""
    if not keys:
        return effect
    values = {name: value_at(track, t) for name, track in keys.items()}
    whole = {name: round(value) for name, value in values.items() if type(effect).model_fields[name].annotation is int}
    return effect.model_copy(update=values | whole)


def numbers(kind: type[Effect]) -> tuple[str, ...]:
    """The parameters that keys may animate: the numbers."""
    return tuple(name for name, field in kind.model_fields.items() if field.annotation in (int, float))


def check_keys(effect: Effect, name: str, keys: Keys) -> None:
    """Refuse keys of what is no number, out of order, or with values that the effect does not permit.

    Raises:
        PydanticCustomError: ``nested``, with the place within an edit as its steps.
    """
    known = numbers(type(effect))
    if name not in known:
        raise _wrong("only numbers can be animated", f"they are {', '.join(known) or 'none here'}", "keys", name)
    for index, (before, after) in enumerate(pairwise(keys), 1):
        if after.time <= before.time:
            raise _wrong("each key must come after the one before", "put them in order", "keys", name, index, "time")
    for index, key in enumerate(keys):
        try:
            type(effect).model_validate({**effect.model_dump(), name: key.value})
        except ValidationError as error:
            hint = permitted(type(effect), name)
            raise _wrong(error.errors()[0]["msg"], hint, "keys", name, index, "value") from error


def _wrong(message: str, hint: str, *steps: str | int) -> PydanticCustomError:
    place = {"message": message, "hint": hint, "steps": steps, "missing": False}
    return PydanticCustomError("nested", "{message}", place)
