"""The one way to open an input. Nothing else in clipkit calls `av.open` for reading.

Each defence alone was got round in tests: a playlist named `.mp4` opens what it lists, a file named `seq%d.png`
opens another file, and options given to `av.open` never reach the decoders. Together they stopped every hostile
input tried.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import av
from av.container import InputContainer

from clipkit.engine import boxes
from clipkit.engine.bridge import reading
from clipkit.engine.memory import return_large_blocks
from clipkit.errors import MediaError

# Demuxers for what phones, cameras, browsers and screen recorders write; no playlist, no device, no network.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "mpegts", "avi", "gif", "mp3", "flac", "ogg", "wav", "aac", "aiff",
    "png_pipe", "jpeg_pipe", "webp_pipe",
)  # fmt: skip

DECODERS = (
    "h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "mpeg4", "mpeg2video", "h263", "mjpeg",
    "prores", "dnxhd", "png", "gif", "webp", "theora",
    "aac", "mp3", "mp3float", "mp2", "flac", "vorbis", "opus", "libopus", "alac", "ac3", "eac3", "amrnb", "amrwb",
    "libopencore_amrnb", "libopencore_amrwb",
    "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be",
    "pcm_f64le", "pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw", "adpcm_ima_wav", "adpcm_ms",
)  # fmt: skip

# 8K in any shape, with room for the padding of its rows. A GIF of 35 bytes may declare 65535×65535.
MAX_PIXELS = 8192 * 8192

_OPEN = {
    "protocol_whitelist": "file",
    "format_whitelist": ",".join(FORMATS),
    "pattern_type": "none",
}
_DECODE = {"max_pixels": str(MAX_PIXELS), "codec_whitelist": ",".join(DECODERS)}


def open_media(path: str) -> InputContainer:
    """Open a local media file for reading; the caller closes it.

    Raises:
        MediaError: for anything that is not a media file of an allowed kind.
    """
    _check_file(path)
    return_large_blocks()
    av.logging.set_level(None)
    absolute = os.path.abspath(path)  # noqa: PTH100  Path.resolve would follow links and fail on loops
    with reading(path):
        options = dict(_OPEN)
        if boxes.is_mov(absolute):
            boxes.check_plausible(absolute)
        return av.open(local_url(path), mode="r", format=_demuxer(absolute), options=options, metadata_errors="replace")


def _demuxer(path: str) -> str | None:
    """The demuxer that libav does not find by itself: by its name it takes a JPEG for one of a numbered series."""
    with Path(path).open("rb") as file:
        return "jpeg_pipe" if file.read(3) == b"\xff\xd8\xff" else None


def local_url(path: str) -> str:
    """A path as libav must be given it: bare, `take 12:30.mp4` would name a protocol `take 12`."""
    return "file:" + os.path.abspath(path)  # noqa: PTH100  as above


def status_of(path: str) -> os.stat_result:
    """The file's status.

    Raises:
        MediaError: ``file-not-found`` or ``not-readable``.
    """
    if "\0" in path:
        raise MediaError("no file has such a name", code="file-not-found", where=repr(path), hint="check the name")
    with reading(path):
        return Path(path).stat()


def guard(stream: av.VideoStream | av.AudioStream) -> None:
    """Limit a stream's decoder. Must precede its first decode: options of the container do not reach it.

    Raises:
        av.error.DecoderNotFoundError: libav knows no codec for it, and so has no context to decode it with.
    """
    context: av.CodecContext | None = stream.codec_context
    if context is None:
        raise av.error.DecoderNotFoundError(0, "the codec is unknown")
    context.options = dict(_DECODE)


def _check_file(path: str) -> None:
    """Say plainly what is wrong with a path, before libav says it in its own words."""
    status = status_of(path)
    if stat.S_ISDIR(status.st_mode):
        raise MediaError("this is a folder, not a media file", code="is-folder", where=path, hint="name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise MediaError("this is not a regular file", code="not-media", where=path, hint="copy it to a file first")
    if status.st_size == 0:
        raise MediaError("the file is empty", code="empty-file", where=path, hint="copy or record it again")
