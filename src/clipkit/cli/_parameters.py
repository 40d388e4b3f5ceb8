"""Effects and their parameters as rows, made from the fields that the effects declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clipkit.catalog.effect import Effect

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


def parameter_rows(kind: type[Effect]) -> list[tuple[str, str, str, str]]:
    """Parameter, what it may be, default and meaning."""
    from clipkit.effects import permitted

    rows = []
    for name, field in kind.model_fields.items():
        if name != "kind":
            bounds = permitted(kind, name).removeprefix(f"{name}: ")
            about = field.description or ""
            rows.append((name, "" if bounds == about else bounds, _short(field.get_default()), about))
    return rows
