"""The rounds of a job: all contestants in turn, again and again, and a look at what came out."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks import quality
from benchmarks.ffmpeg import FPS
from benchmarks.inputs import WORK
from benchmarks.jobs import MOVIEPY, OPAQUE, OURS, Command, Job
from benchmarks.measure import Cost, run
from benchmarks.results import JobResult, Verdict


def measured(job: Job, runs: int) -> JobResult:
    """The job's figures; one who fails is out, the others go on."""
    result = JobResult(job.name, job.title, errors=dict(job.missing))
    for number in range(runs):
        for who, command in job.commands.items():
            if who in result.errors:
                continue
            cost = _run(command)
            say(f"{job.name} {number + 1}/{runs} {who}: {_told(cost)}")
            if cost.ok:
                result.runs.setdefault(who, []).append(cost)
            else:
                result.errors[who] = cost.error
    _inspect(job, result)
    for bar in job.bars:
        found = bar.found(result)
        result.bars.append(Verdict(bar.what, bar.limit, found, None if found is None else found <= bar.limit))
    return result


def _run(command: Command) -> Cost:
    """One run with nothing left over from the one before: no output, and no caches but those of its own `before`."""
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        for words in command.before:
            before = run(words, {"CLIPKIT_HOME": home})
            if not before.ok:
                return replace(before, error=f"what goes before it failed:\n{before.error}")
        if command.output is not None:
            _remove(command.output)
        cost = run(command.words, {"CLIPKIT_HOME": home})
    if not cost.ok or command.output is None:
        return cost
    if not command.output.exists():
        return replace(cost, error="it ended well but wrote nothing")
    if command.self_timed:
        return replace(cost, **json.loads(command.output.read_text(encoding="utf-8")))
    return cost


def _remove(output: Path) -> None:
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)


def _inspect(job: Job, result: JobResult) -> None:
    """Look at the last outputs; a file nobody can read, or that is too short, is an error of whoever wrote it."""
    if job.seconds is None:
        return
    wanted = job.seconds * FPS
    ours = job.commands[OURS].output if OURS in result.runs and OURS not in result.errors else None
    for who, command in job.commands.items():
        if who in result.errors or who not in result.runs or command.output is None:
            continue
        try:
            made = result.outputs[who] = quality.inspect(command.output, ours)
            if job.cut_of and who not in (MOVIEPY, OPAQUE):
                result.fidelity[who] = quality.fidelity(command.output, *job.cut_of, job.seconds)
        except RuntimeError as error:
            result.errors[who] = f"its output cannot be read:\n{error}"
            continue
        if abs(made.frames - wanted) > 1:
            result.notes.append(f"{who} wrote {made.frames} frames, not {wanted}")


def say(text: str) -> None:
    """Progress, to standard error."""
    print(text, file=sys.stderr, flush=True)


def _told(cost: Cost) -> str:
    if not cost.ok:
        return "failed: " + cost.error.splitlines()[-1]
    return f"{cost.wall:.2f} s, CPU {cost.cpu:.2f} s, {cost.rss_mb:.0f} MB"
