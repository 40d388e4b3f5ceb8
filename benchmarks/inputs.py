"""The clips that are edited: 1080×1920, 30 fps, H.264 of about 8 Mb/s, GOP 60, AAC; built once, kept in `work/`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from benchmarks.ffmpeg import WINDOW, ffmpeg_exe
from benchmarks.measure import ROOT, output_of

WORK = ROOT / "benchmarks" / "work"
SAMPLES = ROOT / "sample_media"


@dataclass(frozen=True, slots=True)
class Lengths:
    """Seconds of what is made, of the clips, and of the long clip for the memory job."""

    output: int
    clip: int
    long: int


FULL = Lengths(output=15, clip=30, long=600)
QUICK = Lengths(output=3, clip=8, long=30)


@dataclass(frozen=True, slots=True)
class Footage:
    """Where pictures and sound come from."""

    name: str
    mine: tuple[Path, ...]
    other: tuple[Path, ...]
    voice: Path
    song: Path


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files the jobs edit; the short ones are as long as a job's output."""

    lengths: Lengths
    folder: Path
    mine: Path
    mine_short: Path
    other_short: Path
    long: Path
    song: Path
    mask: Path


def footage() -> Footage:
    """Real clips where `CLIPKIT_REAL_MEDIA` names their folder, else the repository's own.

    Raises:
        FileNotFoundError: when there is neither.
    """
    if folder := os.environ.get("CLIPKIT_REAL_MEDIA"):
        return _real(Path(folder).resolve())
    songs = sorted(SAMPLES.glob("*.ogg"))
    dancer, host = SAMPLES / "dancer.mp4", SAMPLES / "host.mp4"
    if not songs or not dancer.exists() or not host.exists():
        raise FileNotFoundError("no footage: set CLIPKIT_REAL_MEDIA, or make sample_media first")
    return Footage("sample_media", (dancer,), (host,), voice=host, song=songs[0])


def build(source: Footage, lengths: Lengths) -> Inputs:
    """Make what is missing; each file appears under its name only when it is whole."""
    folder = WORK / f"{source.name}-{lengths.clip}s"
    folder.mkdir(parents=True, exist_ok=True)
    made = Inputs(
        lengths=lengths,
        folder=folder,
        mine=folder / "mine.mp4",
        mine_short=folder / "mine-short.mp4",
        other_short=folder / "other-short.mp4",
        long=folder / "long.mp4",
        song=source.song,
        mask=folder / "mask.png",
    )
    _make(made.mine, _clip(source.mine, source.voice, 0, lengths.clip))
    _make(made.mine_short, _clip(source.mine, source.voice, 0, lengths.output))
    _make(made.other_short, _clip(source.other, source.voice, 10, lengths.output))
    _make(made.mask, _mask())
    return made


def build_long(inputs: Inputs) -> None:
    """The clip of the memory job: packets of `mine` over and over, which costs no encoding."""
    seconds = str(inputs.lengths.long)
    _make(inputs.long, ["-stream_loop", "-1", "-i", str(inputs.mine), "-c", "copy", "-t", seconds])


def _real(folder: Path) -> Footage:
    """Two camera clips in turns, begun with one and with the other, so that at no time both show the same picture."""
    phone, action = folder / "android-rot270.mp4", folder / "gopro-max-gps-track.mp4"
    return Footage(
        "real",
        mine=(phone, action, phone, action),
        other=(action, phone, action, phone),
        voice=folder / "720p30-speech-42s.mp4",
        song=folder / "song.flac",
    )


def _clip(pictures: Sequence[Path], voice: Path, voice_start: int, seconds: int) -> list[str]:
    """Arguments that cut portrait pictures one after another under speech; the last clip repeats until the end."""
    arguments: list[str] = []
    for picture in pictures[:-1]:
        arguments += ["-i", str(picture)]
    arguments += ["-stream_loop", "-1", "-i", str(pictures[-1])]
    arguments += ["-stream_loop", "-1", "-ss", str(voice_start), "-i", str(voice)]
    portrait = (
        "scale=1080:1920:force_original_aspect_ratio=increase:out_range=tv:out_color_matrix=bt709,"
        "crop=1080:1920,fps=30,setsar=1,format=yuv420p"
    )
    chains = [f"[{n}:v:0]{portrait}[v{n}]" for n in range(len(pictures))]
    joined = "".join(f"[v{n}]" for n in range(len(pictures))) + f"concat=n={len(pictures)}:v=1:a=0[v]"
    return [
        *arguments,
        *("-filter_complex", ";".join([*chains, joined])),
        *("-map", "[v]", "-map", f"{len(pictures)}:a:0", "-t", str(seconds)),
        *("-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M", "-maxrate", "10M", "-bufsize", "16M", "-g", "60"),
        *("-profile:v", "high", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-color_range", "tv", "-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2"),
        *("-map_metadata", "-1", "-movflags", "+faststart"),
    ]


def _mask() -> list[str]:
    """Arguments that draw the rounded window's alpha, antialiased, as a user would keep it in a file."""
    width, height, radius = WINDOW.width, WINDOW.height, WINDOW.radius
    across, down = (Fraction(side - 1, 2) for side in (width, height))
    dx = f"max(abs(X-{float(across)})-{width / 2 - radius},0)"
    dy = f"max(abs(Y-{float(down)})-{height / 2 - radius},0)"
    shape = f"format=gray,geq=lum='255*clip({radius}-hypot({dx},{dy})+0.5,0,1)'"
    return ["-f", "lavfi", "-i", f"color=black:s={width}x{height}", "-vf", shape, "-frames:v", "1", "-update", "1"]


def _make(path: Path, arguments: Sequence[str]) -> None:
    if path.exists():
        return
    part = path.with_name(f"part-{path.name}")
    output_of([ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *arguments, str(part)])
    part.replace(path)
