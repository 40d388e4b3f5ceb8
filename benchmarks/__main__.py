"""`python -m benchmarks [--jobs A,B] [--runs N] [--without WHO] [--quick]`; see the README beside this file."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence

from benchmarks import facts, report
from benchmarks.inputs import FULL, QUICK, WORK, build, footage
from benchmarks.jobs import Bench
from benchmarks.measure import ROOT
from benchmarks.results import JobResult, Results
from benchmarks.rounds import measured, say
from benchmarks.table import ROWS

RESULTS = ROOT / "benchmarks" / "results"


def bench(wanted: Sequence[str], runs: int, without: str, *, quick: bool) -> Results:
    """Build what is needed, and do the jobs."""
    source = footage()
    say("building inputs")
    inputs = build(source, QUICK if quick else FULL)
    results = Results(_today(), quick, source.name, facts.facts())
    made = Bench(inputs, source, results)
    for name in wanted:
        say(f"preparing {name}")
        try:
            job = ROWS[name](made)
        except RuntimeError as error:
            results.jobs[name] = JobResult(name, name, errors={"preparation": str(error)})
            continue
        for who in [who for who in job.commands if without and who.lower().startswith(without.lower())]:
            del job.commands[who]
        results.jobs[name] = measured(job, 1 if quick else job.rounds or runs)
    return results


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def _chosen(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if strangers := [name for name in names if name not in ROWS]:
        raise argparse.ArgumentTypeError(f"no job {', '.join(strangers)}; there are {', '.join(ROWS)}")
    return names


def _arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure clipkit against its peers.")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds of each job (5)")
    parser.add_argument("--jobs", type=_chosen, default=tuple(ROWS), metavar="A,B", help=f"some of {', '.join(ROWS)}")
    parser.add_argument("--without", default="", metavar="WHO", help="leave somebody out: moviepy takes minutes")
    parser.add_argument("--quick", action="store_true", help="short inputs, one round: does it all run?")
    return parser.parse_args(words)


def main() -> int:
    """Run, print the page, store it; what is quick goes to `work/`, so that it is never taken for a measurement."""
    chosen = _arguments()
    results = bench(chosen.jobs, chosen.runs, chosen.without, quick=chosen.quick)
    part = "" if set(chosen.jobs) == set(ROWS) else "-" + "-".join(chosen.jobs)
    report.save(results, WORK / "results" if chosen.quick else RESULTS, results.date + part)
    print(report.markdown(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
