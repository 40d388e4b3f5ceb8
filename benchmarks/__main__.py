"""`python -m benchmarks [--runs N] [--jobs a,b] [--quick]`."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import facts, jobs, quality, report
from benchmarks.ffmpeg import FPS
from benchmarks.inputs import FULL, QUICK, WORK, Inputs, build, build_long, footage
from benchmarks.jobs import CONTESTANTS, Contestant, Job, Look
from benchmarks.measure import ROOT, Cost, output_of, run
from benchmarks.results import JobResult, Results

RESULTS = ROOT / "benchmarks" / "results"
EDITS = ("reencode", "main", "duet", "react")
JOBS = (*EDITS, "memory", "start")
STARTS = 20


def bench(wanted: Sequence[str], runs: int, *, quick: bool) -> Results:
    """Build what is needed, run the jobs, look at what came out."""
    source = footage()
    _say("building inputs")
    inputs = build(source, QUICK if quick else FULL)
    results = Results(_today(), quick, source.name, facts.facts())
    for job in _edits(wanted, inputs, results):
        results.jobs[job.name] = _measure(job, runs)
        _inspect(job, results, inputs)
    if "memory" in wanted:
        results.long = _long(inputs, results)
    if "start" in wanted:
        results.start = _starts(2 if quick else STARTS)
    return results


def _edits(wanted: Sequence[str], inputs: Inputs, results: Results) -> list[Job]:
    """The jobs asked for; the look is fitted only for the one that needs it."""
    makers: dict[str, Callable[[], Job]] = {
        "reencode": lambda: jobs.reencode(inputs),
        "main": lambda: jobs.main(inputs, _look(inputs, results)),
        "duet": lambda: jobs.duet(inputs),
        "react": lambda: jobs.react(inputs),
    }
    return [makers[name]() for name in EDITS if name in wanted]


def _look(inputs: Inputs, results: Results) -> Look:
    _say(f"fitting FFmpeg's chain to {jobs.FILTER}")
    try:
        output_of([sys.executable, "-m", "benchmarks.look", str(inputs.mine), str(inputs.folder)])
    except RuntimeError as error:
        return Look(error=f"clipkit's {jobs.FILTER} could not be fitted:\n{error}")
    found = json.loads((inputs.folder / "look.json").read_text(encoding="utf-8"))
    results.look = {"name": found["name"], "trials": found["trials"]}
    return Look(found["chain"], inputs.folder / "look.npy")


def _measure(job: Job, runs: int) -> JobResult:
    """All contestants in turn, again and again; one that fails is out, the others go on."""
    result = JobResult(job.name, job.title)
    if job.missing:
        result.errors |= {who: job.missing for who in CONTESTANTS if who not in job.commands}
    for number in range(runs):
        for who in job.commands:
            if who in result.errors:
                continue
            cost = _run(job.commands[who], job.output(who))
            _say(f"{job.name} {number + 1}/{runs} {who}: " + _told(cost))
            if cost.ok:
                result.runs.setdefault(who, []).append(cost)
            else:
                result.errors[who] = cost.error
    return result


def _run(command: Sequence[str], output: Path) -> Cost:
    """One run with nothing left over from the one before: no output, and no cache of finished spans."""
    output.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        cost = run(command, {"CLIPKIT_HOME": home})
    if cost.ok and not output.exists():
        return Cost(cost.wall, cost.cpu, cost.rss_mb, "it ended well but wrote no file")
    return cost


def _inspect(job: Job, results: Results, inputs: Inputs) -> None:
    """Look at the last outputs; a file nobody can read is an error of whoever wrote it."""
    result = results.jobs[job.name]
    ours = job.output("clipkit") if "clipkit" in result.runs and "clipkit" not in result.errors else None
    for who in job.commands:
        if who in result.errors:
            continue
        try:
            made = result.outputs[who] = quality.inspect(job.output(who), ours)
            if job.name == "reencode" and who != "moviepy":
                seconds = inputs.lengths.output
                results.fidelity[who] = quality.fidelity(job.output(who), inputs.mine, jobs.START, seconds)
        except RuntimeError as error:
            result.errors[who] = f"its output cannot be read:\n{error}"
            continue
        if abs(made.frames - inputs.lengths.output * FPS) > 1:
            results.notes.append(f"{job.name}, {who}: {made.frames} frames, not {inputs.lengths.output * FPS}")


def _long(inputs: Inputs, results: Results) -> JobResult:
    """The main job's edits on the whole of a long clip, once; the short figure is the main job's."""
    build_long(inputs)
    seconds = inputs.lengths.long
    result = JobResult("memory", f"memory: main's edits on the whole of {seconds} s")
    if "main" not in results.jobs:
        job = jobs.main(inputs, Look())
        results.jobs["main"] = _measure(job, 1)
    output = inputs.folder / "out-memory-clipkit.mp4"
    cost = _run(jobs.make(inputs.long, inputs.song, seconds, output, start=0), output)
    _say("memory clipkit: " + _told(cost))
    return _with(result, "clipkit", cost)


def _starts(runs: int) -> JobResult:
    """How long the command line takes to say anything, against the two libraries it cannot do without."""
    result = JobResult("start", "start")
    commands: dict[Contestant, list[str]] = {
        "clipkit": jobs.clipkit("--help"),
        "ffmpeg": [sys.executable, "-c", "import click, rich"],
    }
    for _ in range(runs):
        for who, command in commands.items():
            if who not in result.errors:
                _with(result, who, run(command))
    return result


def _with(result: JobResult, who: Contestant, cost: Cost) -> JobResult:
    if cost.ok:
        result.runs.setdefault(who, []).append(cost)
    else:
        result.errors[who] = cost.error
    return result


def _told(cost: Cost) -> str:
    if not cost.ok:
        return "failed: " + cost.error.splitlines()[-1]
    return f"{cost.wall:.2f} s, CPU {cost.cpu:.2f} s, {cost.rss_mb:.0f} MB"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def _chosen(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if strangers := [name for name in names if name not in JOBS]:
        raise argparse.ArgumentTypeError(f"no job {', '.join(strangers)}; there are {', '.join(JOBS)}")
    return names


def _arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure clipkit against FFmpeg and MoviePy."
    )
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="rounds of each job (3)")
    parser.add_argument("--jobs", type=_chosen, default=JOBS, metavar="A,B", help=f"some of {', '.join(JOBS)} (all)")
    parser.add_argument("--quick", action="store_true", help="short inputs, one round: does it all run?")
    return parser.parse_args(words)


def main() -> int:
    """Run, print the page, store it; what is quick goes to `work/`, so that it is never taken for a measurement."""
    chosen = _arguments()
    results = bench(chosen.jobs, 1 if chosen.quick else chosen.runs, quick=chosen.quick)
    part = "" if set(chosen.jobs) == set(JOBS) else "-" + "-".join(chosen.jobs)
    folder = WORK / "results" if chosen.quick else RESULTS
    report.save(results, folder, results.date + part)
    print(report.markdown(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
