"""What the files of a batch are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from clipkit.api.clip import Clip
from clipkit.api.make import Source
from clipkit.errors import ProjectError
from clipkit.project import model
from clipkit.project.model import Composition, Media, Node, Still

_SUFFIXES = {".mp4", ".mov", ".webm", ".gif"}
_DEFAULT = ".mp4"


def source_name(clip: Source) -> str:
    """The name of the main file of a clip: of a composition, that of its first input."""
    path = _main_path(clip.project.root) if isinstance(clip, Clip) else str(clip)
    return Path(path).name or "clip"


def _main_path(node: Node) -> str:
    source = node.source
    if isinstance(source, Media | Still):
        return source.path
    if isinstance(source, Composition):
        return _main_path(source.inputs[0].node)
    return _main_path(source.nodes[source.main]) if isinstance(source, model.Sequence) else ""


def output_names(clips: Sequence[Source], names: Sequence[str] | None) -> list[str]:
    """A file name for each clip, no two alike even where capitals do not count.

    Raises:
        ProjectError: ``wrong-names``: not one for each clip; ``bad-name``; ``repeated-name``.
    """
    if names is None:
        return list(counted([Path(source_name(clip)).stem for clip in clips]))
    if len(names) != len(clips):
        raise ProjectError(
            f"there are {len(clips)} clips and {len(names)} names", code="wrong-names", hint="give one for each"
        )
    given = [file_name(name) for name in names]
    distinct(given, "give each its own")
    return given


def distinct(names: Sequence[str], hint: str) -> None:
    """Refuse names of which two are alike.

    Raises:
        ProjectError: ``repeated-name``.
    """
    seen: set[str] = set()
    for name in names:
        if _same(name) in seen:
            raise ProjectError("two clips would have one name", code="repeated-name", where=name, hint=hint)
        seen.add(_same(name))


def counted(stems: list[str]) -> Iterator[str]:
    """The stems as file names; one that comes again gets -2, -3, …"""
    taken: set[str] = set()
    for stem in stems:
        name, count = stem, 1
        while _same(name) in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(_same(name))
        yield name + _DEFAULT


def file_name(name: str) -> str:
    """A name that stays inside the folder, on any system; without a suffix, `.mp4` is added.

    Raises:
        ProjectError: ``bad-name``.
    """
    if not name or name in (".", "..") or {PurePosixPath(name).name, PureWindowsPath(name).name} != {name}:
        raise ProjectError(f"{name!r} is no file name", code="bad-name", hint="give names without folders")
    return name if Path(name).suffix.lower() in _SUFFIXES else name + _DEFAULT


def _same(name: str) -> str:
    """What names have in common that differ only in capitals: some systems take them for one."""
    return name.casefold()
