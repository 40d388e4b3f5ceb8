"""One file a step: `dict → dict`, from one version of the document to the next. Version 1 is the first."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import JsonValue

Document = dict[str, JsonValue]

MIGRATIONS: tuple[Callable[[Document], Document], ...] = ()
"""`MIGRATIONS[n − 1]` leads from version n to n + 1."""
