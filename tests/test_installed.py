"""What must hold for clipkit as it is installed: `make test` runs this once more on the built wheel."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from importlib.metadata import distributions, entry_points, version
from pathlib import Path

import pytest

import clipkit
from clipkit import folders, targets
from clipkit.colour import kernel


def test_it_is_the_clipkit_that_was_meant():
    """On the wheel, `CLIPKIT_EXPECTED_UNDER` names the folder it was installed to."""
    expected = os.environ.get("CLIPKIT_EXPECTED_UNDER", "")
    assert str(Path(clipkit.__file__).resolve()).startswith(expected)


def test_every_module_imports():
    for module in pkgutil.walk_packages(clipkit.__path__, "clipkit."):
        if module.name.rpartition(".")[2] not in ("__main__", "_kernel"):
            importlib.import_module(module.name)


@pytest.mark.parametrize(("folder", "pattern"), [("filters", "**/*.toml"), ("sample_media", "*.mp4")])
def test_shipped_data_is_there(folder: str, pattern: str):
    assert list(folders.shipped(folder).glob(pattern))


def test_targets_are_there():
    assert len(targets.names()) >= 9


def test_it_says_that_it_is_typed():
    assert (Path(clipkit.__file__).parent / "py.typed").is_file()


def test_it_has_a_version_and_a_command():
    assert version("clipkit")
    assert any(entry.value == "clipkit.cli:main" for entry in entry_points(group="console_scripts", name="clipkit"))


def test_it_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "clipkit", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


@pytest.mark.skipif(not os.environ.get("CLIPKIT_EXPECTED_UNDER"), reason="not installed from a wheel")
def test_the_wheel_is_for_this_system_and_any_python():
    # Beside the sources lies a description of the editable installation, which would be found first.
    (found,) = distributions(name="clipkit", path=[str(Path(clipkit.__file__).parent.parent)])
    (tag,) = (line for line in (found.read_text("WHEEL") or "").splitlines() if line.startswith("Tag: "))
    assert tag.startswith("Tag: cp311-abi3-")
    assert not tag.endswith("-any")
    libraries = {path.name for path in found.files or () if path.suffix in (".so", ".pyd")}
    assert libraries <= {"_kernel.abi3.so", "_kernel.pyd"}
    assert bool(libraries) == kernel.available()
