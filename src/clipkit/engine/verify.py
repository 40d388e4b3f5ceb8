"""Open what was written and compare it with what the plan expects, before it gets its name."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer

from clipkit.engine import boxes
from clipkit.engine.bridge import reading
from clipkit.engine.opening import guard, open_media
from clipkit.engine.probe import orientation_of
from clipkit.errors import MediaError, RenderError
from clipkit.geometry import Size
from clipkit.plan.types import SAMPLE_RATE, Plan

# A sound track may end within one AAC frame of the picture: the last frame is padded.
_SOUND_SLACK = Fraction(2048, SAMPLE_RATE)


def verify(path: Path, plan: Plan) -> None:
    """Demux all of a file, decode its first and last frames. (Those of copied spans are seams: see `check_seams`.)

    Raises:
        RenderError: ``verification-failed``, saying in what the file differs.
    """
    try:
        with open_media(str(path)) as container, reading(str(path)):
            problems = _problems(container, plan, _size(container, path))
    except MediaError as error:  # what cannot be read back is no fault of an input
        problems = [error.message]
    if problems:
        raise RenderError(
            f"the file written is not as planned: {'; '.join(problems)}",
            code="verification-failed",
            hint="nothing was kept; please report this with the plan (`clipkit plan --json`)",
        )


def _size(container: InputContainer, path: Path) -> Size | None:
    """The size as a viewer sees it: a copied stream keeps its orientation."""
    if not container.streams.video:
        return None
    video = container.streams.video[0]
    width, height = video.codec_context.width, video.codec_context.height
    turned = boxes.is_mov(str(path)) and orientation_of(boxes.matrices(str(path))[video.id]).turned
    return Size(height, width) if turned else Size(width, height)


def _problems(container: InputContainer, plan: Plan, size: Size | None) -> list[str]:
    expect = plan.expect
    if not container.streams.video:
        return ["it has no picture"]
    video = container.streams.video[0]
    guard(video)
    found = [] if size == expect.size else [f"its size is {size}"]
    sound = container.streams.audio[0] if container.streams.audio else None
    if (sound is None) != (expect.samples is None):
        found.append("it has sound where none was planned" if sound else "it lacks its sound")
    times, sound_end = _timestamps(container, video, sound)
    found += _time_problems(times, plan)
    if sound is not None and expect.samples is not None:
        length = Fraction(expect.samples, SAMPLE_RATE)
        if abs(sound_end - length) > _SOUND_SLACK:
            found.append(f"its sound is {float(sound_end):.3f} s long, not {float(length):.3f} s")
    return found or ([] if plan.copied else _decode_problems(container, video))


def _timestamps(
    container: InputContainer, video: av.VideoStream, sound: av.AudioStream | None
) -> tuple[list[Fraction], Fraction]:
    """When each frame shows, in order, and when the sound ends."""
    times, sound_end = [], Fraction(0)
    for packet in container.demux([stream for stream in (video, sound) if stream is not None]):
        if packet.pts is None or packet.time_base is None:
            continue
        if packet.stream_index == video.index:
            times.append(packet.pts * packet.time_base)
        else:
            sound_end = max(sound_end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    return sorted(times), sound_end


def _time_problems(times: list[Fraction], plan: Plan) -> list[str]:
    expect = plan.expect
    if len(times) != expect.frames:
        return [f"it has {len(times)} frames, not {expect.frames}"]
    # Matroska counts milliseconds, GIF hundredths of a second; MP4 holds each time exactly.
    slack = {"webm": Fraction(1, 1000), "gif": Fraction(1, 100)}.get(plan.output.container, Fraction(0))
    late = [index for index, time in enumerate(times) if abs(time - index / expect.rate) > slack]
    return [f"frame {late[0]} shows at {float(times[late[0]]):.4f} s"] if late else []


def _decode_problems(container: InputContainer, video: av.VideoStream) -> list[str]:
    """Decode the first frame, and from the last keyframe to the last frame. Nothing else is at work by now."""
    video.codec_context.thread_type, video.codec_context.thread_count = "FRAME", 0
    for name, offset in (("first", 0), ("last", 1 << 62)):
        container.seek(min(offset, (video.duration or 1) - 1), stream=video, backward=True)
        try:
            frames = 0
            for frame in container.decode(video):
                frames += 1
                if name == "first" or frame.is_corrupt:
                    break
        except av.error.FFmpegError as error:
            return [f"its {name} frames do not decode ({error.strerror})"]
        if not frames:
            return [f"its {name} frames do not decode"]
    return []
