"""A Clip is a Project with verbs. It holds nothing else: no file, no reader, no hidden state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from clipkit import effects
from clipkit.catalog.effect import Effect
from clipkit.engine import preview
from clipkit.engine.compose import ForeignCall
from clipkit.engine.packets import packet_index
from clipkit.engine.probe import probe_all
from clipkit.engine.progress import ProgressCall
from clipkit.engine.render import Report, render
from clipkit.errors import ProjectError, RenderError
from clipkit.geometry import Fit, Size, checked_size, parse_size
from clipkit.library import filters
from clipkit.plan import copying
from clipkit.plan.compile import compile_project
from clipkit.plan.needs import media_paths
from clipkit.plan.types import Foreign, Group, Picture, Plan
from clipkit.project import document, edits
from clipkit.project.model import (
    Apply,
    Edit,
    Filter,
    MoviePyEffect,
    Music,
    Pitch,
    Project,
    Quality,
    Speed,
    Trim,
)
from clipkit.store.atomic import replacing
from clipkit.time import Frames, exact, parse_rate, parse_time

if TYPE_CHECKING:
    from PIL import Image

    from clipkit.interop.moviepy import VideoClip
    from clipkit.interop.pydub import AudioSegment

Time: TypeAlias = float | int | str | Fraction
"""Seconds, or text such as ``"0:03.5"``, ``"3500ms"``, ``"90f"`` (frames of what it is applied to)."""

DEFAULT_LENGTH = Fraction(15)

STILLS = {".png", ".jpg", ".jpeg"}


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip, or several composed: an immutable value. Every verb gives a new one."""

    project: Project

    # ---- verbs -------------------------------------------------------------------------------------------------

    def trim(self, start: Time = 0, end: Time | None = None, *, length: Time | None = None) -> Clip:
        """Keep [start, end), or `length` from the start; without either, all the rest.

        Raises:
            ProjectError: ``bad-time``, or both `end` and `length` are given.
        """
        first, last = self._stretch(start, end, length)
        return self.edited(_made(Trim, start=first, end=last))

    def speed(self, factor: float | str | Fraction, *, pitch: Pitch = "keep") -> Clip:
        """Play `factor` times as fast, 0.1 to 10; with ``pitch="follow"`` the pitch goes with it, as on a tape."""
        return self.edited(_made(Speed, factor=exact(factor), pitch=pitch))

    def filter(
        self,
        name: str,
        strength: float = 1.0,
        *,
        start: Time = 0,
        end: Time | None = None,
        length: Time | None = None,
    ) -> Clip:
        """Colour it with a filter (see `clipkit filters list`), mixed with the original by `strength`, 0 to 1.

        With `start`, and `end` or `length`, only what shows in [start, end) is coloured; no other frame is touched.

        Raises:
            ProjectError: ``unknown-filter``, ``bad-time``, or both `end` and `length` are given.
        """
        look = filters.find(name)
        first, last = self._stretch(start, end, length)
        words = {"name": look.name, "digest": look.digest, "strength": strength, "effects": look.effects}
        return self.edited(_made(Filter, **words, start=first, end=last))

    def effect(self, name: str | Effect, /, **params: Any) -> Clip:  # noqa: ANN401  each effect has its own
        """Apply one effect: of clipkit by its kind, or ``"moviepy:Name"`` with the arguments that MoviePy gives it."""
        if isinstance(name, Effect):
            return self.edited(Apply(effect=name))
        if name.startswith("moviepy:"):
            from clipkit.interop.moviepy import check_effect

            moviepy_name = name.removeprefix("moviepy:")
            check_effect(moviepy_name, params)
            # A document holds JSON, where a tuple such as a colour is a list.
            given = {key: list(value) if isinstance(value, tuple) else value for key, value in params.items()}
            return self.edited(_made(MoviePyEffect, name=moviepy_name, params=given))
        return self.edited(Apply(effect=effects.parse({"kind": name, **params})))

    def music(
        self,
        track: str | Path | Clip,
        *,
        start: Time = 0,
        gain_db: float = -12.0,
        original_gain_db: float = 0.0,
        mute_original: bool = False,
        fade_in: Time = 0,
        fade_out: Time = 1,
        loop: bool = True,
    ) -> Clip:
        """Lay a track under the clip's own sound. `start` is where in the track to begin; gains in dB, fades in s."""
        path = track.project.root.source.path if isinstance(track, Clip) else track  # type: ignore[union-attr]
        return self.edited(
            _made(
                Music,
                track=str(path),
                start=_seconds(start),
                gain_db=gain_db,
                original_gain_db=original_gain_db,
                mute_original=mute_original,
                fade_in=_seconds(fade_in),
                fade_out=_seconds(fade_out),
                loop=loop,
            )
        )

    def edited(self, *new: Edit) -> Clip:
        """The clip with more edits."""
        return Clip(edits.edited(self.project, *new))

    def with_output(
        self,
        *,
        target: str | None = None,
        size: str | Size | tuple[int, int] | None = None,
        fps: float | str | Fraction | None = None,
        fit: Fit | None = None,
        quality: Quality | None = None,
        keep_hdr: bool | None = None,
    ) -> Clip:
        """The clip with another output; what is None stays as it was.

        With `keep_hdr`, what is HDR stays so: HEVC of 10 bits, tagged as its source.
        """
        width, height = (None, None) if size is None else _size(size)
        rate = None if fps is None else parse_rate(str(fps))
        changes = {
            "target": target,
            "width": width,
            "height": height,
            "fps": rate,
            "fit": fit,
            "quality": quality,
            "keep_hdr": keep_hdr,
        }
        try:
            return Clip(edits.with_output(self.project, **changes))
        except ValidationError as error:
            raise _bad_value(error) from error

    # ---- what it is --------------------------------------------------------------------------------------------

    def plan(self, container: str | None = None, *, copy: bool = True) -> Plan:
        """What a render would do. Measures the media (once each), writes nothing.

        Args:
            container: The suffix of the file to write; by default the target's own.
            copy: Copy what stays as it is in the source, where the target allows it.

        Raises:
            ClipkitError: whatever a render would refuse before it begins.
        """
        plan = compile_project(self.project, probe_all(media_paths(self.project)), container)
        if reason := copying.obstacle(plan) if copy else "copying is switched off":
            return copying.encoded(plan, reason)
        return copying.with_copies(plan, packet_index(plan.sources[copying.source_of(plan)]))

    @property
    def duration(self) -> Fraction:
        """Seconds, exactly."""
        return self.plan(copy=False).duration

    def seconds(self, time: Time) -> Fraction:
        """A time given in words as seconds of this clip; ``90f`` counts its frames."""
        parsed = parse_time(time) if isinstance(time, str) else exact(time)
        if not isinstance(parsed, Frames):
            return parsed
        plan = Clip(edits.with_output(self.project, target="source")).plan("mp4", copy=False)
        return parsed.count / _rate(plan.picture)

    def _stretch(self, start: Time, end: Time | None, length: Time | None) -> tuple[Fraction, Fraction | None]:
        """Where a stretch of this clip begins and ends, in seconds; None for its own end."""
        if end is not None and length is not None:
            raise ProjectError("give an end or a length, not both", code="end-and-length", hint="leave one of them out")
        first = self.seconds(start)
        if length is not None:
            return first, first + self.seconds(length)
        return first, self.seconds(end) if end is not None else None

    # ---- what comes of it --------------------------------------------------------------------------------------

    def export(
        self,
        out: str | Path,
        *,
        target: str | None = None,
        size: str | Size | tuple[int, int] | None = None,
        fps: float | str | Fraction | None = None,
        fit: Fit | None = None,
        quality: Quality | None = None,
        keep_hdr: bool | None = None,
        force: bool = False,
        workers: int | None = None,
        cache: bool = True,
        copy: bool = True,
        progress: ProgressCall | None = None,
    ) -> Report:
        """Render to a file; its suffix says what kind: mp4, mov, webm or gif.

        Its bytes depend neither on `workers` nor on `cache`, which takes what earlier renders made of the same frames.

        With `copy` whatever stays as it is in the source is copied, where the target allows that; the picture is the
        same, to the frame. A copy that does not decode as its source does is made again without.

        The file appears whole and verified, or not at all; one that is there is kept unless `force`.

        Raises:
            ClipkitError: see the tree in `clipkit.errors`.
        """
        clip = self.with_output(target=target, size=size, fps=fps, fit=fit, quality=quality, keep_hdr=keep_hdr)
        suffix = Path(out).suffix.lower().removeprefix(".") or None
        plan = clip.plan(suffix, copy=copy)
        rendered = partial(render, force=force, workers=workers, cache=cache, progress=progress)
        try:
            return rendered(plan, out, foreign=foreign_calls(plan))
        except RenderError as error:
            if not plan.copied or error.code not in ("seam-failed", "verification-failed"):
                raise
            again = rendered(clip.plan(suffix, copy=False), out)
            return replace(again, notices=(*again.notices, f"everything was encoded: {error.message}"))

    def frame(self, t: Time = 0) -> Image.Image:
        """The picture at `t` seconds of the result, as a Pillow image at the output's size."""
        from PIL import Image

        return Image.fromarray(self.frames([t])[0])

    def frames(self, times: list[Time]) -> list[NDArray[np.uint8]]:
        """Pictures of the result as arrays of (height, width, 3), RGB."""
        plan = self._seen()
        indices = [preview.index_at(plan, self._moment(t, plan)) for t in times]
        return list(preview.frames(plan, indices, foreign_calls(plan)))

    def _seen(self) -> Plan:
        """The plan of what is shown as RGB, which is SDR."""
        return self.with_output(keep_hdr=False).plan("mp4", copy=False)

    def _moment(self, t: Time, plan: Plan) -> Fraction:
        """A time of the result, checked against its end."""
        moment = self.seconds(t)
        if 0 <= moment < plan.duration:
            return moment
        raise ProjectError(
            f"{float(moment):g} s lies outside of the clip",
            code="beyond-end",
            hint=f"it is {float(plan.duration):g} s long",
        )

    def samples(self) -> NDArray[np.float32]:
        """The sound of the result: (samples, 2), 48 kHz, nominal −1…1."""
        return preview.samples(self.plan("mp4", copy=False))

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write the project as a `.clipkit` file; media stays where it is."""
        target = Path(path)
        with replacing(target, force=force) as part:
            part.write_text(document.dumps(self.project, target.parent), encoding="utf-8")

    # ---- to other libraries ------------------------------------------------------------------------------------

    def to_moviepy(self) -> VideoClip:
        """The result as a MoviePy clip, with its sound."""
        from clipkit.interop.moviepy import to_moviepy

        plan = self._seen()
        return to_moviepy(plan, foreign_calls(plan))

    def to_pydub(self) -> AudioSegment:
        """The sound of the result as a pydub segment: 48 kHz, stereo, 16 bit."""
        from clipkit.interop.pydub import to_pydub

        return to_pydub(self.plan("mp4", copy=False))


def foreign_calls(plan: Plan) -> Mapping[Foreign, ForeignCall]:
    """The callables for a plan's foreign steps; MoviePy is imported only where there are any."""
    steps = set(_foreign(plan.picture))
    if not steps:
        return {}
    from clipkit.interop.moviepy import effect_call

    return {step: effect_call(step.name, dict(step.params), step.duration) for step in steps}


