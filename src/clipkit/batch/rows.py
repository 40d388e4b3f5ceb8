"""Rows: one for each item of a batch, from files, folders, CSV, JSONL or Python. Pure but for reading them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from clipkit.batch.holes import Cell, Row
from clipkit.errors import MediaError, ProjectError

INPUT, STEM, INDEX = "input", "stem", "index"
"""The columns that are always there."""

ROW_FILES = (".csv", ".jsonl")

_MEDIA = frozenset(
    ".mp4 .m4v .mov .mkv .webm .avi .ts .mts .m2ts .mpg .mpeg .3gp .flv .wmv .ogv .gif".split()  # noqa: SIM905
)

Inputs: TypeAlias = str | Path | Iterable[str | Path | Mapping[str, Cell]]
"""Files, folders, files of rows (`.csv`, `.jsonl`), and rows themselves."""


def expanded(inputs: Inputs) -> list[Row]:
    """A row for each item, in order, each with `input` (absolute), `stem` and `index` (from 1).

    Raises:
        ProjectError: ``bad-rows``: a row without an input, or a file of rows that is none.
        MediaError: ``no-media``: a folder without any; ``not-readable``.
    """
    given = [inputs] if isinstance(inputs, str | Path) else inputs
    found = [row for item in given for row in _rows(item)]
    return [completed(row, index) for index, row in enumerate(found, 1)]


def completed(row: Row, index: int = 1) -> Row:
    """The row with what is always there; columns of those names win, and empty ones count as missing."""
    kept = {name: cell for name, cell in row.items() if cell is not None and cell != ""}
    if INPUT not in kept:
        raise _bad("the row has no input", f"row {index}", "give it a column `input` that names a file")
    path = os.path.abspath(str(kept[INPUT]))  # noqa: PTH100  links are kept as they are
    return {STEM: Path(path).stem, INDEX: index, **kept, INPUT: path}


def _rows(item: str | Path | Mapping[str, Cell]) -> Iterator[Row]:
    if isinstance(item, Mapping):
        yield item
        return
    path = Path(item)
    if os.path.isdir(path):  # noqa: PTH112  Path's own raises where a folder on the way may not be read
        yield from ({INPUT: str(file)} for file in _media(path))
    elif path.suffix.lower() in ROW_FILES:
        for row in _of_file(path):
            yield {**row, INPUT: str(path.parent / str(row[INPUT]))} if row.get(INPUT) else row
    else:
        yield {INPUT: str(path)}


def _media(folder: Path) -> list[Path]:
    """The videos of a folder by name; hidden files are somebody's own business."""
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() in _MEDIA and path.is_file()]
    except OSError as error:
        raise _unreadable(folder, error) from error
    found = sorted(path for path in files if not path.name.startswith("."))
    if not found:
        raise MediaError(
            "there is no video in this folder", code="no-media", where=str(folder), hint="name a folder with videos"
        )
    return found


def _of_file(path: Path) -> list[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad("this is no text", str(path), "save it as UTF-8") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    return _of_csv(text, path) if path.suffix.lower() == ".csv" else _of_jsonl(text, path)


def _of_csv(text: str, path: Path) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    found: list[Row] = []
    try:
        for row in reader:
            if None in row:
                raise _bad("more cells than columns", f"{path}:{reader.line_num}", "quote cells that hold commas")
            found.append({name.strip(): (cell or "").strip() for name, cell in row.items()})
    except csv.Error as error:
        raise _bad(
            f"this is not CSV ({error})", f"{path}:{reader.reader.line_num}", "quote cells that hold quotes"
        ) from error
    return found


def _of_jsonl(text: str, path: Path) -> list[Row]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return [_object(line, f"{path}:{number}") for number, line in lines]


def _object(line: str, where: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _bad("this line is not JSON", where, "write one object a line") from error
    if not isinstance(row, dict):
        raise _bad("this line is no object", where, 'write {"input": "take.mp4", …}')
    wrong = next((name for name, cell in row.items() if not isinstance(cell, Cell | None)), None)
    if wrong is not None:
        raise _bad(f"{wrong} is neither text nor number", where, "a column holds a text, a number, true or false")
    return row


def _bad(message: str, where: str, hint: str) -> ProjectError:
    return ProjectError(message, code="bad-rows", where=where, hint=hint)


def _unreadable(path: Path, error: OSError) -> MediaError:
    if isinstance(error, FileNotFoundError):
        return MediaError("there is no such file", code="file-not-found", where=str(path), hint="check the name")
    return MediaError(
        f"it cannot be read: {error.strerror}", code="not-readable", where=str(path), hint="check the permissions"
    )
