"""The Project as frozen values. Nothing here opens, renders or saves anything.

A Project is a tree. A `Node` is a source with the edits made to it, in order; a source is a media file, a still, a
`Composition` of further nodes at once, or a `Sequence` of them, one after another. A verb on either is an edit of its
node and so wraps the whole of it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Tag, model_validator

from clipkit.geometry import MAX_SIDE, MIN_SIDE, Fit
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.sound_edits import ForeignSound, Mix, Music, VoiceChange
from clipkit.project.time_edits import Boomerang, Freeze, Keep, Loop, Ramp, Reverse, Speed, Trim
from clipkit.project.values import Decibels, FilePath, Focus, LayoutValue, Number, Seconds, Unknown, Value, tag

VERSION = 1

Quality = Literal["draft", "good", "best"]
Kept = Literal["date", "location", "device", "title", "author", "comment", "copyright"]
"""Words of the main source that an export may keep; all others go."""

LengthFrom = Literal["mine", "other", "shortest", "longest"]
WhenShort = Literal["freeze", "loop", "black", "trim"]


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
    """One source of a composition: when it begins on its timeline, how loud it is, how it fills its place.

    `fit` is the layout's own where it is None. `focus` is the point of the picture, as fractions of it, that stays in
    view where the rest is cropped. Where the composition lasts longer, the picture freezes (and is silent), loops, is
    gone (black where nothing is behind it), or ends the whole with it.
    """

    node: Node
    start: Seconds = Fraction(0)
    gain_db: Decibels = 0.0
    muted: bool = False
    fit: Fit | None = None
    focus: Focus = (0.5, 0.5)
    when_short: WhenShort = "freeze"


class Composition(Value):
    """Several nodes at once, arranged by a layout. The first input is the main one."""

    kind: Literal["composition"] = "composition"
    layout: LayoutValue
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]
    length_from: LengthFrom = "mine"


class Sequence(Value):
    """Nodes one after another. `main` is the one whose size and rate the whole has; the others fill it by `fit`."""

    kind: Literal["sequence"] = "sequence"
    nodes: Annotated[tuple[Node, ...], Field(min_length=1)]
    main: Annotated[int, Field(ge=0)] = 0
    fit: Fit | None = None

    @model_validator(mode="after")
    def _main_is_there(self) -> Sequence:
        if self.main >= len(self.nodes):
            raise ValueError("main is the index of one of the nodes")
        return self


# ---- the tree -----------------------------------------------------------------------------------------------

Edit: TypeAlias = Annotated[
    Annotated[Trim, Tag("trim")]
    | Annotated[Keep, Tag("keep")]
    | Annotated[Speed, Tag("speed")]
    | Annotated[Ramp, Tag("ramp")]
    | Annotated[Reverse, Tag("reverse")]
    | Annotated[Freeze, Tag("freeze")]
    | Annotated[Loop, Tag("loop")]
    | Annotated[Boomerang, Tag("boomerang")]
    | Annotated[Filter, Tag("filter")]
    | Annotated[Apply, Tag("effect")]
    | Annotated[MoviePyEffect, Tag("moviepy")]
    | Annotated[Music, Tag("music")]
    | Annotated[Mix, Tag("mix")]
    | Annotated[VoiceChange, Tag("voice")]
    | Annotated[ForeignSound, Tag("foreign-sound")]
    | Annotated[Unknown, Tag("unknown")],
    tag(
        *("trim", "keep", "speed", "ramp", "reverse", "freeze", "loop", "boomerang"),
        *("filter", "effect", "moviepy", "music", "mix", "voice", "foreign-sound"),
    ),
]
Source: TypeAlias = Annotated[
    Annotated[Media, Tag("media")]
    | Annotated[Still, Tag("still")]
    | Annotated[Composition, Tag("composition")]
    | Annotated[Sequence, Tag("sequence")]
    | Annotated[Unknown, Tag("unknown")],
    tag("media", "still", "composition", "sequence"),
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
    keep_metadata: tuple[Kept, ...] = ()
    normalise: bool | None = None
    """Bring the sound to the target's loudness; None: where the target names one."""

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
Sequence.model_rebuild()
Node.model_rebuild()
