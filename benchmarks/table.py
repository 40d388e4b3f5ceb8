"""All jobs by name, in the order in which they are run. A new one is a function, and a line here."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import edits, listening, many, savings, studies
from benchmarks.jobs import Bench, Job

ROWS: dict[str, Callable[[Bench], Job]] = {
    "start": studies.start,
    "reencode": edits.reencode,
    "look": edits.look,
    "grade": edits.grade,
    "main": edits.main,
    "duet": edits.duet,
    "react": edits.react,
    "hlg": edits.hlg,
    "cut": savings.cut,
    "song": savings.song,
    "second": savings.second,
    "preview": savings.preview,
    "sound": savings.sound,
    "batch": many.batch,
    "align": listening.align,
    "length": studies.length,
    "filters": studies.filters,
    "workers": studies.workers,
}
