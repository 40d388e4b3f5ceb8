"""A filter: a named look, made of effects."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from clipkit.catalog.effect import Effect

USER: Final = "user"
"""The category of the user's own filters, and the prefix of their names."""


@dataclass(frozen=True)
class Filter:
    """A look: effects in the order in which they are applied."""

    name: str
    category: str
    title: str
    about: str
    effects: tuple[Effect, ...]

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits that change when the look does; a new title leaves them alone."""
        values = [effect.model_dump(mode="json") for effect in self.effects]
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
