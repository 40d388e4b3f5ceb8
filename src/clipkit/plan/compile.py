"""Project and facts to Plan. Pure: the same question gives the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from clipkit import targets
from clipkit.catalog.target import Container, Target
from clipkit.colour.encoding import OUTPUT
from clipkit.errors import PlanError
from clipkit.geometry import Size, checked_size, natural_fit
from clipkit.plan import budget
from clipkit.plan import hdr as keep
from clipkit.plan.build import Builder
from clipkit.plan.facts import MediaFacts, PictureFacts
from clipkit.plan.strip import Strip
from clipkit.plan.types import (
    SAMPLE_RATE,
    AudioCodec,
    Bus,
    Ceiling,
    Encode,
    Expect,
    Level,
    OutputSpec,
    Plan,
    Programme,
    Span,
    VideoCodec,
)
from clipkit.project.model import Composition, Output, Project, Quality
from clipkit.project.timemap import TimeMap
from clipkit.time import clock, frame_count, rate_name

# A GIF's delays are whole hundredths of a second: 20 frames a second is exact, and small enough to share.
_GIF_RATE = Fraction(20)
_GIF_WIDTH = 480

_X264: dict[Quality, tuple[str, str]] = {
    "draft": ("veryfast", "23"),
    "good": ("veryfast", "20"),
    "best": ("medium", "18"),
}
_VP9: dict[Quality, tuple[str, str]] = {"draft": ("7", "36"), "good": ("5", "31"), "best": ("2", "26")}


def compile_project(project: Project, facts: Mapping[str, MediaFacts], container: str | None = None) -> Plan:
    """Decide everything that a render needs.

    Args:
        project: What is wanted.
        facts: Of every path that `needs.media_paths` names.
        container: The suffix of the file to write, such as ``mp4``; by default the target's own.

    Raises:
        ProjectError: An edit does not fit what it is applied to.
        MediaError: A source lacks what is needed of it.
        PlanError: The target or this build cannot do it; the hint says what can.
    """
    target = targets.find(target_name(project))
    chosen = target.checked_container(container) if container else target.containers[0]
    builder = Builder(facts, canvas=_canvas(project.output, target))
    strip = _fitted_length(builder.strip(project.root, "/root"), target, builder.notices)
    hdr = None
    if project.output.keep_hdr and (hdr := keep.kept(strip.picture, builder.sources, target, chosen)) is None:
        builder.notices.append(keep.NOT_HDR)
    spec = _output(project.output, strip, target, chosen, hdr)
    frames = frame_count(strip.duration, spec.rate)
    level = _level(project.output, target)
    sound = _programme(strip, spec, frames, builder.sources, level)
    return Plan(
        output=spec,
        sources=tuple(builder.sources),
        picture=strip.picture,
        fit=project.output.fit or natural_fit(strip.picture.size, spec.size),
        spans=_spans(frames, spec.video.gop),
        sound=sound,
        expect=Expect(frames, spec.size, spec.rate, sound.samples if sound else None),
        target=target.name,
        notices=(*builder.notices, *target.notes_for(strip.duration)),
    )


def target_name(project: Project) -> str:
    """The target that applies: the project's own; else TikTok's for a composition, the source's for one clip."""
    composed = isinstance(project.root.source, Composition)
    return project.output.target or ("tiktok" if composed else "source")


def _fitted_length(strip: Strip, target: Target, notices: list[str]) -> Strip:
    """The strip, cut where the target says so; refused where it is too long or too short for it."""
    low, high = target.min_seconds, target.max_seconds
    if high is not None and strip.duration > high:
        if target.too_long == "refuse":
            raise _wrong_length(strip, target, "too-long", f"at most {clock(high)}", "trim it")
        notices.append(f"{target.name} ends at {clock(high)}: cut there, of {clock(strip.duration)}")
        return strip.through(TimeMap.trim(Fraction(0), high))
    if low is not None and strip.duration < low:
        raise _wrong_length(strip, target, "too-short", f"at least {clock(low)}", "use more of it, or slow it down")
    return strip


def _wrong_length(strip: Strip, target: Target, code: str, limit: str, hint: str) -> PlanError:
    message = f"{target.name} takes {limit}, this is {clock(strip.duration)}"
    return PlanError(message, code=code, hint=f"{hint}, or choose another target")


# ---- the file ------------------------------------------------------------------------------------------------


def _output(output: Output, strip: Strip, target: Target, container: Container, hdr: PictureFacts | None) -> OutputSpec:
    size, rate = _size(output, strip, target, container), _rate(output, strip, target, container)
    gop = max(1, round(rate * target.gop_seconds))
    kbps = _ceiling(target, rate, strip.duration)
    ceiling = None if kbps is None else budget.ceiling(kbps, size, rate)
    return OutputSpec(
        container=container,
        size=size,
        rate=rate,
        video=_video(output.quality, gop, target, container, ceiling, hdr),
        audio=_audio(strip, target, container),
        encoding=hdr.encoding if hdr is not None else OUTPUT,
        edit_list=target.edit_list,
        max_bytes=target.max_bytes,
        keep_metadata=output.keep_metadata,
    )


