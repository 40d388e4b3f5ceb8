"""The project as a JSON document: `.clipkit` files and what goes through pipes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from pydantic import JsonValue, ValidationError

from clipkit.errors import ProjectError
from clipkit.project.migrations import MIGRATIONS
from clipkit.project.model import VERSION, Composition, Edit, Input, Media, Music, Node, Project, Source, Still

MAX_BYTES = 16 << 20
MAX_DEPTH = 64


def dumps(project: Project, folder: Path | None = None) -> str:
    """The document as text. With a folder, paths inside it are written relative to it; without, all are absolute."""
    placed = with_paths(project, lambda path: _written(path, folder))
    return placed.model_dump_json(indent=2, exclude_defaults=False) + "\n"


def loads(text: str, folder: Path | None = None, *, where: str = "") -> Project:
    """Read a document; relative paths are taken from `folder`, by default the current one.

    Raises:
        ProjectError: ``bad-document``, with a JSON pointer to what is wrong, or ``newer-document``.
    """
    if len(text.encode("utf-8", errors="replace")) > MAX_BYTES:
        raise ProjectError("the project is larger than 16 MiB", code="bad-document", where=where)
    data = _migrated(_parsed(text, where), where)
    try:
        project = Project.model_validate(data)
    except ValidationError as error:
        raise _explained(error, where) from error
    return with_paths(project, lambda path: os.path.normpath(folder / path) if folder else path)


def _parsed(text: str, where: str) -> dict[str, JsonValue]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "its nesting"
        raise ProjectError(
            f"this is not JSON ({place})",
            code="bad-document",
            where=where,
            hint="a project is JSON, as `-o -` writes it",
        ) from error
    if _depth(data) > MAX_DEPTH:
        raise ProjectError(f"nested deeper than {MAX_DEPTH}", code="bad-document", where=where)
    if not isinstance(data, dict):
        raise ProjectError("a project is a JSON object", code="bad-document", where=_at(where, "/"))
    return data


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
        raise ProjectError("the version is no number", code="bad-document", where=_at(where, "/version"))
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


def _explained(error: ValidationError, where: str) -> ProjectError:
    """The first thing that is wrong, with a JSON pointer. The tags of unions stand in pydantic's places only."""
    first = error.errors()[0]
    context = first.get("ctx", {})
    inner = context.get("pointer", "") if first["type"] == "nested" else ""
    steps = [str(part) for part in first["loc"]]
    tags = {"media", "still", "composition", "trim", "speed", "filter", "effect", "moviepy", "music", "unknown"}
    pointer = "".join(f"/{step}" for i, step in enumerate(steps) if not (step in tags and i and _is_tag(steps, i)))
    message = first["msg"].removeprefix("Value error, ")
    return ProjectError(
        f"{message[:1].lower()}{message[1:]}",
        code="bad-document",
        where=_at(where, pointer + inner),
        hint="mend the project there",
    )


def _is_tag(steps: list[str], index: int) -> bool:
    """Whether a step is a union's tag: it follows `source`, or the index of an edit."""
    before = steps[index - 1]
    return before == "source" or (before.isdigit() and index >= 2 and steps[index - 2] == "edits")


def _at(where: str, pointer: str) -> str:
    return f"{where}#{pointer}" if where else pointer


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
    return source


def _input(part: Input, change: Callable[[str], str]) -> Input:
    return part.model_copy(update={"node": _node(part.node, change)})


def _edit(edit: Edit, change: Callable[[str], str]) -> Edit:
    return edit.model_copy(update={"track": change(edit.track)}) if isinstance(edit, Music) else edit
