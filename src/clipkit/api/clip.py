"""A Clip is a Project with verbs. It holds nothing else: no file, no reader, no hidden state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from clipkit.api.foreign import foreign_calls, sound_calls
from clipkit.api.picture_verbs import PictureVerbs
from clipkit.api.silence import LEAST, MARGIN, pauses
from clipkit.api.sound_verbs import SoundVerbs
from clipkit.api.time_verbs import TimeVerbs
from clipkit.api.verbs import Time, bad_value, made, seconds_of
from clipkit.engine import preview
from clipkit.engine.packets import packet_index
from clipkit.engine.probe import probe_all
from clipkit.engine.progress import ProgressCall
from clipkit.engine.render import Report, render
from clipkit.errors import ProjectError, RenderError
from clipkit.geometry import Fit, Size, checked_size, parse_size
from clipkit.plan import copying
from clipkit.plan.compile import compile_project
from clipkit.plan.needs import media_paths
from clipkit.plan.types import Picture, Plan
from clipkit.project import document, edits
from clipkit.project.model import Edit, Kept, Project, Quality
from clipkit.project.time_edits import Keep
from clipkit.store.atomic import replacing
from clipkit.time import Frames, exact, parse_rate, parse_time

if TYPE_CHECKING:
    from PIL import Image

    from clipkit.interop.moviepy import VideoClip
    from clipkit.interop.pydub import AudioSegment

DEFAULT_LENGTH = Fraction(15)

STILLS = {".png", ".jpg", ".jpeg"}


@dataclass(frozen=True, slots=True)
class Clip(TimeVerbs, PictureVerbs, SoundVerbs):
    """A clip, or several composed: an immutable value. Every verb gives a new one."""

    project: Project

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
        keep_metadata: Sequence[Kept] | None = None,
        normalise: bool | None = None,
    ) -> Clip:
        """The clip with another output; what is None stays as it was.

        With `keep_hdr`, what is HDR stays so: HEVC of 10 bits, tagged as its source. Of what the
        first source says of itself only `keep_metadata` goes over: date, location, device, title, author, comment,
        copyright; by default nothing. `normalise` says whether the sound is brought to the target's loudness (−14 LUFS
        where it names none); unsaid, where it names one.
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
            "keep_metadata": None if keep_metadata is None else tuple(keep_metadata),
            "normalise": normalise,
        }
        try:
            return Clip(edits.with_output(self.project, **changes))
        except ValidationError as error:
            raise bad_value(error) from error

    def enhance(self, strength: float = 1.0) -> Clip:
        """White balance, exposure, contrast and saturation set from the clip itself, as effects that can be edited.

        Looks at two moments a second. The values are those of a scene; where scenes want different ones, keyframes go
        from one to the next. A clip that lacks nothing stays as it is.

        Args:
            strength: How much of it, 0 to 1.

        Raises:
            ClipkitError: ``bad-value``, or what keeps the clip from being seen.
        """
        from clipkit.api.enhance import edits as wanted

        if not 0 <= strength <= 1:
            raise ProjectError(f"{strength:g} is outside of the range", code="bad-value", hint="a strength is 0 to 1")
        return self.edited(*wanted(self, strength)) if strength else self

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
        keep_metadata: Sequence[Kept] | None = None,
        normalise: bool | None = None,
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
        clip = self.with_output(
            target=target,
            size=size,
            fps=fps,
            fit=fit,
            quality=quality,
            keep_hdr=keep_hdr,
            keep_metadata=keep_metadata,
            normalise=normalise,
        )
        suffix = Path(out).suffix.lower().removeprefix(".") or None
        plan = clip.plan(suffix, copy=copy)
        rendered = partial(render, force=force, workers=workers, cache=cache, progress=progress)
        try:
            return rendered(plan, out, foreign=foreign_calls(plan), sound_calls=sound_calls(plan))
        except RenderError as error:
            if not plan.copied or error.code not in ("seam-failed", "verification-failed"):
                raise
            again = rendered(clip.plan(suffix, copy=False), out, sound_calls=sound_calls(plan))
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
        plan = self.plan("mp4", copy=False)
        return preview.samples(plan, sound_calls(plan))

    def pauses(
        self, *, least: Time = LEAST, margin: Time = MARGIN, threshold_db: float | None = None
    ) -> tuple[tuple[Fraction, Fraction], ...]:
        """Where the clip pauses: seconds [start, end), on its frames. Listens to all of its sound.

        Args:
            least: Seconds of silence that make a pause.
            margin: Seconds of them that are left at each end.
            threshold_db: What is quieter is silent, in dBFS; by default that follows from the clip's own noise.

        Raises:
            MediaError: ``no-sound``.
        """
        return pauses(self, seconds_of(least), seconds_of(margin), threshold_db).stretches

    def cut_silence(self, *, least: Time = LEAST, margin: Time = MARGIN, threshold_db: float | None = None) -> Clip:
        """The clip without its `pauses`, in picture and sound; what is kept stands in the project as exact times.

        Raises:
            MediaError: ``no-sound``.
            ProjectError: ``all-silent``.
        """
        found = pauses(self, seconds_of(least), seconds_of(margin), threshold_db)
        if not found.kept:
            raise ProjectError("all of the clip is silent", code="all-silent", hint="choose a lower threshold")
        return self.edited(made(Keep, ranges=found.kept)) if found.stretches else self

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
        return to_moviepy(plan, foreign_calls(plan), sound_calls(plan))

    def to_pydub(self) -> AudioSegment:
        """The sound of the result as a pydub segment: 48 kHz, stereo, 16 bit."""
        from clipkit.interop.pydub import to_pydub

        plan = self.plan("mp4", copy=False)
        return to_pydub(plan, sound_calls(plan))


def _rate(picture: Picture) -> Fraction:
    return picture.rate


def _size(size: str | Size | tuple[int, int]) -> tuple[int, int]:
    if isinstance(size, str):
        size = parse_size(size)
    checked = checked_size(size if isinstance(size, Size) else Size(*size))
    return checked.width, checked.height
