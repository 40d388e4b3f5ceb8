"""Sound effects of pydub and MoviePy by name, as functions of all samples of a sound to as many others."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clipkit.engine.mix import SoundCall
from clipkit.errors import ProjectError, RenderError
from clipkit.interop.moviepy import moviepy
from clipkit.interop.pydub import pydub
from clipkit.plan.types import SAMPLE_RATE
from clipkit.sound.window import Samples

_TRIAL = SAMPLE_RATE // 2
_SCALE = 1 << 31  # pydub has whole numbers only: 32 bits keep what floats of 24 bits say

# What an effect with wrong arguments may raise.
_FAILURES = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class _Library:
    title: str
    usable: frozenset[str]
    refused: Mapping[str, str]
    """Those that change the length, or which moment sounds when, and what to use here instead."""

    find: Callable[[str], Callable[..., object]]
    run: Callable[[str, Mapping[str, object], Samples], Samples]


def check(library: str, name: str, params: Mapping[str, object]) -> None:
    """Refuse an effect that cannot be used, or arguments that it does not take. Tries it on half a second.

    Raises:
        ProjectError: ``unknown-effect``, ``changes-time`` or ``bad-parameters``.
    """
    known = _LIBRARIES[library]
    if name in known.refused:
        raise ProjectError(
            f"{known.title}'s {name} changes the length or the order of the sound",
            code="changes-time",
            where=name,
            hint=known.refused[name],
        )
    if name not in known.usable:
        near = difflib.get_close_matches(name, known.usable, n=3, cutoff=0.4)
        raise ProjectError(
            f"{known.title} has no sound effect of that name that can be used here",
            code="unknown-effect",
            where=name,
            hint=f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(sorted(known.usable))}",
        )
    ramp = np.linspace(-0.5, 0.5, 2 * _TRIAL, dtype=np.float32).reshape(-1, 2)
    try:
        known.run(name, params, ramp)
    except _FAILURES as error:
        raise _bad_parameters(known, name, str(error)) from error


def call(library: str, name: str, params: Mapping[str, object]) -> SoundCall:
    """An effect as a function of samples, shape (n, 2) at 48 kHz.

    Raises:
        ProjectError: as `check`; calling the function raises RenderError, ``effect-failed``.
    """
    check(library, name, params)
    known = _LIBRARIES[library]

    def run(samples: Samples) -> Samples:
        try:
            return known.run(name, params, samples)
        except _FAILURES as error:
            raise RenderError(f"{known.title}'s {name} failed: {error}", code="effect-failed", where=name) from error

    return run


def is_moviepy_sound(name: str) -> bool:
    """Whether a name of MoviePy is one of its sound effects (`afx`)."""
    return name in _MOVIEPY.usable or name in _MOVIEPY.refused


def _bad_parameters(library: _Library, name: str, reason: str) -> ProjectError:
    fields = list(inspect.signature(library.find(name)).parameters.values())
    taken = (item.name if item.default is item.empty else f"{item.name}={item.default!r}" for item in fields)
    wanted = ", ".join(word for word in taken if word not in ("self", "seg"))
    return ProjectError(
        f"{library.title}'s {name} does not take these arguments: {reason}",
        code="bad-parameters",
        where=name,
        hint=f"it takes {wanted or 'none'}",
    )


def _fitted(samples: Samples, count: int) -> Samples:
    """As long as it was: some effects count in milliseconds, and round."""
    if len(samples) >= count:
        return samples[:count]
    return np.concatenate((samples, np.zeros((count - len(samples), 2), np.float32)))


# ---- pydub -----------------------------------------------------------------------------------------------------


def _pydub_effect(name: str) -> Callable[..., object]:
    found: Callable[..., object] = getattr(pydub().AudioSegment, name)
    return found


def _run_pydub(name: str, params: Mapping[str, object], samples: Samples) -> Samples:
    scaled = np.clip(np.rint(samples.astype(np.float64) * _SCALE), -_SCALE, _SCALE - 1).astype("<i4")
    segment: Any = pydub().AudioSegment(data=scaled.tobytes(), sample_width=4, frame_rate=SAMPLE_RATE, channels=2)
    changed: Any = getattr(segment, name)(**params)
    row = np.frombuffer(changed.raw_data, "<i4").reshape(-1, 2)
    return _fitted((row / _SCALE).astype(np.float32), len(samples))


_PYDUB = _Library(
    "pydub",
    frozenset(
        {
            *("normalize", "compress_dynamic_range", "invert_phase", "low_pass_filter", "high_pass_filter"),
            *("pan", "apply_gain", "apply_gain_stereo", "remove_dc_offset", "fade_in", "fade_out"),
        }
    ),
    {
        "speedup": "use `speed`: clip.speed(2), or `clipkit speed IN 2`",
        "strip_silence": "use `silence IN --cut`",
        "reverse": "use `reverse`",
        "append": "use `mix`, with `at` for where it begins",
        "overlay": "use `mix`, with `at` for where it begins",
    },
    _pydub_effect,
    _run_pydub,
)


# ---- MoviePy ---------------------------------------------------------------------------------------------------


def _moviepy_effect(name: str) -> Callable[..., object]:
    found: Callable[..., object] = getattr(moviepy().afx, name)
    return found


def _run_moviepy(name: str, params: Mapping[str, object], samples: Samples) -> Samples:
    source = _source(samples).with_effects([_moviepy_effect(name)(**params)])
    times = np.arange(len(samples)) / SAMPLE_RATE
    parts = [
        np.asarray(source.get_frame(times[start : start + SAMPLE_RATE]), np.float32)
        for start in range(0, len(samples), SAMPLE_RATE)
    ]
    return _fitted(np.concatenate(parts), len(samples))


def _source(samples: Samples) -> Any:  # noqa: ANN401  MoviePy has no types
    """Samples as an audio clip of MoviePy, which asks for them by time."""

    def at(t: Any) -> Any:  # noqa: ANN401
        indices = np.clip(np.rint(np.asarray(t) * SAMPLE_RATE).astype(np.int64), 0, len(samples) - 1)
        return samples[indices]

    clip = moviepy().AudioClip()
    clip.frame_function, clip.fps, clip.nchannels = at, SAMPLE_RATE, 2
    clip.duration = clip.end = len(samples) / SAMPLE_RATE
    return clip


_MOVIEPY = _Library(
    "MoviePy",
    frozenset({"AudioFadeIn", "AudioFadeOut", "AudioNormalize", "MultiplyStereoVolume", "MultiplyVolume"}),
    {
        "AudioDelay": "use `voice IN echo`, or `mix` with `at`",
        "AudioLoop": "use `loop`, or a track that loops: `music`, `mix`",
    },
    _moviepy_effect,
    _run_moviepy,
)

_LIBRARIES = {"pydub": _PYDUB, "moviepy": _MOVIEPY}