def _ceiling(target: Target, rate: Fraction, duration: Fraction) -> int | None:
    """Kilobits a second that the picture may take: the target's own limit, or what its largest file leaves."""
    limits = [target.video_ceiling(rate)]
    if target.max_bytes is not None:
        total = Fraction(target.max_bytes * 8, 1000) / duration
        limits.append(max(100, int(total * Fraction(9, 10)) - target.audio_kbps))
    return min((limit for limit in limits if limit is not None), default=None)


@dataclass(frozen=True, slots=True)
class _Natural:
    """A size that a target did not set: the source's own, even."""

    size: Size

    def for_container(self, container: Container) -> Size:
        if container != "gif" or self.size.width <= _GIF_WIDTH:
            return self.size.even()
        return Size(_GIF_WIDTH, round(_GIF_WIDTH / self.size.aspect)).even()


def _canvas(output: Output, target: Target) -> Size | None:
    """The size that was asked for, or that the target sets."""
    if output.width is not None and output.height is not None:
        return target.checked_size(checked_size(Size(output.width, output.height)))
    return target.size


def _size(output: Output, strip: Strip, target: Target, container: Container) -> Size:
    return _canvas(output, target) or _Natural(strip.picture.size).for_container(container)


def _rate(output: Output, strip: Strip, target: Target, container: Container) -> Fraction:
    if output.fps is None:
        return min(_GIF_RATE, strip.picture.rate) if container == "gif" else target.rate_for(strip.picture.rate)
    if target.allows_rate(output.fps):
        return output.fps
    raise PlanError(
        f"{target.name} does not take {rate_name(output.fps)} frames a second",
        code="rate-outside-target",
        hint=f"it takes {rate_name(target.min_fps or Fraction(1))} to {rate_name(target.max_fps or Fraction(240))}",
    )


def _video(
    quality: Quality, gop: int, target: Target, container: Container, ceiling: Ceiling | None, hdr: PictureFacts | None
) -> VideoCodec:
    if hdr is not None:
        return keep.codec(quality, gop, hdr, edit_list=target.edit_list)
    return _vp9(quality, gop) if container == "webm" else _h264(quality, gop, ceiling, target.edit_list)


def _h264(quality: Quality, gop: int, ceiling: Ceiling | None, edit_list: bool) -> VideoCodec:
    """H.264 High. Two B-frames, or none where no edit list may shift the picture back into place."""
    preset, crf = _X264[quality]
    reorder = 2 if edit_list else 0
    options = {"preset": preset, "crf": crf, "bf": str(reorder)}
    if ceiling is not None:
        options |= budget.options(ceiling)
    return VideoCodec("libx264", tuple(options.items()), gop, reorder, "High", ceiling=ceiling)


def _vp9(quality: Quality, gop: int) -> VideoCodec:
    speed, crf = _VP9[quality]
    options = {"deadline": "good", "cpu-used": speed, "crf": crf, "b": "0", "row-mt": "0"}
    return VideoCodec("libvpx-vp9", tuple(options.items()), gop)


def _audio(strip: Strip, target: Target, container: Container) -> AudioCodec | None:
    if container == "gif" or not (strip.voices or target.always_sound):
        return None
    return AudioCodec("libopus" if container == "webm" else "aac", target.audio_kbps * 1000)


# ---- spans and sound -----------------------------------------------------------------------------------------


def _spans(frames: int, gop: int) -> tuple[Span, ...]:
    """Closed GOPs of the target's length, end to end."""
    starts = range(0, frames, gop)
    return tuple(Encode(start, min(start + gop, frames), "every frame is composed anew") for start in starts)


_LUFS = -14.0
"""What sound is brought to when it is asked for and the target names no loudness: what most platforms play at."""


def _level(output: Output, target: Target) -> Level | None:
    """The loudness to bring the sound to; None to leave it."""
    wanted = target.lufs is not None if output.normalise is None else output.normalise
    return Level(_LUFS if target.lufs is None else target.lufs) if wanted else None


def _programme(
    strip: Strip, spec: OutputSpec, frames: int, sources: list[MediaFacts], level: Level | None
) -> Programme | None:
    if spec.audio is None:
        return None
    samples = round(frames / spec.rate * SAMPLE_RATE)
    # A sum can clip: of voices, of a voice made louder, and of the channels of a surround track brought to two.
    surround = any(source.sound is not None and source.sound.channels > 2 for source in sources)
    summed = len(strip.voices) > 1 or surround or any(voice.gain_db > 0 for voice in strip.voices)
    panned = any(voice.pan or isinstance(voice.source, Bus) for voice in strip.voices)
    audible = level if strip.voices else None
    return Programme(samples, strip.voices, limit=(summed or panned) and audible is None, level=audible)
