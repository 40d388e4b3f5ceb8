"""No command opens a socket or looks at what identifies the machine; the environment is read as the docs list it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from media import Shelf

ROOT = Path(__file__).parents[1]
strace = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")

# What identifies a machine or a person, and what others keep: none of it is ever opened.
PRIVATE = re.compile(
    r"machine-id|/sys/class/dmi|/etc/hostname|/var/lib/dbus|boot_id|\.bash_history|\.ssh|\.mozilla|\.Xauthority|\.X11-unix"
    r"|wayland|pulse/cookie|clipboard"
)


def traced(folder: Path, *command: str) -> tuple[list[str], list[str]]:
    """What a command and its children open: sockets, and files."""
    log = folder / "trace"
    environment = {**os.environ, "CLIPKIT_HOME": str(folder / "home")}
    wanted = "trace=socket,connect,bind,listen,sendto,openat,open,readlink"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", wanted, "-o", str(log), *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = log.read_text(errors="replace").splitlines()
    calls = [line.split(None, 1)[1] for line in lines if "(" in line]
    sockets = [call for call in calls if call.startswith(("socket", "connect", "bind", "listen", "sendto"))]
    return sockets, [call for call in calls if call.startswith(("open", "readlink"))]


def clipkit(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "clipkit", *map(str, words)]


@strace
def test_no_command_opens_a_socket_or_identifies_the_machine(shelf: Shelf, tmp_path: Path) -> None:
    mine = shelf.clip(seconds=1, size=(96, 128), sound="tones")
    other = shelf.clip(seconds=1, size=(96, 128), clip_id=1, sound="tones")
    commands = (
        ("make", mine, "--filter", "noir", "--speed", "1.5", "--music", other, "-o", tmp_path / "made.mp4"),
        ("duet", mine, other, "-o", tmp_path / "duet.mp4"),
        ("trim", mine, "--start", "0.2", "-o", tmp_path / "cut.mp4"),
        ("info", mine),
        ("privacy", mine),
        ("scrub", mine, "-o", tmp_path / "clean.mp4"),
        ("doctor",),
        ("draft", "new", mine, "--name", "traced"),
    )
    for command in commands:
        sockets, files = traced(tmp_path, *clipkit(*command))
        assert sockets == [], command
        assert files, "the tracer saw nothing"
        assert [call for call in files if PRIVATE.search(call)] == [], command


@strace
def test_the_tracer_catches_a_planted_socket(tmp_path: Path) -> None:
    planted = (
        "import socket; s = socket.socket(); s.settimeout(0.1); s.connect_ex(('127.0.0.1', 9)); open('/etc/hostname')"
    )
    sockets, files = traced(tmp_path, sys.executable, "-c", planted)
    assert [call for call in sockets if "AF_INET" in call]
    assert [call for call in files if PRIVATE.search(call)]


def environment_names() -> set[str]:
    """Names that clipkit's own code reads from the environment."""
    names = set()
    for path in (ROOT / "src" / "clipkit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            reads = isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv")
            if reads and isinstance(node.args[0], ast.Constant):
                names.add(node.args[0].value)
            elif reads:
                names.add(ast.unparse(node.args[0]))
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                names |= {ast.unparse(node.slice)} if isinstance(node.ctx, ast.Load) else set()
            elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[-1]) == "os.environ":
                names.add(ast.unparse(node.left))
    return names


def test_the_environment_is_read_as_the_docs_list_it() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8"), re.MULTILINE)
    constants = {"COMPLETE": "_CLIPKIT_COMPLETE", "_FFMPEG": "IMAGEIO_FFMPEG_EXE"}
    found = {constants.get(name, name) for name in environment_names()}
    assert found == set(listed)
    assert "CLIPKIT_HOME" in found
