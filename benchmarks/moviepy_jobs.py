"""The jobs as MoviePy's documentation has it: `python -m benchmarks.moviepy_jobs [--opaque] JOB OUTPUT SECONDS FILE…`.

A `CompositeVideoClip` is transparent unless told otherwise, so MoviePy composes an alpha channel that no video keeps.
With `--opaque` each composition gets a background colour, which spares that: the figure of somebody who knows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from moviepy import AudioFileClip, CompositeAudioClip, CompositeVideoClip, ImageClip, VideoClip, VideoFileClip, afx, vfx
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks.ffmpeg import (
    CEILING,
    FADE_OUT,
    FPS,
    HEIGHT,
    MUSIC_DB,
    PATH,
    PATH_SECONDS,
    SPEED,
    WIDTH,
    WINDOW,
    X264,
)

Picture = NDArray[np.uint8]
BACKGROUND: tuple[int, int, int] | None = None


def reencode(seconds: int, source: str) -> VideoClip:
    """A cut, encoded again."""
    return VideoFileClip(source).subclipped(2, 2 + seconds)


def main(seconds: int, source: str, song: str, table: str) -> VideoClip:
    """Faster, coloured, with a song; MoviePy cannot keep the pitch, so its voice is a chipmunk's."""
    look: Picture = np.load(table)
    shift = 8 - int(np.log2(look.shape[0]))

    def colour(frame: Picture) -> Picture:
        index = frame >> shift
        return np.asarray(look[index[..., 0], index[..., 1], index[..., 2]], np.uint8)

    clip = VideoFileClip(source).subclipped(2, 2 + seconds * SPEED).with_effects([vfx.MultiplySpeed(SPEED)])
    whole = AudioFileClip(song)
    repeated = whole.with_effects([afx.AudioLoop(duration=seconds)]) if whole.duration < seconds else whole
    music = repeated.subclipped(0, seconds).with_effects(
        [afx.MultiplyVolume(10 ** (MUSIC_DB / 20)), afx.AudioFadeOut(FADE_OUT)]
    )
    return clip.image_transform(colour).with_audio(CompositeAudioClip([clip.audio, music]))


def duet(seconds: int, mine: str, other: str) -> VideoClip:
    """Two panes."""
    left, right = (_pane(VideoFileClip(path).subclipped(0, seconds)) for path in (mine, other))
    return CompositeVideoClip([left, right.with_position((WIDTH // 2, 0))], size=(WIDTH, HEIGHT), bg_color=BACKGROUND)


def react(seconds: int, mine: str, other: str, mask: str) -> VideoClip:
    """A window that moves."""
    alpha = ImageClip(np.asarray(Image.open(mask).convert("L")) / 255, is_mask=True, duration=seconds)
    small = VideoFileClip(mine).subclipped(0, seconds).resized((WINDOW.width, WINDOW.height))
    return CompositeVideoClip(
        [VideoFileClip(other).subclipped(0, seconds), small.with_mask(alpha).with_position(_position)],
        size=(WIDTH, HEIGHT),
        bg_color=BACKGROUND,
    )


def _pane(clip: VideoClip) -> VideoClip:
    """The whole picture centred on a blurred copy of itself."""
    width = WIDTH // 2
    back = clip.without_audio().cropped(x_center=WIDTH / 2, width=width).image_transform(_blurred)
    front = clip.resized(width=width).with_position("center")
    return CompositeVideoClip([back, front], size=(width, HEIGHT), bg_color=BACKGROUND)


def _blurred(frame: Picture) -> Picture:
    """Blurred at a tenth of the size, which is the cheap way."""
    image = Image.fromarray(frame)
    small = image.resize((image.width // 10, image.height // 10), Image.Resampling.BOX)
    return np.asarray(small.filter(ImageFilter.GaussianBlur(2)).resize(image.size, Image.Resampling.BILINEAR))


def _position(t: float) -> tuple[int, int]:
    part = min(max(t / PATH_SECONDS, 0), 1)
    eased = part * part * (3 - 2 * part)
    (x0, y0), (x1, y1) = PATH
    x, y = x0 + (x1 - x0) * eased, y0 + (y1 - y0) * eased
    return round(x * WIDTH - WINDOW.width / 2), round(y * HEIGHT - WINDOW.height / 2)


def _write(clip: VideoClip, output: Path) -> None:
    clip.write_videofile(
        str(output),
        fps=FPS,
        codec="libx264",
        preset="veryfast",
        threads=2,
        audio_codec="aac",
        audio_fps=48000,
        audio_bitrate="192k",
        ffmpeg_params=[*X264, *CEILING, "-movflags", "+faststart"],
        temp_audiofile_path=str(output.parent),
        logger=None,
    )
    # Closing waits for the decoding processes, so their cost is counted.
    clip.close()


_JOBS: dict[str, Callable[..., VideoClip]] = {"reencode": reencode, "main": main, "duet": duet, "react": react}

if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--opaque"]
    if len(words) < len(sys.argv) - 1:
        BACKGROUND = (0, 0, 0)
    job, target, length, *files = words
    _write(_JOBS[job](int(length), *files), Path(target))
