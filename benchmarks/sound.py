"""The sound of a project alone: `python -m benchmarks.sound PROJECT OUT`.

Mixes, ducks, masters and encodes it to packets as an export does, and writes the wall and CPU seconds of that into OUT.
Starting Python and reading facts of the media are not counted.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def seconds_of(project: str) -> dict[str, float]:
    """Wall and CPU seconds of one sound track."""
    import clipkit as ck
    from clipkit.engine.soundtrack import soundtrack

    plan = ck.open(project).plan("mp4", copy=False)
    start, before = time.perf_counter(), os.times()
    with soundtrack(plan) as track:
        while track.take() is not None:
            pass
    after = os.times()
    return {"wall": time.perf_counter() - start, "cpu": sum(after[:2]) - sum(before[:2])}


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(seconds_of(sys.argv[1])), encoding="utf-8")
