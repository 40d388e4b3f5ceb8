"""A mix at the loudness that players expect, its peaks held: what comes last. The loop stays a loop."""

from __future__ import annotations

import numpy as np

from clipkit.sound.compose.waves import RATE, Signal
from clipkit.sound.limiter import Limiter
from clipkit.sound.loudness import Meter, measured
from clipkit.sound.window import Samples, silence

_TURN = RATE
"""Samples that the limiter runs over before and after the loop, so that it knows what is round the corner."""

_NEAR = 0.05
"""LU."""


def loudness(signal: Signal) -> float:
    """Integrated loudness in LUFS of sound of shape (2, n); −70 where nothing is heard."""
    meter = Meter(true_peak=False)
    for start in range(0, signal.shape[1], RATE):
        meter.push(np.ascontiguousarray(signal[:, start : start + RATE].T))
    return max(meter.result().lufs, -70.0)


def mastered(signal: Signal, target: float, ceiling: float) -> Samples:
    """A loop at a loudness, its true peaks held, shape (n, 2).

    Args:
        signal: Shape (2, n).
        target: LUFS; what the limiter takes away is made up for, three times at most.
        ceiling: dBTP.
    """
    gain = target - loudness(signal)
    for _ in range(3):
        limited = _limited(signal, ratio(gain), float(ratio(ceiling)))
        missing = target - measured(limited, true_peak=False).lufs
        if abs(missing) < _NEAR:
            break
        gain += missing
    return limited


def _limited(signal: Signal, gain: np.float32, ceiling: float) -> Samples:
    """A loop of shape (2, n) limited as if it came round for ever, a second at a time; shape (n, 2)."""
    count = signal.shape[1]
    turn = min(_TURN, count)
    limiter = Limiter(ceiling, true_peak=True)
    done = silence(count)
    at = -turn
    for start in range(-turn, count + turn, RATE):
        places = np.arange(start, min(start + RATE, count + turn)) % count
        part = limiter.push(np.ascontiguousarray(signal[:, places].T) * gain)
        first, last = max(at, 0), min(at + len(part), count)
        if first < last:
            done[first:last] = part[first - at : last - at]
        at += len(part)
    return done


def ratio(decibels: float) -> np.float32:
    """A gain in dB as a factor."""
    return np.float32(10 ** (decibels / 20))
