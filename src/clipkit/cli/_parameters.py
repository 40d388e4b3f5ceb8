"""Effects and their parameters as rows, made from the fields that the effects declare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clipkit.errors import ProjectError

if TYPE_CHECKING:
    from clipkit.catalog.effect import Effect
    from clipkit.catalog.layout import Layout

_LONGEST = 60


def effect_rows(effect: Effect) -> list[tuple[str, str, str]]:
    """Kind, parameter and value; the kind stands in the first row only."""
    values = [(name, _short(value)) for name, value in effect.model_dump(mode="json").items() if name != "kind"]
    kinds = [effect.kind] + [""] * (len(values) - 1)
    return [(kind, name, value) for kind, (name, value) in zip(kinds, values or [("", "")], strict=True)]


def _short(value: object) -> str:
    """A table in a document may be megabytes of text."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def parameter_rows(kind: type[Effect] | type[Layout]) -> list[tuple[str, str, str, str]]:
    """Parameter, what it may be, default and meaning."""
    from clipkit.effects import permitted

    rows = []
    for name, field in kind.model_fields.items():
        if name != "kind":
            bounds = permitted(kind, name).removeprefix(f"{name}: ")
            about = field.description or ""
            rows.append((name, "" if bounds == about else bounds, _short(field.get_default()), about))
    return rows


def pair(text: str) -> tuple[str, object]:
    """A parameter: its value is JSON where it reads as such, else the text itself."""
    key, equals, value = text.partition("=")
    if not (equals and key.isidentifier() and key not in ("kind", "keys", "easing")):
        raise ProjectError(f"{text[:40]!r} is not KEY=VALUE", code="bad-value", hint="write --param KEY=VALUE")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
