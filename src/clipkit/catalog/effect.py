"""The contract of an effect: one operation on the picture, as a frozen value that says what it does."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict

from clipkit.geometry import Size

if TYPE_CHECKING:  # numpy costs 100 ms; a command line that only lists effects must not pay for it
    from clipkit.colour.planes import Bytes as Bytes
    from clipkit.colour.planes import Planes as Planes
    from clipkit.colour.rgb import Rgb as Rgb

Part: TypeAlias = tuple[float, float, float, float]
"""A part of a picture: left, top, width and height as fractions of it."""

WHOLE: Part = (0.0, 0.0, 1.0, 1.0)

Clock: TypeAlias = Literal["input", "output"] | None


class Effect(BaseModel):
    """One operation. Subclasses declare `kind` and their parameters, each with its bounds, help and unit.

    ::

        class Exposure(PointEffect):
            kind: Literal["exposure"] = "exposure"
            stops: float = Field(0.0, ge=-3, le=3, description="…", json_schema_extra={"unit": "stops"})

    No effect changes duration; the defaults either change nothing or look right. Any number can be animated by
    keyframes: the effect is then asked with the values of the moment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str


class PointEffect(Effect):
    """A function of colour alone: it is baked, with its neighbours, into one table (`clipkit.colour.table`)."""

    @abstractmethod
    def apply(self, rgb: Rgb) -> Rgb:
        """The colours after the effect.

        Pure, element by element, and defined for every finite input.

        Args:
            rgb: Shape (..., 3), gamma-coded BT.709/sRGB, nominal 0…1; values may lie outside. Never modified.

        Returns:
            The same shape; values may leave 0…1, since only the end of the chain is clipped.
        """


@dataclass(frozen=True, slots=True)
class Node:
    """One filter of libavfilter with its options as text, such as ``Node("gblur", "sigma=4")``: data, not a call.

    Only filters that know nothing of earlier frames: spans are made one by one, in any order.
    """

    name: str
    options: str = ""


class Moment(Protocol):
    """When a picture is painted, how large, and with which tools."""

    @property
    def t(self) -> Fraction:
        """Seconds of the effect's input as it stood when the effect was added."""

    @property
    def duration(self) -> Fraction:
        """How many seconds that input lasts."""

    @property
    def shown(self) -> Fraction:
        """Seconds of the output, whatever happened to the clip's speed since; of use with a `clock` of it only."""

    @property
    def size(self) -> Size:
        """The size of the result, in pixels."""

    @property
    def unit(self) -> float:
        """Pixels of the result for each pixel of one that is 1080 wide."""

    @property
    def earlier(self) -> tuple[Planes, ...]:
        """The pictures that the effect asked for by `earlier`."""

    def blank(self, size: Size | None = None) -> Planes:
        """Planes to paint on, of unset bytes; by default of the result's size."""

    def through(self, picture: Planes, *nodes: Node) -> Planes:
        """A picture through filters of libavfilter, one after the other. The result may be written to."""

    def blurred(self, picture: Planes, sigma: float, *, luma_only: bool = False) -> Planes:
        """A picture out of focus: a Gaussian of `sigma` pixels of its own. With `luma_only` chroma is left alone."""


class SpatialEffect(Effect):
    """A function of the whole picture, and of time where `clock` says so; it keeps the size.

    A picture is Y'CbCr of 4:2:0, BT.709 of limited range, in bytes (`colour.planes.Planes`). Pixels depend on nothing
    but pictures, parameters and moment, so any worker paints the same. Lengths in pixels are for a picture 1080 wide,
    and scale with it by `Moment.unit`.
    """

    clock: ClassVar[Clock] = None
    """The time by which the same picture looks different: of the effect's `input`, of the `output`, or none."""

    @property
    def earlier(self) -> tuple[Fraction, ...]:
        """How many seconds ago the pictures showed that the effect needs besides the present one: asked for one by one,
        so that a span needs nothing of the span before. Keys do not change it."""
        return ()

    @abstractmethod
    def paint(self, picture: Planes, at: Moment) -> Planes:
        """The picture after the effect; `picture` is never modified, but may be returned."""


class FramingEffect(SpatialEffect):
    """A spatial effect that changes the frame: its size, or which part of the input shows where."""

    def framed(self, size: Size) -> Size:
        """The size of the result for an input of a size; both even. By default the same. Keys do not change it."""
        return size

    @abstractmethod
    def taken(self, whole: Size, size: Size) -> tuple[Part, Size]:
        """What of the input is to be painted on, and at what size, for a result `whole` of an input of `size`.

        So the input is scaled once, from what is decoded to what shows.
        """


class KeyEffect(Effect):
    """Makes part of a picture see-through, as a keyed screen is; it keeps the size.

    It shows what is behind where a layout puts the picture over another one, and black elsewhere.
    """

    @abstractmethod
    def cut(self, picture: Planes, out: Planes) -> Bytes:
        """How opaque each pixel is, (height, width), 0…255; `out`, of the same size, gets the colours without what is
        seen through them. `picture`, Y'CbCr of 4:2:0 as for spatial effects, is never modified."""
