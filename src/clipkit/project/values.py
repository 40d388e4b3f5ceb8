"""The words that documents are written in: exact numbers, names of files, and kinds that may be unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from clipkit import effects, layouts, voices
from clipkit.catalog.effect import Effect
from clipkit.catalog.layout import Layout
from clipkit.catalog.voice import VoiceEffect
from clipkit.errors import ProjectError
from clipkit.time import exact

# More digits than sums of what people write can come to; without an end, some would take for ever to print.
_MAX_DIGITS = 100
_WRITTEN = re.compile(rf"-?\d{{1,{_MAX_DIGITS}}}/0*[1-9]\d{{0,{_MAX_DIGITS - 1}}}")


def _fraction(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Fraction):
        raise ValueError('a number, or a fraction written as text, such as "7/2"')
    try:
        number = Fraction(value) if isinstance(value, str) and _WRITTEN.fullmatch(value) else exact(value)
    except ProjectError as error:
        raise ValueError(f"{error.message}: {error.hint}") from error
    if max(abs(number.numerator), number.denominator) >= 10**_MAX_DIGITS:
        raise ValueError("a number with fewer digits")
    return number


def _path(value: str) -> str:
    if "\0" in value:
        raise ValueError("no file can have this name")
    return value


FilePath: TypeAlias = Annotated[str, AfterValidator(_path)]
"""The name of a file, relative or absolute."""


Seconds: TypeAlias = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "description": 'exact seconds: "3", "7/2"', "pattern": r"^-?\d+(/\d+)?$"}),
]
"""Exact seconds; in JSON a string such as `"7/2"`."""

Number: TypeAlias = Seconds
"""An exact number, stored as seconds are."""

Decibels: TypeAlias = Annotated[float, Field(ge=-60, le=24)]

Part: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Focus: TypeAlias = tuple[Part, Part]
"""A point of a picture as fractions of it: 0, 0 is its top left corner."""


class Value(BaseModel):
    """A frozen part of the document; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)


# ---- kinds that live in a folder: resolved by name, and kept untouched where the name is unknown ---------------


class Unknown(BaseModel):
    """A kind this build does not know (a missing plug-in): kept untouched, refused only when rendered."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str


def _kind(value: object) -> str:
    kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
    return str(kind)


def _registered(value: object, names: tuple[str, ...], find: Callable[[str], type[BaseModel]]) -> object:
    """A value of a registered kind, parsed by its own class; of any other kind, left to `Unknown`."""
    if not isinstance(value, Mapping) or "kind" not in value:
        return value
    kind = _kind(value)
    try:
        return (find(kind) if kind in names else Unknown).model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = {"steps": first["loc"], "missing": first["type"] == "missing"}
        raise PydanticCustomError("nested", "{message}", {"message": first["msg"], **place}) from error


def _dump(value: BaseModel) -> dict[str, JsonValue]:
    return value.model_dump(mode="json")


EffectValue: TypeAlias = Annotated[
    Effect | Unknown,
    BeforeValidator(lambda value: _registered(value, effects.names(), effects.effect_class)),
    PlainSerializer(_dump, return_type=dict[str, JsonValue]),
]
VoiceValue: TypeAlias = Annotated[
    VoiceEffect | Unknown,
    BeforeValidator(lambda value: _registered(value, voices.names(), voices.voice_class)),
    PlainSerializer(_dump, return_type=dict[str, JsonValue]),
]
LayoutValue: TypeAlias = Annotated[
    Layout | Unknown,
    BeforeValidator(lambda value: _registered(value, layouts.names(), layouts.layout_class)),
    PlainSerializer(_dump, return_type=dict[str, JsonValue]),
]


def tag(*known: str) -> Discriminator:
    """Discriminate by `kind`, sending what is not known to `Unknown`."""
    return Discriminator(lambda value: kind if (kind := _kind(value)) in known else "unknown")


def check_order(start: Fraction, end: Fraction | None) -> None:
    """Refuse a stretch that ends before it begins."""
    if end is not None and end <= start:
        raise ValueError("the end must come after the start")
