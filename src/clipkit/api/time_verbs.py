"""Verbs that change when things show."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Self, TypeAlias

from clipkit.api import snapping, words
from clipkit.api.verbs import Snap, Time, Verbs, made
from clipkit.project.curves import CURVES
from clipkit.project.ramp import Curve
from clipkit.project.time_edits import Boomerang, Freeze, Knot, Loop, Pitch, Ramp, Reverse, SlowMotion, Speed, Trim
from clipkit.time import exact

Factor: TypeAlias = float | str | Fraction
"""How many times as fast."""


class TimeVerbs(Verbs):
    """Verbs that change when things show."""

    __slots__ = ()

    def trim(
        self, start: Time = 0, end: Time | None = None, *, length: Time | None = None, snap: Snap | None = None
    ) -> Self:
        """Keep [start, end), or `length` from the start; without either, all the rest.

        With `snap`, both ends go to the nearest beat or bar: of the music laid under the clip, where there is any, else
        of what is heard in it. The project keeps the times that this comes to.

        Raises:
            ProjectError: ``bad-time``, or both `end` and `length` are given.
            PlanError: ``no-beat``: there is nothing to snap to.
        """
        first, last = self._stretch(start, end, length)
        if snap is not None:
            first, last = snapping.cut_on(self, snap, first, last, None if length is None else self.seconds(length))
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
        snap: Snap | None = None,
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
            snap: Knots go to the nearest beats or bars, as the ends of `trim` do; none of them meet that were apart.

        Raises:
            ProjectError: ``bad-value``, ``bad-time``, ``bad-speed``.
            PlanError: ``no-beat``: there is nothing to snap to.
        """
        told = words.knots(knots) if isinstance(knots, str) else knots
        how = {"pitch": pitch, "slow_motion": slow_motion}
        if isinstance(told, str):
            named = CURVES[told]
            shares = [share.split(":") for share in named.knots.split()]
            points = tuple(Knot(at=exact(at), factor=exact(factor)) for at, factor in shares)
            if snap is not None:
                placed = [(self.duration * knot.at, knot.factor) for knot in points]
                curve = curve or named.curve
                return self.ramp(placed, curve=curve, pitch=pitch, slow_motion=slow_motion, snap=snap)
            return self.edited(made(Ramp, knots=points, curve=curve or named.curve, of="length", name=told, **how))
        times = [self.seconds(time) for time, _ in told]
        if snap is not None:
            times = list(snapping.times_on(self, snap, times))
        pairs = [{"at": at, "factor": exact(factor)} for at, (_, factor) in zip(times, told, strict=True)]
        return self.edited(made(Ramp, knots=tuple(pairs), curve=curve or "linear", **how))

    def reverse(self) -> Self:
        """Play backwards, picture and sound."""
        return self.edited(Reverse())

    def freeze(self, at: Time, length: Time, *, snap: Snap | None = None) -> Self:
        """Stand still at `at` for `length`, in silence, then go on; music that is added later plays on.

        With `snap` it begins on the nearest beat or bar and lasts as many whole ones as come next to `length`, one at
        least.

        Raises:
            PlanError: ``no-beat``: there is nothing to snap to.
        """
        begin, lasts = self.seconds(at), self.seconds(length)
        if snap is not None:
            (begin,) = snapping.times_on(self, snap, [begin])
            lasts = snapping.whole(self, snap, lasts)
        return self.edited(made(Freeze, at=begin, length=lasts))

    def loop(self, times: int) -> Self:
        """Play `times` times, one after the other."""
        return self.edited(made(Loop, times=times))

    def boomerang(self) -> Self:
        """Play forwards, then backwards. No frame shows twice at the turns, nor where the result begins anew."""
        return self.edited(Boomerang())
