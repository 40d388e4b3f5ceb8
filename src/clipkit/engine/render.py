"""A Plan becomes a file: spans made in parallel by workers, put end to end, muxed, verified, moved into place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from pathlib import Path

import av

from clipkit.engine.bridge import writing
from clipkit.engine.compose import Painter
from clipkit.engine.gif import write_gif
from clipkit.engine.mix import SoundCall
from clipkit.engine.muxer import Muxer
from clipkit.engine.progress import ProgressCall, Reporter
from clipkit.engine.seams import check_seams
from clipkit.engine.soundtrack import soundtrack
from clipkit.engine.spans import Spans
from clipkit.engine.steps import ForeignCall
from clipkit.engine.tables import Tables
from clipkit.engine.verify import verify
from clipkit.errors import Cancelled, RenderError
from clipkit.plan import budget
from clipkit.plan.types import Foreign, ForeignSound, Plan
from clipkit.sound.loudness import Loudness
from clipkit.store.atomic import refuse_input, replacing

# How often the whole picture is made for a file of limited size. Its plan leaves a tenth for what is not picture, so
# this is for what the plan could not foresee; sound stays as large as it is, so the first correction may fall short.
_TRIES = 4
_LEEWAY = Fraction(19, 20)


@dataclass(frozen=True, slots=True)
class Report:
    """What a render did."""

    path: str
    frames: int
    duration: float
    seconds: float
    bytes: int
    target: str
    workers: int
    notices: tuple[str, ...]
    reused: int = 0
    """Frames whose packets were in the cache."""

    copied: int = 0
    """Frames whose packets are the source's own."""

    lufs: float | None = None
    """Integrated loudness of the sound; None where nothing is heard. What is normalised is measured as it decodes."""

    true_peak: float | None = None
    """Of the sound, in dBTP."""


def render(
    plan: Plan,
    out: str | Path,
    *,
    force: bool = False,
    workers: int | None = None,
    cache: bool = True,
    progress: ProgressCall | None = None,
    foreign: Mapping[Foreign, ForeignCall] | None = None,
    sound_calls: Mapping[ForeignSound, SoundCall] | None = None,
) -> Report:
    """Write the file that a plan describes.

    The bytes depend neither on `workers` nor on `cache`. The file appears under its name whole and verified, or not
    at all.

    Args:
        plan: What to make.
        out: Where; its folder must exist.
        force: Replace a file that is there. An input of the plan is never replaced.
        workers: Spans made at a time; by default as many as there are CPUs.
        cache: Take spans from the cache where an earlier render made them, and keep there what this one makes. A
            render that was killed so goes on where it was.
        progress: Called with a `Progress` about ten times a second.
        foreign: The callables that `Foreign` steps of the plan name.
        sound_calls: The callables that its `ForeignSound` steps name.

    Raises:
        RenderError: It could not be written, or did not come out as planned (``verification-failed``), or a copied span
            does not show what its source does (``seam-failed``).
        MediaError: An input is an output, or cannot be read.
        Cancelled: Ctrl-C.
    """
    path = Path(out)
    refuse_input(path, (source.path for source in plan.sources))
    reporter = Reporter(plan.expect.frames, float(plan.output.rate), progress)
    try:
        with replacing(path, force=force) as part:
            av.logging.set_level(None)
            cache = cache and plan.output.container != "gif"
            for tries in count(1):
                spans = Spans(plan, workers, cache=cache, foreign=foreign or {})
                reporter.begin(spans.copied + spans.reused)
                notices, level = _write(plan, part, spans, reporter, foreign or {}, sound_calls or {})
                if (slimmer := _slimmer(plan, part, tries)) is None:
                    break
                plan = slimmer
            verify(part, plan)
            check_seams(part, plan)
            size = part.stat().st_size
            reporter.tell(plan.expect.frames)
    except KeyboardInterrupt:
        raise Cancelled("stopped; nothing was written", code="cancelled", where=str(path)) from None
    return Report(
        path=str(path),
        frames=plan.expect.frames,
        duration=float(plan.duration),
        seconds=reporter.seconds,
        bytes=size,
        target=plan.target,
        workers=spans.workers,
        notices=(*plan.notices, *notices),
        reused=spans.reused,
        copied=spans.copied,
        lufs=_rounded(level.lufs) if level else None,
        true_peak=_rounded(level.true_peak) if level else None,
    )


def _rounded(decibels: float) -> float | None:
    """A measure as it is told; silence has none."""
    return round(decibels, 2) if math.isfinite(decibels) else None


def _write(
    plan: Plan,
    part: Path,
    spans: Spans,
    reporter: Reporter,
    foreign: Mapping[Foreign, ForeignCall],
    sound_calls: Mapping[ForeignSound, SoundCall],
) -> tuple[list[str], Loudness | None]:
    """Write the whole file; return what was noticed on the way, and how loud it is."""
    if plan.output.container == "gif":
        with Painter(plan, Tables(), foreign) as painter, writing(str(part)):
            write_gif(part, plan, painter, reporter)
        return [], None
    with ExitStack() as stack:
        sound = stack.enter_context(soundtrack(plan, sound_calls)) if plan.sound is not None else None
        stack.enter_context(spans)
        with writing(str(part)):
            muxer = Muxer(part, plan, sound)
        finished = False
        try:
            for index in range(len(plan.spans)):
                packets = spans.take(index, lambda idle: _meanwhile(muxer, part, spans, reporter, idle=idle))
                with writing(str(part)):
                    muxer.write(packets)
                _tell(spans, reporter)
            finished = True
        finally:
            _close(muxer, str(part), finish=finished)
        return [*spans.notices, *(sound.notices if sound else ())], sound.measured if sound else None


def _slimmer(plan: Plan, part: Path, tries: int) -> Plan | None:
    """The plan under a lower ceiling, if its file is larger than the target takes; None if it is not."""
    size, limit, video = part.stat().st_size, plan.output.max_bytes, plan.output.video
    if limit is None or size <= limit:
        return None
    if tries == _TRIES or video.ceiling is None:
        raise RenderError(
            f"{plan.target} takes {limit / 1e6:g} MB, this came to {size / 1e6:.1f} MB",
            code="too-large",
            hint="trim it, or choose a smaller --size or lower --fps",
        )
    lower = budget.lowered(video, _LEEWAY * Fraction(limit, size))
    return replace(plan, output=replace(plan.output, video=lower))


def _meanwhile(muxer: Muxer, part: Path, spans: Spans, reporter: Reporter, *, idle: bool) -> bool:
    """While spans are made: say how far they are; where a core is idle, as it is while the last spans are made, encode
    sound."""
    _tell(spans, reporter)
    if not idle:
        return False
    with writing(str(part)):
        return muxer.encode_ahead()


def _tell(spans: Spans, reporter: Reporter) -> None:
    """Progress so far; the end is told when the file is verified."""
    reporter.tell(min(spans.frames, reporter.total - 1))


def _close(muxer: Muxer, path: str, *, finish: bool) -> None:
    """After a failure, closing may fail again (a full disk does): the first error is the one to tell."""
    with ExitStack() as stack:
        if not finish:
            stack.enter_context(suppress(av.error.FFmpegError, OSError, ValueError))
        stack.enter_context(writing(path))
        muxer.close(finish=finish)
