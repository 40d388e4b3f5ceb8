"""The Project as frozen values. Nothing here opens, renders or saves anything.

A Project is a tree. A `Node` is a source with the edits made to it, in order; a source is a media file, a still, or a
`Composition` of further nodes. A verb on a composition is an edit of its node and so wraps the whole of it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Tag, model_validator

from clipkit.geometry import MAX_SIDE, MIN_SIDE, Fit
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.sound_edits import Music
from clipkit.project.time_edits import Speed, Trim
from clipkit.project.values import Decibels, FilePath, LayoutValue, Number, Seconds, Unknown, Value, tag

VERSION = 1

Quality = Literal["draft", "good", "best"]
LengthFrom = Literal["mine", "other", "shortest", "longest"]


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
    tag("trim", "speed", "filter", "effect", "moviepy", "music"),
]
Source: TypeAlias = Annotated[
    Annotated[Media, Tag("media")]
    | Annotated[Still, Tag("still")]
    | Annotated[Composition, Tag("composition")]
    | Annotated[Unknown, Tag("unknown")],
    tag("media", "still", "composition"),
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
