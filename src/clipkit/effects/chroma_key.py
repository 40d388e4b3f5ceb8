"""A green or blue screen, made see-through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from clipkit.catalog.effect import KeyEffect

if TYPE_CHECKING:
    from clipkit.colour.planes import Bytes, Planes

Code = Annotated[int, Field(ge=0, le=255)]


class ChromaKey(KeyEffect):
    """Cuts out what stands before a green or blue screen; for `green-screen`, which finds the colour by itself."""

    kind: Literal["chroma-key"] = "chroma-key"
    colour: tuple[Code, Code, Code] = Field((0, 177, 64), description="colour of the screen, sRGB")
    tolerance: float = Field(
        0.5, ge=0, le=0.95, description="how much less coloured the screen may be where it is lit less"
    )
    softness: float = Field(0.8, ge=0, le=1, description="softness of edges: 0 hard, 1 as soft as they are")
    shrink: float = Field(0.0, ge=-1, le=1, description="moves edges inward above 0, outward below")
    despill: float = Field(1.0, ge=0, le=1, description="how much of the screen's shine on what stands before it goes")

    def cut(self, picture: Planes, out: Planes) -> Bytes:
        from clipkit.raster import key

        screen = key.screen_of(self.colour)
        words = {name: getattr(self, name) for name in ("tolerance", "softness", "shrink", "despill")}
        return key.cut(picture, screen, out, **words)
