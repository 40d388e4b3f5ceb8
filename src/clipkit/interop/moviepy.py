"""Both ways with MoviePy: a result as a MoviePy clip, a MoviePy clip as a source, its effects on single frames."""

from __future__ import annotations

import difflib
import inspect
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clipkit.engine import preview
from clipkit.engine.lossless import write_lossless
from clipkit.engine.mix import SoundCall
from clipkit.engine.steps import ForeignCall
from clipkit.errors import PlanError, ProjectError, RenderError
from clipkit.interop import content
from clipkit.plan.types import SAMPLE_RATE, Foreign, ForeignSound, Plan
from clipkit.time import exact, frame_count, parse_rate

if TYPE_CHECKING:
    from moviepy import VideoClip as VideoClip  # other rooms take the name from here

Pixels = NDArray[np.uint8]
"""RGB, (height, width, 3)."""

# ---- the 34 effects of `moviepy.vfx`: which can be used on the frames of a clip ---------------------------------

# Work on a picture alone, or on a picture and its time.
USABLE = frozenset(
    {
        "BlackAndWhite", "FadeIn", "FadeOut", "GammaCorrection", "HeadBlur", "InvertColors", "LumContrast",
        "MirrorX", "MirrorY", "MultiplyColor", "Painting", "Rotate",
    }
)  # fmt: skip

# Change which moment shows when, or need pictures of other moments. What to use here instead.
_TIME = {
    "AccelDecel": "use `speed`, which keeps one speed so far",
    "Freeze": "`freeze` of clipkit comes with a later version",
    "FreezeRegion": "`freeze` of clipkit comes with a later version",
    "Loop": "`loop` of clipkit comes with a later version",
    "MakeLoopable": "`loop` of clipkit comes with a later version",
    "MultiplySpeed": "use `speed`: clip.speed(2), or `clipkit speed IN 2`",
    "SuperSample": "use MoviePy itself: clip.tomoviepy(), then ck.frommoviepy()",
    "TimeMirror": "`reverse` of clipkit comes with a later version",
    "TimeSymmetrize": "`boomerang` of clipkit comes with a later version",
}

_SIZE = dict.fromkeys(
    ("Crop", "EvenSize", "Margin", "Resize", "Scroll"), "the output has one size: choose it with --size and --fit"
)

# Change a mask, or where a clip lies in MoviePy's composition: on the frames of one clip nothing would show.
_MASK = {
    "Blink": "use MoviePy itself: clip.tomoviepy(), then ck.frommoviepy()",
    "CrossFadeIn": "use FadeIn",
    "CrossFadeOut": "use FadeOut",
    "MaskColor": "use MoviePy itself: clip.tomoviepy(), then ck.frommoviepy()",
    "MasksAnd": "use MoviePy itself: clip.tomoviepy(), then ck.frommoviepy()",
    "MasksOr": "use MoviePy itself: clip.tomoviepy(), then ck.frommoviepy()",
    "SlideIn": "use `react` with a path",
    "SlideOut": "use `react` with a path",
}

REFUSED = {
    **{name: ("changes-time", "changes time", hint) for name, hint in _TIME.items()},
    **{name: ("changes-size", "changes the size of the picture", hint) for name, hint in _SIZE.items()},
    **{name: ("needs-composition", "only works between several clips", hint) for name, hint in _MASK.items()},
}
"""Effects that cannot be used, with a code, the reason, and what helps."""

# Arguments that MoviePy wants as functions of time. A project holds no functions: a number stands for one that stays.
_FUNCTIONS = {"HeadBlur": ("fx", "fy")}

# What an effect with wrong arguments may raise.
_FAILURES = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)

_TRIAL_SIZE = (32, 48)
_TRIAL_SECONDS = 1.0


def check_effect(name: str, params: Mapping[str, object]) -> None:
    """Refuse an effect that cannot be used, or arguments it does not take. Tries it on a tiny picture.

    Args:
        name: Of a class in `moviepy.vfx`.
        params: Its arguments by name.

    Raises:
        ProjectError: ``unknown-effect``, ``changes-time``, ``changes-size``, ``needs-composition`` or
            ``bad-parameters``.
    """
    _check_name(name)
    _check_signature(name, params)
    try:
        after = _Applied(name, params, _TRIAL_SECONDS, _TRIAL_SIZE).frame(_trial_picture(), 0.5)
    except _FAILURES as error:
        raise _bad_parameters(name, str(error)) from error
    if after.shape != (*_TRIAL_SIZE, 3):
        hint = "add expand=False" if name == "Rotate" else "choose the size with --size and --fit"
        raise ProjectError(f"{name} changes the size of the picture so", code="changes-size", where=name, hint=hint)


