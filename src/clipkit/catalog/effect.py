"""The contract of an effect: one operation on the picture, as a frozen value that says what it does."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:  # numpy costs 100 ms; a command line that only lists effects must not pay for it
    from clipkit.colour.rgb import Rgb as Rgb


class Effect(BaseModel):
    """One operation. Subclasses declare `kind` and their parameters, each with its bounds, help and unit.

    ::

        class Exposure(PointEffect):
            kind: Literal["exposure"] = "exposure"
            stops: float = Field(0.0, ge=-3, le=3, description="…", json_schema_extra={"unit": "stops"})

    No effect changes duration; the defaults either change nothing or look right.
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
