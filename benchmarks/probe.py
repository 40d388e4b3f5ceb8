"""Say as JSON what is in a file: `python -m benchmarks.probe FILE`. Everything is decoded; no header is believed."""

from __future__ import annotations

import json
import sys

import av


def probe(path: str) -> dict[str, float | int | str]:
    """Frames, size, picture and sound seconds."""
    with av.open(path) as container:
        video = container.streams.video[0]
        frames = sum(1 for _ in container.decode(video))
        size = f"{video.codec_context.width}x{video.codec_context.height}"
        rate = float(video.average_rate or 0)
    with av.open(path) as container:
        sound = container.streams.audio[0] if container.streams.audio else None
        samples = sum(frame.samples for frame in container.decode(sound)) if sound else 0
        seconds = samples / sound.sample_rate if sound else 0
    return {"frames": frames, "size": size, "rate": rate, "sound_seconds": round(seconds, 2)}


if __name__ == "__main__":
    print(json.dumps(probe(sys.argv[1])))