def _check_name(name: str) -> None:
    if name in USABLE:
        return
    if name in REFUSED:
        code, reason, hint = REFUSED[name]
        raise ProjectError(f"MoviePy's {name} {reason} and cannot be used here", code=code, where=name, hint=hint)
    near = difflib.get_close_matches(name, USABLE, n=3, cutoff=0.4)
    raise ProjectError(
        "MoviePy has no effect of that name",
        code="unknown-effect",
        where=name,
        hint=f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(sorted(USABLE))}",
    )


def _check_signature(name: str, params: Mapping[str, object]) -> None:
    try:
        inspect.signature(_effect_class(name)).bind(**params)
    except TypeError as error:
        raise _bad_parameters(name, str(error)) from error


def _bad_parameters(name: str, reason: str) -> ProjectError:
    """Says in the hint what the effect takes: `angle, unit='deg', …`."""
    fields = inspect.signature(_effect_class(name)).parameters.values()
    taken = (item.name if item.default is item.empty else f"{item.name}={item.default!r}" for item in fields)
    return ProjectError(
        f"MoviePy's {name} does not take these arguments: {reason}",
        code="bad-parameters",
        where=name,
        hint=f"it takes {', '.join(taken) or 'none'}",
    )


def _trial_picture() -> Pixels:
    """Something of every brightness, so that no effect meets only black."""
    ramp = np.linspace(0, 255, _TRIAL_SIZE[0] * _TRIAL_SIZE[1] * 3)
    return ramp.astype(np.uint8).reshape(*_TRIAL_SIZE, 3)


def effect_call(name: str, params: Mapping[str, object], duration: Fraction) -> ForeignCall:
    """One effect as a function of a picture and a time, for one thread.

    Args:
        name: Of a class in `moviepy.vfx`.
        params: Its arguments by name.
        duration: Seconds of what it is applied to; FadeOut counts back from there.

    Raises:
        ProjectError: as `check_effect`; calling the function raises RenderError, ``effect-failed``.
    """
    check_effect(name, params)
    # A picture may come in several sizes, as a window that grows does; an effect is made for one.
    applied: dict[tuple[int, ...], _Applied] = {}

    def call(pixels: Pixels, t: float) -> Pixels:
        size = pixels.shape[:2]
        try:
            if size not in applied:
                applied[size] = _Applied(name, params, float(duration), size)
            return applied[size].frame(pixels, t)
        except _FAILURES as error:
            raise RenderError(
                f"MoviePy's {name} failed at {t:.3f} s: {error}", code="effect-failed", where=name
            ) from error

    return call


class _Applied:
    """An effect applied to a clip whose every frame is the one that is asked about."""

    def __init__(self, name: str, params: Mapping[str, object], duration: float, size: tuple[int, ...]) -> None:
        self._pixels = np.zeros((*size, 3), np.uint8)
        source = moviepy().VideoClip(lambda t: self._pixels, duration=duration)
        self._clip = source.with_effects([_effect_class(name)(**_arguments(name, params))])

    def frame(self, pixels: Pixels, t: float) -> Pixels:
        self._pixels = pixels
        return _bytes(self._clip.get_frame(t))


def _arguments(name: str, params: Mapping[str, object]) -> dict[str, object]:
    functions = _FUNCTIONS.get(name, ())
    return {key: (lambda t, held=value: held) if key in functions else value for key, value in params.items()}


def _effect_class(name: str) -> Callable[..., object]:
    found: Callable[..., object] = getattr(moviepy().vfx, name)
    return found


def _bytes(pixels: NDArray[Any]) -> Pixels:
    """Pixels of any number type as 8-bit ones: several effects give floats."""
    array = np.asarray(pixels)
    return (array if array.dtype == np.uint8 else np.clip(np.rint(array), 0, 255)).astype(np.uint8, copy=False)


