"""The contract of a layout: where each source stands on the canvas at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from clipkit.geometry import Box, Fit, Size

Shape = Literal["rectangle", "rounded", "circle"]


@dataclass(frozen=True, slots=True)
class Frame:
    """The outline of a layer: its shape, a border and a shadow, in pixels of the canvas.

    `radius` rounds the corners of a `rounded` shape; `border` lies inside the box; `colour` is sRGB 0…255. `shadow` is
    how much darker it is behind the layer, 0…1, over a soft edge of `spread` pixels.
    """

    shape: Shape = "rectangle"
    radius: int = 0
    border: int = 0
    colour: tuple[int, int, int] = (255, 255, 255)
    shadow: float = 0.0
    spread: int = 0


@dataclass(frozen=True, slots=True)
class Layer:
    """One picture on the canvas; later layers cover earlier ones.

    `fit` says how a source of another shape fills the box: `contain` leaves margins, `cover` crops around `focus`
    (fractions of the source), `blur` contains it over a blurred copy of itself that covers. Of the layer only what lies
    inside `clip` shows, a box of the canvas on even pixels. What is behind one that is `clear` may show through it.
    """

    source: int
    box: Box
    fit: Fit = "cover"
    focus: tuple[float, float] = (0.5, 0.5)
    frame: Frame = Frame()
    clip: Box | None = None
    clear: bool = False

    @property
    def shown(self) -> Box:
        """The part of the canvas that it may cover: its box, but nothing outside of `clip`."""
        return self.box if self.clip is None else self.box.within(self.clip)


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of one colour, sRGB 0…255, in pixels of the canvas: a divider, or ground between panes."""

    box: Box
    colour: tuple[int, int, int]

    @property
    def shown(self) -> Box:
        """The part of the canvas that it covers."""
        return self.box


Part: TypeAlias = Layer | Patch
"""What a canvas is made of."""


class Layout(BaseModel):
    """A picture arrangement. Subclasses declare `kind` and their parameters; `place` is pure.

    `sources` names the roles of the inputs in order, the main one first; `None` as the last one stands for any number
    more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    sources: ClassVar[tuple[str | None, ...]]

    @classmethod
    def takes(cls, count: int) -> bool:
        """Whether so many sources can be arranged."""
        named = sum(name is not None for name in cls.sources)
        return count == named or (count > named and None in cls.sources)

    @classmethod
    def roles(cls) -> str:
        """What the sources are, in words: `mine, other …`."""
        named = ", ".join(name for name in cls.sources if name is not None)
        return f"{named} …" if None in cls.sources else named

    def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Part, ...]:
        """Where the sources stand at `t` seconds of the composition, back to front.

        Args:
            sizes: Upright sizes of the sources, in the order of the inputs.
            canvas: The size to fill, in pixels.
            t: Seconds since the composition began.
        """
        raise NotImplementedError
