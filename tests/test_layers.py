"""Rooms import downward only, cost no more than they must, and pass the linters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"

PURE = (
    "errors",
    "time",
    "geometry",
    "folders",
    "colour",
    "raster",
    "sound",
    "catalog",
    "effects",
    "layouts",
    "transitions",
    "targets",
    "project",
    "store",
    "library",
    "plan",
)

IMPORT_ALL = """
import importlib, pkgutil, sys
for blocked in ("av", "moviepy", "pydub", "PIL"):
    sys.modules[blocked] = None
for room in sys.argv[1:]:
    package = importlib.import_module(f"clipkit.{room}")
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
        if not module.name.rpartition(".")[2] == "_kernel":  # a library for ctypes, not a module
            importlib.import_module(module.name)
"""

HELP = """
import sys
from clipkit.cli import main
sys.argv = ["clipkit", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""

LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True, no_logo=True))
"""


def python(*arguments: str, source: Path = SOURCE) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, which sees clipkit as it lies in `source`."""
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def lint_imports(source: Path = SOURCE) -> subprocess.CompletedProcess[str]:
    return python("-c", LINT, str(ROOT / "pyproject.toml"), source=source)


def test_imports_go_downward_only():
    done = lint_imports()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("project", "from clipkit import engine", "clipkit.project is not allowed to import clipkit.engine"),
        ("plan", "import av", "clipkit.plan.wrong -> av"),
        ("api", "import moviepy", "clipkit.api.wrong -> moviepy"),
        ("store", "import numpy", "clipkit.store.wrong -> numpy"),
        ("utils", "", "clipkit.utils"),
    ],
)
def test_a_wrong_import_is_noticed(tmp_path: Path, room: str, line: str, broken: str):
    """The contracts can fail: an upward import, a foreign library, a room that nobody declared."""
    tree = tmp_path / "src"
    shutil.copytree(SOURCE, tree, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "*.egg-info"))
    folder = tree / "clipkit" / room
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / "wrong.py").write_text(f"{line}\n", encoding="utf-8")
    done = lint_imports(tree)
    assert done.returncode != 0
    assert broken in done.stdout


def test_pure_rooms_import_without_media_libraries():
    done = python("-c", IMPORT_ALL, *PURE)
    assert done.returncode == 0, done.stderr


def test_the_engine_does_not():
    """The blockade above works: the one room that needs av fails in it."""
    done = python("-c", IMPORT_ALL, "engine")
    assert done.returncode != 0
    assert "ModuleNotFoundError" in done.stderr
    assert "av" in done.stderr.splitlines()[-1]


def test_the_help_imports_no_heavy_library():
    done = python("-c", HELP)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "clipkit" in loaded
    assert not loaded & {"av", "numpy", "moviepy", "PIL", "pydub"}


def test_ruff_passes():
    done = python("-m", "ruff", "check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_passes():
    done = python("-m", "mypy")
    assert done.returncode == 0, done.stdout + done.stderr
