"""The best single FFmpeg command we can write for each job, with the encoder settings clipkit uses."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WIDTH, HEIGHT, FPS = 1080, 1920, 30
SPEED = 1.5
MUSIC_DB = -12
FADE_OUT = 1
PATH_SECONDS = 5
PATH = ((0.7, 0.15), (0.3, 0.6))


@dataclass(frozen=True, slots=True)
class Window:
    """The window of the react job in pixels: a third of the canvas wide, as high as the clip's shape asks."""

    width: int = 356
    height: int = 632
    radius: int = 32


WINDOW = Window()

_TAGS = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
# What clipkit's own encoder is told: quality `good`, two B-frames, GOPs of two seconds; the target's ceiling as well.
X264 = ("-crf", "20", "-profile:v", "high", "-g", "60", "-bf", "2")
CEILING = ("-maxrate", "12000k", "-bufsize", "24000k")
_ENCODE = (
    *("-c:v", "libx264", "-preset", "veryfast", *X264, "-pix_fmt", "yuv420p"),
    *("-r", str(FPS), *_TAGS, "-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2"),
    *("-map_metadata", "-1", "-movflags", "+faststart"),
)
# clipkit keeps every sum from clipping, so FFmpeg does as well.
_MIX = "amix=inputs=2:duration=first:normalize=0,alimiter=level=0:limit=0.98"


@cache
def ffmpeg_exe() -> str:
    """The static FFmpeg that imageio-ffmpeg brings; found without importing it, which would make this process large."""
    if chosen := os.environ.get("IMAGEIO_FFMPEG_EXE"):
        return chosen
    spec = importlib.util.find_spec("imageio_ffmpeg")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("imageio-ffmpeg is not installed: pip install imageio-ffmpeg")
    found = [
        path for path in sorted((Path(spec.origin).parent / "binaries").glob("ffmpeg*")) if os.access(path, os.X_OK)
    ]
    if not found:
        raise FileNotFoundError("imageio-ffmpeg has no FFmpeg for this system")
    return str(found[0])


def command(*arguments: str) -> list[str]:
    """An FFmpeg command that says nothing unless it fails."""
    return [ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *arguments]


def reencode(source: Path, start: float | str, seconds: int, output: Path) -> list[str]:
    """A cut, encoded again."""
    return command(
        "-ss", str(start), "-t", str(seconds), "-i", str(source), "-map", "0:v", "-map", "0:a", *_ENCODE, str(output)
    )


def graded(source: Path, start: int, seconds: int, look: str, output: Path) -> list[str]:
    """A cut through a chain that colours it."""
    cut = ("-ss", str(start), "-t", str(seconds), "-i", str(source))
    graph = ("-filter_complex", f"[0:v]{look},format=yuv420p,{_set_tags()}[v]")
    return command(*cut, *graph, "-map", "[v]", "-map", "0:a", *CEILING, *_ENCODE, str(output))


def tonemapped(source: Path, seconds: int, output: Path) -> list[str]:
    """HLG to SDR as FFmpeg's documentation and everybody after it does: in linear light, in floats."""
    chain = (
        "zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,tonemap=hable:desat=0,"
        "zscale=transfer=bt709:matrix=bt709:range=tv"
    )
    return graded(source, 0, seconds, chain, output)


def main(source: Path, song: Path, start: float, seconds: int, look: str, output: Path) -> list[str]:
    """Faster, coloured, with a song; frames are dropped before they are coloured, which is the cheap order."""
    graph = (
        f"[0:v]setpts=(PTS-STARTPTS)/{SPEED},fps={FPS},{look},{_set_tags()}[v]",
        f"[0:a]atempo={SPEED}[own]",
        f"[1:a]atrim=0:{seconds},volume={MUSIC_DB}dB,afade=t=out:st={seconds - FADE_OUT}:d={FADE_OUT}[music]",
        f"[own][music]{_MIX}[a]",
    )
    cut = ("-ss", str(start), "-t", f"{seconds * SPEED:g}", "-i", str(source))
    return _graph([*cut, "-stream_loop", "-1", "-i", str(song)], graph, seconds, output)


def duet(mine: Path, other: Path, seconds: int, output: Path) -> list[str]:
    """Two panes, each picture whole over a blurred copy of itself; the blur is made at a tenth of the size."""
    graph = (*_pane("[0:v]", "left"), *_pane("[1:v]", "right"), "[left][right]hstack[v]", f"[0:a][1:a]{_MIX}[a]")
    return _graph(["-i", str(mine), "-i", str(other)], graph, seconds, output)


def react(mine: Path, other: Path, mask: Path, seconds: int, output: Path) -> list[str]:
    """A rounded window that moves, easing in and out, over the other clip."""
    graph = (
        f"[0:v]scale={WINDOW.width}:{WINDOW.height}:flags=bilinear[small]",
        "[2:v]format=gray[mask]",
        "[small][mask]alphamerge[window]",
        f"[1:v][window]overlay=x='{_along(0)}':y='{_along(1)}':format=yuv420[v]",
        f"[0:a][1:a]{_MIX}[a]",
    )
    return _graph(["-i", str(mine), "-i", str(other), "-i", str(mask)], graph, seconds, output)


def _graph(inputs: Sequence[str], chains: Sequence[str], seconds: int, output: Path) -> list[str]:
    mapped = ("-map", "[v]", "-map", "[a]", "-t", str(seconds))
    return command(*inputs, "-filter_complex", ";".join(chains), *mapped, *CEILING, *_ENCODE, str(output))


def _set_tags() -> str:
    return "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


def _pane(source: str, name: str) -> tuple[str, ...]:
    width = WIDTH // 2
    whole = width * HEIGHT // WIDTH
    return (
        f"{source}split[{name}1][{name}2]",
        f"[{name}1]crop={width}:{HEIGHT},scale={width // 10}:{HEIGHT // 10}:flags=area,gblur=sigma=2,"
        f"scale={width}:{HEIGHT}:flags=bilinear[{name}back]",
        f"[{name}2]scale={width}:{whole}:flags=bilinear[{name}front]",
        f"[{name}back][{name}front]overlay=0:{(HEIGHT - whole) // 2}:format=yuv420[{name}]",
    )


def _along(axis: int) -> str:
    """The window's edge at time `t`, on even pixels, as an expression."""
    side, size = ((WIDTH, WINDOW.width), (HEIGHT, WINDOW.height))[axis]
    start, end = PATH[0][axis], PATH[1][axis]
    eased = "(ld(0)*ld(0)*(3-2*ld(0)))"
    centre = f"{side}*({start}+({end - start:g})*{eased})"
    return f"st(0,clip(t/{PATH_SECONDS},0,1));2*round(({centre}-{size / 2:g})/2)"
