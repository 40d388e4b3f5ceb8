"""`.cube` files: the text of Adobe's "Cube LUT Specification 1.0" (2013), read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from clipkit.colour.cube import MAX_SIZE, Cube, Triple
from clipkit.colour.rgb import Rgb
from clipkit.errors import ProjectError

MAX_TEXT: Final = 96 * 1024 * 1024
"""Characters: 129³ entries of three numbers of 14 digits."""

_BLOCK: Final = 1 << 20
_LARGEST: Final = float(np.finfo(np.float32).max)


def parse(text: str) -> tuple[Cube, ...]:
    """Read the text of a `.cube` file: one table, or two that are applied one after the other.

    Beyond Adobe's text, what DaVinci Resolve writes is read: `LUT_1D_INPUT_RANGE` and `LUT_3D_INPUT_RANGE` in place of
    a domain, and a 1D table (a shaper) followed by a 3D one. A domain is that of the first table.

    Raises:
        ProjectError: ``bad-cube``; `where` is ``line N``.
    """
    if len(text) > MAX_TEXT:
        raise _bad(f"the file is larger than {MAX_TEXT >> 20} MiB", 1)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    head, line, start = _Head(), 1, len(text)
    for line, (place, words) in enumerate(_lines(text), 1):
        if words and not _is_keyword(words[0]):
            start = place
            break
        if words:
            head.take(line, words)
    tables = head.tables(line)
    entries = _entries(text, start, line, sum(table.entries for table in tables))
    return tuple(_cut(tables, entries, head.title))


def text_of(apply: Callable[[Rgb], Rgb], size: int, title: str = "") -> str:
    """A 3D `.cube` of a function of colour over 0…1, its values clipped there, as all editors expect.

    Args:
        apply: From and to shape (..., 3).
        size: 2 to 129 entries along each axis.
        title: A line of text.
    """
    if not 2 <= size <= MAX_SIZE[3]:
        raise ProjectError(
            f"a size of 2 to {MAX_SIZE[3]} is allowed, not {size}", code="bad-value", hint="33 suits every editor"
        )
    axis = np.linspace(0.0, 1.0, size)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    values = np.clip(apply(np.stack((red, green, blue), axis=-1)), 0.0, 1.0).reshape(-1, 3)
    said = " ".join(title.replace('"', "'").split())
    lines = [f'TITLE "{said}"', f"LUT_3D_SIZE {size}", "DOMAIN_MIN 0 0 0", "DOMAIN_MAX 1 1 1"]
    lines += [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in values.tolist()]
    return "\n".join(lines) + "\n"


# ---- the head ----------------------------------------------------------------------------------------------------


def _bad(message: str, line: int) -> ProjectError:
    hint = "export the LUT again as a .cube of the size 33"
    return ProjectError(message, code="bad-cube", where=f"line {line}", hint=hint)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Where each line begins, and its words."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, _words(text[start:end])
        start = end + 1


def _words(line: str) -> list[str]:
    """What a line says. A title may hold a `#`."""
    stripped = line.strip()
    return (stripped if stripped.startswith("TITLE") else stripped.partition("#")[0]).split()


def _is_keyword(word: str) -> bool:
    return word[0].isalpha() and word.lower() not in ("nan", "inf", "infinity")


def _numbers(words: Sequence[str], count: int, line: int) -> tuple[float, ...]:
    said = " ".join(words)[:60]
    try:
        values = tuple(map(float, words))
    except ValueError:
        raise _bad(f"expected {count} numbers, found {said!r}", line) from None
    if len(values) != count or not all(abs(value) <= _LARGEST for value in values):
        raise _bad(f"expected {count} finite numbers, found {said!r}", line)
    return values


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as the head announces it."""

    dimensions: Literal[1, 3]
    size: int
    low: Triple
    high: Triple

    @property
    def entries(self) -> int:
        return self.size if self.dimensions == 1 else self.size**3


