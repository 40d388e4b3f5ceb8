"""Verbs for the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeAlias

from clipkit import effects
from clipkit.api.sound_verbs import as_json, foreign_sound
from clipkit.api.verbs import Time, Verbs, made
from clipkit.catalog.easing import Easing
from clipkit.catalog.effect import Effect
from clipkit.errors import ProjectError
from clipkit.library import filters
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect

KeyWords: TypeAlias = tuple[Time, float] | tuple[Time, float, Easing]
"""A keyframe: when, which value, and how it goes on from there."""


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

    def effect(
        self,
        name: str | Effect,
        /,
        *,
        keys: Mapping[str, Sequence[KeyWords]] | None = None,
        easing: Easing = "linear",
        **params: Any,  # noqa: ANN401  each effect has its own
    ) -> Self:
        """Apply one effect: of clipkit by its kind, or of another library with the arguments that it gives it.

        ``"moviepy:Name"`` is an effect of MoviePy on picture (`vfx`) or sound (`afx`), ``"pydub:name"`` one of pydub.

        `keys` animate its numbers: for each, ``(time, value)`` or ``(time, value, easing)``, at times of this clip. A
        number is exact at its keys, and goes from one to the next by the easing of the first, else by `easing`.

        Raises:
            ProjectError: ``unknown-effect``, ``bad-effect`` or ``bad-value``: it has no such parameter, or may not have
                that value.
        """
        if isinstance(name, str) and name.startswith(("moviepy:", "pydub:")):
            if keys:
                hint = f"animate one of {', '.join(effects.names()[:5])} …"
                raise ProjectError("effects of other libraries have no keys", code="bad-value", hint=hint)
            sound = foreign_sound(name, params)
            return self.edited(sound) if sound else self._moviepy_effect(name.removeprefix("moviepy:"), params)
        effect = name if isinstance(name, Effect) else effects.parse({"kind": name, **params})
        tracks = {track: self._keys(words, easing) for track, words in (keys or {}).items()}
        return self.edited(made(Apply, effect=effect, keys=tracks))

    def _keys(self, words: Sequence[KeyWords], easing: Easing) -> tuple[dict[str, object], ...]:
        return tuple(
            {"time": self.seconds(time), "value": value, "easing": own[0] if own else easing}
            for time, value, *own in words
        )

    def _moviepy_effect(self, name: str, params: Mapping[str, object]) -> Self:
        from clipkit.interop.moviepy import check_effect

        check_effect(name, params)
        return self.edited(made(MoviePyEffect, name=name, params=as_json(params)))
