"""The JSON Schema of a project, with every effect, layout and voice effect that this clipkit knows."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from clipkit import effects, layouts, targets, voices
from clipkit.folders import shipped_filters
from clipkit.project.model import Project


def project_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `.clipkit` files.

    What only plug-ins know is permitted by it too, as documents keep it; the names of filters and targets stand as
    examples, since a user may have more.
    """
    schema = Project.model_json_schema()
    known = schema["$defs"]
    _add(known, "Effect", {kind: effects.effect_class(kind) for kind in effects.names()})
    _add(known, "Layout", {kind: layouts.layout_class(kind) for kind in layouts.names()})
    _add(known, "VoiceEffect", {kind: voices.voice_class(kind) for kind in voices.names()})
    known["Filter"]["properties"]["name"]["examples"] = sorted(shipped_filters())
    known["Output"]["properties"]["target"]["examples"] = list(targets.names())
    models = [part["properties"] for part in known.values() if "kind" in part.get("properties", {})]
    kinds = {model["kind"]["const"] for model in models if "const" in model["kind"]}
    known["Unknown"]["properties"]["kind"]["not"] = {"enum": sorted(kinds)}
    return schema


def _add(known: dict[str, Any], base: str, kinds: dict[str, type[Any]]) -> None:
    """Put the kinds of a collection in the place of what they have in common."""
    for kind, cls in kinds.items():
        assert issubclass(cls, BaseModel)
        name = f"{base}.{kind}"
        schema = cls.model_json_schema(ref_template=f"#/$defs/{name}.{{model}}")
        known |= {f"{name}.{inner}": value for inner, value in schema.pop("$defs", {}).items()}
        schema["required"] = sorted({"kind", *schema.get("required", ())})
        known[name] = schema
    known[base] = {"oneOf": [{"$ref": f"#/$defs/{base}.{kind}"} for kind in kinds]}