@dataclass(slots=True)
class _Head:
    """What stands before the entries."""

    sizes: dict[Literal[1, 3], int] = field(default_factory=dict)
    ranges: dict[int, tuple[Triple, Triple]] = field(default_factory=dict)
    low: Triple = (0.0, 0.0, 0.0)
    high: Triple = (1.0, 1.0, 1.0)
    title: str = ""
    ranged: int = 1
    """The last line about a domain or a range."""

    def take(self, line: int, words: list[str]) -> None:
        keyword, rest = words[0], words[1:]
        match keyword:
            case "TITLE":
                self.title = " ".join(rest).strip('"')[:200]
            case "LUT_1D_SIZE":
                self._size(line, 1, rest)
            case "LUT_3D_SIZE":
                self._size(line, 3, rest)
            case "DOMAIN_MIN":
                self.low, self.ranged = _triple(_numbers(rest, 3, line)), line
            case "DOMAIN_MAX":
                self.high, self.ranged = _triple(_numbers(rest, 3, line)), line
            case "LUT_1D_INPUT_RANGE" | "LUT_3D_INPUT_RANGE":
                low, high = _numbers(rest, 2, line)
                self.ranges[int(keyword[4])], self.ranged = ((low,) * 3, (high,) * 3), line
            case _:
                raise _bad(f"unknown keyword {keyword[:60]!r}", line)

    def _size(self, line: int, dimensions: Literal[1, 3], words: list[str]) -> None:
        if dimensions in self.sizes:
            raise _bad(f"there is more than one {dimensions}D table", line)
        (size,) = _numbers(words, 1, line)
        if not (size.is_integer() and 2 <= size <= MAX_SIZE[dimensions]):
            raise _bad(f"a size of 2 to {MAX_SIZE[dimensions]} is allowed, not {words[0][:60]}", line)
        self.sizes[dimensions] = int(size)

    def tables(self, line: int) -> list[_Table]:
        """The tables in the order in which their entries follow and they apply."""
        if not self.sizes:
            raise _bad("there is neither LUT_1D_SIZE nor LUT_3D_SIZE before the table", line)
        domain, found = (self.low, self.high), []
        for dimensions in sorted(self.sizes):
            low, high = self.ranges.get(dimensions, domain)
            if any(a >= b for a, b in zip(low, high, strict=True)):
                raise _bad("the domain is empty: its lower end must lie below its upper end", self.ranged)
            found.append(_Table(dimensions, self.sizes[dimensions], low, high))
            domain = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
        return found


def _triple(values: tuple[float, ...]) -> Triple:
    red, green, blue = values
    return red, green, blue


# ---- the entries -------------------------------------------------------------------------------------------------


def _entries(text: str, start: int, line: int, expected: int) -> NDArray[np.float32]:
    """The entries from `start` on, which is where that line begins; shape (expected, 3)."""
    found, count = np.empty((expected, 3), np.float32), 0
    for first, lines in _blocks(text, start, line):
        block = _block(lines, first)
        if count + len(block) > expected:
            said = [number for number, words in enumerate(map(_words, lines), first) if words]
            raise _bad(f"there are more than {expected} entries", said[expected - count])
        found[count : count + len(block)] = block
        count += len(block)
    if count < expected:
        raise _bad(f"the file ends after {count} entries of {expected}", text.count("\n") + 1)
    return found


def _blocks(text: str, start: int, line: int) -> Iterator[tuple[int, list[str]]]:
    """The lines from `start` on, some ten thousand at a time, with the number of the first."""
    while start < len(text):
        end = text.find("\n", start + _BLOCK)
        end = len(text) if end < 0 else end
        lines = text[start:end].split("\n")
        yield line, lines
        start, line = end + 1, line + len(lines)


def _block(lines: list[str], first: int) -> NDArray[np.float32]:
    """The entries of some lines, shape (n, 3). numpy reads them fast; what it refuses is read again to say where."""
    if not any(map(_words, lines)):
        return np.empty((0, 3), np.float32)
    try:
        entries: NDArray[np.float32] = np.loadtxt(lines, np.float32, ndmin=2)
    except ValueError as error:
        raise _located(lines, first) from error
    if entries.shape[1] != 3 or not np.isfinite(entries).all():
        raise _located(lines, first)
    return entries


def _located(lines: list[str], first: int) -> ProjectError:
    """What is wrong with the first of these lines that is no entry."""
    for number, words in enumerate(map(_words, lines), first):
        try:
            if words and _is_keyword(words[0]):
                return _bad(f"{words[0][:60]} comes after the table began", number)
            if words:
                _numbers(words, 3, number)
        except ProjectError as error:
            return error
    return _bad("the table cannot be read", first)


def _cut(tables: Sequence[_Table], entries: NDArray[np.float32], title: str) -> Iterator[Cube]:
    start = 0
    for table in tables:
        part = entries[start : start + table.entries]
        yield Cube(table.dimensions, table.size, part, table.low, table.high, title)
        start += table.entries
