"""The clips that are edited: 1080×1920, 30 fps, H.264 of about 8 Mb/s, GOP 60, AAC; built once, kept in `work/`.

The main clip has 25 s, since 15 s at 1.5× from second 2 on need 24.5 s.
"""

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
    """Seconds of what is made, of the clips, of the long clip, and of each clip of the batch."""

    output: int
    clip: int
    long: int
    take: int


FULL = Lengths(output=15, clip=25, long=600, take=9)
QUICK = Lengths(output=3, clip=8, long=30, take=3)


@dataclass(frozen=True, slots=True)
class Footage:
    """Where pictures and sound come from."""

    name: str
    mine: tuple[Path, ...]
    other: tuple[Path, ...]
    voice: Path
    song: Path
    other_song: Path
    hlg: Path | None = None
    """A phone's HLG clip, upright once it is turned; None to draw one from `mine`."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files the jobs edit; the short ones are as long as a job's output. Those of few jobs are made when needed."""

    lengths: Lengths
    folder: Path
    mine: Path
    mine_short: Path
    other_short: Path
    song: Path
    mask: Path
    phone: Path | None

    def long(self) -> Path:
        """Packets of `mine` over and over, which costs no encoding."""
        return self._copied("long", self.mine, ["-stream_loop", "-1"], self.lengths.long)

    def takes(self, count: int) -> list[Path]:
        """So many clips: cut from both without encoding, each two seconds, which is a GOP, after the one before."""
        places = [(self.mine, 2 * n) for n in range((self.lengths.clip - self.lengths.take) // 2)]
        places += [(self.other_short, 2 * n) for n in range((self.lengths.output - self.lengths.take) // 2 + 1)]
        chosen = [places[n % len(places)] for n in range(count)]
        return [
            self._copied(f"take{n:02}", source, ["-ss", str(start)], self.lengths.take)
            for n, (source, start) in enumerate(chosen)
        ]

    def hlg(self) -> Path:
        """HEVC of 10 bits in BT.2020 with the curve of HLG."""
        path = self.folder / "hlg.mp4"
        shape = _PORTRAIT.format(matrix="bt2020")
        sdr = "zscale=transferin=bt709:primariesin=bt709:matrixin=bt709:transfer=linear:npl=203"
        drawn = f"{sdr},format=gbrpf32le,zscale=transfer=arib-std-b67:primaries=bt2020:matrix=bt2020nc:range=tv"
        chain = f"{shape},format=yuv420p10le" if self.phone else f"{drawn},format=yuv420p10le"
        x265 = "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:range=limited"
        _make(
            path,
            [
                *("-stream_loop", "-1", "-i", str(self.phone or self.mine), "-i", str(self.mine), "-vf", chain),
                *("-map", "0:v:0", "-map", "1:a:0", "-t", str(self.lengths.output), "-c:v", "libx265"),
                *("-preset", "superfast", "-b:v", "10M", "-g", "30", "-x265-params", x265, "-tag:v", "hvc1"),
                *("-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"),
                *("-c:a", "aac", "-b:a", "192k", "-map_metadata", "-1", "-movflags", "+faststart"),
            ],
        )
        return path

    def _copied(self, name: str, source: Path, before: list[str], seconds: int) -> Path:
        path = self.folder / f"{name}.mp4"
        _make(path, [*before, "-i", str(source), "-c", "copy", "-t", str(seconds)])
        return path


_PORTRAIT = (
    "scale=1080:1920:force_original_aspect_ratio=increase:out_range=tv:out_color_matrix={matrix},"
    "crop=1080:1920,fps=30,setsar=1"
)


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
    return Footage("sample_media", (dancer,), (host,), voice=host, song=songs[0], other_song=songs[-1])


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
        song=source.song,
        mask=folder / "mask.png",
        phone=source.hlg,
    )
    _make(made.mine, _clip(source.mine, source.voice, 0, lengths.clip))
    _make(made.mine_short, _clip(source.mine, source.voice, 0, lengths.output))
    _make(made.other_short, _clip(source.other, source.voice, 10, lengths.output))
    _make(made.mask, _mask())
    return made


def _real(folder: Path) -> Footage:
    """Two camera clips in turns, begun with one and with the other, so that at no time both show the same picture."""
    phone, action = folder / "android-rot270.mp4", folder / "gopro-max-gps-track.mp4"
    return Footage(
        "real",
        mine=(phone, action, phone, action),
        other=(action, phone, action, phone),
        voice=folder / "720p30-speech-42s.mp4",
        song=folder / "song.flac",
        other_song=folder / "song-vbr.mp3",
        hlg=folder / "iphone12promax-hlg-rot90-gps.mp4",
    )


def _clip(pictures: Sequence[Path], voice: Path, voice_start: int, seconds: int) -> list[str]:
    """Arguments that cut portrait pictures one after another under speech; the last clip repeats until the end."""
    arguments: list[str] = []
    for picture in pictures[:-1]:
        arguments += ["-i", str(picture)]
    arguments += ["-stream_loop", "-1", "-i", str(pictures[-1])]
    arguments += ["-stream_loop", "-1", "-ss", str(voice_start), "-i", str(voice)]
    portrait = f"{_PORTRAIT.format(matrix='bt709')},format=yuv420p"
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
