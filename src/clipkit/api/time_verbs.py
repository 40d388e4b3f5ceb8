"""Verbs that change when things show."""

from __future__ import annotations

from fractions import Fraction
from typing import Self

from clipkit.api.verbs import Time, Verbs, made
from clipkit.project.time_edits import Pitch, Speed, Trim
from clipkit.time import exact


class TimeVerbs(Verbs):
    """Verbs that change when things show."""

    __slots__ = ()

    def trim(self, start: Time = 0, end: Time | None = None, *, length: Time | None = None) -> Self:
        """Keep [start, end), or `length` from the start; without either, all the rest.

        Raises:
            ProjectError: ``bad-time``, or both `end` and `length` are given.
        """
        first, last = self._stretch(start, end, length)
        return self.edited(made(Trim, start=first, end=last))

    def speed(self, factor: float | str | Fraction, *, pitch: Pitch = "keep") -> Self:
        """Play `factor` times as fast, 0.1 to 10; with ``pitch="follow"`` the pitch goes with it, as on a tape."""
        return self.edited(made(Speed, factor=exact(factor), pitch=pitch))
