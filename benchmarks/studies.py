"""How the cost of a job grows: with its length, with its filters, with workers. The contestants are the points."""

from __future__ import annotations

import sys

from benchmarks.bars import Flat, Linear, Ratio
from benchmarks.edits import LOOK, main_words, make
from benchmarks.jobs import Bench, Command, Job, anew, clipkit

FILTERS = (LOOK, "noir", "sepia", "vivid", "alpine", "autumn", "winter", "studio", "teal-orange", "fresh")
"""Point filters all: functions of colour alone."""


def length(bench: Bench) -> Job:
    """The longer the clip, the longer it takes, and no more than that."""
    name, lengths = "length", bench.inputs.lengths
    points = {f"{seconds} s": seconds for seconds in (lengths.output, 4 * lengths.output, lengths.long)}
    source = bench.inputs.long()
    words = ("--filter", LOOK, "--music", str(bench.inputs.song))
    outputs = {who: bench.output(name, who) for who in points}
    commands = {who: Command(make(source, outputs[who], points[who], *words, start=0), outputs[who]) for who in points}
    bars = (Linear(tuple((seconds, who) for who, seconds in points.items()), 1.1), Flat(tuple(points), 1.1, "rss_mb"))
    return Job(name, "length: filter and song", commands, bars, rounds=3)


def filters(bench: Bench) -> Job:
    """Ten filters are one table."""
    name, seconds = "filters", bench.inputs.lengths.output
    points = {"1 filter": 1, "5 filters": 5, "10 filters": 10}
    commands = {}
    for who, count in points.items():
        words = [word for look in FILTERS[:count] for word in ("--filter", look)]
        output = bench.output(name, who)
        commands[who] = Command(make(bench.inputs.mine, output, seconds, *words), output)
    return Job(name, f"filters, {seconds} s", commands, (Flat(tuple(points), 1.05),))


def workers(bench: Bench) -> Job:
    """The main job with more and more workers."""
    name, commands = "workers", {}
    for count in (1, 2, 3, 4):
        who = f"{count} at a time"
        output = bench.output(name, who)
        words = [*main_words(bench), *anew(), "--workers", str(count), "-o", str(output)]
        commands[who] = Command(words, output)
    return Job(name, "workers: the main job", commands)


def start(_: Bench) -> Job:
    """How long the command line takes to say anything, against the two libraries it cannot do without."""
    ours, bare = "`clipkit --help`", "`import click, rich`"
    commands = {ours: Command(clipkit("--help")), bare: Command([sys.executable, "-c", "import click, rich"])}
    return Job("start", "start", commands, (Ratio(ours, bare, 3),), rounds=20)
