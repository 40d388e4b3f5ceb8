"""The project as a JSON document: `.clipkit` files and what goes through pipes."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from collections.abc import Sequence as Row
from pathlib import Path

from pydantic import JsonValue, ValidationError

from clipkit.errors import ProjectError
from clipkit.project.migrations import MIGRATIONS
from clipkit.project.model import VERSION, Composition, Edit, Input, Media, Node, Project, Sequence, Source, Still
from clipkit.project.sound_edits import Mix, Music

MAX_BYTES = 16 << 20
MAX_DEPTH = 64


def dumps(project: Project, folder: Path | None = None) -> str:
    """The document as text. With a folder, paths inside it are written relative to it; without, all are absolute.

    Raises:
        ProjectError: ``bad-document``, for what `loads` would not read back.
    """
    try:
        data = with_paths(project, lambda path: _written(path, folder)).model_dump(mode="json")
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        size = len(text.encode())
    except (ValueError, RecursionError) as error:
        raise ProjectError(
            "the project holds a name, a number or a nesting that JSON cannot",
            code="bad-document",
            hint="rename files whose names are no text; compose fewer clips in one project",
        ) from error
    _check_bounds(data, size, "")
    return text


def loads(text: str, folder: Path | None = None, *, where: str = "") -> Project:
    """Read a document; relative paths are taken from `folder`, by default the current one.

    Raises:
        ProjectError: ``bad-document``, with a JSON pointer to what is wrong, or ``newer-document``.
    """
    data = _migrated(_parsed(text, where), where)
    try:
        project = Project.model_validate(data)
    except ValidationError as error:
        raise _explained(error, data, where) from error
    return with_paths(project, lambda path: os.path.normpath(folder / path) if folder else path)


def _parsed(text: str, where: str) -> dict[str, JsonValue]:
    size = len(text.encode("utf-8", errors="replace"))
    _check_bounds(None, size, where)
    try:
        data = json.loads(text, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        raise ProjectError(
            f"this is not JSON ({_place(error)})",
            code="bad-document",
            where=where,
            hint="a project is JSON, as `-o -` writes it",
        ) from error
    _check_bounds(data, size, where)
    if not isinstance(data, dict):
        raise ProjectError(
            "a project is a JSON object", code="bad-document", where=where, hint="`-o -` writes one to begin with"
        )
    return data


def _finite(text: str) -> float:
    """A number of the document; NaN and what is too large for a float are none."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number")
    return value


def _place(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}"
    return "its nesting" if isinstance(error, RecursionError) else "one of its numbers"


def _check_bounds(data: JsonValue, size: int, where: str) -> None:
    """Refuse a document that takes too much to read."""
    hint = "compose fewer clips in one project; render parts of it first"
    if size > MAX_BYTES:
        raise ProjectError("the project is larger than 16 MiB", code="bad-document", where=where, hint=hint)
    if _depth(data) > MAX_DEPTH:
        raise ProjectError(f"nested deeper than {MAX_DEPTH}", code="bad-document", where=where, hint=hint)


def _depth(data: JsonValue) -> int:
    """How deep arrays and objects nest; counted without recursion."""
    deepest, waiting = 0, [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth > MAX_DEPTH:
            break
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(item, depth + 1) for item in inner]
    return deepest


def _migrated(data: dict[str, JsonValue], where: str) -> dict[str, JsonValue]:
    version = data.get("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ProjectError(
            "the version is no number from 1 on", code="bad-document", where=_at(where, "/version"), hint="write 1"
        )
    if version > VERSION:
        raise ProjectError(
            f"the project has version {version}; this clipkit knows up to {VERSION}",
            code="newer-document",
            where=_at(where, "/version"),
            hint="install a newer clipkit",
        )
    for step in MIGRATIONS[version - 1 :]:
        data = step(data)
    return data


def _explained(error: ValidationError, data: JsonValue, where: str) -> ProjectError:
    """The first thing that is wrong, with a JSON pointer to it; one that is missing, to where it should be."""
    first = error.errors()[0]
    nested = first.get("ctx", {}) if first["type"] == "nested" else {}
    steps = (*first["loc"], *nested.get("steps", ()))
    missing = nested.get("missing", first["type"] == "missing")
    message = first["msg"].removeprefix("Value error, ")
    return ProjectError(
        f"{message[:1].lower()}{message[1:]}",
        code="bad-document",
        where=_at(where, _pointer(data, steps, missing)),
        hint="mend the project there",
    )


def _pointer(data: JsonValue, steps: Row[int | str], missing: bool) -> str:
    """The JSON pointer (RFC 6901) of pydantic's place in a document: the tags of unions stand in the latter only."""
    found = ""
    for index, step in enumerate(steps):
        if isinstance(data, dict) and step in data and not _is_tag(steps, index):
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif not (missing and index == len(steps) - 1):
            continue
        found += "/" + str(step).replace("~", "~0").replace("/", "~1")
    return found


def _is_tag(steps: Row[int | str], index: int) -> bool:
    """Whether a step is a union's tag: it follows the `source` of a node, or the index of one of its edits."""
    before = tuple(steps[max(0, index - 3) : index])
    if before[-1:] == ("source",):
        return _is_node(before[-2:-1])
    return len(before) == 3 and before[1] == "edits" and _is_node(before[:1])


def _is_node(step: Row[int | str]) -> bool:
    """Whether a step leads to a node: `root`, `node`, or the index of one in a sequence."""
    return bool(step) and (step[0] in ("root", "node") or isinstance(step[0], int))


def _at(where: str, pointer: str) -> str:
    return f"{where}#{pointer}" if where and pointer else where or pointer


def _written(path: str, folder: Path | None) -> str:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  links are kept as they are
    if folder is None:
        return str(absolute)
    base = Path(os.path.abspath(folder))  # noqa: PTH100
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else str(absolute)


# ---- paths -----------------------------------------------------------------------------------------------------


def with_paths(project: Project, change: Callable[[str], str]) -> Project:
    """The project with every path of a file changed."""
    return project.model_copy(update={"root": _node(project.root, change)})


def _node(node: Node, change: Callable[[str], str]) -> Node:
    edits = tuple(_edit(edit, change) for edit in node.edits)
    return Node(source=_source(node.source, change), edits=edits)


def _source(source: Source, change: Callable[[str], str]) -> Source:
    if isinstance(source, Media | Still):
        return source.model_copy(update={"path": change(source.path)})
    if isinstance(source, Composition):
        inputs = tuple(_input(part, change) for part in source.inputs)
        return source.model_copy(update={"inputs": inputs})
    if isinstance(source, Sequence):
        return source.model_copy(update={"nodes": tuple(_node(node, change) for node in source.nodes)})
    return source


def _input(part: Input, change: Callable[[str], str]) -> Input:
    return part.model_copy(update={"node": _node(part.node, change)})


def _edit(edit: Edit, change: Callable[[str], str]) -> Edit:
    if isinstance(edit, Music):
        return edit.model_copy(update={"track": change(edit.track)})
    if isinstance(edit, Mix):
        tracks = tuple(track.model_copy(update={"track": change(track.track)}) for track in edit.tracks)
        return edit.model_copy(update={"tracks": tracks})
    return edit
