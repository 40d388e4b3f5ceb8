"""What this build of libav can do, for those who ask before they try."""

from __future__ import annotations

import av

from clipkit.engine.opening import DECODERS, FORMATS

ENCODERS = {
    "libx264": "H.264: mp4, mov",
    "aac": "AAC sound: mp4, mov",
    "libx265": "HEVC of 10 bits, for --keep-hdr: mp4, mov",
    "libvpx-vp9": "VP9: webm",
    "libopus": "Opus sound: webm",
    "gif": "animated GIF",
}
"""The encoders that clipkit uses, and what for."""


def encoders() -> dict[str, bool]:
    """Whether each encoder that clipkit uses is there."""
    return {name: _writes(name) for name in ENCODERS}


def _writes(name: str) -> bool:
    try:
        return bool(av.codec.Codec(name, "w").is_encoder)
    except av.codec.codec.UnknownCodecError:
        return False


def libraries() -> dict[str, str]:
    """The FFmpeg libraries that PyAV carries, and their versions."""
    versions = {name: ".".join(map(str, number)) for name, number in sorted(av.library_versions.items())}
    return {"ffmpeg": str(getattr(av, "ffmpeg_version_info", "unknown")), **versions}


def formats() -> tuple[str, ...]:
    """The kinds of files that are opened; any other is refused."""
    return FORMATS


def decoders() -> tuple[str, ...]:
    """The codecs that are decoded; any other is refused."""
    return DECODERS
