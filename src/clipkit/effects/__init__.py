"""Effects, one file each: `split_tone.py` holds the effect of kind `split-tone`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from clipkit.catalog import folder
from clipkit.catalog.effect import Effect
from clipkit.errors import ProjectError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def names() -> tuple[str, ...]:
    """The kinds of all effects, sorted."""
    return folder.names(__name__)


def effect_class(kind: str) -> type[Effect]:
    """The class of an effect, imported when asked for.

    Raises:
        ProjectError: ``unknown-effect``, with the nearest names.
    """
    return folder.find(__name__, kind, Effect, word="effect")


def parse(data: Mapping[str, object]) -> Effect:
    """The effect that a mapping of its kind and values describes.

    Raises:
        ProjectError: ``unknown-effect``; or ``bad-effect``, with a JSON pointer into `data` as `where`, and what is
            permitted there as the hint.
    """
    kind = data.get("kind")
    if not isinstance(kind, str):
        hint = f"kind is one of {', '.join(names())}"
        raise ProjectError("an effect needs a kind", code="bad-effect", where="/kind", hint=hint)
    cls = effect_class(kind)
    try:
        return cls.model_validate(dict(data))
    except ValidationError as error:
        raise _bad(cls, error.errors(include_url=False)[0]) from error


def _bad(cls: type[Effect], error: ErrorDetails) -> ProjectError:
    place = "".join(f"/{part}" for part in error["loc"])
    name = str(error["loc"][0]) if error["loc"] else ""
    hint = permitted(cls, name) if name in cls.model_fields else folder.nearest(name, _parameters(cls))
    return ProjectError(_plain(error["msg"]), code="bad-effect", where=place, hint=hint)


def _plain(message: str) -> str:
    """Pydantic's message as the rest of a sentence."""
    text = message.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _parameters(cls: type[Effect]) -> tuple[str, ...]:
    return tuple(name for name in cls.model_fields if name != "kind")


def permitted(cls: type[BaseModel], name: str) -> str:
    """What a parameter may be, in words: ``stops: −3 to 3 stops``, or its description where it is no number."""
    schema = cls.model_json_schema()["properties"][name]
    if "minimum" in schema and "maximum" in schema:
        unit = f" {schema['unit']}" if "unit" in schema else ""
        return f"{name}: {schema['minimum']:g} to {schema['maximum']:g}{unit}".replace("-", "−")
    return f"{name}: {schema.get('description', schema.get('const', ''))}"
