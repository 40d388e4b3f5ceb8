"""What came out: sizes, lengths, how near the re-encode is to its source, and whether all made the same picture."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ffmpeg import FPS, ffmpeg_exe
from benchmarks.measure import output_of


@dataclass(frozen=True, slots=True)
class Output:
    """One file as it really is, decoded; `psnr_to_clipkit` says how alike it is to clipkit's file of the same job."""

    mb: float
    frames: int
    size: str
    sound_seconds: float
    psnr_to_clipkit: float | None = None


@dataclass(frozen=True, slots=True)
class Fidelity:
    """A re-encode against its source; VMAF is absent where this FFmpeg has no libvmaf."""

    psnr: float
    vmaf: float | None


def inspect(path: Path, clipkit: Path | None) -> Output:
    """Probe one output, and compare its picture with clipkit's where that was made."""
    found = json.loads(output_of([sys.executable, "-m", "benchmarks.probe", str(path)]))
    alike = _psnr(path, clipkit) if clipkit and clipkit != path else None
    return Output(
        mb=round(path.stat().st_size / 1e6, 2),
        frames=found["frames"],
        size=found["size"],
        sound_seconds=found["sound_seconds"],
        psnr_to_clipkit=alike,
    )


def fidelity(made: Path, source: Path, start: int, seconds: int) -> Fidelity:
    """How near a cut is to the part of the source it was made from."""
    cut = ("-ss", str(start), "-t", str(seconds))
    return Fidelity(_psnr(made, source, cut), _vmaf(made, source, cut))


def _psnr(made: Path, reference: Path, cut: tuple[str, ...] = ()) -> float:
    text = _compare(made, reference, cut, "psnr")
    value = re.search(r"PSNR .*average:(\S+)", text)
    if not value:
        raise RuntimeError("FFmpeg said no PSNR")
    # Identical pictures give "inf", which JSON cannot hold.
    return min(round(float(value[1]), 2), 100.0)


def _vmaf(made: Path, reference: Path, cut: tuple[str, ...]) -> float | None:
    if " libvmaf " not in output_of([ffmpeg_exe(), "-hide_banner", "-filters"]):
        return None
    value = re.search(r"VMAF score: (\S+)", _compare(made, reference, cut, "libvmaf=n_threads=4:n_subsample=5"))
    return round(float(value[1]), 2) if value else None


def _compare(made: Path, reference: Path, cut: tuple[str, ...], node: str) -> str:
    """Frame by frame in order, whatever the time stamps say: both have one frame for each 1/30 s."""
    order = f"format=yuv420p,setpts=N/{FPS}/TB"
    graph = f"[0:v]{order}[made];[1:v]{order}[reference];[made][reference]{node}"
    inputs = ["-i", str(made), *cut, "-i", str(reference)]
    return output_of([ffmpeg_exe(), "-nostdin", "-hide_banner", *inputs, "-lavfi", graph, "-f", "null", "-"])
