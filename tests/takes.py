"""Takes as phones record them: a part of a song, through a room, under noise and speech, damaged on the way to a file.

Everything is mono at 48 kHz, and times are those of the direct sound: the room's first path has no delay, filters have
zero phase, and codecs are compensated by their own time stamps.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import av
import numpy as np
from numpy.typing import NDArray

from clipkit.engine.probe import probe
from clipkit.engine.track import Track
from media import write_clip

RATE = 48_000
Mono = NDArray[np.float64]
Codec = Literal["mp3", "opus"]


@dataclass(frozen=True)
class Damage:
    """What happened between the loudspeaker and the file. Levels in dB below the song as it arrives; None is none."""

    direct_db: float | None = None
    """Direct sound over the room's reverberation."""

    decay: float = 0.4
    """Seconds in which the reverberation falls by 60 dB."""

    noise_db: float | None = None
    speech_db: float | None = None
    gain_steps: int = 0
    phone_band: bool = False
    codec: Codec | None = None
    drift_ppm: float = 0.0


def drawn(rng: np.random.Generator) -> Damage:
    """Damage as the issue names it, at its full strength, in any combination."""
    loud = rng.integers(3)
    return Damage(
        direct_db=rng.uniform(-6, 9) if rng.random() < 0.85 else None,
        decay=rng.uniform(0.2, 0.7),
        noise_db=0.0 if loud != 0 else None,
        speech_db=0.0 if loud != 1 else None,
        gain_steps=int(rng.integers(0, 5)),
        phone_band=bool(rng.random() < 0.5),
        codec=(None, "mp3", "opus")[rng.integers(3)],
        drift_ppm=rng.uniform(-150, 150),
    )


def taken(song: Mono, start: float, seconds: float, damage: Damage, rng: np.random.Generator, speech: Mono) -> Mono:
    """A take of `seconds` that begins at second `start` of the song, which may lie before it or run past its end."""
    sound = played(song, start, seconds, damage.drift_ppm)
    if damage.direct_db is not None:
        sound = _in_room(sound, damage.direct_db, damage.decay, rng)
    level = _level(sound)
    if damage.noise_db is not None:
        hiss = _noise(len(sound), rng)
        sound = sound + hiss * (level / _level(hiss) * 10 ** (-damage.noise_db / 20))
    if damage.speech_db is not None:
        said = _stretch_of(speech, len(sound), rng)
        sound = sound + said * (level / _level(said) * 10 ** (-damage.speech_db / 20))
    sound = _stepped(sound, damage.gain_steps, rng)
    if damage.phone_band:
        sound = banded(sound, 300, 3400)
    sound = sound * (0.5 / max(float(np.abs(sound).max()), 1e-9))
    return sound if damage.codec is None else coded(sound, damage.codec)


def played(song: Mono, start: float, seconds: float, drift_ppm: float = 0.0) -> Mono:
    """The song as a clock hears it that counts `drift_ppm` too few: windowed-sinc interpolation, silence outside."""
    places = start * RATE + np.arange(round(seconds * RATE)) * (1 + drift_ppm * 1e-6)
    if drift_ppm == 0 and start * RATE == round(start * RATE):
        first = round(start * RATE)
        padded = np.pad(song, (max(-first, 0), max(first + len(places) - len(song), 0)))
        return padded[max(first, 0) :][: len(places)]
    whole = np.floor(places).astype(np.int64)
    phase = np.rint((places - whole) * _PHASES).astype(np.int64)
    padded = np.pad(song, (32, 32))
    out = np.zeros(len(places))
    for tap in range(32):
        out += padded[np.clip(whole + tap + 17, 0, len(padded) - 1)] * _sincs()[tap][phase]
    return out


_PHASES = 4096


@cache
def _sincs() -> Mono:
    """Windowed sincs of 32 taps, for each fraction of a sample: (32, phases)."""
    away = np.arange(-15, 17)[:, None] - np.arange(_PHASES + 1) / _PHASES
    return np.sinc(away) * (0.5 + 0.5 * np.cos(np.pi * np.clip(away / 16, -1, 1)))


def _in_room(sound: Mono, direct_db: float, decay: float, rng: np.random.Generator) -> Mono:
    """A room after Polack (1988): the direct path, then, 2 to 6 ms later, noise that decays exponentially."""
    count = round(decay * RATE)
    gap = round(rng.uniform(0.002, 0.006) * RATE)
    tail = rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / (decay * RATE))
    tail[:gap] = 0
    tail *= 10 ** (-direct_db / 20) / np.sqrt((tail**2).sum())
    tail[0] = 1
    return convolved(sound, tail)[: len(sound)]


