"""The Project as frozen values. Nothing here opens, renders or saves anything.

A Project is a tree. A `Node` is a source with the edits made to it, in order; a source is a media file, a still, or a
`Composition` of further nodes. A verb on a composition is an edit of its node and so wraps the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PlainSerializer,
    Tag,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from clipkit import effects, layouts
from clipkit.catalog.effect import Effect
from clipkit.catalog.layout import Layout
from clipkit.errors import ProjectError
from clipkit.geometry import MAX_SIDE, MIN_SIDE, Fit
from clipkit.time import exact

VERSION = 1

Quality = Literal["draft", "good", "best"]
LengthFrom = Literal["mine", "other", "shortest", "longest"]
Pitch = Literal["keep", "follow"]


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
LayoutValue: TypeAlias = Annotated[
    Layout | Unknown,
    BeforeValidator(lambda value: _registered(value, layouts.names(), layouts.layout_class)),
    PlainSerializer(_dump, return_type=dict[str, JsonValue]),
]


def _tag(*known: str) -> Discriminator:
    """Discriminate by `kind`, sending what is not known to `Unknown`."""
    return Discriminator(lambda value: kind if (kind := _kind(value)) in known else "unknown")


# ---- edits: what was done to a node, in order --------------------------------------------------------------


def _check_order(start: Fraction, end: Fraction | None) -> None:
    if end is not None and end <= start:
        raise ValueError("the end must come after the start")


class Trim(Value):
    """Keep [start, end) of the input as it stands; no `end` keeps all the rest."""

    kind: Literal["trim"] = "trim"
    start: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    end: Annotated[Seconds, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Trim:
        _check_order(self.start, self.end)
        return self


class Speed(Value):
    """Play `factor` times as fast; the pitch is kept, or follows as on a tape."""

    kind: Literal["speed"] = "speed"
    factor: Annotated[Number, Field(ge=Fraction(1, 10), le=10)]
    pitch: Pitch = "keep"


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
        _check_order(self.start, self.end)
        return self


class Apply(Value):
    """One effect on its own."""

    kind: Literal["effect"] = "effect"
    effect: EffectValue


class MoviePyEffect(Value):
    """A MoviePy `vfx` effect by name, with its arguments; it must keep time and size."""

    kind: Literal["moviepy"] = "moviepy"
    name: str
    params: dict[str, JsonValue] = Field(default_factory=dict)


class Music(Value):
    """A track laid under the input's own sound. Times in seconds, gains in dB."""

    kind: Literal["music"] = "music"
    track: FilePath
    start: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    gain_db: Decibels = -12.0
    original_gain_db: Decibels = 0.0
    mute_original: bool = False
    fade_in: Annotated[Seconds, Field(ge=0)] = Fraction(0)
    fade_out: Annotated[Seconds, Field(ge=0)] = Fraction(1)
    loop: bool = True


# ---- sources ------------------------------------------------------------------------------------------------


class Media(Value):
    """A media file; the path is relative to the document's folder, or absolute."""

    kind: Literal["media"] = "media"
    path: FilePath


class Still(Value):
    """A picture shown for a while."""

    kind: Literal["still"] = "still"
    path: FilePath
    duration: Annotated[Seconds, Field(gt=0)] = Fraction(5)


class Input(Value):
    """One source of a composition: where it begins on the composition's timeline, and how loud it is."""

    node: Node
    start: Seconds = Fraction(0)
    gain_db: Decibels = 0.0


class Composition(Value):
    """Several nodes at once, arranged by a layout. The first input is the main one."""

    kind: Literal["composition"] = "composition"
    layout: LayoutValue
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]
    length_from: LengthFrom = "mine"


# ---- the tree -----------------------------------------------------------------------------------------------

Edit: TypeAlias = Annotated[
    Annotated[Trim, Tag("trim")]
    | Annotated[Speed, Tag("speed")]
    | Annotated[Filter, Tag("filter")]
    | Annotated[Apply, Tag("effect")]
    | Annotated[MoviePyEffect, Tag("moviepy")]
    | Annotated[Music, Tag("music")]
    | Annotated[Unknown, Tag("unknown")],
    _tag("trim", "speed", "filter", "effect", "moviepy", "music"),
]
Source: TypeAlias = Annotated[
    Annotated[Media, Tag("media")]
    | Annotated[Still, Tag("still")]
    | Annotated[Composition, Tag("composition")]
    | Annotated[Unknown, Tag("unknown")],
    _tag("media", "still", "composition"),
]


class Node(Value):
    """A source and the edits made to it, in order."""

    source: Source
    edits: tuple[Edit, ...] = ()


class Output(Value):
    """What the render should be when the command that renders says nothing else."""

    target: str | None = None
    width: Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE, multiple_of=2)] | None = None
    height: Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE, multiple_of=2)] | None = None
    fps: Annotated[Number, Field(gt=0, le=240)] | None = None
    fit: Fit | None = None
    quality: Quality = "good"
    keep_hdr: bool = False

    @model_validator(mode="after")
    def _whole_size(self) -> Output:
        if (self.width is None) != (self.height is None):
            raise ValueError("width and height go together")
        return self


class Project(Value):
    """The document: a tree of nodes and what its output should be."""

    version: Literal[1] = 1
    root: Node
    output: Output = Output()


Input.model_rebuild()
Composition.model_rebuild()
Node.model_rebuild()
