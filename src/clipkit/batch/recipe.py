"""A recipe: a project with holes. Filled from a row it becomes a clip.

::

    # recipe.toml: the options of `clipkit make`, and what the files are called
    name = "{stem}-noir.mp4"
    speed = "{speed}"
    filter = ["noir=0.8"]
    music = "song.mp3"

A saved project is one too: its main source is what each input takes the place of.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from clipkit.api.clip import Clip
from clipkit.api.make import open as open_clip
from clipkit.batch import holes, verbs
from clipkit.batch.holes import Row
from clipkit.batch.rows import INPUT, completed
from clipkit.errors import ClipkitError, MediaError, ProjectError
from clipkit.library import tracks
from clipkit.project import document
from clipkit.project.model import Composition, Node, Project, Sequence

_MAX_BYTES = document.MAX_BYTES
_FILES = ("music", "duet", "react", "voiceover", "mix")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A project with holes: keys in the words of `clipkit make`, or a document."""

    keys: Mapping[str, JsonValue]
    """Empty for a document."""

    document: JsonValue = None
    name: str | None = None
    """What the files are called, with holes; None for the stem of each input."""

    folder: Path = Path()
    """Relative names in it are taken from here."""

    where: str = "recipe"
    """What errors call it."""

    @property
    def holes(self) -> frozenset[str]:
        """The names of all its holes."""
        return holes.named([dict(self.keys), self.document, self.name])

    def fill(self, row: Row) -> Clip:
        """The clip that a row makes of it. `input` names the file; `stem` and `index` are added if they are missing.

        Raises:
            ProjectError: ``empty-hole``, or a value that is wrong, with the place in the recipe.
            MediaError: An input is not there.
        """
        row = completed(row)
        if self.document is not None:
            return Clip(self._replaced(row))
        filled = holes.filled(dict(self.keys), row, f"{self.where}#")
        assert isinstance(filled, dict)
        clip = open_clip(str(row[INPUT]))
        return verbs.applied(clip, verbs.read({key: self._found(key, filled[key]) for key in filled}, self.where))

    def file_name(self, row: Row) -> str | None:
        """What the file of a row is called, if the recipe says so."""
        return None if self.name is None else str(holes.filled(self.name, completed(row), f"{self.where}#/name"))

    def _found(self, key: str, value: JsonValue) -> JsonValue:
        if isinstance(value, list) and key in _FILES:
            return [self._found(key, item) for item in value]
        if key not in _FILES or not isinstance(value, str) or tracks.is_word(value):
            return value
        return os.path.normpath(self.folder / value)

    def _replaced(self, row: Row) -> Project:
        text = json.dumps(holes.filled(self.document, row, f"{self.where}#"))
        project = document.loads(text, self.folder, where=self.where)
        main = open_clip(str(row[INPUT])).project.root
        return project.model_copy(update={"root": _with_main(project.root, main)})


def recipe(source: str | Path | Mapping[str, JsonValue]) -> Recipe:
    """Read a recipe: a `.toml` file, a saved `.clipkit` project, or a mapping with the keys of the former.

    Raises:
        ProjectError: ``bad-recipe``, ``unknown-key`` with the nearest ones, or a value that is wrong, with its place.
        MediaError: ``file-not-found``, ``not-readable``.
    """
    if isinstance(source, Mapping):
        return _of_keys(dict(source), Path(), "recipe")
    path = Path(source)
    folder, where = path.parent, str(path)
    if path.suffix.lower() == ".clipkit":
        return _of_document(_text(path), folder, where)
    if path.suffix.lower() != ".toml":
        raise _bad("a recipe is a .toml file or a saved .clipkit project", where)
    try:
        keys = tomllib.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise _bad(f"this is not TOML ({str(error)[:200]})", where) from error
    return _of_keys(keys, folder, where)


def _of_keys(keys: dict[str, JsonValue], folder: Path, where: str) -> Recipe:
    name = keys.pop("name", None)
    if name is not None and not isinstance(name, str):
        raise _bad("the name is no text", f"{where}#/name")
    verbs.check(keys, where)
    return Recipe(keys, name=name, folder=folder, where=where)


def _of_document(text: str, folder: Path, where: str) -> Recipe:
    """A document with holes is only checked once they are filled; one without, at once."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict) or not holes.named(parsed):
        document.loads(text, folder, where=where)
    return Recipe({}, document=parsed, folder=folder, where=where)


def _with_main(node: Node, main: Node) -> Node:
    """The tree with another main source; what was done to the old one is done to it."""
    source = node.source
    if isinstance(source, Composition):
        first = source.inputs[0]
        inner = first.model_copy(update={"node": _with_main(first.node, main)})
        inputs = (inner, *source.inputs[1:])
        return Node(source=source.model_copy(update={"inputs": inputs}), edits=node.edits)
    if isinstance(source, Sequence):
        nodes = list(source.nodes)
        nodes[source.main] = _with_main(nodes[source.main], main)
        return Node(source=source.model_copy(update={"nodes": tuple(nodes)}), edits=node.edits)
    return Node(source=main.source, edits=(*main.edits, *node.edits))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise _bad("the recipe is larger than 16 MiB", str(path))
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad("the recipe is no text", str(path)) from error
    except FileNotFoundError as error:
        raise MediaError(
            "there is no such recipe", code="file-not-found", where=str(path), hint="check the name"
        ) from error
    except OSError as error:
        message = f"the recipe cannot be read: {error.strerror}"
        raise MediaError(message, code="not-readable", where=str(path), hint="check its permissions") from error


def _bad(message: str, where: str) -> ClipkitError:
    return ProjectError(message, code="bad-recipe", where=where, hint="the README shows one, in “Many clips”")
