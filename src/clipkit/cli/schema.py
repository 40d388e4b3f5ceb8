"""Print the JSON Schema of projects, for editors and programs.

It holds every effect, every layout and every voice effect with what their parameters may be.
"""

from __future__ import annotations

from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json


@plain(__doc__, examples=("clipkit schema > clipkit.schema.json",))
def command() -> None:
    from clipkit.api.schema import project_schema

    echo_json(project_schema())