def _foreign(picture: Picture) -> list[Foreign]:
    inner = [step for part in picture.parts for step in _foreign(part)] if isinstance(picture, Group) else []
    return inner + [step for step in picture.steps if isinstance(step, Foreign)]


def _rate(picture: Picture) -> Fraction:
    return picture.rate


def _seconds(time: Time) -> Fraction:
    """A time that counts no frames."""
    parsed = parse_time(time) if isinstance(time, str) else exact(time)
    if isinstance(parsed, Frames):
        raise ProjectError(
            "frames of what? write this time in seconds", code="bad-time", hint="3, 3.5, 0:03.5 or 3500ms"
        )
    return parsed


def _size(size: str | Size | tuple[int, int]) -> tuple[int, int]:
    if isinstance(size, str):
        size = parse_size(size)
    checked = checked_size(size if isinstance(size, Size) else Size(*size))
    return checked.width, checked.height


def _made(kind: type[Edit], **values: object) -> Any:  # noqa: ANN401  the kind that was asked for
    """An edit from words; what is wrong with them is told as a ProjectError."""
    assert issubclass(kind, BaseModel)
    try:
        return kind(**values)
    except ValidationError as error:
        raise _bad_value(error) from error


def _bad_value(error: ValidationError) -> ProjectError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    said = f"{name}: {message[:1].lower()}{message[1:]}" if name else message
    return ProjectError(said, code="bad-value", hint="choose a value within the limits")
