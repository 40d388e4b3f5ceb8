"""`.cube` look-up tables: the text of Adobe's "Cube LUT Specification 1.0" (2013), and its evaluation."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.rgb import Rgb
from clipkit.errors import ProjectError

MAX_TEXT: Final = 8 * 1024 * 1024
MAX_SIZE: Final[dict[int, int]] = {1: 65536, 3: 129}
"""The largest `LUT_1D_SIZE` and `LUT_3D_SIZE`."""

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """A look-up table from RGB to RGB.

    `table` has shape (size, 3), or (size³, 3) with red running fastest; `low` and `high` are the inputs of its first
    and last entry.
    """

    dimensions: Literal[1, 3]
    size: int
    table: NDArray[np.float32]
    low: Triple = (0.0, 0.0, 0.0)
    high: Triple = (1.0, 1.0, 1.0)
    title: str = ""

    def apply(self, rgb: Rgb) -> Rgb:
        """The colours looked up: tetrahedral (3D) or linear (1D); inputs outside the domain take its edge."""
        low, high = np.array(self.low, rgb.dtype), np.array(self.high, rgb.dtype)
        place = np.clip((rgb - low) / (high - low), 0.0, 1.0) * (self.size - 1)
        return self._linear(place) if self.dimensions == 1 else self._tetrahedral(place)

    def _linear(self, place: Rgb) -> Rgb:
        cell = np.minimum(place.astype(np.intp), self.size - 2)
        channel = np.arange(3)
        first, second = self.table[cell, channel], self.table[cell + 1, channel]
        between: Rgb = first + (second - first) * (place - cell).astype(place.dtype)
        return between

    def _tetrahedral(self, place: Rgb) -> Rgb:
        """Walk from the cell's dark corner to its light one along the axes, the longest way first.

        The four corners passed are those of the tetrahedron around the colour (Kasson, Plouffe and Nin, "A tetrahedral
        interpolation technique for color space conversion", SPIE 1909, 1993). Greys stay on the diagonal.
        """
        steps = np.array((1, self.size, self.size**2))
        cell = np.minimum(place.astype(np.intp), self.size - 2)
        way = (place - cell).astype(place.dtype)
        order = np.argsort(-way, axis=-1, kind="stable")
        corner = cell[..., 0] + cell[..., 1] * self.size + cell[..., 2] * self.size**2
        here = self.table[corner]
        result: Rgb = here.astype(place.dtype)
        for rank in range(3):
            axis = order[..., rank : rank + 1]
            corner = corner + steps[axis[..., 0]]
            there = self.table[corner]
            result += (there - here) * np.take_along_axis(way, axis, axis=-1)
            here = there
        return result


def parse(text: str) -> Cube:
    """Read the text of a `.cube` file.

    Also read are `LUT_1D_INPUT_RANGE` and `LUT_3D_INPUT_RANGE`, which DaVinci Resolve writes in place of a domain.

    Raises:
        ProjectError: ``bad-cube``; `where` is ``line N``, or empty where the file as a whole is wrong.
    """
    if len(text) > MAX_TEXT:
        raise _bad("the file is larger than 8 MiB", 0)
    reader = _Reader()
    for number, words in _lines(text):
        reader.take(number, words)
    return reader.cube()


def _bad(message: str, line: int) -> ProjectError:
    hint = "export the LUT again as a .cube of the size 33"
    return ProjectError(message, code="bad-cube", where=f"line {line}" if line else "", hint=hint)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Numbers and words of the lines that say something. A title may hold a `#`."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            said = stripped if stripped.startswith("TITLE") else stripped.partition("#")[0]
            yield number, said.split()


def _numbers(words: Sequence[str], count: int, line: int) -> tuple[float, ...]:
    try:
        values = tuple(map(float, words))
    except ValueError:
        raise _bad(f"expected {count} numbers, found {' '.join(words)[:60]!r}", line) from None
    if len(values) != count or not all(map(math.isfinite, values)):
        raise _bad(f"expected {count} finite numbers, found {' '.join(words)[:60]!r}", line)
    return values


@dataclass(slots=True)
class _Reader:
    """What has been read of a file so far."""

    dimensions: Literal[1, 3] | None = None
    size: int = 0
    low: Triple = (0.0, 0.0, 0.0)
    high: Triple = (1.0, 1.0, 1.0)
    title: str = ""
    values: array[float] = field(default_factory=lambda: array("f"))

    @property
    def expected(self) -> int:
        return 3 * (self.size**3 if self.dimensions == 3 else self.size)

    def take(self, line: int, words: list[str]) -> None:
        if words[0][0].isalpha() and words[0].lower() not in ("nan", "inf", "infinity"):
            self._keyword(line, words[0], words[1:])
        else:
            self._entry(line, words)

    def _entry(self, line: int, words: list[str]) -> None:
        if self.dimensions is None:
            raise _bad("the table begins before LUT_1D_SIZE or LUT_3D_SIZE", line)
        if len(self.values) == self.expected:
            raise _bad(f"there are more than {self.expected // 3} entries", line)
        self.values.extend(_numbers(words, 3, line))

    def _keyword(self, line: int, keyword: str, words: list[str]) -> None:
        if self.values:
            raise _bad(f"{keyword} comes after the table began", line)
        match keyword:
            case "TITLE":
                self.title = " ".join(words).strip('"')[:200]
            case "LUT_1D_SIZE" | "LUT_3D_SIZE":
                self._size(line, 1 if keyword == "LUT_1D_SIZE" else 3, words)
            case "DOMAIN_MIN":
                self.low = _triple(_numbers(words, 3, line))
            case "DOMAIN_MAX":
                self.high = _triple(_numbers(words, 3, line))
            case "LUT_1D_INPUT_RANGE" | "LUT_3D_INPUT_RANGE":
                low, high = _numbers(words, 2, line)
                self.low, self.high = (low,) * 3, (high,) * 3
            case _:
                raise _bad(f"unknown keyword {keyword[:60]!r}", line)

    def _size(self, line: int, dimensions: Literal[1, 3], words: list[str]) -> None:
        if self.dimensions is not None:
            raise _bad("there is more than one table", line)
        (size,) = _numbers(words, 1, line)
        if not (size.is_integer() and 2 <= size <= MAX_SIZE[dimensions]):
            raise _bad(f"a size of 2 to {MAX_SIZE[dimensions]} is allowed, not {words[0][:60]}", line)
        self.dimensions, self.size = dimensions, int(size)

    def cube(self) -> Cube:
        if self.dimensions is None:
            raise _bad("there is neither LUT_1D_SIZE nor LUT_3D_SIZE", 0)
        if len(self.values) != self.expected:
            raise _bad(f"there are {len(self.values) // 3} entries of {self.expected // 3}", 0)
        if any(low >= high for low, high in zip(self.low, self.high, strict=True)):
            raise _bad("the domain is empty: DOMAIN_MIN must lie below DOMAIN_MAX", 0)
        table = np.frombuffer(self.values, np.float32).reshape(-1, 3)
        return Cube(self.dimensions, self.size, table, self.low, self.high, self.title)


def _triple(values: tuple[float, ...]) -> Triple:
    red, green, blue = values
    return red, green, blue