# ---- to MoviePy --------------------------------------------------------------------------------------------------


def to_moviepy(
    plan: Plan,
    foreign: Mapping[Foreign, ForeignCall] | None = None,
    sound_calls: Mapping[ForeignSound, SoundCall] | None = None,
) -> VideoClip:
    """The result of a plan as a MoviePy clip of the output's size, rate and length.

    Its frames are made when they are asked for; its sound is read at the first question for it and then kept,
    23 MB a minute. `close()` lets go of the files; asking again opens them anew.
    """
    source = _Source(plan, foreign or {}, sound_calls or {})
    rate = float(plan.output.rate)
    clip = moviepy().VideoClip(source.frame, duration=_seconds(plan.expect.frames, rate))
    clip.fps = rate
    clip.close = source.close
    return clip if plan.sound is None else clip.with_audio(_audio(source, plan))


def _audio(source: _Source, plan: Plan) -> Any:  # noqa: ANN401  MoviePy has no types
    """MoviePy's constructor would read the sound to count its channels: they are told instead."""
    audio = moviepy().AudioClip()
    audio.frame_function = source.sound
    audio.fps, audio.nchannels = SAMPLE_RATE, 2
    audio.duration = audio.end = _seconds(round(plan.duration * SAMPLE_RATE), SAMPLE_RATE)
    return audio


def _seconds(count: int, rate: float) -> float:
    """The shortest time that MoviePy, which takes `int(time * rate)`, counts as so many frames or samples."""
    seconds = count / rate
    while int(seconds * rate) < count:
        seconds = math.nextafter(seconds, math.inf)
    return seconds


class _Source:
    """What MoviePy's functions of time ask. Locked, since MoviePy's preview asks from several threads."""

    def __init__(
        self, plan: Plan, foreign: Mapping[Foreign, ForeignCall], sound_calls: Mapping[ForeignSound, SoundCall]
    ) -> None:
        self._plan, self._foreign, self._sound_calls = plan, foreign, sound_calls
        self._server: preview.FrameServer | None = None
        self._samples: NDArray[np.float32] | None = None
        self._lock = threading.Lock()

    def frame(self, t: float) -> Pixels:
        """The frame that shows at `t`. MoviePy asks at n / fps in floats, which may lie a hair before frame n."""
        index = math.floor(float(t) * float(self._plan.output.rate) + 1e-6)
        with self._lock:
            if self._server is None:
                self._server = preview.FrameServer(self._plan, self._foreign)
            return self._server.frame(index)

    def sound(self, t: float | NDArray[np.float64]) -> NDArray[np.float32]:
        """Samples at one time, (2,), or at many, (n, 2); silence outside."""
        with self._lock:
            if self._samples is None:
                self._samples = preview.samples(self._plan, self._sound_calls)
        indices = np.rint(np.asarray(t) * SAMPLE_RATE).astype(np.int64)
        inside = (indices >= 0) & (indices < len(self._samples))
        found = self._samples[np.where(inside, indices, 0)]
        return np.where(inside[..., None], found, np.float32(0))

    def close(self) -> None:
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.close()


# ---- from MoviePy ------------------------------------------------------------------------------------------------

_SOUND_BLOCK = 50_000


def from_moviepy(clip: VideoClip, fps: float | str | Fraction | None = None) -> Path:
    """A MoviePy clip as a lossless file in the content store; where it is transparent, black shows through.

    Args:
        clip: Any clip with a duration.
        fps: Frames a second to take of it; by default its own.

    Raises:
        ProjectError: ``bad-clip``: it is none; ``no-duration``; ``no-rate``; ``bad-frames``; ``size-changes``.
        StoreError: The store cannot take it.
    """
    if not isinstance(clip, moviepy().VideoClip):
        raise ProjectError(
            f"a MoviePy VideoClip is needed, not {type(clip).__name__}", code="bad-clip", hint="for files use ck.open"
        )
    if clip.duration is None:
        raise ProjectError("the MoviePy clip has no end", code="no-duration", hint="use clip.with_duration(seconds)")
    own = getattr(clip, "fps", None)
    if fps is None and own is None:
        raise ProjectError("the MoviePy clip has no frame rate", code="no-rate", hint="give fps=30")
    rate = parse_rate(str(fps if fps is not None else own))
    return content.keep(".mov", lambda path: _write(path, clip, rate))