def convolved(sound: Mono, response: Mono) -> Mono:
    size = 1 << (len(sound) + len(response) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[: len(sound) + len(response) - 1]


def banded(sound: Mono, low: float, high: float) -> Mono:
    """Only `low` to `high` Hz, with edges of a sixth of an octave and no delay."""
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    with np.errstate(divide="ignore"):
        octaves = np.minimum(np.log2(hertz / low), np.log2(high / hertz))
    gain = np.clip(0.5 + octaves * 6, 0, 1)
    return np.fft.irfft(np.fft.rfft(sound) * gain, len(sound))


def _noise(count: int, rng: np.random.Generator) -> Mono:
    """Noise that is white, or falls by 3 dB an octave."""
    white = rng.standard_normal(count)
    if rng.random() < 0.5:
        return white
    spectrum = np.fft.rfft(white)
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 20)), count)


def _stepped(sound: Mono, steps: int, rng: np.random.Generator) -> Mono:
    """Gain steps of up to ±12 dB, as an automatic level control makes them."""
    gains = np.ones(len(sound))
    for _ in range(steps):
        gains[rng.integers(len(sound)) :] = 10 ** (rng.uniform(-12, 12) / 20)
    return sound * gains


def _stretch_of(speech: Mono, count: int, rng: np.random.Generator) -> Mono:
    return np.roll(np.resize(speech, max(count, len(speech))), -int(rng.integers(len(speech))))[:count]


def _level(sound: Mono) -> float:
    return max(float(np.sqrt(np.mean(sound**2))), 1e-9)


# ---- files -------------------------------------------------------------------------------------------------------

_ENCODERS: dict[Codec, tuple[str, str, int]] = {
    "mp3": ("libmp3lame", ".mp3", 64_000),
    "opus": ("libopus", ".ogg", 24_000),
}


def coded(sound: Mono, codec: Codec) -> Mono:
    """Through an encoder at a low bit rate and back, in place: decoded by time stamps."""
    encoder, suffix, bit_rate = _ENCODERS[codec]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"coded{suffix}"
        write(path, sound, encoder=encoder, bit_rate=bit_rate)
        return read(path, len(sound))


def write(path: Path, sound: Mono, rate: int = RATE, *, encoder: str = "pcm_f32le", bit_rate: int = 0) -> None:
    """A sound file. Shape (n,) is mono, (n, 2) stereo."""
    wide = sound.astype(np.float32)[:, None] if sound.ndim == 1 else sound.astype(np.float32)
    layout = "mono" if wide.shape[1] == 1 else "stereo"
    with av.open(str(path), "w") as file:
        stream = file.add_stream(encoder, rate=rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(stream.format.name, layout, rate, frame_size=stream.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(wide).reshape(1, -1), "flt", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))


def read(path: Path, count: int | None = None) -> Mono:
    """The sound of a file, its channels' mean, from its zero on."""
    facts = probe(str(path))
    assert facts.sound is not None
    track = Track(facts, facts.sound, lambda *_: None)
    count = round(facts.sound.end * RATE) if count is None else count
    blocks = [track.read(at, min(at + RATE, count)) for at in range(0, count, RATE)]
    track.close()
    return np.concatenate(blocks).mean(axis=1).astype(np.float64)


def filmed(path: Path, sound: Mono, late: float = 0.0) -> Path:
    """A clip at 30 frames a second that carry their number, with this sound in AAC, which may begin late."""
    first = round(late * RATE)
    silent = write_clip(path.with_suffix(".picture.mp4"), seconds=Fraction(first + len(sound), RATE), size=(180, 320))
    with av.open(str(silent)) as source, av.open(str(path), "w") as file:
        picture = source.streams.video[0]
        copy = file.add_stream_from_template(picture)
        stream = file.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = 96_000
        for packet in source.demux(picture):
            if packet.dts is not None:
                packet.stream = copy
                file.mux(packet)
        for start in range(0, len(sound), 1024):
            frame = av.AudioFrame.from_ndarray(sound[None, start : start + 1024].astype(np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, first + start, Fraction(1, RATE)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    silent.unlink()
    return path


# ---- measuring -----------------------------------------------------------------------------------------------------


def lag(sound: Mono, song: Mono, at: float, place: float, seconds: float = 1.0, reach: float = 0.05) -> float:
    """By how many seconds what sounds at `at` comes later than second `place` of the song: plain correlation."""
    part = sound[round(at * RATE) :][: round(seconds * RATE)]
    first = round((place - reach) * RATE)
    where = song[max(first, 0) :][: len(part) + 2 * round(reach * RATE)]
    size = 1 << (len(where) + len(part)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(where, size) * np.fft.rfft(part, size).conj(), size)[: len(where) - len(part) + 1]
    top = int(np.argmax(alike))
    before, here, after = alike[max(top - 1, 0)], alike[top], alike[min(top + 1, len(alike) - 1)]
    bend = before - 2 * here + after
    exact = top + (0.5 * (before - after) / bend if bend else 0.0)
    return place - (max(first, 0) + exact) / RATE
