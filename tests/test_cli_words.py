"""The words of the command line: help, completion, values, and what they cost."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import click
import pytest
from syrupy.assertion import SnapshotAssertion

from clipkit.cli import _types
from clipkit.cli._group import group, names, summary
from clipkit.cli._operation import Command, OutputOption
from clipkit.cli._run import COMPLETE
from clipkit.errors import ProjectError
from clipkit.geometry import Size

SOURCE = Path(__file__).parent.parent / "src"
PROMISED = {
    *("info", "trim", "speed", "filter", "filters", "music", "duet", "react", "make", "draft", "export", "targets"),
    *("grid", "layout", "layouts", "join", "stitch", "before-after", "green-screen"),
    *("reverse", "freeze", "loop", "boomerang", "beats"),
    *("lipsync", "sync", "mix", "voiceover", "voice", "voices", "silence"),
    *("plan", "demo", "doctor", "effects", "effect", "completion", "batch", "cache", "tracks"),
    *("privacy", "scrub", "store", "private"),
    *("schema", "enhance"),
}
OPERATIONS = (
    *("trim", "speed", "reverse", "freeze", "loop", "boomerang", "enhance"),
    *("filter", "effect", "music", "duet", "react", "make", "export"),
    *("grid", "layout", "join", "stitch", "before-after", "green-screen"),
    *("mix", "voiceover", "voice", "silence"),
)


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its words, those of two words too."""
    for name in names():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (name,), command
        if isinstance(command, click.Group):
            yield from (((name, part), command.commands[part]) for part in command.commands)


COMMANDS = dict(commands())
EVERY = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


def python(*args: str, source: Path = SOURCE, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(
        [sys.executable, *args], env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60
    )


def help_of(words: tuple[str, ...]) -> str:
    context = click.Context(group, info_name="clipkit", terminal_width=100, max_content_width=100, show_default=True)
    context.help_option_names = ["-h", "--help"]
    for word in words:
        command = context.command.get_command(context, word)  # type: ignore[attr-defined]
        context = click.Context(command, info_name=word, parent=context)
    return context.get_help()


# ---- help --------------------------------------------------------------------------------------------------------


def test_every_promised_command_is_there():
    assert set(names()) == PROMISED
    assert list(COMMANDS[("filters",)].commands) == ["list", "show", "sheet", "make", "export"]
    assert list(COMMANDS[("targets",)].commands) == ["list", "show"]
    assert list(COMMANDS[("draft",)].commands)[:3] == ["new", "list", "show"]
    assert list(COMMANDS[("store",)].commands) == ["check", "repair", "stats", "backup", "move"]


def test_the_help_of_clipkit(snapshot: SnapshotAssertion):
    assert help_of(()) == snapshot


@EVERY
def test_the_help_of_each_command(words: tuple[str, ...], snapshot: SnapshotAssertion):
    assert help_of(words) == snapshot


@EVERY
def test_every_option_says_what_it_does(words: tuple[str, ...]):
    for param in COMMANDS[words].params:
        if isinstance(param, click.Option):
            assert param.help, param.name
            assert not param.help.endswith("."), param.name


@pytest.mark.parametrize("name", names())
def test_a_summary_is_short_and_the_same_as_in_the_help(name: str):
    line = summary(name)
    assert 15 < len(line) <= 66
    assert line.endswith(".")
    assert " ".join((COMMANDS[(name,)].help or "").split()).startswith(line)


@EVERY
def test_examples_are_command_lines_that_parse(words: tuple[str, ...]):
    command = COMMANDS[words]
    if isinstance(command, click.Group):
        return
    assert isinstance(command, Command)
    assert command.examples or words == ("draft", "list")
    for example in command.examples:
        line = shlex.split(example, comments=True)
        parts = " ".join(shlex.quote(word) if word != "|" else word for word in line).split(" | ")
        for part in parts:
            _parses(shlex.split(part))


def _parses(line: list[str]) -> None:
    """Options and values are read; nothing is done. What shells do with the output is left out."""
    if line[0] != "clipkit":
        assert line[0] == "eval"
        return
    line = line[: line.index(">")] if ">" in line else line
    words = tuple(line[1:3]) if tuple(line[1:3]) in COMMANDS else tuple(line[1:2])
    COMMANDS[words].make_context(" ".join(words), line[1 + len(words) :])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_takes_the_same_render_options(name: str):
    given = {option for param in COMMANDS[(name,)].params if isinstance(param, OutputOption) for option in param.opts}
    assert given == {
        *(
            "-o",
            "--output",
            "--frame",
            "--target",
            "--size",
            "--fps",
            "--fit",
            "--quality",
            "--keep-hdr",
            "--keep-metadata",
        ),
        *("--normalise", "--workers", "--no-cache", "--no-copy", "--force", "--quiet", "--json"),
    }


def test_the_presets_of_speed_are_named():
    assert "0.3 and 0.5 (slow motion), 1, 2 and 3" in help_of(("speed",))


# ---- what words cost ---------------------------------------------------------------------------------------------

HEAVY = {"av", "numpy", "moviepy", "PIL", "pydub", "pydantic"}


@pytest.mark.parametrize("words", ["--help", "--version", "", "trim --help", "make -h", "filters --help", "nonsense"])
def test_words_import_no_heavy_library(words: str):
    code = (
        "import sys; from clipkit.cli._run import run; run(sys.argv[1:]);"
        "print('LOADED', *{name.partition('.')[0] for name in sys.modules},"
        " *(name for name in sys.modules if name.startswith('clipkit.cli.')))"
    )
    loaded = set(python("-c", code, *words.split()).stdout.rpartition("LOADED")[2].split())
    assert "clipkit" in loaded
    assert not loaded & HEAVY
    if words in ("--help", ""):
        commands = {f"clipkit.cli.{name}" for name in names()}
        assert not loaded & commands


def test_one_file_is_one_command(tmp_path: Path):
    """Nothing else has to change: the help lists it, and it runs."""
    tree = tmp_path / "src"
    shutil.copytree(SOURCE, tree, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "*.egg-info"))
    (tree / "clipkit" / "cli" / "say_hello.py").write_text(
        '"""Greet whoever asks."""\n\nimport click\n\n\n@click.command(help=__doc__)\ndef command() -> None:\n'
        '    click.echo("hello")\n',
        encoding="utf-8",
    )
    assert re.search(r"say-hello +Greet whoever asks\.", python("-m", "clipkit", "--help", source=tree).stdout)
    assert python("-m", "clipkit", "say-hello", source=tree).stdout == "hello\n"


