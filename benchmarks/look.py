"""Find the fastest chain of FFmpeg's filters that looks as clipkit's does.

`python -m benchmarks.look NAME CLIP FOLDER` writes `look-NAME.json` (the chain and how each candidate did) and
`look-NAME.npy` (the table for MoviePy) into FOLDER; `python -m benchmarks.look --cube NAME FILE SIZE` writes a .cube.
NAME is a filter, or `grade`. It is a process of its own because numpy would make the measuring process large.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.chains import Candidate, candidates, sample, write_cube
from benchmarks.colours import Bytes, Floats, Frame, delta_e
from benchmarks.edits import EFFECTS, GRADE
from benchmarks.ffmpeg import HEIGHT, WIDTH, command
from benchmarks.measure import Cost, anonymous, run

LIMIT = 1.0
FRAMES = 6
CUBE_SIZE = 33
# MoviePy's users index a table with the upper bits of each channel; interpolating in numpy costs ten times as much.
MOVIEPY_SIZE = 64
_TIMED_SECONDS = 2
_TIMED_RUNS = 3

Look = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Trial:
    """How one candidate did: mean ΔE, and wall and CPU seconds of a short encode where it qualified."""

    name: str
    chain: str
    delta_e: float | None
    seconds: float | None = None
    cpu: float | None = None
    error: str = ""


def clipkit_look(name: str) -> Look:
    """A filter of clipkit's at full strength, or the grade, on R′G′B′."""
    from clipkit import effects
    from clipkit.catalog.effect import Effect, PointEffect
    from clipkit.library import filters

    chain: Sequence[Effect] = (
        filters.find(name).effects
        if name != GRADE
        else [
            effects.parse({"kind": kind, key: float(value)})
            for kind, given in EFFECTS
            for key, _, value in [given.partition("=")]
        ]
    )
    points = [effect for effect in chain if isinstance(effect, PointEffect)]
    if len(points) != len(chain):
        raise TypeError(f"{name} has effects that are not functions of colour, which no table can hold")

    def look(rgb: Floats) -> Floats:
        for effect in points:
            rgb = effect.apply(rgb)
        return np.clip(rgb, 0, 1)

    return look


def find(name: str, clip: Path, folder: Path) -> None:
    """Fit, compare and time the candidates, unless this look was already fitted here."""
    look = clipkit_look(name)
    table = _table(look)
    digest = hashlib.sha256(table.tobytes()).hexdigest()
    result = folder / f"look-{name}.json"
    if result.exists() and json.loads(result.read_text()).get("digest") == digest:
        return
    np.save(folder / f"look-{name}.npy", table)
    cube = folder / f"look-{name}.cube"
    write_cube(look, CUBE_SIZE, cube)
    pairs = [(frame, Frame.of_rgb(look(frame.rgb()))) for frame in _frames(clip)]
    # Fitted on every other frame and judged on the rest.
    chains = candidates(sample(pairs[::2]), cube)
    trials = _timed([_judge(candidate, pairs[1::2]) for candidate in chains], clip, folder)
    qualified = [(trial.seconds, trial) for trial in trials if trial.seconds is not None]
    if not qualified:
        raise RuntimeError(
            f"no chain within ΔE {LIMIT}: " + "; ".join(f"{t.name} {t.delta_e} {t.error}" for t in trials)
        )
    _, best = min(qualified, key=lambda pair: pair[0])
    told = [asdict(trial) | {"chain": anonymous(trial.chain)} for trial in trials]
    result.write_text(json.dumps({"digest": digest, "name": best.name, "chain": best.chain, "trials": told}, indent=1))


def _table(look: Look) -> Bytes:
    steps = (np.arange(MOVIEPY_SIZE, dtype=np.float32) + 0.5) / MOVIEPY_SIZE
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1, dtype=np.float32)
    return np.rint(look(grid) * 255).astype(np.uint8)


def _frames(clip: Path) -> list[Frame]:
    """Frames from all over the clip."""
    pick = ["-i", str(clip), "-vf", "thumbnail=30,format=yuv420p", "-frames:v", str(FRAMES)]
    raw = _output([*pick, "-f", "rawvideo", "-"])
    size = WIDTH * HEIGHT * 3 // 2
    return [Frame.parse(raw[at : at + size], WIDTH, HEIGHT) for at in range(0, len(raw), size)]


def _judge(candidate: Candidate, pairs: Sequence[tuple[Frame, Frame]]) -> Trial:
    try:
        difference = float(np.mean([delta_e(_through(candidate.chain, a).rgb(), b.rgb()) for a, b in pairs]))
    except RuntimeError as error:
        return Trial(candidate.name, candidate.chain, None, error=str(error))
    return Trial(candidate.name, candidate.chain, round(difference, 3))


def _timed(trials: Sequence[Trial], clip: Path, folder: Path) -> list[Trial]:
    """Time those that are near enough: short encodes in turns, the best of a few."""
    costs: dict[str, list[Cost]] = {t.name: [] for t in trials if t.delta_e is not None and t.delta_e <= LIMIT}
    for _ in range(_TIMED_RUNS):
        for trial in trials:
            if trial.name in costs:
                costs[trial.name].append(_encode(trial.chain, clip, folder))
    return [_with_time(trial, costs.get(trial.name, [])) for trial in trials]


def _with_time(trial: Trial, costs: Sequence[Cost]) -> Trial:
    if error := next((cost.error for cost in costs if not cost.ok), ""):
        return replace(trial, error=error)
    if not costs:
        return trial
    return replace(trial, seconds=round(min(c.wall for c in costs), 3), cpu=round(min(c.cpu for c in costs), 3))


def _through(chain: str, frame: Frame) -> Frame:
    """One frame sent through a chain of filters."""
    tags = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    raw = ["-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", f"{WIDTH}x{HEIGHT}"]
    planes = b"".join(plane.tobytes() for plane in (frame.y, frame.u, frame.v))
    graph = f"[0:v]{tags},{chain},{tags}[v]"
    return Frame.parse(
        _output([*raw, "-i", "-", "-filter_complex", graph, "-map", "[v]", "-f", "rawvideo", "-"], planes),
        WIDTH,
        HEIGHT,
    )


def _encode(chain: str, clip: Path, folder: Path) -> Cost:
    """A short encode through a chain; the encoder is there because in the job it competes for the cores."""
    cut = ["-t", str(_TIMED_SECONDS), "-i", str(clip), "-filter_complex", f"[0:v]{chain}[v]", "-map", "[v]"]
    encode = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-f", "mp4", str(folder / "look-timing.mp4")]
    return run(command(*cut, *encode))


def _output(arguments: list[str], data: bytes | None = None) -> bytes:
    # `-nostdin` keeps FFmpeg from reading keys; it does not stop it from reading `-`.
    done = subprocess.run(command(*arguments), input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(anonymous(done.stderr.decode(errors="replace"))[-500:])
    return done.stdout


if __name__ == "__main__":
    if sys.argv[1] == "--cube":
        write_cube(clipkit_look(sys.argv[2]), int(sys.argv[4]), Path(sys.argv[3]))
    else:
        find(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
