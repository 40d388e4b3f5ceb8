"""What a store of many drafts costs: `python -m benchmarks.drafts [--drafts N] [--out FILE.md]`.

10,000 drafts of 100 revisions each. Listing, opening one, saving and undoing, from the call to its return, with the
store opened each time as a command does; and the size of the file beside what zstd makes of all texts together. The
bare write beside saving writes and syncs a file as often, and as many bytes, as SQLite was seen to (strace).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import zstandard

from benchmarks.facts import facts
from clipkit.project import document
from clipkit.store import database, drafts, rows
from clipkit.store.packs import Revision

REVISIONS = 100
ROUNDS = 200
SAMPLE = 200  # drafts that zstd compresses together: their share of the whole is the same

KINDS: tuple[Callable[[random.Random], dict[str, object]], ...] = (
    lambda chance: {"kind": "trim", "start": f"{chance.randrange(300)}/30", "end": f"{chance.randrange(300, 900)}/30"},
    lambda chance: {"kind": "speed", "factor": f"{chance.randrange(2, 40)}/10", "pitch": "keep"},
    lambda chance: {"kind": "effect", "effect": {"kind": "exposure", "stops": round(chance.uniform(-1, 1), 2)}},
    lambda chance: {
        "kind": "music",
        "track": f"/music/song-{chance.randrange(50)}.mp3",
        "gain_db": -chance.randrange(20),
    },
)


def texts(chance: random.Random, number: int) -> list[str]:
    """The documents of one draft: each is the one before with an edit more, another value, or one undone."""
    path = f"/home/somebody/Videos/2026/take-{number:05}.mp4"
    edits: list[dict[str, object]] = []
    made = []
    for _ in range(REVISIONS):
        if len(edits) > 2 and chance.random() < 0.4:
            edits[chance.randrange(len(edits))] = chance.choice(KINDS)(chance)
        elif len(edits) > 8:
            edits.pop()
        else:
            edits.append(chance.choice(KINDS)(chance))
        data = {"version": 1, "root": {"source": {"kind": "media", "path": path}, "edits": edits}, "output": {}}
        made.append(document.dumps(document.loads(json.dumps(data))))
    return made


def fill(count: int) -> int:
    """Store drafts; returns what zstd makes of one's revisions, among others."""
    chance = random.Random(1)
    sample: list[str] = []
    with database.writing() as connection:
        for number in range(count):
            saved = texts(chance, number)
            if number < SAMPLE:
                sample += saved
            begun = 1_790_000_000 + 600.0 * number
            revisions = [Revision(n, n - 1, round(begun + 31.7 * n, 3), text) for n, text in enumerate(saved, 1)]
            row = rows.Row(0, f"draft {number:05}", REVISIONS, REVISIONS, REVISIONS, begun)
            rows.insert_all(connection, row, revisions)
    together = zstandard.ZstdCompressor(level=3).compress("".join(sample).encode())
    return len(together) // min(count, SAMPLE)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile of calls, in ms."""
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - begun))
    return statistics.median(spent), sorted(spent)[int(0.95 * len(spent))]


def syncs_and_bytes() -> tuple[int, int]:
    """How often one save syncs, and how much it writes, by a tracer; SQLite's way of it where there is none."""
    if shutil.which("strace") is None:
        return 5, 20_000
    code = "from clipkit.store import drafts\ndrafts.save('draft 00001', '{}')"
    log = Path(tempfile.mkdtemp()) / "trace"
    command = ["strace", "-f", "-e", "trace=fsync,fdatasync,pwrite64,write", "-o", str(log), sys.executable, "-c", code]
    subprocess.run(command, check=True)
    lines = log.read_text().splitlines()
    written = [int(found[1]) for line in lines if "pwrite64(" in line and (found := re.search(r"= (\d+)$", line))]
    return sum("sync(" in line for line in lines), sum(written)


def bare(path: Path, syncs: int, size: int) -> Callable[[], object]:
    """The same bytes in as many writes, each synced."""
    part = os.urandom(max(size // max(syncs, 1), 1))

    def write() -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        for number in range(syncs):
            os.pwrite(descriptor, part, number * len(part))
            os.fsync(descriptor)
        os.close(descriptor)

    return write


def measured(count: int) -> str:
    """The page."""
    zstd = fill(count)
    path = database.place() / database.NAME
    size = path.stat().st_size / count
    chance = random.Random(2)
    name = lambda: f"draft {chance.randrange(count):05}"  # noqa: E731
    listing, opening = timed(drafts.names), timed(lambda: drafts.load(name()))
    saving = timed(lambda: drafts.save(name(), f'{{"version": 1, "n": {chance.random()}}}'))
    undoing = timed(lambda: drafts.undo(name()))
    store = timed(lambda: drafts.find(name()))
    syncs, written = syncs_and_bytes()
    plain = timed(bare(path.parent / "bare", syncs, written))
    table = [
        ("list all", listing, "95 % in 50 ms", listing[1] <= 50),
        ("open one", opening, "95 % in 50 ms", opening[1] <= 50),
        ("open the store", store, "100 ms", store[0] <= 100),
        (f"bare write, {syncs} syncs, {written} bytes", plain, "", True),
        ("save", saving, "3× the bare write", saving[0] <= 3 * plain[0]),
        ("undo", undoing, "3× the bare write", undoing[0] <= 3 * plain[0]),
    ]
    lines = [
        f"# {count} drafts of {REVISIONS} revisions",
        "",
        *(f"- {key}: {value}" for key, value in facts().items()),
        "",
    ]
    lines += ["| what | median, ms | 95th percentile, ms | limit | |", "|---|---|---|---|---|"]
    lines += [
        f"| {what} | {a:.1f} | {b:.1f} | {limit} | {'' if met else 'missed'} |" for what, (a, b), limit, met in table
    ]
    share = size / zstd
    met = "" if share <= 1.3 else "missed"
    lines += [
        "",
        f"Size: {size:.0f} bytes a draft; zstd (3) over all texts together {zstd}; {share:.2f}× (limit 1.3) {met}",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run in a folder that is gone afterwards, and print the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafts", description=__doc__)
    parser.add_argument("--drafts", type=int, default=10_000, metavar="N")
    parser.add_argument("--out", type=Path, metavar="FILE.md")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as home:
        os.environ["CLIPKIT_HOME"] = home
        page = measured(chosen.drafts)
    print(page)
    if chosen.out:
        chosen.out.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