def _write(path: Path, clip: VideoClip, rate: Fraction) -> None:
    sound_rate = round(getattr(clip.audio, "fps", None) or SAMPLE_RATE)
    sound = None if clip.audio is None else _sound(clip, sound_rate)
    write_lossless(path, _frames(clip, rate), rate, sound, sound_rate)


def _frames(clip: VideoClip, rate: Fraction) -> Iterator[Pixels]:
    """Each frame, asked for a microsecond after it begins: clips that count `int(t * fps)` fall short at n / fps."""
    # A duration that came from n / fps in floats must not gain a frame by its last bit.
    seconds = exact(float(clip.duration)) - Fraction(1, 1_000_000)
    for index in range(max(1, frame_count(seconds, rate))):
        yield _picture(clip, float(index / rate) + 1e-6)


def _picture(clip: VideoClip, t: float) -> Pixels:
    pixels = np.asarray(clip.get_frame(t))
    if clip.is_mask and pixels.ndim == 2:
        pixels = np.repeat(255.0 * pixels[:, :, None], 3, axis=2)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ProjectError(
            f"the clip's frames have the shape {pixels.shape}",
            code="bad-frames",
            hint="they must be RGB: (height, width, 3)",
        )
    if clip.mask is not None:
        pixels = pixels * np.asarray(clip.mask.get_frame(t), np.float32)[:, :, None]
    return _bytes(pixels)


def _sound(clip: VideoClip, sample_rate: int) -> Iterator[NDArray[np.float32]]:
    """The clip's sound in blocks of (n, 2), as long as its picture; one channel goes to both sides."""
    audio = clip.audio if clip.audio.duration is not None else clip.audio.with_duration(clip.duration)
    left = math.ceil(float(clip.duration) * sample_rate)
    for block in audio.iter_chunks(chunksize=_SOUND_BLOCK, fps=sample_rate):
        samples = np.asarray(block, np.float32).reshape(len(block), -1)[:left]
        left -= len(samples)
        yield np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]


# ---- MoviePy itself ----------------------------------------------------------------------------------------------

_importing = threading.Lock()


def moviepy() -> ModuleType:
    """MoviePy. Importing it would read a `.env` file of the folder one happens to stand in: it may not.

    Raises:
        PlanError: ``no-moviepy``: it is missing, or cannot find the FFmpeg that it calls.
    """
    with _importing, _without_dotenv(), _with_its_own_ffmpeg():
        try:
            import moviepy
        except (ImportError, RuntimeError, OSError) as error:
            raise PlanError(
                f"MoviePy cannot be used: {error}", code="no-moviepy", hint="pip install moviepy imageio-ffmpeg"
            ) from error
    module: ModuleType = moviepy
    return module


@contextmanager
def _without_dotenv() -> Iterator[None]:
    """While MoviePy is imported for the first time, python-dotenv finds and loads nothing."""
    if "moviepy" in sys.modules:
        yield
        return
    try:
        import dotenv
    except ImportError:
        yield
        return
    kept = dotenv.find_dotenv, dotenv.load_dotenv
    dotenv.find_dotenv, dotenv.load_dotenv = _finds_nothing, _loads_nothing
    try:
        yield
    finally:
        dotenv.find_dotenv, dotenv.load_dotenv = kept


@contextmanager
def _with_its_own_ffmpeg() -> Iterator[None]:
    """While MoviePy is imported for the first time, it is told which FFmpeg came with it: it would start that program
    only to see that it can, and a command may start none.
    """
    if "moviepy" in sys.modules or _FFMPEG in os.environ or (spec := find_spec("imageio_ffmpeg")) is None:
        yield
        return
    found = sorted(Path(str(spec.origin)).parent.glob("binaries/ffmpeg-*"))
    if found:
        os.environ[_FFMPEG] = str(found[-1])
    try:
        yield
    finally:
        os.environ.pop(_FFMPEG, None)


_FFMPEG = "IMAGEIO_FFMPEG_EXE"


def _finds_nothing(*_: object, **__: object) -> str:
    return ""


def _loads_nothing(*_: object, **__: object) -> bool:
    return False
