"""Small signal-processing kit for the sample sounds: filters, space, loudness."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Signal = NDArray[np.float64]


def seconds(duration: float) -> Signal:
    """Sample times of a sound that lasts `duration`."""
    return np.arange(round(duration * RATE)) / RATE


def from_db(level: float) -> float:
    return float(10 ** (level / 20))


def shape(signal: Signal, response: Callable[[Signal], Signal]) -> Signal:
    """`signal` with each frequency scaled by `response(hertz)`; works along the last axis."""
    length = signal.shape[-1]
    # Room after the end keeps what the filter smears from wrapping round to the start.
    padded = 1 << (length + RATE // 4).bit_length()
    hertz = np.fft.rfftfreq(padded, 1 / RATE)
    shaped: Signal = np.fft.irfft(np.fft.rfft(signal, padded) * response(hertz), padded)[..., :length]
    return shaped


def lowpass(signal: Signal, cutoff: float, order: int = 2) -> Signal:
    return shape(signal, lambda hertz: 1 / np.sqrt(1 + (hertz / cutoff) ** (2 * order)))


def highpass(signal: Signal, cutoff: float, order: int = 2) -> Signal:
    return shape(signal, lambda hertz: 1 / np.sqrt(1 + (cutoff / np.maximum(hertz, 1e-3)) ** (2 * order)))


def bell(signal: Signal, centre: float, width: float) -> Signal:
    """A bell of `width` octaves round `centre`, for noise that should have a colour."""
    return shape(signal, lambda hertz: np.exp(-((np.log2(np.maximum(hertz, 1.0) / centre) / width) ** 2)))


def fade(signal: Signal, rise: float = 0.002, fall: float = 0.01) -> Signal:
    """Both ends eased to nothing, so that a cut never clicks."""
    faded = signal.copy()
    up, down = round(rise * RATE), round(fall * RATE)
    if up:
        faded[..., :up] *= np.sin(np.linspace(0, np.pi / 2, up)) ** 2
    if down:
        faded[..., -down:] *= np.cos(np.linspace(0, np.pi / 2, down)) ** 2
    return faded


def convolve(signal: Signal, kernel: Signal) -> Signal:
    """Linear convolution along the last axis, cut to the length of `signal`."""
    length = signal.shape[-1]
    padded = 1 << (length + kernel.shape[-1]).bit_length()
    product = np.fft.rfft(signal, padded) * np.fft.rfft(kernel, padded)
    return np.fft.irfft(product, padded)[..., :length]


def reverb(signal: Signal, decay: float, damping: float, seed: int, predelay: float = 0.012) -> Signal:
    """The wet part alone of a stereo room; `decay` is the time to fall by 60 dB."""
    random = np.random.default_rng(seed)
    time = seconds(decay * 1.1)
    tail = random.standard_normal((2, time.size)) * np.exp(-6.9 * time / decay) * np.minimum(time / 0.01, 1)
    tail = highpass(lowpass(tail, damping, 1), 180)
    tail /= np.sqrt(np.sum(tail**2, axis=-1, keepdims=True))
    quiet = np.zeros((2, round(predelay * RATE)))
    return convolve(signal, np.concatenate([quiet, tail], axis=-1))


def _weighting(hertz: Signal) -> Signal:
    """Magnitude of the K-weighting of ITU-R BS.1770 at 48 kHz."""
    turn = np.exp(-2j * np.pi * hertz / RATE)

    def stage(over: tuple[float, ...], under: tuple[float, ...]) -> Signal:
        return np.abs(np.polyval(over[::-1], turn) / np.polyval(under[::-1], turn))

    shelf = stage((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
    rumble = stage((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
    return shelf * rumble


def loudness(stereo: Signal) -> float:
    """Integrated loudness in LUFS, gated as BS.1770 says."""
    power = np.sum(shape(stereo, _weighting) ** 2, axis=0)
    total = np.concatenate([[0.0], np.cumsum(power)])
    block, hop = round(0.4 * RATE), round(0.1 * RATE)
    starts = np.arange(0, power.size - block, hop)
    means = (total[starts + block] - total[starts]) / block
    level = -0.691 + 10 * np.log10(np.maximum(means, 1e-12))
    heard = means[level > -70]
    gate = -0.691 + 10 * np.log10(heard.mean()) - 10
    return float(-0.691 + 10 * np.log10(means[level > max(gate, -70.0)].mean()))


def limit(stereo: Signal, ceiling: float) -> Signal:
    """Look-ahead limiter: the gain falls before a peak and recovers slowly after it."""
    step = 48
    blocks = -(-stereo.shape[-1] // step)
    padded = np.zeros((2, blocks * step))
    padded[:, : stereo.shape[-1]] = stereo
    peaks = np.abs(padded).reshape(2, blocks, step).max(axis=(0, 2))
    # Each block answers for its neighbours too, so that smoothing cannot lift the gain above what a peak allows.
    reach = 4
    around = np.lib.stride_tricks.sliding_window_view(np.pad(peaks, reach), 2 * reach + 1).max(axis=-1)
    needed = np.minimum(1, ceiling / np.maximum(around, 1e-9))
    held = np.empty(blocks)
    gain = 1.0
    for index, want in enumerate(needed):
        gain = min(want, gain + (1 - gain) * 0.012)
        held[index] = gain
    window = np.hanning(2 * reach + 1)[1:-1]
    window /= window.sum()
    smooth = np.convolve(np.pad(held, window.size // 2, mode="edge"), window, mode="valid")
    centres = (np.arange(blocks) + 0.5) * step
    return stereo * np.interp(np.arange(stereo.shape[-1]), centres, smooth)


def master(stereo: Signal, target: float, ceiling: float) -> Signal:
    """`stereo` at `target` LUFS with no sample above `ceiling` dBFS."""
    loud = stereo
    for _ in range(4):
        loud = limit(loud * from_db(target - loudness(loud)), from_db(ceiling))
    return loud