# ---- completion --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_for_each_shell(shell: str):
    done = python("-m", "clipkit", "completion", shell)
    assert done.returncode == 0
    assert f"{COMPLETE}={shell}_complete" in done.stdout
    assert len(done.stdout.splitlines()) > 5


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_understands_its_script(tmp_path: Path):
    script = tmp_path / "script"
    script.write_text(python("-m", "clipkit", "completion", "bash").stdout)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("clipkit tr", ["tracks", "trim"]),
        ("clipkit filters s", ["show", "sheet"]),
        ("clipkit trim take.mp4 --ta", ["--target"]),
        ("clipkit trim take.mp4 --target tiktok-", ["tiktok-15"]),
        ("clipkit trim take.mp4 --quality b", ["best"]),
        ("clipkit filter take.mp4 golden", ["golden-hour"]),
        ("clipkit react a b --at top", ["top-left", "top-right"]),
        ("clipkit effects show expo", ["exposure"]),
    ],
)
def test_words_are_completed(line: str, found: list[str]):
    words = line.split()
    variables = {COMPLETE: "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = python("-m", "clipkit", **variables)
    assert [entry.partition(",")[2] for entry in done.stdout.splitlines()] == found


# ---- values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (_types.TIME, "0:03.5", "0:03.5"),
        (_types.TIME, " 90f ", "90f"),
        (_types.SIGNED_TIME, "-1.5", "-1.5"),
        (_types.RATE, "29.97", Fraction(30000, 1001)),
        (_types.SIZE, "1080x1920", Size(1080, 1920)),
        (_types.FACTOR, "0.1", Fraction(1, 10)),
        (_types.FACTOR, "1.5x", Fraction(3, 2)),
        (_types.AT, "top-left", "top-left"),
        (_types.AT, "0.25,1", (0.25, 1.0)),
        (_types.MOVE, "5:0.1,0.6", ("5", (0.1, 0.6))),
        (_types.MOVE, "1:02:03:0,1", ("1:02:03", (0.0, 1.0))),
        (_types.BORDER, "8,white", (8, (255, 255, 255))),
        (_types.BORDER, "8,#f80", (8, (255, 136, 0))),
        (_types.BORDER, "8,rgb(1,2,3)", (8, (1, 2, 3))),
        (_types.BORDER, "0", (0, (255, 255, 255))),
        (_types.FILTER_AT, "noir", ("noir", 1.0)),
        (_types.FILTER_AT, "user/my=own=0.8", ("user/my=own", 0.8)),
        (_types.DECIBELS, "-12", -12.0),
        (_types.STRENGTH, "1", 1.0),
    ],
)
def test_values_are_read(kind: _types.Word, text: str, value: object):
    assert kind.convert(text, None, None) == value
    assert kind.convert(kind.convert(text, None, None), None, None) == value, "what is read may come again"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (_types.TIME, "-1"),
        (_types.TIME, "soon"),
        (_types.SIGNED_TIME, "--1"),
        (_types.RATE, "0"),
        (_types.SIZE, "1081x1920"),
        (_types.FACTOR, "0.09"),
        (_types.FACTOR, "nan"),
        (_types.AT, "0.5"),
        (_types.AT, "0.5,1.1"),
        (_types.AT, "0.5,0.5,0.5"),
        (_types.MOVE, "0.5,0.5"),
        (_types.MOVE, "x:0.5,0.5"),
        (_types.BORDER, "white"),
        (_types.BORDER, "101,white"),
        (_types.BORDER, "8,no-such-colour"),
        (_types.FILTER_AT, "noir=2"),
        (_types.DECIBELS, "25"),
        (_types.DECIBELS, "inf"),
        (_types.STRENGTH, "1e-9999999"),
    ],
)
def test_what_is_no_value_is_told(kind: _types.Word, text: str):
    with pytest.raises(ProjectError) as told:
        kind.convert(text, None, None)
    assert told.value.hint


def test_points_may_follow_one_move():
    context = COMMANDS[("react",)].make_context("react", ["a", "b", "--move", "0:0.7,0.1", "0:05:0.1,0.6"])
    assert context.params["move"] == (("0", (0.7, 0.1)), ("0:05", (0.1, 0.6)))
