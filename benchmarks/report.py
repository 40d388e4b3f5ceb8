"""Results as JSON for machines and as Markdown for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.jobs import CONTESTANTS, Contestant
from benchmarks.results import Bar, JobResult, Results, bars, ratio, spread

_NAMES: dict[Contestant, str] = {
    "clipkit": "clipkit",
    "ffmpeg": "FFmpeg",
    "moviepy": "MoviePy",
    "moviepy-opaque": "MoviePy, opaque",
}


def save(results: Results, folder: Path, name: str) -> tuple[Path, Path]:
    """Write `name`.json and `name`.md."""
    folder.mkdir(parents=True, exist_ok=True)
    data, page = folder / f"{name}.json", folder / f"{name}.md"
    document = asdict(results) | {"bars": [asdict(bar) | {"met": bar.met} for bar in bars(results)]}
    data.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write_text(markdown(results), encoding="utf-8")
    return data, page


def markdown(results: Results) -> str:
    """The whole page."""
    sections = [
        f"# Benchmark of {results.date}" + (" (quick: the figures mean nothing)" if results.quick else ""),
        "Whole processes with Python's start-up, run in turns; median (min–max); ratios within a round.\n"
        f"Footage: {results.footage}. " + ", ".join(f"{name}: {value}" for name, value in results.facts.items()) + ".",
        *_part("Bars", _bars(bars(results))),
        *_part("Ratios", _ratios(results.jobs.values())),
        *_part("Costs", _costs(results)),
        *_part("Outputs", _outputs(results.jobs.values())),
        *_part("Re-encode against its source", _fidelity(results)),
        *_part("FFmpeg's chain for the look", _look(results)),
        *_part("Failed", _failures(results)),
        *("- " + note for note in results.notes),
    ]
    return "\n\n".join(sections) + "\n"


def _part(title: str, body: str) -> list[str]:
    return [f"## {title}", body] if body else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines]) if lines else ""


def _bars(found: Sequence[Bar]) -> str:
    words = {True: "met", False: "**missed**", None: "not measured"}
    return _table(
        ("bar", "limit", "found", ""),
        (
            (bar.what, f"{'≥' if bar.at_least else '≤'} {bar.limit:g}", _number(bar.found), words[bar.met])
            for bar in found
        ),
    )


def _ratios(jobs: Iterable[JobResult]) -> str:
    others: tuple[Contestant, ...] = CONTESTANTS[1:]
    head = ("job", *(f"clipkit ÷ {_NAMES[who]}, {what}" for who in others for what in ("wall", "CPU")))
    rows = []
    for job in jobs:
        cells = [ratio(job, "clipkit", other, value) for other in others for value in ("wall", "cpu")]
        rows.append((job.title, *(str(cell) if cell else "–" for cell in cells)))
    return _table(head, rows)


def _costs(results: Results) -> str:
    rows = [
        (job.title, _NAMES[who], *_spreads(job, who))
        for job in (*results.jobs.values(), results.long)
        if job
        for who in CONTESTANTS
        if job.runs.get(who) and who not in job.errors
    ]
    if results.start:
        named: tuple[tuple[Contestant, str], ...] = (
            ("clipkit", "`clipkit --help`"),
            ("ffmpeg", "`import click, rich`"),
        )
        rows += [("start", label, *_spreads(results.start, who)) for who, label in named if results.start.runs.get(who)]
    return _table(("job", "", "wall s", "CPU s", "peak MB"), rows)


def _spreads(job: JobResult, who: Contestant) -> tuple[str, str, str]:
    runs = job.runs[who]
    return (
        spread([cost.wall for cost in runs]),
        spread([cost.cpu for cost in runs]),
        f"{max(cost.rss_mb for cost in runs):.0f}",
    )


def _outputs(jobs: Iterable[JobResult]) -> str:
    return _table(
        ("job", "", "MB", "frames", "size", "sound s", "PSNR to clipkit's dB"),
        (
            (
                *(job.title, _NAMES[who], f"{made.mb:.2f}", str(made.frames), made.size),
                *(f"{made.sound_seconds:.2f}", _number(made.psnr_to_clipkit)),
            )
            for job in jobs
            for who, made in job.outputs.items()
        ),
    )


def _fidelity(results: Results) -> str:
    rows = ((name, f"{found.psnr:.2f}", _number(found.vmaf)) for name, found in results.fidelity.items())
    return _table(("", "PSNR dB", "VMAF"), rows)


def _look(results: Results) -> str:
    trials = results.look.get("trials")
    if not isinstance(trials, list):
        return ""
    rows = [
        (trial["name"], _number(trial["delta_e"]), _number(trial["seconds"]), _number(trial["cpu"]), trial["error"])
        for trial in trials
    ]
    table = _table(("chain", "mean ΔE", "wall s", "CPU s", ""), rows)
    return f"The fastest within ΔE 1 of clipkit's own look is used: `{results.look.get('name')}`.\n\n{table}"


def _failures(results: Results) -> str:
    parts = [
        f"{job.name}, {_NAMES[who]}:\n\n```\n{error}\n```"
        for job in (*results.jobs.values(), results.long, results.start)
        if job
        for who, error in job.errors.items()
        if error
    ]
    return "\n\n".join(parts)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
