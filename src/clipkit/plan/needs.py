"""What must be known before a project can be planned: pure questions, answered by probing."""

from __future__ import annotations

from collections.abc import Iterator

from clipkit.project.model import Composition, Media, Node, Project, Sequence, Still
from clipkit.project.sound_edits import Mix, Music


def media_paths(project: Project) -> tuple[str, ...]:
    """Every file that a project reads, once each, the main one first."""
    return tuple(dict.fromkeys(_paths(project.root)))


def _paths(node: Node) -> Iterator[str]:
    if isinstance(node.source, Media | Still):
        yield node.source.path
    elif isinstance(node.source, Composition):
        for part in node.source.inputs:
            yield from _paths(part.node)
    elif isinstance(node.source, Sequence):
        for index in (node.source.main, *range(len(node.source.nodes))):
            yield from _paths(node.source.nodes[index])
    for edit in node.edits:
        if isinstance(edit, Music):
            yield edit.track
        elif isinstance(edit, Mix):
            yield from (track.track for track in edit.tracks)
