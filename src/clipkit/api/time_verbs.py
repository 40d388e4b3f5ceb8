"""Verbs that change when things show."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Self, TypeAlias

from clipkit.api import words
from clipkit.api.verbs import Time, Verbs, made
from clipkit.project.curves import CURVES
from clipkit.project.ramp import Curve
from clipkit.project.time_edits import Boomerang, Freeze, Knot, Loop, Pitch, Ramp, Reverse, SlowMotion, Speed, Trim
from clipkit.time import exact

Factor: TypeAlias = float | str | Fraction
"""How many times as fast."""


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

    def speed(self, factor: Factor, *, pitch: Pitch = "keep", slow_motion: SlowMotion = "pick") -> Self:
        """Play `factor` times as fast.

        Args:
            factor: 0.1 to 10.
            pitch: With ``follow`` the pitch goes with the speed, as on a tape.
            slow_motion: What shows between two frames, where the source has too few: the first (``pick``), both mixed
                (``blend``), or both moved along their motion (``flow``, half a second of CPU or more a frame of 1080p).
        """
        return self.edited(made(Speed, factor=exact(factor), pitch=pitch, slow_motion=slow_motion))

    def ramp(
        self,
        knots: str | Sequence[tuple[Time, Factor]],
        *,
        curve: Curve | None = None,
        pitch: Pitch = "keep",
        slow_motion: SlowMotion = "pick",
    ) -> Self:
        """Play at a speed that goes from knot to knot.

        Args:
            knots: Pairs of a time of this clip and a factor, 0.1 to 10, in order; or the same as text,
                ``"0:1 3:1 4:0.3 6:0.3 6.5:2"``. Before the first knot and after the last the speed stays; two at one
                time make a jump. Or the name of a curve, which is fitted to the clip's length: montage, hero, bullet,
                jump-cut, flash-in, flash-out.
            curve: ``linear`` (of knots) or ``smooth``, where every change begins and ends gently (of named curves).
            pitch: As for `speed`.
            slow_motion: As for `speed`.

        Raises:
            ProjectError: ``bad-value``, ``bad-time``, ``bad-speed``.
        """
        told = words.knots(knots) if isinstance(knots, str) else knots
        how = {"pitch": pitch, "slow_motion": slow_motion}
        if isinstance(told, str):
            named = CURVES[told]
            shares = [share.split(":") for share in named.knots.split()]
            points = tuple(Knot(at=exact(at), factor=exact(factor)) for at, factor in shares)
            return self.edited(made(Ramp, knots=points, curve=curve or named.curve, of="length", name=told, **how))
        pairs = [{"at": self.seconds(time), "factor": exact(factor)} for time, factor in told]
        return self.edited(made(Ramp, knots=tuple(pairs), curve=curve or "linear", **how))

    def reverse(self) -> Self:
        """Play backwards, picture and sound."""
        return self.edited(Reverse())

    def freeze(self, at: Time, length: Time) -> Self:
        """Stand still at `at` for `length`, in silence, then go on; music that is added later plays on."""
        return self.edited(made(Freeze, at=self.seconds(at), length=self.seconds(length)))

    def loop(self, times: int) -> Self:
        """Play `times` times, one after the other."""
        return self.edited(made(Loop, times=times))

    def boomerang(self) -> Self:
        """Play forwards, then backwards. No frame shows twice at the turns, nor where the result begins anew."""
        return self.edited(Boomerang())
