"""Verbs for the picture."""

from __future__ import annotations

from typing import Any, Self

from clipkit import effects
from clipkit.api.verbs import Time, Verbs, made
from clipkit.catalog.effect import Effect
from clipkit.library import filters
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect


class PictureVerbs(Verbs):
    """Verbs for the picture."""

    __slots__ = ()

    def filter(
        self,
        name: str,
        strength: float = 1.0,
        *,
        start: Time = 0,
        end: Time | None = None,
        length: Time | None = None,
    ) -> Self:
        """Colour it with a filter (see `clipkit filters list`), mixed with the original by `strength`, 0 to 1.

        With `start`, and `end` or `length`, only what shows in [start, end) is coloured; no other frame is touched.

        Raises:
            ProjectError: ``unknown-filter``, ``bad-time``, or both `end` and `length` are given.
        """
        look = filters.find(name)
        first, last = self._stretch(start, end, length)
        words = {"name": look.name, "digest": look.digest, "strength": strength, "effects": look.effects}
        return self.edited(made(Filter, **words, start=first, end=last))

    def effect(self, name: str | Effect, /, **params: Any) -> Self:  # noqa: ANN401  each effect has its own
        """Apply one effect: of clipkit by its kind, or ``"moviepy:Name"`` with the arguments that MoviePy gives it."""
        if isinstance(name, Effect):
            return self.edited(Apply(effect=name))
        if name.startswith("moviepy:"):
            from clipkit.interop.moviepy import check_effect

            moviepy_name = name.removeprefix("moviepy:")
            check_effect(moviepy_name, params)
            # A document holds JSON, where a tuple such as a colour is a list.
            given = {key: list(value) if isinstance(value, tuple) else value for key, value in params.items()}
            return self.edited(made(MoviePyEffect, name=moviepy_name, params=given))
        return self.edited(Apply(effect=effects.parse({"kind": name, **params})))
