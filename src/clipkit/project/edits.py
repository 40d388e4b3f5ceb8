"""Project → Project. Each verb appends to what was done; nothing is changed in place."""

from __future__ import annotations

from clipkit.project.model import Edit, Node, Output, Project, Source


def of_source(source: Source, output: Output | None = None) -> Project:
    """A project of one source, unedited."""
    return Project(root=Node(source=source), output=output or Output())


def edited(project: Project, *edits: Edit) -> Project:
    """The project with more done to the whole of it."""
    root = Node(source=project.root.source, edits=(*project.root.edits, *edits))
    return Project(root=root, output=project.output)


def with_output(project: Project, **changes: object) -> Project:
    """The project with another output; what is None stays as it is."""
    given = {name: value for name, value in changes.items() if value is not None}
    output = Output.model_validate({**project.output.model_dump(), **given})
    return Project(root=project.root, output=output)
