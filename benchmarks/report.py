"""Results as JSON for machines and as Markdown for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.results import JobResult, Results, ratio, spread


def save(results: Results, folder: Path, name: str) -> tuple[Path, Path]:
    """Write `name`.json and `name`.md."""
    folder.mkdir(parents=True, exist_ok=True)
    data, page = folder / f"{name}.json", folder / f"{name}.md"
    data.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write_text(markdown(results), encoding="utf-8")
    return data, page


def markdown(results: Results) -> str:
    """The whole page."""
    sections = [
        f"# Benchmark of {results.date}" + (" (quick: the figures mean nothing)" if results.quick else ""),
        "Whole processes with Python's start-up, run in turns; median (min–max); ratios within a round.\n"
        f"Footage: {results.footage}. " + ", ".join(f"{name}: {value}" for name, value in results.facts.items()) + ".",
        *_part("Bars", _bars(results.jobs.values())),
        *_part("Ratios", _ratios(results.jobs.values())),
        *_part("Costs", _costs(results.jobs.values())),
        *_part("Outputs", _outputs(results.jobs.values())),
        *_part("Re-encode against its source", _fidelity(results.jobs.values())),
        *(part for name in results.looks for part in _part(f"FFmpeg's chain for {name}", _look(results.looks[name]))),
        *_part("Failed", _failures(results.jobs.values())),
        *(f"- {job.title}: {note}" for job in results.jobs.values() for note in job.notes),
    ]
    return "\n\n".join(sections) + "\n"


def _part(title: str, body: str) -> list[str]:
    return [f"## {title}", body] if body else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines]) if lines else ""


def _bars(jobs: Iterable[JobResult]) -> str:
    words = {True: "met", False: "**missed**", None: "not measured"}
    return _table(
        ("job", "bar", "at most", "found", ""),
        (
            (job.title, bar.what, f"{bar.limit:g}", _number(bar.found), words[bar.met])
            for job in jobs
            for bar in job.bars
        ),
    )


def _ratios(jobs: Iterable[JobResult]) -> str:
    """Of each job's first contestant to the others."""
    rows = []
    for job in jobs:
        first, *others = job.runs or [""]
        for who in others:
            cells = [ratio(job, first, who, value) for value in ("wall", "cpu", "rss_mb")]
            rows.append((job.title, f"{first} ÷ {who}", *(str(cell) if cell else "–" for cell in cells)))
    return _table(("job", "", "wall", "CPU", "peak memory"), rows)


def _costs(jobs: Iterable[JobResult]) -> str:
    rows = [(job.title, who, *_spreads(job, who)) for job in jobs for who in job.runs if who not in job.errors]
    return _table(("job", "", "wall s", "CPU s", "peak MB"), rows)


def _spreads(job: JobResult, who: str) -> tuple[str, str, str]:
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
                *(job.title, who, f"{made.mb:.2f}", str(made.frames), made.size),
                *(f"{made.sound_seconds:.2f}", _number(made.psnr_to_clipkit)),
            )
            for job in jobs
            for who, made in job.outputs.items()
        ),
    )


def _fidelity(jobs: Iterable[JobResult]) -> str:
    rows = (
        (job.title, who, f"{found.psnr:.2f}", _number(found.vmaf))
        for job in jobs
        for who, found in job.fidelity.items()
    )
    return _table(("job", "", "PSNR dB", "VMAF"), rows)


def _look(look: dict[str, object]) -> str:
    trials = look.get("trials")
    if not isinstance(trials, list):
        return ""
    rows = [
        (trial["name"], _number(trial["delta_e"]), _number(trial["seconds"]), _number(trial["cpu"]), trial["error"])
        for trial in trials
    ]
    table = _table(("chain", "mean ΔE", "wall s", "CPU s", ""), rows)
    return f"The fastest within ΔE 1 of clipkit's own look is used: `{look.get('name')}`.\n\n{table}"


def _failures(jobs: Iterable[JobResult]) -> str:
    return "\n\n".join(
        f"{job.name}, {who}:\n\n```\n{error}\n```" for job in jobs for who, error in job.errors.items() if error
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
